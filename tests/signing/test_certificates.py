"""Certificates: who may sign, for whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing import certificates
from signing.certificates import Authority, check_path
from signing.keys import WorkstationKeys
from signing.problem import KeyProblem, SealProblem

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("测试中心")


@pytest.fixture(scope="module")
def keys() -> WorkstationKeys:
    return WorkstationKeys.generate("desk-1")


@pytest.fixture(scope="module")
def leaf(authority: Authority, keys: WorkstationKeys) -> x509.Certificate:
    return authority.issue(keys.make_csr(), "room-1", "desk-1", 365)


def code_of(
    leaf: x509.Certificate, roots: list[x509.Certificate], at: datetime, *others: x509.Certificate
) -> str:
    with pytest.raises(SealProblem) as caught:
        check_path(leaf, others, roots, at, path="seal.p7s")
    assert caught.value.details["path"] == "seal.p7s"
    return caught.value.code


def test_an_issued_certificate_leads_to_its_root(
    authority: Authority, leaf: x509.Certificate
) -> None:
    check_path(leaf, [], [authority.certificate], NOW)
    assert certificates.signs_records(leaf)
    assert not certificates.is_self_signed(leaf)
    names = [part.value for part in leaf.subject]
    assert names == ["room-1", "desk-1"]


def test_another_root_is_not_trusted_whatever_the_record_brings_along(
    authority: Authority, leaf: x509.Certificate
) -> None:
    other = Authority.create("测试中心")
    assert code_of(leaf, [other.certificate], NOW) == "signer_untrusted"
    found = code_of(leaf, [other.certificate], NOW, authority.certificate)
    assert found == "signer_untrusted"


@pytest.mark.parametrize("days", [-1, 366, 365 * 30])
def test_a_certificate_is_valid_in_its_time_only(
    authority: Authority, leaf: x509.Certificate, days: int
) -> None:
    at = NOW + timedelta(days=days)
    assert code_of(leaf, [authority.certificate], at) == "signer_expired"


def test_a_workstation_is_no_authority(
    authority: Authority, keys: WorkstationKeys, leaf: x509.Certificate
) -> None:
    forger = WorkstationKeys.generate("forger")
    issuer = Authority(keys.seal_key, leaf)
    forged = issuer.issue(forger.make_csr(), "room-1", "desk-9", 30)
    assert code_of(forged, [authority.certificate], NOW, leaf) == "signer_untrusted"


def test_a_self_signed_certificate_is_trusted_only_when_given(keys: WorkstationKeys) -> None:
    check_path(keys.certificate, [], [keys.certificate], NOW)
    root = Authority.create("a").certificate
    assert code_of(keys.certificate, [root], NOW, keys.certificate) == "signer_untrusted"


def test_an_intermediate_helps_and_a_path_length_is_kept(keys: WorkstationKeys) -> None:
    root = ec.generate_private_key(ec.SECP256R1())
    middle = ec.generate_private_key(ec.SECP256R1())
    for limit, trusted in ((1, True), (0, False)):
        top = _authority(root, root, "root", "root", limit)
        below = _authority(middle, root, "middle", "root", 0)
        leaf = Authority(middle, below).issue(keys.make_csr(), "room", "desk", 30)
        if trusted:
            check_path(leaf, [below], [top], NOW)
        else:
            assert code_of(leaf, [top], NOW, below) == "signer_untrusted"
        assert code_of(leaf, [top], NOW) == "signer_untrusted"


def _authority(
    key: ec.EllipticCurvePrivateKey,
    issuer: ec.EllipticCurvePrivateKey,
    name: str,
    issuer_name: str,
    limit: int,
) -> x509.Certificate:
    subject, issued_by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer_name)
    )
    builder = certificates.template(subject, issued_by, key.public_key(), 90)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=limit), critical=True
    )
    builder = builder.add_extension(certificates.usage(authority=True), critical=True)
    return builder.sign(issuer, SHA256())


def test_an_unknown_critical_extension_refuses(authority: Authority, keys: WorkstationKeys) -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    builder = certificates.template(
        keys.certificate.subject, authority.certificate.subject, keys.seal_key.public_key(), 30
    ).add_extension(odd, critical=True)
    leaf = builder.sign(authority.key, SHA256())
    assert code_of(leaf, [authority.certificate], NOW) == "signer_untrusted"


def test_receipt_and_record_certificates_are_not_exchanged(
    authority: Authority, leaf: x509.Certificate
) -> None:
    own = authority.issue_for_receipts(Ed25519PrivateKey.generate().public_key(), "center")
    check_path(own, [], [authority.certificate], NOW)
    assert certificates.signs_receipts(own)
    assert not certificates.signs_records(own)
    assert not certificates.signs_receipts(leaf)
    assert not certificates.signs_records(authority.certificate)


def test_requests_that_are_not_right_are_refused(
    authority: Authority, keys: WorkstationKeys
) -> None:
    request = keys.make_csr()
    der = bytearray(x509.load_pem_x509_csr(request).public_bytes(Encoding.DER))
    der[-1] ^= 1
    changed = x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM)
    rsa_key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateSigningRequestBuilder().subject_name(keys.certificate.subject)
    foreign = builder.sign(rsa_key, SHA256()).public_bytes(Encoding.PEM)
    wanted = {
        b"no request": "certificate_malformed",
        changed: "key_wrong",
        foreign: "key_malformed",
    }
    for pem, code in wanted.items():
        with pytest.raises(KeyProblem, match=code):
            authority.issue(pem, "room-1", "desk-1", 30)


def test_an_authority_is_kept_wrapped(authority: Authority) -> None:
    blob = authority.to_wrapped(b"k" * 32)
    again = Authority.from_wrapped(b"k" * 32, blob)
    assert again.certificate == authority.certificate
    assert again.key.private_numbers() == authority.key.private_numbers()
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        Authority.from_wrapped(b"x" * 32, blob)


def test_pem_reads_back_and_nonsense_is_named(authority: Authority, leaf: x509.Certificate) -> None:
    both = (leaf, authority.certificate)
    assert certificates.from_pem(certificates.to_pem(both)) == both
    with pytest.raises(KeyProblem, match="certificate_malformed"):
        certificates.from_pem(b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n")


def test_other_kinds_of_keys_sign_nothing_here(authority: Authority) -> None:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other")])
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        builder = certificates.template(subject, subject, key.public_key(), 30)  # type: ignore[arg-type]
        builder = builder.add_extension(
            certificates.usage(authority=False, signer=True), critical=True
        )
        certificate = builder.sign(key, SHA256())
        assert not certificates.signs_records(certificate)
        with pytest.raises(KeyProblem, match="key_malformed"):
            certificates.public_key(certificate)
        assert code_of(certificate, [authority.certificate], NOW) == "signer_untrusted"


def test_a_certificate_without_any_usage_signs_nothing(keys: WorkstationKeys) -> None:
    subject = keys.certificate.subject
    builder = certificates.template(subject, subject, keys.seal_key.public_key(), 30)
    assert not certificates.signs_records(builder.sign(keys.seal_key, SHA256()))
