"""An officer's own signature, made inside a PKCS#11 token; an option, never needed.

- The private key never leaves the token, and the PIN is given once and kept nowhere.
- P-256 with SHA-256 only, as everything here; a token that has another key only is refused.
- What goes wrong is one of a few codes, each with its sentence; the paper is as it was before.
- Nobody is asked for the PIN twice by a machine: a wrong one is told, with how many tries it may
  have cost left to the token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, Mechanism, ObjectClass, exceptions

from signing import certificates
from signing.keys import check_signature
from signing.problem import KeyProblem

# What the library raises, the more particular first.
CODES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((exceptions.PinLocked,), "token_locked"),
    (
        (
            exceptions.PinIncorrect,
            exceptions.PinInvalid,
            exceptions.PinLenRange,
            exceptions.PinExpired,
            exceptions.ArgumentsBad,
        ),
        "token_pin_wrong",
    ),
    (
        (
            exceptions.TokenNotPresent,
            exceptions.TokenNotRecognised,
            exceptions.NoSuchToken,
            exceptions.DeviceRemoved,
            exceptions.DeviceError,
            exceptions.SessionHandleInvalid,
            exceptions.SessionClosed,
            exceptions.SlotIDInvalid,
        ),
        "token_removed",
    ),
    ((exceptions.PKCS11Error, RuntimeError, OSError), "token_failed"),
)


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """Which token: the vendor's library, and the label; an empty one takes the only token."""

    library: Path
    label: str = ""


class TokenKey:
    """The signing key of an opened token: fits `signing.paper.SigningKey`."""

    def __init__(self, session: Any, key: Any, chain: Sequence[x509.Certificate]) -> None:
        self._session = session
        self._key = key
        self.chain = tuple(chain)

    @classmethod
    def open(cls, choice: TokenChoice, pin: str) -> TokenKey:
        """Log in and find a P-256 key with its certificate.

        Raises:
            KeyProblem: `token_missing` (no such library or token), `token_pin_wrong`,
                `token_locked`, `token_removed`, `token_unfit` (no P-256 key with a certificate),
                `token_failed`.
        """
        token = _find(choice)
        try:
            session = token.open(user_pin=pin)
        except Exception as error:
            raise _problem(error) from error
        try:
            return cls(session, *_key_of(session))
        except Exception as error:
            with suppress(exceptions.PKCS11Error):
                session.close()
            raise error if isinstance(error, KeyProblem) else _problem(error) from error

    @property
    def certificate(self) -> x509.Certificate:
        """The officer's certificate."""
        return self.chain[0]

    @property
    def name(self) -> str:
        """Whose certificate it is, as it says itself."""
        subject = self.certificate.subject
        names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else subject.rfc4514_string()

    def sign(self, data: bytes, signature_algorithm: ec.ECDSA) -> bytes:
        """A DER signature of `data`, checked by the certificate before it is given out.

        Raises:
            KeyProblem: As `open`; `key_wrong` when the token signs with another key than it shows.
        """
        assert isinstance(signature_algorithm.algorithm, SHA256)
        try:
            # Tokens differ in hashing mechanisms; all sign a digest (PKCS #11 v2.40, 2.3.1).
            raw = self._key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        except Exception as error:
            raise _problem(error) from error
        half = len(raw) // 2
        whole = encode_dss_signature(
            int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        )
        check_signature(self.certificate, whole, data)
        return whole

    def close(self) -> None:
        """Log out; what a removed token answers does not matter any more."""
        with suppress(Exception):
            self._session.close()


def _find(choice: TokenChoice) -> Any:
    told = {"library": str(choice.library), "label": choice.label}
    try:
        library = pkcs11.lib(str(choice.library))
        with suppress(exceptions.PKCS11Error):
            library.reinitialize()  # tokens plugged in since the last time are seen only so
        tokens = [slot.get_token() for slot in library.get_slots(token_present=True)]
    except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise KeyProblem("token_missing", **told) from error
    found = [one for one in tokens if not choice.label or one.label.strip() == choice.label]
    ready = [one for one in found if pkcs11.TokenFlag.TOKEN_INITIALIZED in one.flags]
    if len(ready) != 1:
        raise KeyProblem("token_missing", **told)
    return ready[0]


def _key_of(session: Any) -> tuple[Any, list[x509.Certificate]]:
    found = {
        one[Attribute.ID]: x509.load_der_x509_certificate(bytes(one[Attribute.VALUE]))
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    }
    for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
        leaf = found.get(key[Attribute.ID])
        if leaf is not None and certificates.signs_records(leaf):
            others = [one for one in found.values() if one != leaf]
            return key, [leaf, *others]
    raise KeyProblem("token_unfit")


def _problem(error: Exception) -> KeyProblem:
    for kinds, code in CODES:
        if isinstance(error, kinds):
            return KeyProblem(code, why=type(error).__name__)
    raise error
