"""The interrogation at work: proposes, journals, then tells; one lock, one order.

- An event is decided, on disk and only then in the state and on the screens (principle 1).
- Listeners are called outside the lock, in the order of the journal.
- The offset of an event counts from recording start by the monotonic clock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from app.clock import Clock
from app.domain import events as ev
from app.domain.decisions import decide
from app.domain.evolution import evolve, replay
from app.domain.interrogation import Interrogation
from app.domain.phase import Phase
from app.domain.rules import allowed_moves
from app.session.snapshot import Snapshot
from app.store.journal import Journal, read_entries
from app.store.keystore import RecordKeys

Listener = Callable[[object], None]
_log = logging.getLogger(__name__)
DESK = "desk"


class Proceeding:
    """One interrogation's journal and the state folded from it."""

    def __init__(self, folder: Path, keys: RecordKeys, clock: Clock, officer: str) -> None:
        """Open the journal in `folder` and fold what is in it.

        Raises:
            StorageProblem: `journal_damaged`.
            SetupProblem: `room_taken` when another desk has this interrogation open.
        """
        self.folder = folder
        self.keys = keys
        self.officer = officer
        self._clock = clock
        self._journal = Journal.open(folder, keys)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._started_ns: int | None = None
        self._state = replay(read_entries(folder, keys))
        if self._journal.repaired_bytes:
            self.record(ev.JournalRepaired(dropped_bytes=self._journal.repaired_bytes))

    @property
    def state(self) -> Interrogation:
        """The state now; immutable."""
        return self._state

    @property
    def snapshot(self) -> Snapshot:
        """The state with the moves open from it."""
        state = self._state
        return Snapshot(state=state, moves=allowed_moves(state))

    def record(self, event: ev.AnyEvent, actor: str = "") -> Interrogation:
        """Decide, journal, evolve, tell.

        Raises:
            Refused: the law or the phase does not allow it; nothing was written.
            StorageProblem: it could not be kept; the state is as before.
        """
        with self._lock:
            decide(self._state, event)
            entry = ev.Entry(
                utc=self._clock.utc_now(),
                offset_ms=self.offset_ms(),
                actor=actor or self.officer,
                event=event,
            )
            self._journal.append(entry)
            self._state = evolve(self._state, entry)
            told = self._state
        self.tell(self.snapshot)
        return told

    def require_move(self, to: Phase, reason: str = "") -> None:
        """Refuse before work is begun that the move would need.

        Raises:
            Refused: with the first code that stands in the way.
        """
        decide(self._state, ev.PhaseChanged(to=to, reason=reason))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` from any thread with each new value; returns how to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, value: object) -> None:
        """Give a value to everybody who listens."""
        for listener in tuple(self._listeners):
            listener(value)

    def offset_ms(self) -> int:
        """Milliseconds since recording start, or -1 before it."""
        if self._started_ns is None:
            return -1
        return (self._clock.monotonic_ns() - self._started_ns) // 1_000_000

    def recording_is_at(self, elapsed_ms: int) -> None:
        """The recorder says where it is; later offsets count from there."""
        if self._started_ns is None:
            self._started_ns = self._clock.monotonic_ns() - elapsed_ms * 1_000_000

    def close(self) -> None:
        """Give the journal back; the interrogation itself goes on."""
        self._journal.close()
