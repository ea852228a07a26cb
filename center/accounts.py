"""Workstations and how they come in: one-time codes, certificates, revocation.

- A code is used once, within minutes, by the device and room it was made for; only its digest
  is kept, and it is compared in constant time.
- The same request by the same key gets the same answer while the code lives, because an answer
  can be lost; another key never does.
- Wrong codes are counted over all senders together: guessing stops for everybody.
- A key that is enrolled may have its device's next key certified, without a code.
- A revoked key signs no request and no record any more; nothing is deleted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import deque
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate
from sqlalchemy import select
from sqlalchemy.orm import Session

from center.config import Config
from center.database import Code, Database, Workstation, utc_now
from center.keys import CenterKeys
from center.problem import CenterProblem
from center.request import Admitted
from signing import certificates
from signing.digest import key_id
from signing.problem import KeyProblem
from signing.receipt import utc_time
from signing.revocation import make_list

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that looks like another
CODE_CHARACTERS = 12  # 60 bits
CERTIFICATE_DAYS = 730
MAX_NAME_BYTES = 64  # of a common name in X.509, in UTF-8


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a workstation sends to be enrolled."""

    code: str
    device: str
    room: str
    csr: str  # PEM
    journal_key: str  # Base64 of the raw Ed25519 public key


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an enrolled workstation sends for its next generation of keys."""

    csr: str  # PEM
    journal_key: str  # Base64 of the raw Ed25519 public key


class Welcome(msgspec.Struct, frozen=True):
    """What it gets: its certificate and the public keys of the center."""

    center: str  # the center's name
    device: str
    room: str
    certificate: str  # PEM, leaf and authority
    escrow_key: str  # Base64 of the raw X25519 public key
    receipt_certificate: str  # PEM
    ca: str  # PEM


@dataclass(frozen=True, slots=True)
class Account:
    """An enrolled key as an operator sees it."""

    key_id: str
    device: str
    room: str
    enrolled_utc: str
    revoked_utc: str | None


class Accounts:
    """All workstations of this center."""

    def __init__(self, database: Database, keys: CenterKeys, config: Config) -> None:
        self._database = database
        self._keys = keys
        self._config = config
        self._failures: deque[float] = deque(maxlen=config.attempts)

    def make_code(self, device: str, room: str, minutes: int) -> str:
        """A new one-time code, as `ABCD-EFGH-JKMN`; told once and kept only as a digest."""
        plain = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
        expires_ms = _now_ms() + minutes * 60_000
        with self._database.writing() as session:
            row = Code(digest=_digest(plain), device=device, room=room, expires_ms=expires_ms)
            session.add(row)
        return "-".join(plain[at : at + 4] for at in range(0, CODE_CHARACTERS, 4))

    def enrol(self, application: Application) -> Welcome:
        """Issue a certificate for a valid code.

        Raises:
            CenterProblem: `code_wrong` (unknown, used, expired, or of another device or room),
                `too_many_attempts` or `request_malformed`.
        """
        self._refuse_guessing()
        _check_application(application)
        leaf = self._issue(application)
        with self._database.writing() as session:
            code = _find_code(session, application, _id_of(leaf))
            workstation = None if code is None else _take_in(session, code, application, leaf)
        if workstation is None:
            self._failures.append(time.monotonic())
            raise CenterProblem("code_wrong")
        return self._welcome(workstation)

    def renew(self, sender: Admitted, renewal: Renewal) -> Welcome:
        """Certify the next keys of the device and room that signed the request.

        The former key stays: records that began with it are still sealed and delivered.

        Raises:
            CenterProblem: `request_malformed`, also for a key that is enrolled already but as
                another device's.
        """
        application = Application("", sender.device, sender.room, renewal.csr, renewal.journal_key)
        _check_application(application)
        leaf = self._issue(application)
        name = _id_of(leaf)
        with self._database.writing() as session:
            workstation = session.get(Workstation, name)
            if workstation is None:
                workstation = _fill(Workstation(key_id=name), application, leaf)
                session.add(workstation)
        if (workstation.device, workstation.journal_key) != (sender.device, renewal.journal_key):
            raise CenterProblem("request_malformed", field="csr")
        return self._welcome(workstation)

    def revocations(self) -> bytes:
        """The list of certificates taken back, signed by the authority; DER."""
        with self._database.reading() as session:
            query = select(Workstation).where(Workstation.revoked_utc.is_not(None))
            rows = session.scalars(query).all()
        revoked = {
            certificates.from_pem(row.certificate_pem.encode())[0].serial_number: utc_time(
                str(row.revoked_utc)
            )
            for row in rows
        }
        return make_list(self._keys.authority, revoked)

    def enrolled(self) -> list[Account]:
        """All keys ever enrolled, in their order."""
        with self._database.reading() as session:
            rows = session.scalars(select(Workstation).order_by(Workstation.enrolled_utc)).all()
        return [
            Account(row.key_id, row.device, row.room, row.enrolled_utc, row.revoked_utc)
            for row in rows
        ]

    def revoke(self, key: str) -> None:
        """Refuse this key from now on. Raises `account_unknown`."""
        with self._database.writing() as session:
            workstation = session.get(Workstation, key)
            if workstation is None:
                raise CenterProblem("account_unknown", key=key)
            workstation.revoked_utc = workstation.revoked_utc or utc_now()

    def _issue(self, application: Application) -> Certificate:
        try:
            return self._keys.authority.issue(
                application.csr.encode(), application.room, application.device, CERTIFICATE_DAYS
            )
        except KeyProblem as problem:
            raise CenterProblem("request_malformed", field="csr") from problem

    def _refuse_guessing(self) -> None:
        since = time.monotonic() - self._config.attempts_window_s
        recent = [moment for moment in list(self._failures) if moment > since]
        if len(recent) >= self._config.attempts:
            raise CenterProblem("too_many_attempts", wait_s=self._config.attempts_window_s)

    def _welcome(self, workstation: Workstation) -> Welcome:
        escrow = self._keys.escrow_key.public_key().public_bytes_raw()
        return Welcome(
            center=self._config.name,
            device=workstation.device,
            room=workstation.room,
            certificate=workstation.certificate_pem + self._keys.ca_pem,
            escrow_key=base64.b64encode(escrow).decode("ascii"),
            receipt_certificate=self._keys.receipt_pem,
            ca=self._keys.ca_pem,
        )


def _check_application(application: Application) -> None:
    for field in ("device", "room"):
        if not 0 < len(getattr(application, field).encode()) <= MAX_NAME_BYTES:
            raise CenterProblem("request_malformed", field=field)
    try:
        raw = base64.b64decode(application.journal_key, validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, binascii.Error) as error:
        raise CenterProblem("request_malformed", field="journal_key") from error


def _find_code(session: Session, application: Application, name: str) -> Code | None:
    """The living code that fits; every living code is compared, in constant time."""
    told = _digest(application.code)
    found = None
    for code in session.scalars(select(Code).where(Code.expires_ms > _now_ms())):
        if hmac.compare_digest(code.digest, told):
            found = code
    if found is None or found.used_by not in (None, name):
        return None
    fits = found.device in ("", application.device) and found.room in ("", application.room)
    return found if fits else None


def _take_in(
    session: Session, code: Code, application: Application, leaf: Certificate
) -> Workstation:
    name = _id_of(leaf)
    workstation = session.get(Workstation, name)
    if workstation is not None and workstation.revoked_utc is not None:
        raise CenterProblem("key_revoked", key=name)
    if workstation is not None and code.used_by == name:
        return workstation  # the same request again
    if workstation is None:
        workstation = Workstation(key_id=name)
        session.add(workstation)
    code.used_by = name
    return _fill(workstation, application, leaf)


def _fill(workstation: Workstation, application: Application, leaf: Certificate) -> Workstation:
    workstation.device = application.device
    workstation.room = application.room
    workstation.certificate_pem = certificates.to_pem([leaf]).decode("ascii")
    workstation.journal_key = application.journal_key
    workstation.enrolled_utc = workstation.enrolled_utc or utc_now()
    return workstation


def _digest(code: str) -> str:
    """Of a code as a person may type it: any case, with or without dashes."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()


def _id_of(certificate: Certificate) -> str:
    return key_id(certificates.public_key(certificate))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
