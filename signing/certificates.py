"""X.509 certificates: the center's authority issues them, a verifier follows them to a root.

- Only P-256 certificates sign records; only Ed25519 ones marked for it sign receipts.
- What a center recovers is signed under a certificate marked for that, which seals no record.
- A signer's certificate carries digitalSignature and nonRepudiation and is no authority.
- A path leads by name and signature to a certificate the verifier was given; what the record
  brings along only helps to find the way.
- Every certificate of a path is valid at the moment in question, never merely now.
- An unknown critical extension refuses a certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from signing import envelope
from signing.digest import PublicKey, canonical, key_id, parse_canonical
from signing.problem import KeyProblem, SealProblem

# Marks a certificate that signs receipts; an ITU-T X.667 (UUID) object identifier of our own.
RECEIPTS = x509.ObjectIdentifier("2.25.213842759113804465319480206651537462912")
# Marks a certificate that vouches for one recovered record and seals none; as above.
RECOVERY = x509.ObjectIdentifier("2.25.199416243907264107822093341563270046531")
# How far a certificate reaches back: a workstation whose clock is slow must still be able to sign.
CLOCK_SKEW = timedelta(hours=2)
LONGEST_PATH = 5
UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}
AUTHORITY_AAD = b"shilu/1/authority"


def to_pem(certificates: Iterable[x509.Certificate]) -> bytes:
    """Certificates one after another in PEM."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def from_pem(pem: bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM file, in its order.

    Raises:
        KeyProblem: `certificate_malformed`.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except (ValueError, x509.InvalidVersion) as error:
        raise KeyProblem("certificate_malformed") from error


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The certificate's key.

    Raises:
        KeyProblem: `key_malformed` when it is neither P-256 nor Ed25519.
    """
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyProblem("key_malformed") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise KeyProblem("key_malformed")


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether nobody vouches for this certificate but itself."""
    return certificate.issuer == certificate.subject


def usage(*, authority: bool, signer: bool = False) -> x509.KeyUsage:
    """Key usage of an authority, of a record's signer (nonRepudiation) or of a receipt signer."""
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=signer,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def template(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, days: int, *, now: datetime | None = None
) -> x509.CertificateBuilder:
    """The parts all our certificates share: names, key, a random serial and validity."""
    start = now or datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - CLOCK_SKEW)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of one center: a P-256 key and its self-signed certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, name: str, *, days: int = 7300, now: datetime | None = None) -> Authority:
        """A new authority named `name`; it may issue leaves, not further authorities."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = template(subject, subject, key.public_key(), days, now=now)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        builder = builder.add_extension(usage(authority=True), critical=True)
        return cls(key, builder.sign(key, SHA256()))

    def issue(
        self, request: bytes, room: str, device: str, days: int, *, now: datetime | None = None
    ) -> x509.Certificate:
        """A record signer's certificate for a PEM request; it names the device and its room.

        Raises:
            KeyProblem: `certificate_malformed`, `key_malformed` or `key_wrong` (the request is
                not signed by the key it asks for).
        """
        try:
            csr = x509.load_pem_x509_csr(request)
            key, signed = csr.public_key(), csr.is_signature_valid
        except (ValueError, TypeError) as error:
            raise KeyProblem("certificate_malformed") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise KeyProblem("key_malformed")
        if not signed:
            raise KeyProblem("key_wrong")
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, room),
                x509.NameAttribute(NameOID.COMMON_NAME, device),
            ]
        )
        builder = self._leaf(subject, key, days, now)
        builder = builder.add_extension(usage(authority=False, signer=True), critical=True)
        return builder.sign(self.key, SHA256())

    def issue_for_receipts(
        self,
        key: ed25519.Ed25519PublicKey,
        name: str,
        *,
        days: int = 3650,
        now: datetime | None = None,
    ) -> x509.Certificate:
        """The certificate of the center's Ed25519 key that signs receipts and tree heads."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._leaf(subject, key, days, now)
        builder = builder.add_extension(usage(authority=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([RECEIPTS]), critical=False)
        return builder.sign(self.key, SHA256())

    def issue_for_recovery(
        self,
        key: ec.EllipticCurvePublicKey,
        name: str,
        *,
        days: int = 3650,
        now: datetime | None = None,
    ) -> x509.Certificate:
        """The certificate of a P-256 key that signs one recovered record, and no seal.

        It lacks nonRepudiation, which every sealer's has; e-mail protection is what stock tools
        ask of a CMS signer.
        """
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "recovered at the center"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        usages = x509.ExtendedKeyUsage([RECOVERY, ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = self._leaf(subject, key, days, now)
        builder = builder.add_extension(usage(authority=False), critical=True)
        return builder.add_extension(usages, critical=False).sign(self.key, SHA256())

    def _leaf(
        self, subject: x509.Name, key: PublicKey, days: int, now: datetime | None
    ) -> x509.CertificateBuilder:
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return (
            template(subject, self.certificate.subject, key, days, now=now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(own, critical=False)
        )

    def to_wrapped(self, kek: bytes) -> bytes:
        """Key and certificate, encrypted for the center's disk."""
        private = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        told = {"certificate": to_pem([self.certificate]).decode(), "key": private.hex()}
        return envelope.wrap(kek, canonical(told), AUTHORITY_AAD)

    @classmethod
    def from_wrapped(cls, kek: bytes, blob: bytes) -> Authority:
        """The authority of `to_wrapped`. Raises `KeyProblem` when it does not open."""
        told = parse_canonical(envelope.unwrap(kek, blob, AUTHORITY_AAD))
        assert isinstance(told, dict)
        key = load_der_private_key(bytes.fromhex(told["key"]), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key, from_pem(told["certificate"].encode())[0])


def check_path(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
    *,
    path: str = "",
) -> None:
    """Follow `leaf` to one of `roots`, with the help of `others`; all valid at `at`.

    A leaf that is itself among the roots is trusted as it is (a workstation not enrolled yet).

    Raises:
        SealProblem: `signer_untrusted`, or `signer_expired` when only the moment is wrong,
            with `path` naming the file that was signed.
    """
    way = _way(leaf, others, roots)
    if way is None:
        raise SealProblem("signer_untrusted", path=path, key=_id_of(leaf))
    for certificate in way:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise SealProblem("signer_expired", path=path, key=_id_of(leaf), at=at.isoformat())


def _way(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]
) -> list[x509.Certificate] | None:
    """Certificates from `leaf` to a root, both included; None if no way leads there."""
    way = [leaf]
    while _is_understood(way[-1]) and len(way) <= LONGEST_PATH:
        if way[-1] in roots:
            return way
        issuers = [one for one in (*roots, *others) if _has_issued(one, way[-1], len(way) - 1)]
        if not issuers or issuers[0] in way:
            return None
        way.append(issuers[0])
    return None


def _has_issued(issuer: x509.Certificate, subject: x509.Certificate, below: int) -> bool:
    """Whether `issuer` is an authority that signed `subject`, with `below` authorities under it."""
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        allowed = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        subject.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    deep_enough = limits.path_length is None or below <= limits.path_length
    return limits.ca and allowed.key_cert_sign and deep_enough


def _is_understood(certificate: x509.Certificate) -> bool:
    try:
        extensions = certificate.extensions
    except ValueError:  # a duplicate, or one that cannot be read
        return False
    return all(one.oid in UNDERSTOOD for one in extensions if one.critical)


def signs_records(certificate: x509.Certificate) -> bool:
    """Whether the certificate is meant for seals: P-256, nonRepudiation, no authority's leaf."""
    try:
        allowed = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        is_p256 = isinstance(public_key(certificate), ec.EllipticCurvePublicKey)
    except (x509.ExtensionNotFound, ValueError, KeyProblem):
        return False
    marked = _has_usage(certificate, RECEIPTS) or _has_usage(certificate, RECOVERY)
    return is_p256 and allowed.content_commitment and not marked


def signs_receipts(certificate: x509.Certificate) -> bool:
    """Whether the certificate is marked for receipts and tree heads."""
    return _has_usage(certificate, RECEIPTS)


def signs_recovered(certificate: x509.Certificate) -> bool:
    """Whether the certificate is marked for what a center recovered, and seals no record."""
    return _has_usage(certificate, RECOVERY) and not signs_records(certificate)


def _has_usage(certificate: x509.Certificate, wanted: x509.ObjectIdentifier) -> bool:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return wanted in extension.value


def _id_of(certificate: x509.Certificate) -> str:
    try:
        return key_id(public_key(certificate))
    except KeyProblem:
        return ""
