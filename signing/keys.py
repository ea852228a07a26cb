"""The keys of one workstation: Ed25519 for its logs, P-256 for seals, papers and requests.

- Private keys leave this module only wrapped by the key from the OS key store.
- Until a center enrols the workstation its certificate is self-signed, and says so.
- A certificate for another key is refused, never stored beside ours.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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

from signing import certificates, envelope
from signing.digest import canonical, key_id, parse_canonical
from signing.problem import KeyProblem

__all__ = ["WorkstationKeys", "check_signature", "key_id"]

WRAPPED_AAD = b"shilu/1/workstation"
SELF_SIGNED_DAYS = 3650
ECDSA = ec.ECDSA(SHA256())


@dataclass(frozen=True, slots=True)
class WorkstationKeys:
    """Both private keys and the certificate chain of the P-256 key, leaf first."""

    name: str
    journal_key: Ed25519PrivateKey
    seal_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

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
        return cls(name, Ed25519PrivateKey.generate(), key, (builder.sign(key, SHA256()),))

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
        seal_key = self.seal_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        told = {
            "chain": certificates.to_pem(self.chain).decode("ascii"),
            "journal_key": base64.b64encode(self.journal_key.private_bytes_raw()).decode("ascii"),
            "name": self.name,
            "seal_key": base64.b64encode(seal_key).decode("ascii"),
            "version": 1,
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
        seal_key = load_der_private_key(base64.b64decode(told["seal_key"]), password=None)
        assert isinstance(seal_key, ec.EllipticCurvePrivateKey)
        return cls(
            name=told["name"],
            journal_key=Ed25519PrivateKey.from_private_bytes(base64.b64decode(told["journal_key"])),
            seal_key=seal_key,
            chain=certificates.from_pem(told["chain"].encode("ascii")),
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


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
