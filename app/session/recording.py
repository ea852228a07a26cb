"""The recorder as the session sees it: starts takes, journals what it reports, brings it back.

- A recorder that stops answering is started again into a new take; the hole is a stated gap.
- One that finds no medium to write to has suspended the interrogation, with that as the reason.
- Heads of the fragment chains enter the journal every ten seconds and at a take's end.
- A desk that comes back asks the recorder's own log what happened without it.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from app.domain import events as ev
from app.domain.phase import Phase
from app.errors import DeviceProblem, Problem, SetupProblem
from app.ipc import messages as ms
from app.session.proceeding import Proceeding
from app.session.takes import TakePlan, read_recorder_log, take_lost

PIN_EVERY_MS = 10_000
SILENT_AFTER_S = 2.5
OPENING_LIMIT_S = 20.0
RECORDER = "recorder"
NO_MEDIUM = frozenset({"both_folders_lost", "disk_reserve"})  # why the recorder itself ends a take
_log = logging.getLogger(__name__)


class RecorderLink(Protocol):
    """What the session needs of `app.recorder.client.RecorderClient`; tests own a fake."""

    def ensure_running(self) -> object:
        """Start the room's recorder unless it runs."""

    def connect(
        self,
        on_notice: Callable[[ms.AnyMessage], None],
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        """Subscribe to its notices, and to the connection's unasked end; replaces a former one."""

    def stand_by(self, take: ms.StartTake, pre_roll_s: int) -> None:
        """Hold the last seconds before this take in memory."""

    def stand_down(self) -> None:
        """Forget them."""

    def start_take(self, command: ms.StartTake) -> None:
        """Begin recording."""

    def stop_take(self, record_id: str, reason: str = "stopped") -> None:
        """End recording."""

    def state(self) -> ms.RecorderState:
        """Where it is now."""

    def close(self) -> None:
        """Let go of the connection; the recorder goes on."""


class Recording:
    """Keeps the master running for one interrogation."""

    def __init__(
        self,
        link: RecorderLink,
        proceeding: Proceeding,
        plan: TakePlan,
        on_state: Callable[[ms.RecorderState | ms.Levels | ms.Preview], None],
    ) -> None:
        self._link = link
        self._proceeding = proceeding
        self._plan = plan
        self._on_state = on_state
        self._ended: ms.TakeClosed | None = None  # the last that the recorder told of
        self._opened = threading.Event()
        self._closed = threading.Event()
        self._wanted = threading.Event()
        self._pinned_ms: dict[str, int] = {}
        self._last_state: ms.RecorderState | None = None
        self._heard_at = time.monotonic()
        self._watch: threading.Thread | None = None
        self._leaving = threading.Event()

    @property
    def state(self) -> ms.RecorderState | None:
        """The last heartbeat."""
        return self._last_state

    @property
    def is_running(self) -> bool:
        """Whether a take of this record is open."""
        takes = self._proceeding.state.takes
        return bool(takes) and takes[-1].duration_ms is None

    def start(self, *, offset_ms: int = 0) -> None:
        """Open the next take and wait until its first sound and picture are on disk.

        Raises:
            DeviceProblem: what the recorder could not open.
            SetupProblem: `recorder_not_answering`.
            StorageProblem: no medium can take even the beginning.
        """
        self._link.ensure_running()
        self._link.connect(self._on_notice, self._on_lost)
        self._open_take(offset_ms)
        self._wanted.set()
        self._watch_from_now()

    def stand_by(self, pre_roll_s: int) -> None:
        """Hold the last seconds before the first take in memory, until it begins.

        Raises:
            DeviceProblem: what the recorder could not open.
            SetupProblem: `recorder_not_answering` or `recorder_busy`.
        """
        self._link.ensure_running()
        self._link.connect(self._on_notice, self._on_lost)
        self._link.stand_by(self._plan.start_take(uuid.uuid4().hex, 1, 0), pre_roll_s)

    def stand_down(self) -> None:
        """Forget what is held; a take that runs goes on."""
        try:
            self._link.stand_down()
        except SetupProblem as problem:  # a recorder that is gone holds nothing
            _log.info("nothing stands by: %s", problem)

    def attach(self) -> bool:
        """Come back to a recorder that went on; True when it is still recording this record."""
        self._link.ensure_running()
        self._link.connect(self._on_notice, self._on_lost)
        state = self._link.state()
        if state.record_id != self._proceeding.keys.record_id:
            return False
        self._take_in(state)
        self._catch_up()
        self._proceeding.record(
            ev.ProcessFound(process=RECORDER, after_ms=state.elapsed_ms), RECORDER
        )
        self._wanted.set()
        self._watch_from_now()
        return True

    def start_after_absence(self) -> None:
        """Go on in a new take after both the desk and the recorder were gone."""
        take = self._proceeding.state.takes[-1]
        started = datetime.fromisoformat(take.started_utc)
        elapsed_ms = int((datetime.now(UTC) - started).total_seconds() * 1000)
        # The wall clock may have been set back in between: never before what is recorded already.
        recorded_ms = max(take.offset_ms + (take.duration_ms or 0), self._recorded_until())
        self._proceeding.recording_is_at(max(take.offset_ms + elapsed_ms, recorded_ms))
        self._start_after_loss()
        self._wanted.set()
        self._watch_from_now()

    def _recorded_until(self) -> int:
        """The end of the last fragment in the recorder's own log, from recording start."""
        notices = read_recorder_log(self._proceeding)
        return max((one.t1_ms for one in notices if isinstance(one, ms.FragmentKept)), default=0)

    def stop(self) -> None:
        """Close the take; when this returns its end is journaled."""
        self._wanted.clear()
        self._closed.clear()
        self._link.stop_take(self._proceeding.keys.record_id)
        if not self._closed.wait(OPENING_LIMIT_S):
            raise SetupProblem("recorder_not_answering")

    def leave(self) -> None:
        """Let go; the recorder goes on by itself."""
        self._leaving.set()
        self._wanted.clear()
        if self._watch is not None:
            self._watch.join(10)
        self._link.close()

    # --- takes ----------------------------------------------------------------

    def _open_take(self, offset_ms: int) -> None:
        number = len(self._proceeding.state.takes) + 1
        self._opened.clear()
        self._ended = None
        self._link.start_take(self._plan.start_take(uuid.uuid4().hex, number, offset_ms))
        deadline = time.monotonic() + OPENING_LIMIT_S
        while not self._opened.wait(0.05):
            self._require_no_end(number)
            if time.monotonic() > deadline:
                raise DeviceProblem("device_refused", device=self._plan.microphone.source)

    def _require_no_end(self, number: int) -> None:
        """Refuse to wait for a take that was closed before its first piece."""
        if self._ended is not None and self._ended.take >= number:
            raise take_lost(self._ended.reason, self._plan.media_folders)

    def _catch_up(self) -> None:
        """Journal what the recorder's own log has and this journal has not."""
        known = {take.number for take in self._proceeding.state.takes}
        gaps = {(gap.stream, gap.t0_ms) for gap in self._proceeding.state.gaps}
        for notice in read_recorder_log(self._proceeding):
            match notice:
                case ms.TakeOpened(take=take) if take not in known:
                    self._take_in(notice)
                case ms.GapNoticed(stream=stream, t0_ms=t0) if (stream, t0) not in gaps:
                    self._take_in(notice)
                case ms.TakeClosed(take=take) if self._is_open(take):
                    self._take_in(notice)

    def _is_open(self, number: int) -> bool:
        takes = self._proceeding.state.takes
        return any(take.number == number and take.duration_ms is None for take in takes)

    # --- notices --------------------------------------------------------------

    def _on_notice(self, message: ms.AnyMessage) -> None:
        self._heard_at = time.monotonic()
        try:
            self._take_in(message)
            if isinstance(message, ms.TakeClosed):
                self._suspend_if_lost(message)
        except Problem as problem:
            _log.error("notice not journaled: %s", problem)

    def _on_lost(self) -> None:
        self._heard_at = float("-inf")  # it died: nobody waits for it to have been silent

    def _take_in(self, message: ms.AnyMessage) -> None:
        if isinstance(message, ms.Preview | ms.Levels):
            self._on_state(message)
        elif isinstance(message, ms.RecorderState):
            self._take_in_state(message)
        elif getattr(message, "record_id", "") == self._proceeding.keys.record_id:
            self._take_in_fact(message)

    def _take_in_state(self, state: ms.RecorderState) -> None:
        self._last_state = state
        if state.record_id == self._proceeding.keys.record_id:
            self._proceeding.recording_is_at(state.elapsed_ms)
        self._on_state(state)

    def _take_in_fact(self, message: ms.AnyMessage) -> None:
        match message:
            case ms.TakeOpened():
                self._journal_opening(message)
            case ms.TakeClosed():
                self._journal_end(message)
            case ms.FragmentKept():
                self._pin(message)
            case ms.GapNoticed(take=take, stream=stream, t0_ms=t0, t1_ms=t1, reason=reason):
                gap = ev.GapFound(take=take, stream=stream, t0_ms=t0, t1_ms=t1, reason=reason)
                self._proceeding.record(gap, RECORDER)
            case ms.TroubleNoticed(code=code, subject=subject, over=over):
                kind = ev.TroubleEnded if over else ev.TroubleBegan
                self._proceeding.record(kind(code=code, subject=subject), RECORDER)

    def _journal_opening(self, opened: ms.TakeOpened) -> None:
        if not any(take.number == opened.take for take in self._proceeding.state.takes):
            self._proceeding.recording_is_at(opened.offset_ms + opened.pre_roll_ms)
            self._proceeding.record(
                ev.TakeStarted(
                    take=opened.take,
                    streams=opened.streams,
                    started_utc=opened.started_utc,
                    microphone=opened.microphone,
                    cameras=opened.cameras,
                    offset_ms=opened.offset_ms,
                    pre_roll_ms=opened.pre_roll_ms,
                ),
                RECORDER,
            )
        self._opened.set()

    def _journal_end(self, closed: ms.TakeClosed) -> None:
        if self._is_open(closed.take):
            self._proceeding.record(
                ev.TakeEnded(
                    take=closed.take,
                    reason=closed.reason,
                    duration_ms=closed.duration_ms,
                    heads=closed.heads,
                ),
                RECORDER,
            )
        self._ended = closed
        self._closed.set()

    def _suspend_if_lost(self, closed: ms.TakeClosed) -> None:
        """No medium took anything any more: nobody may go on as if it were recorded (L36)."""
        if closed.reason in NO_MEDIUM and self._wanted.is_set() and not self.is_running:
            self._wanted.clear()
            self._proceeding.record(
                ev.PhaseChanged(to=Phase.SUSPENDED, reason=closed.reason), RECORDER
            )

    def _pin(self, kept: ms.FragmentKept) -> None:
        last = self._pinned_ms.get(kept.stream, -PIN_EVERY_MS)
        if kept.t1_ms - last < PIN_EVERY_MS or not self._is_open(kept.take):
            return
        self._pinned_ms[kept.stream] = kept.t1_ms
        self._proceeding.record(
            ev.MediaPinned(
                take=kept.take,
                stream=kept.stream,
                index=kept.index,
                head=kept.head,
                t1_ms=kept.t1_ms,
            ),
            RECORDER,
        )

    # --- bringing it back -----------------------------------------------------

    def _watch_from_now(self) -> None:
        self._heard_at = time.monotonic()
        if self._watch is None:
            self._watch = threading.Thread(target=self._watch_over, name="recording-watch")
            self._watch.start()

    def _watch_over(self) -> None:
        while not self._leaving.wait(0.25):
            silent_s = time.monotonic() - self._heard_at
            if self._wanted.is_set() and silent_s > SILENT_AFTER_S:
                self._bring_back()
                self._heard_at = time.monotonic()

    def _bring_back(self) -> None:
        proceeding = self._proceeding
        trouble = ev.TroubleBegan(code="recorder_not_answering", subject=RECORDER)
        try:
            if not any(t.subject == RECORDER for t in proceeding.state.troubles):
                proceeding.record(trouble, RECORDER)
            if not self._came_back_itself():
                self._start_after_loss()
            proceeding.record(ev.TroubleEnded(code=trouble.code, subject=RECORDER), RECORDER)
        except Problem as problem:
            _log.error("recorder not back yet: %s", problem)

    def _came_back_itself(self) -> bool:
        try:
            self._link.connect(self._on_notice, self._on_lost)
            return self._link.state().record_id == self._proceeding.keys.record_id
        except SetupProblem:
            return False

    def _start_after_loss(self) -> None:
        self._link.ensure_running()
        self._link.connect(self._on_notice, self._on_lost)
        self._catch_up()
        self._close_lost_take()
        self._open_take(self._proceeding.offset_ms())
        take = self._proceeding.state.takes[-1]
        before = self._proceeding.state.takes[-2]
        lost_from = before.offset_ms + (before.duration_ms or 0)
        for stream in take.streams:
            gap = ev.GapFound(
                take=before.number,
                stream=stream,
                t0_ms=lost_from,
                t1_ms=take.offset_ms,
                reason="recorder_lost",
            )
            self._proceeding.record(gap, RECORDER)

    def _close_lost_take(self) -> None:
        take = self._proceeding.state.takes[-1]
        if take.duration_ms is not None:
            return
        kept = {
            notice.stream: notice
            for notice in read_recorder_log(self._proceeding)
            if isinstance(notice, ms.FragmentKept) and notice.take == take.number
        }
        until_ms = max((piece.t1_ms for piece in kept.values()), default=take.offset_ms)
        self._proceeding.record(
            ev.TakeEnded(
                take=take.number,
                reason="recorder_lost",
                duration_ms=max(0, until_ms - take.offset_ms),
                heads={stream: piece.head for stream, piece in kept.items()},
            ),
            RECORDER,
        )
