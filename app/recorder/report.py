"""What a take says of itself: a line in the recorder's log first, then a notice to who listens.

- Times from the take's beginning come in, times from recording start go out.
- What began to fail is told once, and told again when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.clock import Clock, SystemClock
from app.ipc import messages as ms
from app.recorder.keeper import Kept
from app.recorder.logbook import Logbook

MICROPHONE = "microphone"
SOUND_LOST, PICTURE_LOST = "sound_lost", "picture_lost"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a take uses and does not own."""

    logbook: Logbook
    media_key: bytes
    tell: Callable[[ms.Message], None]
    is_watched: Callable[[], bool]
    reserve_bytes: int
    clock: Clock = SystemClock()  # noqa: RUF009 - it holds nothing


class Report:
    """Of one take; used from all its threads."""

    def __init__(self, command: ms.StartTake, number: int, around: Surroundings) -> None:
        self._command = command
        self._number = number
        self._around = around
        self._told_opened = False
        self._troubles: set[tuple[str, str]] = set()
        self.gaps = 0

    def log(self, kind: str, **fields: object) -> None:
        """Write a line about this take."""
        self._around.logbook.write(kind, take=self._number, **fields)

    def opened(self, opening: ms.TakeOpened) -> None:
        """The take begins; it is told to others only when it is on disk."""
        self.log(
            "take_opened",
            streams=list(opening.streams),
            started_utc=opening.started_utc,
            microphone=opening.microphone,
            cameras=list(opening.cameras),
            offset_ms=opening.offset_ms,
            pre_roll_ms=opening.pre_roll_ms,
        )

    def on_disk(self, opening: ms.TakeOpened) -> None:
        """Every stream has a fragment on disk: tell that it records."""
        if not self._told_opened:
            self._told_opened = True
            self._around.tell(opening)

    def closed(self, reason: str, duration_ms: int, heads: Mapping[str, str]) -> ms.TakeClosed:
        """The take has ended; the notice is for the caller to publish."""
        self.log("take_closed", reason=reason, duration_ms=duration_ms, heads=dict(heads))
        return ms.TakeClosed(
            record_id=self._command.record_id,
            take=self._number,
            reason=reason,
            duration_ms=duration_ms,
            heads=dict(heads),
        )

    def clock(self, elapsed_ms: int, samples: Sequence[int]) -> None:
        """Pair the two clocks in the log, with each microphone's own count of samples."""
        second = {"second_samples": samples[1]} if len(samples) > 1 else {}
        self.log(
            "clock",
            monotonic_ms=self._around.clock.monotonic_ns() // 1_000_000,
            utc=self._around.clock.utc_now(),
            elapsed_ms=elapsed_ms,
            samples=samples[0],
            **second,
        )

    def kept(self, kept: Kept, facts: Mapping[str, object]) -> ms.FragmentKept:
        """Log a piece that is on disk, with what its picture does not show; then `tell` it."""
        offset_ms = self._command.offset_ms
        t0_ms, t1_ms = offset_ms + kept.t0_ms, offset_ms + kept.t1_ms
        self.log(
            "fragment",
            stream=kept.stream,
            index=kept.index,
            head=kept.head,
            bytes=kept.plain_bytes,
            t0_ms=t0_ms,
            t1_ms=t1_ms,
            **facts,
        )
        return ms.FragmentKept(
            record_id=self._command.record_id,
            take=self._number,
            stream=kept.stream,
            index=kept.index,
            head=kept.head,
            t0_ms=t0_ms,
            t1_ms=t1_ms,
        )

    def gap(self, stream: str, reason: str, t0_ms: int, t1_ms: int) -> None:
        """A hole in a stream, now that its end is known."""
        self.gaps += 1
        gap = ms.GapNoticed(
            record_id=self._command.record_id,
            take=self._number,
            stream=stream,
            t0_ms=self._command.offset_ms + t0_ms,
            t1_ms=self._command.offset_ms + t1_ms,
            reason=reason,
        )
        self.log("gap", stream=stream, t0_ms=gap.t0_ms, t1_ms=gap.t1_ms, reason=reason)
        self._around.tell(gap)

    def trouble(self, subject: str, code: str, over: bool) -> None:
        """Something begins or ceases to fail."""
        if over:
            self._troubles.discard((code, subject))
        else:
            self._troubles.add((code, subject))
        self.log("trouble", code=code, subject=subject, over=over)
        self._around.tell(
            ms.TroubleNoticed(
                record_id=self._command.record_id, code=code, subject=subject, over=over
            )
        )

    def compare(self, now: Iterable[tuple[str, str]], *, subjects: Iterable[str]) -> None:
        """Tell what began or ceased since the last look.

        Args:
            now: code and subject of all that fails now.
            subjects: whose troubles are looked at this way.
        """
        looked_at, failing = set(subjects), set(now)
        before = {known for known in self._troubles if known[1] in looked_at}
        for code, subject in sorted(failing - before):
            self.trouble(subject, code, over=False)
        for code, subject in sorted(before - failing):
            self.trouble(subject, code, over=True)

    def tell(self, notice: ms.Message) -> None:
        """Send a notice that has no line in the log."""
        self._around.tell(notice)
