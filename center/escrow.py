"""Opens the data key of a dead workstation's record, and keeps a register of every such act.

- Two persons are named, one who opens and one who approves, and a reason; without them nothing
  is opened. That they are who they say is the center's own order; the account is kept as well.
- The register's line is on disk before the key is opened, and another says how it ended. Lines
  are chained and signed by the center's receipt key: none can be taken out unseen.
- What is recovered is signed by a key made for it alone, under a certificate that seals no record.
"""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from typing import cast

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from center.database import Database, Opening, Workstation, utc_now
from center.keys import CenterKeys
from center.names import check_record_id
from center.problem import CenterProblem
from signing import chain, envelope
from signing.recovered import RecoverySigner


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who opens what, why, and who approved."""

    record_id: str
    reason: str
    officer: str
    approved_by: str
    account: str  # of the operating system


class OpeningEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the register: an opening `began`, is `done` or `failed` with a code."""

    utc: str
    act: str
    order: Order
    code: str = ""
    root_digest: str = ""  # of what was recovered


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A journal key this center knows, and whose it is."""

    device: str
    room: str
    journal_key: Ed25519PublicKey
    revoked_utc: str | None


class Escrow:
    """The escrow key of one center and its register."""

    def __init__(self, database: Database, keys: CenterKeys, center: str) -> None:
        self._database = database
        self._keys = keys
        self._center = center

    def open_key(self, order: Order, wrapped: bytes) -> bytes:
        """The 32-byte data key that `wrap_for_center` wrapped; noted before it is opened.

        Raises:
            CenterProblem: `approval_wrong` (a name or the reason is missing, or both names are
                one person), `name_unsafe`.
            KeyProblem: `ciphertext_changed`: damaged, or wrapped for another center.
        """
        check_record_id(order.record_id)
        _check_order(order)
        self._note(OpeningEntry(utc=utc_now(), act="began", order=order))
        return envelope.unwrap_at_center(self._keys.escrow_key, wrapped)

    def note_end(self, order: Order, *, code: str = "", root_digest: str = "") -> None:
        """Say how an opening ended."""
        act = "failed" if code else "done"
        told = OpeningEntry(utc=utc_now(), act=act, order=order, code=code, root_digest=root_digest)
        self._note(told)

    def register(self) -> list[OpeningEntry]:
        """All openings, oldest first; the whole chain is checked.

        Raises:
            SealProblem: `chain_*` when a line is not as it was written.
        """
        with self._database.reading() as session:
            rows = session.scalars(select(Opening).order_by(Opening.position)).all()
        key = self._keys.receipt_key.public_key()
        lines = chain.read_lines((row.line for row in rows), key, path="opening")
        return [msgspec.convert(line.body, OpeningEntry) for line in lines]

    def enrolled(self) -> list[Enrolled]:
        """Every journal key ever enrolled here, revoked ones too."""
        with self._database.reading() as session:
            rows = session.scalars(select(Workstation)).all()
        return [
            Enrolled(row.device, row.room, _key(row.journal_key), row.revoked_utc) for row in rows
        ]

    def make_signer(self) -> RecoverySigner:
        """A new key with its certificate, for one recovered record; it is kept nowhere."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._keys.authority.issue_for_recovery(key.public_key(), self._center)
        return RecoverySigner(key, (leaf, self._keys.authority.certificate), self._center)

    @property
    def authority(self) -> x509.Certificate:
        """What recovered and sealed records of this center lead to."""
        return self._keys.authority.certificate

    def _note(self, entry: OpeningEntry) -> None:
        body = cast("chain.Body", msgspec.to_builtins(entry))
        with self._database.writing() as session:
            last = session.scalars(select(Opening).order_by(Opening.position.desc())).first()
            position = 0 if last is None else last.position + 1
            head = chain.GENESIS if last is None else chain.line_digest(last.line)
            line = chain.make_line(position, head, body, self._keys.receipt_key)
            session.add(Opening(position=position, record_id=entry.order.record_id, line=line))


def _check_order(order: Order) -> None:
    for field in ("reason", "officer", "approved_by"):
        if not getattr(order, field).strip():
            raise CenterProblem("approval_wrong", missing=field)
    if _plain(order.officer) == _plain(order.approved_by):
        raise CenterProblem("approval_wrong", missing="approved_by")


def _key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def _plain(name: str) -> str:
    """A name as two spellings of it compare."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
