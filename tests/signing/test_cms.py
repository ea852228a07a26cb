"""The seal's signature: stock openssl accepts it, and no byte of it can be changed."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import certificates, cms
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from tests.fakes.record import center, workstation

CONTENT = b"one\ntwo\n"
AT = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def der() -> bytes:
    keys = workstation()
    return cms.sign(CONTENT, keys.seal_key, keys.certificate, AT)


def test_it_says_who_signed_what_and_when(der: bytes) -> None:
    told = cms.read(der)
    assert told.signer == workstation().certificate
    assert told.content_digest == digest_of(CONTENT)
    assert told.signed_at == AT


@pytest.mark.parametrize("enrolled", [True, False])
def test_stock_openssl_accepts_it_as_cades(tmp_path: Path, enrolled: bool) -> None:
    keys = workstation() if enrolled else WorkstationKeys.generate("alone")
    root = center().authority.certificate if enrolled else keys.certificate
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "seal.p7s").write_bytes(cms.sign(CONTENT, keys.seal_key, keys.certificate, AT))
    (tmp_path / "ca.pem").write_bytes(certificates.to_pem([root]))
    command = "openssl cms -verify -cades -binary -inform DER -in seal.p7s -content content"
    arguments = [*command.split(), "-CAfile", "ca.pem", "-out", "out"]
    good = subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    (tmp_path / "content").write_bytes(CONTENT.replace(b"\n", b"\r\n"))
    assert subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=False).returncode


def test_no_changed_byte_goes_unseen(der: bytes) -> None:
    for place in range(0, len(der), 3):
        changed = bytearray(der)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(SealProblem, match="signature_wrong"):
            cms.read(bytes(changed))


@pytest.mark.parametrize("raw", [b"", b"0", b"\x30\x80", b"x" * 500])
def test_what_is_no_signature_is_refused(der: bytes, raw: bytes) -> None:
    for broken in (raw, der + raw[:1] if raw else der[:-1], der[: len(der) // 2]):
        with pytest.raises(SealProblem, match="signature_wrong"):
            cms.read(broken)
