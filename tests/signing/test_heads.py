"""Heads taken while a file goes by are those of its pieces, wherever the blocks are cut."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.heads import HeadChain, planned_lengths
from signing.record_files import open_record

LOG = "data/recorder.jsonl"


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), st.integers(1, 70), st.binary())
def test_heads_do_not_depend_on_how_the_file_is_read(
    pieces: list[bytes], block: int, rest: bytes
) -> None:
    head, wanted = bytes(32), []
    for piece in pieces:
        head = hashlib.sha256(head + piece).digest()
        wanted.append(head.hex())
    film = b"".join(pieces) + rest
    chain = HeadChain([len(piece) for piece in pieces])
    for start in range(0, len(film), block):
        chain.update(film[start : start + block])
    assert chain.heads == wanted


@pytest.mark.parametrize("lengths", [[0], [-5, 3], []])
def test_lengths_that_no_piece_has_give_no_heads(lengths: list[int]) -> None:
    chain = HeadChain(lengths)
    chain.update(b"abcdef")
    assert chain.heads == []


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
