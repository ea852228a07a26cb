"""The list of sealed records on this workstation, for looking one up.

- It says where a record lies and what was last found about it; the record itself is the truth.
- Entries are added and their findings renewed; nothing here removes an entry or a record.
- Delivery is told by the outbox; a record that was never queued has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select

from app.store.database import Database, DeliveryRow, RecordRow
from app.store.outbox import DeliveryState


class Verification(StrEnum):
    """What the strict verifier last said."""

    UNKNOWN = "unknown"
    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sealed record."""

    record_id: str
    folder: Path
    room: str
    case_number: str
    case_name: str
    suspect: str
    sealed_utc: str
    root_digest: str
    simulated: bool = False
    pages: int = 0
    duration_ms: int = 0  # recorded, without gaps
    verification: Verification = Verification.UNKNOWN
    verification_code: str = ""  # of the seal problem when invalid
    verified_utc: str = ""
    delivery: DeliveryState | None = None


class Catalogue:
    """All sealed records of this workstation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry) -> None:
        """Enter a sealed record; entering it again renews what is told of it."""
        with self._database.writing() as session:
            session.merge(
                RecordRow(
                    id=entry.record_id,
                    folder=str(entry.folder),
                    room=entry.room,
                    case_number=entry.case_number,
                    case_name=entry.case_name,
                    suspect=entry.suspect,
                    sealed_utc=entry.sealed_utc,
                    root_digest=entry.root_digest,
                    simulated=entry.simulated,
                    pages=entry.pages,
                    duration_ms=entry.duration_ms,
                    verification=entry.verification,
                    verification_code=entry.verification_code,
                    verified_utc=entry.verified_utc,
                )
            )

    def note_verification(self, record_id: str, code: str, verified_utc: str) -> None:
        """Keep what the verifier said: an empty code is valid, any other names the problem."""
        with self._database.writing() as session:
            row = session.get_one(RecordRow, record_id)
            row.verification = Verification.INVALID if code else Verification.VALID
            row.verification_code = code
            row.verified_utc = verified_utc

    def get(self, record_id: str) -> Entry | None:
        """One record."""
        found = self._select(RecordRow.id == record_id)
        return found[0] if found else None

    def entries(self) -> list[Entry]:
        """All records, the last sealed first."""
        return self._select()

    def search(self, text: str) -> list[Entry]:
        """Records of which every word of `text` occurs in id, room, case or suspect."""
        columns = (
            RecordRow.id,
            RecordRow.room,
            RecordRow.case_number,
            RecordRow.case_name,
            RecordRow.suspect,
        )
        words = text.split()
        return self._select(
            *(
                or_(*(column.icontains(word, autoescape=True) for column in columns))
                for word in words
            )
        )

    def _select(self, *conditions: ColumnElement[bool]) -> list[Entry]:
        query = (
            select(RecordRow, DeliveryRow.state)
            .outerjoin(DeliveryRow, DeliveryRow.record_id == RecordRow.id)
            .where(*conditions)
            .order_by(RecordRow.sealed_utc.desc(), RecordRow.id)
        )
        with self._database.reading() as session:
            return [_entry(row, state) for row, state in session.execute(query)]


def _entry(row: RecordRow, state: str | None) -> Entry:
    return Entry(
        record_id=row.id,
        folder=Path(row.folder),
        room=row.room,
        case_number=row.case_number,
        case_name=row.case_name,
        suspect=row.suspect,
        sealed_utc=row.sealed_utc,
        root_digest=row.root_digest,
        simulated=row.simulated,
        pages=row.pages,
        duration_ms=row.duration_ms,
        verification=Verification(row.verification),
        verification_code=row.verification_code,
        verified_utc=row.verified_utc,
        delivery=None if state is None else DeliveryState(state),
    )
