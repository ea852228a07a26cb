"""Delivers the outbox in one plain thread, one record after another, for as long as it takes.

- It never gives up by itself: a center that is away is asked again, later and later.
- Only the center's refusal of the record itself makes `rejected`.
- Stopping is quick (between two blocks of a piece) and loses nothing.
- It removes nothing, neither from the outbox nor from a record.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.errors import Problem, SealProblem, SyncProblem
from app.store.database import Database
from app.store.outbox import Delivery, DeliveryState, Outbox, pause_s
from app.sync.client import CenterClient, Signer
from app.sync.delivery import Courier, Parcel, TreeHeads
from app.sync.enrolment import Enrolment
from app.sync.upload import Pace, Stopped

IDLE_S = 60.0
JOIN_S = 10.0
# Refusals that concern the record: sending it again cannot end otherwise. A clock, a key or a
# full disk can be mended; these cannot.
FINAL_REASONS = SealProblem.CODES | {
    "signer_differs",
    "record_conflict",
    "name_unsafe",
    "length_differs",
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """What the worker tells whoever shows it: the delivery, and how much of it is there."""

    delivery: Delivery
    done_bytes: int = 0
    total_bytes: int = 0


class DeliveryWorker:
    """The thread; `start`, `wake` and `stop` may be called from any other."""

    def __init__(
        self,
        database: Database,
        enrolment: Enrolment,
        signer: Signer,
        *,
        on_change: Callable[[DeliveryChanged], None] | None = None,
        trust: Path | None = None,
    ) -> None:
        """Prepare to deliver.

        Args:
            database: The local one.
            enrolment: Where the center is and what to believe of it.
            signer: The workstation's keys.
            on_change: Called in the worker's thread; must return at once.
            trust: PEM of the authority for TLS.
        """
        self._outbox = Outbox(database)
        self._enrolment = enrolment
        self._signer = signer
        self._trust = trust
        self._on_change = on_change
        self._heads = TreeHeads(database)
        self._pace = Pace()
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take up the outbox where it stood."""
        assert self._thread is None, "started twice"
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was queued or is to be tried again now."""
        self._woken.set()

    def stop(self, within_s: float = JOIN_S) -> bool:
        """End the thread; False when it is still waiting for the center's answer after the time."""
        self._stop.set()
        self._woken.set()
        if self._thread is None:
            return True
        self._thread.join(within_s)
        if self._thread.is_alive():
            return False
        self._thread = None
        return True

    def run_once(self) -> None:
        """Try every open delivery once in the calling thread: what `shilu sync` does."""
        self._outbox.take_up()
        client = self._connect()
        try:
            for delivery in self._outbox.deliveries():
                if delivery.state in (DeliveryState.QUEUED, DeliveryState.DELIVERED):
                    self._deliver(client, delivery)
        finally:
            client.close()

    def _run(self) -> None:
        self._outbox.take_up()
        client = self._connect()
        try:
            while not self._stop.is_set():
                self._woken.clear()
                self._woken.wait(self._go_on(client))
        finally:
            client.close()

    def _go_on(self, client: CenterClient) -> float:
        """Try the delivery whose turn it is; returns the seconds until there is more to do."""
        try:
            delivery = self._outbox.next()
            if delivery is None:
                return IDLE_S
            wait_s = pause_s(delivery)
            if wait_s > 0:
                return min(wait_s, IDLE_S)
            self._deliver(client, delivery)
        except (OSError, SQLAlchemyError):  # a full or failing disk: what it held still stands
            log.exception("the outbox cannot be kept")
            return IDLE_S
        return 0.0

    def _connect(self) -> CenterClient:
        return CenterClient(self._enrolment.url, self._signer, trust=self._trust)

    def _deliver(self, client: CenterClient, delivery: Delivery) -> None:
        record_id = delivery.record_id
        courier = Courier(client, self._enrolment.authority, self._heads, self._stop, self._pace)
        reporter = _Reporter(self._outbox.mark_uploading(record_id), self._tell)
        try:
            parcel = Parcel.open(record_id, delivery.folder)
            reporter.report(0, parcel.total_bytes)
            raw = courier.send(parcel, reporter.report)
            reporter.change(self._outbox.mark_delivered(record_id))
            courier.accept(parcel, raw)
            reporter.change(self._outbox.mark_acknowledged(record_id))
        except Stopped:
            reporter.change(self._outbox.interrupt(record_id))
        except Problem as problem:
            log.info("delivery of %s: %s", record_id, problem)
            reporter.change(self._note(record_id, problem))

    def _note(self, record_id: str, problem: Problem) -> Delivery:
        is_final = isinstance(problem, SyncProblem) and (
            problem.details.get("reason") in FINAL_REASONS or problem.code == "upload_too_large"
        )
        if is_final:
            return self._outbox.mark_rejected(record_id, problem.code, problem.details)
        return self._outbox.postpone(record_id, problem)

    def _tell(self, changed: DeliveryChanged) -> None:
        if self._on_change is not None:
            self._on_change(changed)


@dataclass(slots=True)
class _Reporter:
    """Remembers what was told last, so that a new state comes with the bytes so far."""

    delivery: Delivery
    tell: Callable[[DeliveryChanged], None]
    done_bytes: int = 0
    total_bytes: int = 0

    def report(self, done_bytes: int, total_bytes: int) -> None:
        self.done_bytes, self.total_bytes = done_bytes, total_bytes
        self.tell(DeliveryChanged(self.delivery, done_bytes, total_bytes))

    def change(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.tell(DeliveryChanged(delivery, self.done_bytes, self.total_bytes))
