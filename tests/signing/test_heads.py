"""Heads taken while a file goes by are those of its pieces, wherever the blocks are cut."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.digest import digest_of
from signing.heads import HeadChain, planned_lengths
from signing.record_files import open_record

LOG = "data/recorder.jsonl"


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), st.integers(1, 70), st.binary())
def test_heads_do_not_depend_on_how_the_file_is_read(
    pieces: list[bytes], block: int, rest: bytes
) -> None:
    film = b"".join(pieces) + rest
    ends = accumulate(len(piece) for piece in pieces)
    wanted = [digest_of(film[:end]) for end in ends]
    chain = HeadChain([len(piece) for piece in pieces])
    for start in range(0, len(film), block):
        chain.update(film[start : start + block])
    assert chain.heads == wanted
    assert chain.hexdigest() == digest_of(film)


@pytest.mark.parametrize("lengths", [[0], [-5, 3], []])
def test_lengths_that_no_piece_has_give_no_heads(lengths: list[int]) -> None:
    chain = HeadChain(lengths)
    chain.update(b"abcdef")
    assert chain.heads == []
    assert chain.hexdigest() == digest_of(b"abcdef")


@pytest.mark.parametrize(
    "raw", [b"fragment", b'{"body":{"kind":"fragment","bytes":"1"}}', b'"fragment"' + b"[" * 90_000]
)
def test_a_log_that_cannot_be_read_plans_nothing(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / LOG
    path.parent.mkdir()
    path.write_bytes(raw)
    with open_record(tmp_path) as files:
        assert planned_lengths(files, LOG) == {}
    path.unlink()
    with open_record(tmp_path) as files:
        assert planned_lengths(files, LOG) == {}
