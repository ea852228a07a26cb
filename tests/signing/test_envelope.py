"""Encryption at rest: nothing opens that is not whole and in its place."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signing import envelope
from signing.problem import KeyProblem

KEY = bytes(range(32))


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_sealed_opens(plain: bytes, aad: bytes) -> None:
    assert envelope.open_sealed(KEY, envelope.seal(KEY, plain, aad), aad) == plain


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_does_not_open(place: int, change: int) -> None:
    blob = bytearray(envelope.seal(KEY, b"x" * 60, b"record|journal|1"))
    blob[place % len(blob)] ^= change
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        envelope.open_sealed(KEY, bytes(blob), b"record|journal|1")


@pytest.mark.parametrize("cut", [0, 11, 27, 59])
def test_a_cut_blob_does_not_open(cut: int) -> None:
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        envelope.open_sealed(KEY, envelope.seal(KEY, b"x" * 60, b"a")[:cut], b"a")


def test_a_blob_of_another_place_or_key_does_not_open() -> None:
    blob = envelope.seal(KEY, b"x", b"record|journal|1")
    for key, aad in ((KEY, b"record|journal|2"), (envelope.new_key(), b"record|journal|1")):
        with pytest.raises(KeyProblem, match="ciphertext_changed"):
            envelope.open_sealed(key, blob, aad)


def test_each_purpose_has_its_own_key() -> None:
    keys = {envelope.derive(KEY, purpose) for purpose in ("journal", "recorder", "media/a")}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)
    assert envelope.derive(KEY, "journal") in keys


def test_a_wrapped_key_opens_with_its_kek_only() -> None:
    blob = envelope.wrap(KEY, b"secret", b"id")
    assert envelope.unwrap(KEY, blob, b"id") == b"secret"
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        envelope.unwrap(envelope.new_key(), blob, b"id")
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        envelope.open_sealed(KEY, blob, b"id")  # the KEK itself never encrypts


def test_only_the_center_opens_what_is_wrapped_for_it() -> None:
    center = X25519PrivateKey.generate()
    blob = envelope.wrap_for_center(center.public_key().public_bytes_raw(), KEY)
    assert envelope.unwrap_at_center(center, blob) == KEY
    for private, changed in (
        (X25519PrivateKey.generate(), blob),
        (center, blob[:-1]),
        (center, b"\x02" + blob[1:]),
        (center, blob[:20]),
    ):
        with pytest.raises(KeyProblem, match="ciphertext_changed"):
            envelope.unwrap_at_center(private, changed)


@pytest.mark.parametrize("public", [b"", b"x" * 31, bytes(32)])
def test_an_unusable_center_key_is_named(public: bytes) -> None:
    with pytest.raises(KeyProblem, match="key_malformed"):
        envelope.wrap_for_center(public, KEY)


def test_a_key_of_another_length_is_named() -> None:
    with pytest.raises(KeyProblem, match="key_malformed"):
        envelope.seal(b"short", b"", b"")
    with pytest.raises(KeyProblem, match="key_malformed"):
        envelope.derive(b"short", "journal")
