"""The center's own keys: its authority, the escrow key and the key that signs receipts.

- On disk they are wrapped by a key-encryption key that lies in its own file, so that an operator
  can keep that file elsewhere (`key_file`): a copy of the folder alone then opens nothing.
- Keys are made once, by `init`; a center that lost one never makes another in silence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from center.config import Config
from center.problem import CenterProblem
from signing import certificates, envelope
from signing.certificates import Authority

ESCROW_AAD = b"shilu/1/center-escrow"
RECEIPT_AAD = b"shilu/1/center-receipt"


@dataclass(frozen=True, slots=True)
class CenterKeys:
    """All private keys of a center, opened, and the certificate of its receipt key."""

    authority: Authority
    escrow_key: X25519PrivateKey
    receipt_key: Ed25519PrivateKey
    receipt_certificate: x509.Certificate

    @classmethod
    def create(cls, folder: Path, config: Config) -> CenterKeys:
        """Make and keep the keys of a new center."""
        place = folder / "keys"
        place.mkdir(mode=0o700)
        authority = Authority.create(config.name)
        receipt_key = Ed25519PrivateKey.generate()
        certificate = authority.issue_for_receipts(receipt_key.public_key(), config.name)
        keys = cls(authority, X25519PrivateKey.generate(), receipt_key, certificate)
        kek = envelope.new_key()
        escrow = keys.escrow_key.private_bytes_raw()
        _write(_key_file(folder, config), kek)
        _write(place / "authority.bin", authority.to_wrapped(kek))
        _write(place / "escrow.bin", envelope.wrap(kek, escrow, ESCROW_AAD))
        _write(
            place / "receipt.bin",
            envelope.wrap(kek, receipt_key.private_bytes_raw(), RECEIPT_AAD),
        )
        _write(place / "receipt.pem", certificates.to_pem([certificate]))
        _write(place / "ca.pem", certificates.to_pem([authority.certificate]))
        return keys

    @classmethod
    def open(cls, folder: Path, config: Config) -> CenterKeys:
        """Open the keys of the center in `folder`.

        Raises:
            CenterProblem: `folder_not_a_center` when a file is missing.
            KeyProblem: `ciphertext_changed` when one does not open.
        """
        place = folder / "keys"
        try:
            kek = _key_file(folder, config).read_bytes()
            authority = Authority.from_wrapped(kek, (place / "authority.bin").read_bytes())
            escrow = envelope.unwrap(kek, (place / "escrow.bin").read_bytes(), ESCROW_AAD)
            receipt = envelope.unwrap(kek, (place / "receipt.bin").read_bytes(), RECEIPT_AAD)
            certificate = certificates.from_pem((place / "receipt.pem").read_bytes())[0]
        except FileNotFoundError as error:
            raise CenterProblem("folder_not_a_center", folder=str(folder)) from error
        return cls(
            authority,
            X25519PrivateKey.from_private_bytes(escrow),
            Ed25519PrivateKey.from_private_bytes(receipt),
            certificate,
        )

    @property
    def ca_pem(self) -> str:
        """The authority's certificate: what a court trusts."""
        return certificates.to_pem([self.authority.certificate]).decode("ascii")

    @property
    def receipt_pem(self) -> str:
        """The certificate of the key that signs receipts and tree heads."""
        return certificates.to_pem([self.receipt_certificate]).decode("ascii")


def _key_file(folder: Path, config: Config) -> Path:
    return Path(config.key_file) if config.key_file else folder / "keys" / "kek"


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
