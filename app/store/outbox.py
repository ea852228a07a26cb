"""Which sealed records still have to reach the center, and how far each is.

- States: queued, uploading, delivered, acknowledged, rejected. Only a receipt that was verified
  makes `acknowledged`; only the center's refusal makes `rejected`.
- A start of the program finds every delivery where it stood: interrupted ones are queued again.
- No row is ever removed, and nothing here touches a record.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Select, select

from app.clock import iso
from app.errors import Detail, Problem
from app.store.database import Database, DeliveryRow

FIRST_PAUSE_MS = 2_000
LONGEST_PAUSE_MS = 300_000


class DeliveryState(StrEnum):
    """How far a record is on its way."""

    QUEUED = "queued"
    UPLOADING = "uploading"
    DELIVERED = "delivered"  # the center has it, its receipt is not verified yet
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.UPLOADING, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record in the outbox; `code` and `details` are those of the last problem, or empty."""

    record_id: str
    folder: Path
    state: DeliveryState
    queued_utc: str
    acknowledged_utc: str
    attempts: int
    next_try_ms: int  # wall clock, milliseconds since 1970
    code: str
    details: dict[str, Detail]


class Outbox:
    """All deliveries of this workstation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, record_id: str, folder: Path) -> Delivery:
        """Deliver this sealed record; queueing it again changes nothing."""
        with self._database.writing() as session:
            row = session.get(DeliveryRow, record_id)
            if row is None:
                row = DeliveryRow(
                    record_id=record_id,
                    folder=str(folder),
                    state=DeliveryState.QUEUED,
                    queued_utc=iso(datetime.now(UTC)),
                    acknowledged_utc="",
                    attempts=0,
                    next_try_ms=0,
                    code="",
                    details="{}",
                )
                session.add(row)
        return _delivery(row)

    def get(self, record_id: str) -> Delivery | None:
        """One delivery."""
        with self._database.reading() as session:
            row = session.get(DeliveryRow, record_id)
        return None if row is None else _delivery(row)

    def deliveries(self) -> list[Delivery]:
        """All deliveries, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.queued_utc)).all()
        return [_delivery(row) for row in rows]

    def take_up(self) -> None:
        """At the start of the worker: whatever was interrupted is queued, and all is due."""
        with self._database.writing() as session:
            for row in session.scalars(_open_rows()):
                row.next_try_ms = 0
                if row.state == DeliveryState.UPLOADING:
                    row.state = DeliveryState.QUEUED

    def next(self) -> Delivery | None:
        """The open delivery whose turn is first; it may lie in the future."""
        with self._database.reading() as session:
            rows = _open_rows().order_by(DeliveryRow.next_try_ms, DeliveryRow.queued_utc)
            row = session.scalar(rows.limit(1))
        return None if row is None else _delivery(row)

    def retry(self, record_id: str) -> None:
        """A person asks for another try now, of a waiting or a rejected delivery."""
        with self._database.writing() as session:
            row = session.get_one(DeliveryRow, record_id)
            if row.state == DeliveryState.REJECTED:
                row.state = DeliveryState.QUEUED
            row.next_try_ms = 0

    def mark_uploading(self, record_id: str) -> Delivery:
        """A try begins."""
        return self._change(record_id, state=DeliveryState.UPLOADING)

    def mark_delivered(self, record_id: str) -> Delivery:
        """The center says that it has the record; its receipt is still to be verified."""
        return self._change(record_id, state=DeliveryState.DELIVERED)

    def mark_acknowledged(self, record_id: str) -> Delivery:
        """The verified receipt lies in the record."""
        now = iso(datetime.now(UTC))
        return self._change(
            record_id,
            state=DeliveryState.ACKNOWLEDGED,
            acknowledged_utc=now,
            code="",
            details="{}",
        )

    def mark_rejected(self, record_id: str, code: str, details: dict[str, Detail]) -> Delivery:
        """The center refuses the record itself; trying again by itself makes no sense."""
        return self._change(
            record_id, state=DeliveryState.REJECTED, code=code, details=json.dumps(details)
        )

    def postpone(self, record_id: str, problem: Problem) -> Delivery:
        """This try failed; the next comes later and later, at most every five minutes."""
        known = self.get(record_id)
        assert known is not None
        pause_ms = min(FIRST_PAUSE_MS << min(known.attempts, 16), LONGEST_PAUSE_MS)
        spread = random.uniform(0.8, 1.2)  # noqa: S311 - rooms must not all come at once
        is_delivered = known.state == DeliveryState.DELIVERED
        return self._change(
            record_id,
            state=DeliveryState.DELIVERED if is_delivered else DeliveryState.QUEUED,
            attempts=known.attempts + 1,
            next_try_ms=_now_ms() + int(pause_ms * spread),
            code=problem.code,
            details=json.dumps(problem.details),
        )

    def interrupt(self, record_id: str) -> Delivery:
        """The program stops in the middle of a try: it was no failure, and goes on later."""
        return self._change(record_id, state=DeliveryState.QUEUED)

    def _change(self, record_id: str, **values: str | int) -> Delivery:
        with self._database.writing() as session:
            row = session.get_one(DeliveryRow, record_id)
            for name, value in values.items():
                setattr(row, name, value)
        return _delivery(row)


def pause_s(delivery: Delivery) -> float:
    """Seconds until a delivery's next try; a clock that was set back delays it no longer."""
    left_ms = delivery.next_try_ms - _now_ms()
    return 0.0 if left_ms > 2 * LONGEST_PAUSE_MS else max(0.0, left_ms / 1000)


def _open_rows() -> Select[DeliveryRow]:
    return select(DeliveryRow).where(DeliveryRow.state.in_(OPEN_STATES))


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        record_id=row.record_id,
        folder=Path(row.folder),
        state=DeliveryState(row.state),
        queued_utc=row.queued_utc,
        acknowledged_utc=row.acknowledged_utc,
        attempts=row.attempts,
        next_try_ms=row.next_try_ms,
        code=row.code,
        details=json.loads(row.details),
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
