"""SM2 with SM3, against the standard's own example and the openssl command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from signing import sm2
from signing.problem import KeyProblem

OPTIONS = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
# GB/T 32918.5-2017, annex A.2.
POINT = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


@pytest.fixture(scope="module")
def key() -> bytes:
    return sm2.new_key()


def openssl(folder: Path, *words: str | Path) -> bool:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_the_standard_s_example_is_good() -> None:
    public_key = sm2.SPKI_HEAD + b"\4" + POINT
    signature = encode_dss_signature(R, S)
    assert sm2.check(public_key, signature, b"message digest")
    assert not sm2.check(public_key, signature, b"message digesT")


def test_the_digest_is_sm3() -> None:
    """GB/T 32905, annex A.1."""
    told = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm2.sm3(b"abc").hex() == told


def test_openssl_accepts_what_we_sign(key: bytes, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(sm2.to_pem(sm2.public_key_of(key)))
    (tmp_path / "data").write_bytes(b"list\n")
    (tmp_path / "signature").write_bytes(sm2.sign(key, b"list\n"))
    command = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-in", "data", *OPTIONS]
    assert openssl(tmp_path, *command, "-sigfile", "signature")
    (tmp_path / "data").write_bytes(b"lisT\n")
    assert not openssl(tmp_path, *command, "-sigfile", "signature")


def test_we_accept_what_openssl_signs(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"list\n")
    assert openssl(tmp_path, "genpkey", "-algorithm", "SM2", "-out", "key.pem")
    assert openssl(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    command = ["pkeyutl", "-sign", "-inkey", "key.pem", "-in", "data", "-out", "signature"]
    assert openssl(tmp_path, *command, *OPTIONS)
    public_key = sm2.from_pem((tmp_path / "public.pem").read_bytes())
    assert sm2.check(public_key, (tmp_path / "signature").read_bytes(), b"list\n")


def test_a_signature_has_one_form_and_one_key(key: bytes) -> None:
    public_key, signature = sm2.public_key_of(key), sm2.sign(key, b"data")
    r, s = decode_dss_signature(signature)
    forged = (
        signature + b"\0",
        encode_dss_signature(r, s + sm2.N),
        encode_dss_signature(0, s),
        encode_dss_signature(r, sm2.N - r),  # r + s = 0
        b"",
        b"\x30\x00",
    )
    assert [one for one in forged if sm2.check(public_key, one, b"data")] == []
    assert not sm2.check(sm2.public_key_of(sm2.new_key()), signature, b"data")


def test_a_public_key_has_one_form_and_lies_on_the_curve(key: bytes) -> None:
    public_key = sm2.public_key_of(key)
    pem = sm2.to_pem(public_key)
    assert sm2.from_pem(pem) == public_key
    for changed in (
        pem.replace(b"\n", b"\r\n"),
        pem + b"\n",
        b"",
        b"-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n",
    ):
        with pytest.raises(KeyProblem, match="key_malformed"):
            sm2.from_pem(changed)
    off = public_key[:-1] + bytes([public_key[-1] ^ 1])
    assert not sm2.check(off, sm2.sign(key, b"data"), b"data")
    with pytest.raises(ValueError, match="curve"):
        sm2.to_pem(off)


def test_what_is_no_private_key_is_refused() -> None:
    with pytest.raises(KeyProblem, match="key_malformed"):
        sm2.sign(b"no key", b"data")


def test_without_the_library_signing_is_refused_and_checking_goes_on(
    key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_key, signature = sm2.public_key_of(key), sm2.sign(key, b"data")
    monkeypatch.setattr(sm2, "_file", lambda: "/no/such/libcrypto.so")
    sm2._library.cache_clear()
    try:
        with pytest.raises(KeyProblem, match="gm_missing"):
            sm2.new_key()
        assert sm2.check(public_key, signature, b"data")
    finally:
        sm2._library.cache_clear()
