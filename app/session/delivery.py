"""Delivery of sealed records as the desk sees it: one worker while the workstation is enrolled."""

from __future__ import annotations

from collections.abc import Callable

from app.session.link_watch import LinkWatch
from app.session.snapshot import CenterState, CustodyFault
from app.store.database import Database
from app.store.keystore import KeyRing
from app.store.outbox import OPEN_STATES, Outbox
from app.sync.enrolment import Enrolment
from app.sync.worker import DeliveryChanged, DeliveryWorker

SECONDS_TO_STOP = 10.0


class Delivery:
    """Queues records, runs the worker and tells how the link stands."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        tell: Callable[[object], None],
        care_for_keys: Callable[[], CustodyFault | None],
    ) -> None:
        """Begin to deliver.

        Args:
            database: The local one.
            ring: The workstation's keys.
            tell: Told `CenterState` and `DeliveryChanged`, from any thread.
            care_for_keys: Called in a thread of its own whenever the center is reached again;
                gives what kept the custody log's end from being told there.
        """
        self._care_for_keys = care_for_keys
        self._database = database
        self._outbox = Outbox(database)
        self._tell = tell
        self._worker: DeliveryWorker | None = None
        self._watch: LinkWatch | None = None
        self._enrolment: Enrolment | None = None
        self._linked = False
        self._custody_fault: CustodyFault | None = None
        self.renew(ring)

    def renew(self, ring: KeyRing) -> None:
        """Start the worker for the enrolment that stands now; without one nothing is sent."""
        self.stop()
        self._enrolment = Enrolment.load(ring.folder)
        if self._enrolment is None:
            self._custody_fault = None
            return
        self._worker = DeliveryWorker(
            self._database, self._enrolment, ring.workstation, on_change=self._on_change
        )
        self._worker.start()
        self._watch = LinkWatch(self._enrolment.url, self._on_link)

    @property
    def state(self) -> CenterState:
        """How the link stands and what waits."""
        waiting = [one for one in self._outbox.deliveries() if one.state in OPEN_STATES]
        enrolment = self._enrolment
        return CenterState(
            enrolled=enrolment is not None,
            linked=self._linked,
            url=enrolment.url if enrolment else "",
            queued=len(waiting),
            custody_fault=self._custody_fault,
        )

    def wake(self) -> None:
        """Something was queued."""
        if self._worker is not None:
            self._worker.wake()
        self._tell(self.state)

    def tell_custody(self) -> None:
        """The custody log has grown: its end is told the center now, or when it is there again."""
        if self._watch is not None:
            self._watch.tell_again()

    def stop(self) -> None:
        """End the worker; what was under way goes on at the next start."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._worker is not None:
            self._worker.stop(SECONDS_TO_STOP)
            self._worker = None

    def _on_link(self, linked: bool) -> bool:
        self._linked = linked
        self._tell(self.state)
        if linked:
            before, self._custody_fault = self._custody_fault, self._care_for_keys()
            if self._custody_fault != before:
                self._tell(self.state)
        return self._custody_fault is None

    def _on_change(self, changed: DeliveryChanged) -> None:
        self._tell(changed)
        self._tell(self.state)
