"""The canonical form and the digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_p256
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signing.digest import canonical, digest_file, digest_of, is_digest, key_id, parse_canonical

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_bytes_are_read_back_and_are_their_own_form(value: object) -> None:
    raw = canonical(value)
    assert canonical(parse_canonical(raw)) == raw


@given(VALUES)
def test_other_ways_of_writing_a_value_are_refused_unless_they_are_the_canonical_one(
    value: object,
) -> None:
    right = canonical(value)
    others = [
        msgspec.json.encode(value, order="sorted"),
        json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode(),
        json.dumps(value, separators=(",", ":")).encode(),
    ]
    for raw in others:
        if raw == right:
            assert canonical(parse_canonical(raw)) == right
        else:
            with pytest.raises(ValueError, match="not canonical"):
                parse_canonical(raw)


def test_keys_are_sorted_and_text_is_utf8() -> None:
    assert canonical({"b": 1.0, "a": "问"}) == '{"a":"问","b":1}'.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":1.0}',
        b'{"a":99999999999999999999}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\r\n',
        b'{"a":"\\u0041"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":-0}',
        b'{"a":1e2}',
        b'{"a":1E2}',
        b'{"a":9007199254740993}',
        '{"\ue000":1,"\U00010000":2}'.encode(),  # in the order of UTF-8, not of UTF-16
        b'{"a": 1}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b"[" * 100_000,
        b"",
    ],
)
def test_json_with_a_second_reading_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not canonical"):
        parse_canonical(raw)


def test_file_digest_is_sha256_and_tells_progress(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    path = tmp_path / "file"
    path.write_bytes(data)
    told: list[int] = []
    assert digest_file(path, told.append) == hashlib.sha256(data).hexdigest() == digest_of(data)
    assert sum(told) == len(data)
    assert len(told) > 1


def test_only_lowercase_sha256_has_the_form_of_a_digest() -> None:
    assert is_digest("0" * 64)
    assert not is_digest("A" * 64)
    assert not is_digest("0" * 64 + "\n")
    assert not is_digest(None)


def test_key_id_names_both_kinds_of_keys() -> None:
    first = Ed25519PrivateKey.generate().public_key()
    assert key_id(first) == hashlib.sha256(first.public_bytes_raw()).hexdigest()[:16]
    assert len(key_id(new_p256(SECP256R1()).public_key())) == 16
