"""The chain of log lines: whatever is done to it shows."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.chain import GENESIS, Reader, line_digest, make_line, read_lines
from signing.digest import canonical, key_id, parse_canonical
from signing.problem import SealProblem

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key()


def log(count: int, key: Ed25519PrivateKey = KEY) -> list[bytes]:
    lines: list[bytes] = []
    head = GENESIS
    for seq in range(count):
        lines.append(make_line(seq, head, {"kind": "说", "n": seq}, key))
        head = line_digest(lines[-1])
    return lines


def code_of(lines: list[bytes]) -> str:
    with pytest.raises(SealProblem) as caught:
        list(read_lines(lines, PUBLIC, path="data/journal.jsonl"))
    assert caught.value.details["path"] == "data/journal.jsonl"
    return caught.value.code


def test_a_log_reads_back_with_head_and_count() -> None:
    lines = log(5)
    reader = Reader(PUBLIC)
    assert [reader.read(raw).body["n"] for raw in lines] == [0, 1, 2, 3, 4]
    assert (reader.count, reader.head) == (5, line_digest(lines[-1]))
    assert len(list(read_lines([raw + b"\n" for raw in lines], PUBLIC))) == 5


def test_a_reader_goes_on_from_a_known_head() -> None:
    lines = log(3)
    reader = Reader(PUBLIC, head=line_digest(lines[1]), count=2)
    assert reader.read(lines[2]).seq == 2


def test_a_line_is_what_the_format_says() -> None:
    value = parse_canonical(log(1)[0])
    assert isinstance(value, dict)
    assert value["prev"] == GENESIS
    assert value["seq"] == 0
    assert value["key"] == key_id(PUBLIC)
    signature = base64.b64decode(value.pop("sig"))
    PUBLIC.verify(signature, canonical(value))


def test_lines_taken_out_moved_or_doubled_break_the_chain() -> None:
    lines = log(4)
    assert code_of(lines[1:]) == "chain_broken"
    assert code_of([lines[0], *lines[2:]]) == "chain_broken"
    assert code_of([lines[1], lines[0]]) == "chain_broken"
    assert code_of([lines[0], lines[0]]) == "chain_broken"


def test_a_line_of_another_key_is_refused() -> None:
    assert code_of(log(1, Ed25519PrivateKey.generate())) == "chain_signature_wrong"


def test_a_line_that_names_another_key_is_refused() -> None:
    unsigned = {"body": {}, "key": "0" * 16, "prev": GENESIS, "seq": 0}
    signature = base64.b64encode(KEY.sign(canonical(unsigned))).decode()
    assert code_of([canonical({**unsigned, "sig": signature})]) == "chain_signature_wrong"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    lines = log(3)
    at = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    changed = bytearray(lines[at])
    changed[place] ^= data.draw(st.integers(1, 255))
    lines[at] = bytes(changed)
    with pytest.raises(SealProblem):
        list(read_lines(lines, PUBLIC))


@pytest.mark.parametrize(
    "change",
    [
        {"seq": "0"},
        {"seq": True},
        {"prev": "x"},
        {"key": 1},
        {"body": []},
        {"sig": 1},
        {"sig": "?"},
        {"more": 1},
    ],
)
def test_a_line_of_another_form_is_refused(change: dict[str, object]) -> None:
    value = parse_canonical(log(1)[0])
    assert isinstance(value, dict)
    assert code_of([canonical({**value, **change})]) == "chain_malformed"


def test_a_line_without_an_end_is_refused() -> None:
    assert code_of([b"x" * ((4 << 20) + 1)]) == "chain_malformed"
    assert code_of([b"[]"]) == "chain_malformed"
    assert code_of([log(1)[0][:-1]]) == "chain_malformed"
