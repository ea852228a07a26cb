"""A certificate taken back seals nothing from then on; what it sealed before stays good."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import seal
from signing.certificates import Authority, to_pem
from signing.problem import KeyProblem, SealProblem
from signing.receipt import utc_text
from signing.revocation import RevocationList, make_list
from signing.verify import verify
from tests.fakes.record import MOMENT, CenterInMemory, build_record, center, workstation

LEAF = workstation().certificate


def taken_back(at: datetime, authority: Authority | None = None) -> RevocationList:
    issuer = authority or center().authority
    return RevocationList.read(make_list(issuer, {LEAF.serial_number: at}))


def test_a_record_without_proof_of_time_is_refused_once_its_key_was_taken_back(
    tmp_path: Path,
) -> None:
    build_record(tmp_path)
    revoked = [taken_back(MOMENT + timedelta(seconds=1))]
    verify(tmp_path, center().roots)
    with pytest.raises(SealProblem, match="signer_revoked") as caught:
        verify(tmp_path, center().roots, revoked=revoked)
    assert caught.value.details["path"] == "seal.p7s"


def test_a_receipt_from_before_the_revocation_keeps_the_record_good(tmp_path: Path) -> None:
    """L23: years later, the proven moment counts and not today's."""
    built = build_record(tmp_path)
    received = MOMENT + timedelta(seconds=10)
    seal.add_receipt(tmp_path, center().receive(built, utc_text(received)))
    verify(tmp_path, center().roots, revoked=[taken_back(received + timedelta(seconds=1))])
    with pytest.raises(SealProblem, match="signer_revoked"):
        verify(tmp_path, center().roots, revoked=[taken_back(received - timedelta(seconds=1))])


def test_a_list_that_another_authority_made_takes_nothing_back(tmp_path: Path) -> None:
    build_record(tmp_path)
    forger = Authority.create("测试中心")  # the same name, another key
    verify(tmp_path, center().roots, revoked=[taken_back(MOMENT, forger)])
    other = CenterInMemory("别的中心").authority
    verify(tmp_path, center().roots, revoked=[taken_back(MOMENT, other)])


def test_openssl_reads_the_list_and_refuses_the_certificate(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(to_pem(center().roots))
    (tmp_path / "leaf.pem").write_bytes(to_pem([LEAF]))
    for revoked, is_good in (({}, True), ({LEAF.serial_number: datetime.now(UTC)}, False)):
        (tmp_path / "list.crl").write_bytes(make_list(center().authority, revoked))
        convert = "openssl crl -inform DER -in list.crl -out crl.pem"
        command = f"{convert} && openssl verify -CAfile ca.pem -crl_check -CRLfile crl.pem leaf.pem"
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode == 0) is is_good, done.stderr


def test_a_later_list_has_a_larger_number() -> None:
    now = datetime.now(UTC)
    lists = [
        RevocationList.read(make_list(center().authority, {}, now=now + timedelta(seconds=n)))
        for n in range(2)
    ]
    assert lists[0].number < lists[1].number


@pytest.mark.parametrize("raw", [b"", b"-----BEGIN X509 CRL-----\n", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_list_is_refused(raw: bytes) -> None:
    with pytest.raises(KeyProblem, match="certificate_malformed"):
        RevocationList.read(raw)
