"""The keys of one workstation: Ed25519 for its logs, P-256 for seals, papers and requests.

- Private keys leave this module only wrapped by the key from the OS key store.
- Until a center enrols the workstation its certificate is self-signed, and says so.
- A certificate for another key is refused, never stored beside ours.
- Renewing makes a new generation of both keys; former ones are kept, because a record stays with
  the keys it began with, to its seal.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from signing import certificates, envelope, sm2
from signing.digest import canonical, key_id, parse_canonical
from signing.problem import KeyProblem

__all__ = ["WorkstationKeys", "check_signature", "key_id"]

WRAPPED_AAD = b"shilu/1/workstation"
CUSTODY_PURPOSE = "custody"
SELF_SIGNED_DAYS = 3650
RENEW_AFTER = 2 / 3  # of a certificate's life
ECDSA = ec.ECDSA(SHA256())


@dataclass(frozen=True, slots=True)
class WorkstationKeys:
    """Both private keys and the certificate chain of the P-256 key, leaf first."""

    name: str
    journal_key: Ed25519PrivateKey
    seal_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]
    custody_key: bytes = b""  # encrypts this machine's own log, whatever the KEK is; 32 bytes
    sm2_key: bytes = b""  # of the GM suite, DER; empty while the profile was never on
    former: tuple[WorkstationKeys, ...] = ()  # the newest first, none with formers of its own

    @classmethod
    def generate(cls, name: str, *, now: datetime | None = None) -> WorkstationKeys:
        """New keys with a self-signed certificate that names the workstation."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(name)
        builder = certificates.template(
            subject, subject, key.public_key(), SELF_SIGNED_DAYS, now=now
        )
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        builder = builder.add_extension(
            certificates.usage(authority=False, signer=True), critical=True
        )
        chain = (builder.sign(key, SHA256()),)
        return cls(name, Ed25519PrivateKey.generate(), key, chain, envelope.new_key())

    def next_generation(self) -> WorkstationKeys:
        """New keys, self-signed until a center certifies them, with these among the former ones."""
        former = (replace(self, former=()), *self.former)
        fresh = WorkstationKeys.generate(self.name)
        sm2_key = sm2.new_key() if self.sm2_key else b""
        return replace(fresh, custody_key=self.custody_key, sm2_key=sm2_key, former=former)

    def with_sm2_key(self) -> WorkstationKeys:
        """The same keys with one for the GM suite. Raises `KeyProblem` `gm_missing`."""
        return self if self.sm2_key else replace(self, sm2_key=sm2.new_key())

    def as_of(self, journal_key_id: str) -> WorkstationKeys:
        """The generation that signed a record's logs: what its paper and seal are signed with.

        Raises:
            KeyProblem: `key_wrong`: this workstation never had that key.
        """
        for keys in (self, *self.former):
            if keys.journal_key_id == journal_key_id:
                # Where the GM profile was turned on since, the newest key is the first there was.
                return replace(keys, former=(), sm2_key=keys.sm2_key or self.sm2_key)
        raise KeyProblem("key_wrong", key=journal_key_id)

    @property
    def first(self) -> WorkstationKeys:
        """The oldest generation; the machine's own log stays signed by its journal key."""
        return self.former[-1] if self.former else self

    def is_renewal_due(self, at: datetime) -> bool:
        """Whether two thirds of the certificate's life are over."""
        start, end = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        return at >= start + (end - start) * RENEW_AFTER

    def days_left(self, at: datetime) -> int:
        """Whole days until the certificate expires; negative afterwards."""
        return (self.certificate.not_valid_after_utc - at).days

    def check_valid(self, at: datetime | None = None) -> None:
        """Raises `KeyProblem` `certificate_expired` when the certificate's time is over."""
        end = self.certificate.not_valid_after_utc
        if (at or datetime.now(UTC)) > end:
            raise KeyProblem("certificate_expired", device=self.device, at=end.date().isoformat())

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the seal key."""
        return self.chain[0]

    @property
    def is_enrolled(self) -> bool:
        """Whether an authority vouches for the seal key."""
        return not certificates.is_self_signed(self.certificate)

    @property
    def device(self) -> str:
        """The key id of the seal key: how the center and the receipts name this workstation."""
        return key_id(self.seal_key.public_key())

    @property
    def journal_key_id(self) -> str:
        """The key id that stands in every log line."""
        return key_id(self.journal_key.public_key())

    def make_csr(self) -> bytes:
        """A PEM certificate request for the seal key, signed by it."""
        builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(self.name))
        return builder.sign(self.seal_key, SHA256()).public_bytes(Encoding.PEM)

    def with_certificate(self, chain: Sequence[x509.Certificate]) -> WorkstationKeys:
        """The same keys with the center's certificate chain, leaf first.

        Raises:
            KeyProblem: `key_wrong` for another key's certificate, `certificate_malformed` for
                one that cannot sign records or a chain whose links do not fit.
        """
        if not chain or not certificates.signs_records(chain[0]):
            raise KeyProblem("certificate_malformed")
        if certificates.public_key(chain[0]) != self.seal_key.public_key():
            raise KeyProblem("key_wrong")
        for subject, issuer in itertools.pairwise(chain):
            try:
                subject.verify_directly_issued_by(issuer)
            except (ValueError, TypeError, InvalidSignature) as error:
                raise KeyProblem("certificate_malformed") from error
        return replace(self, chain=tuple(chain))

    def sign(self, data: bytes) -> bytes:
        """An ECDSA P-256/SHA-256 signature (DER) of a request to the center."""
        return self.seal_key.sign(data, ECDSA)

    def to_wrapped(self, kek: bytes) -> bytes:
        """Everything, encrypted for the disk under the 32-byte key from the OS key store."""
        told = {
            "custody_key": base64.b64encode(self.custody_key).decode("ascii"),
            "generations": [_told(keys) for keys in (self, *self.former)],
            "name": self.name,
            "version": 2,
        }
        return envelope.wrap(kek, canonical(told), WRAPPED_AAD)

    @classmethod
    def from_wrapped(cls, kek: bytes, blob: bytes) -> WorkstationKeys:
        """The keys of `to_wrapped`.

        Raises:
            KeyProblem: `ciphertext_changed` when the blob or the KEK is another one.
        """
        told = parse_canonical(envelope.unwrap(kek, blob, WRAPPED_AAD))
        assert isinstance(told, dict)  # GCM opened it, so `to_wrapped` wrote it
        if told["version"] == 1:  # until 2026-11: one generation, the custody log under the KEK
            custody_key, generations = envelope.derive(kek, CUSTODY_PURPOSE), [told]
        else:
            custody_key, generations = base64.b64decode(told["custody_key"]), told["generations"]
        newest, *former = (cls._read(told["name"], custody_key, one) for one in generations)
        return replace(newest, former=tuple(former))

    @classmethod
    def _read(cls, name: str, custody_key: bytes, told: dict[str, str]) -> WorkstationKeys:
        seal_key = load_der_private_key(base64.b64decode(told["seal_key"]), password=None)
        assert isinstance(seal_key, ec.EllipticCurvePrivateKey)
        return cls(
            name=name,
            journal_key=Ed25519PrivateKey.from_private_bytes(base64.b64decode(told["journal_key"])),
            seal_key=seal_key,
            chain=certificates.from_pem(told["chain"].encode("ascii")),
            custody_key=custody_key,
            sm2_key=base64.b64decode(told.get("sm2_key", "")),
        )


def check_signature(certificate: x509.Certificate, signature: bytes, data: bytes) -> None:
    """Check what `WorkstationKeys.sign` made.

    Raises:
        KeyProblem: `key_wrong` when it is not a signature of `data` by the certificate's key.
    """
    key = certificates.public_key(certificate)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise KeyProblem("key_malformed")
    try:
        key.verify(signature, data, ECDSA)
    except InvalidSignature as error:
        raise KeyProblem("key_wrong") from error


def _told(keys: WorkstationKeys) -> dict[str, str]:
    seal_key = keys.seal_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "chain": certificates.to_pem(keys.chain).decode("ascii"),
        "journal_key": base64.b64encode(keys.journal_key.private_bytes_raw()).decode("ascii"),
        "seal_key": base64.b64encode(seal_key).decode("ascii"),
        "sm2_key": base64.b64encode(keys.sm2_key).decode("ascii"),
    }


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
