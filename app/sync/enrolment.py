"""Brings a workstation in: a one-time code for a certificate and the center's public keys.

- The private keys never leave the workstation; the center sees a certificate request.
- What the center answers is checked before it is kept: the certificate is for our key, names our
  device and room, and leads to the authority that came with it.
- The authority is kept for good; every later receipt must lead to it.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.errors import KeyProblem, SealProblem, SetupProblem, SyncProblem
from app.store.keystore import write_synced
from app.sync.client import CenterClient
from signing import certificates
from signing.keys import WorkstationKeys
from signing.revocation import RevocationList

FILE_NAME = "center.json"
CRL_NAME = "revoked.crl"
ESCROW_BYTES = 32


class Welcome(msgspec.Struct, frozen=True):
    """The center's answer to a good code."""

    center: str
    device: str
    room: str
    certificate: str  # PEM, leaf and authority
    escrow_key: str  # Base64, raw X25519
    receipt_certificate: str  # PEM
    ca: str  # PEM


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What this workstation knows of its center; holds no secret."""

    url: str
    center: str
    device: str
    room: str
    escrow_key: str
    receipt_certificate: str
    ca: str

    @property
    def escrow(self) -> bytes:
        """The raw X25519 public key that record keys are wrapped to, 32 bytes."""
        return base64.b64decode(self.escrow_key)

    @property
    def authority(self) -> x509.Certificate:
        """The center's authority: what records and receipts must lead to."""
        return certificates.from_pem(self.ca.encode())[0]

    def save(self, folder: Path) -> None:
        """Keep it in the folder of the workstation's keys."""
        write_synced(folder / FILE_NAME, msgspec.json.format(msgspec.json.encode(self)))

    @classmethod
    def load(cls, folder: Path) -> Enrolment | None:
        """The enrolment kept in `folder`, or None when there was none.

        Raises:
            SetupProblem: `settings_unreadable`.
        """
        file = folder / FILE_NAME
        try:
            return msgspec.json.decode(file.read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise SetupProblem("settings_unreadable", file=str(file), why=str(error)) from error


def enrol(
    url: str,
    code: str,
    device: str,
    room: str,
    keys: WorkstationKeys,
    *,
    trust: Path | None = None,
) -> tuple[Enrolment, WorkstationKeys]:
    """Ask the center at `url` for a certificate; nothing is kept yet.

    Args:
        url: Of the center.
        code: The one-time code, as a person typed it.
        device: Name of this workstation in the certificate.
        room: Name of its room.
        keys: Its keys; returned again with the certificate.
        trust: PEM of the authority for TLS.

    Raises:
        SyncProblem: `center_unreachable`, `code_wrong`, `center_refused`, `certificate_wrong`.
    """
    told = _application(code, device, room, keys)
    welcome = _post(url, "/v1/enroll", told, None, trust)
    certified = _checked(welcome, device, room, keys)
    enrolment = Enrolment(
        url=url,
        center=welcome.center,
        device=device,
        room=room,
        escrow_key=welcome.escrow_key,
        receipt_certificate=welcome.receipt_certificate,
        ca=welcome.ca,
    )
    return enrolment, certified


def renew(
    enrolment: Enrolment, keys: WorkstationKeys, *, trust: Path | None = None
) -> tuple[Enrolment, WorkstationKeys]:
    """Ask the center to certify a next generation of keys; nothing is kept yet.

    The request is signed by the present key. The former generation stays among the new keys'.

    Raises:
        SyncProblem: As `enrol`.
        KeyProblem: `certificate_revoked` or `certificate_expired`: it needs a one-time code now.
    """
    fresh = keys.next_generation()
    told = {
        "csr": fresh.make_csr().decode("ascii"),
        "journal_key": _journal_key(fresh),
    }
    welcome = _post(enrolment.url, "/v1/renew", told, keys, trust)
    known = [enrolment.ca, enrolment.receipt_certificate]
    if [welcome.ca, welcome.receipt_certificate] != known:  # another center answers there now
        raise SyncProblem("certificate_wrong", why="authority")
    certified = _checked(welcome, enrolment.device, enrolment.room, fresh)
    return msgspec.structs.replace(enrolment, escrow_key=welcome.escrow_key), certified


def fetch_revocations(enrolment: Enrolment, *, trust: Path | None = None) -> RevocationList:
    """The center's list of certificates taken back, checked against its authority.

    Raises:
        SyncProblem: `center_unreachable`, `center_refused` or `certificate_wrong`.
    """
    client = CenterClient(enrolment.url, None, trust=trust)
    try:
        found = RevocationList.read(client.ask("GET", "/v1/revoked.crl").content)
    except KeyProblem as problem:
        raise SyncProblem("certificate_wrong", why="crl") from problem
    finally:
        client.close()
    if not found.is_signed_by(enrolment.authority):
        raise SyncProblem("certificate_wrong", why="crl")
    return found


def save_revocations(folder: Path, found: RevocationList) -> None:
    """Keep a list beside the keys; an older one than is kept changes nothing."""
    kept = load_revocations(folder)
    if kept is None or found.number > kept.number:
        write_synced(folder / CRL_NAME, found.crl.public_bytes(Encoding.DER))


def load_revocations(folder: Path) -> RevocationList | None:
    """The list kept beside the keys, or None; what cannot be read is fetched again."""
    try:
        return RevocationList.read((folder / CRL_NAME).read_bytes())
    except (OSError, KeyProblem):
        return None


def _journal_key(keys: WorkstationKeys) -> str:
    return base64.b64encode(keys.journal_key.public_key().public_bytes_raw()).decode("ascii")


def _application(code: str, device: str, room: str, keys: WorkstationKeys) -> dict[str, str]:
    return {
        "code": code,
        "device": device,
        "room": room,
        "csr": keys.make_csr().decode("ascii"),
        "journal_key": _journal_key(keys),
    }


def _post(
    url: str, target: str, told: dict[str, str], signer: WorkstationKeys | None, trust: Path | None
) -> Welcome:
    client = CenterClient(url, signer, trust=trust)
    headers = {"Content-Type": "application/json"}
    try:
        body = msgspec.json.encode(told)
        answer = client.ask("POST", target, body=body, headers=headers)
        return msgspec.json.decode(answer.content, type=Welcome)
    except msgspec.DecodeError as error:
        raise SyncProblem("certificate_wrong", why=str(error)) from error
    finally:
        client.close()


def _checked(welcome: Welcome, device: str, room: str, keys: WorkstationKeys) -> WorkstationKeys:
    try:
        return _check(welcome, device, room, keys)
    except (KeyProblem, SealProblem, ValueError) as error:  # binascii.Error is one
        raise SyncProblem("certificate_wrong", why=str(error)) from error


def _check(welcome: Welcome, device: str, room: str, keys: WorkstationKeys) -> WorkstationKeys:
    certified = keys.with_certificate(certificates.from_pem(welcome.certificate.encode()))
    (authority,) = certificates.from_pem(welcome.ca.encode())
    (receipts,) = certificates.from_pem(welcome.receipt_certificate.encode())
    now = datetime.now(UTC)
    certificates.check_path(certified.certificate, certified.chain[1:], [authority], now)
    certificates.check_path(receipts, [], [authority], now)
    if not certificates.signs_receipts(receipts):
        raise ValueError("receipt certificate")
    if len(base64.b64decode(welcome.escrow_key, validate=True)) != ESCROW_BYTES:
        raise ValueError("escrow key")
    subject = certified.certificate.subject
    names = [
        subject.get_attributes_for_oid(oid)[0].value
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    ]
    if names != [device, room]:
        raise ValueError("names")
    return certified
