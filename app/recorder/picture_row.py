"""The unbroken row of pictures that a camera's stream consists of, decided without a clock.

- Every picture carries its own time, and time only goes forward.
- A fragment lasts at most a second by construction: a picture that would come later than a second
  after the last key is preceded by a repeated one exactly there, which begins a fragment.
- Pictures missing for 100 ms or more, by the camera's own times, are a gap.
- A short delay repeats the last picture with the time running on; after a second without one the
  picture is dark and says so, and the hole is stated as a gap and drawn when it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.recorder.capture import Picture
from app.recorder.encoder import PICTURE_TICKS, PictureShape
from app.recorder.overlay import Plane, Strip
from app.recorder.pace import LEAST_GAP_NS, Pace
from app.recorder.picture_shape import planes_within
from app.recorder.picture_watch import PictureWatch

FILL_NS = 200_000_000
LOST_NS = 1_000_000_000
KEY_NS = 1_000_000_000
SLACK_NS = 15_000_000
STEP_NS = 1_000_000
SHOW_GAP_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class PictureEvents:
    """Whom a row tells."""

    on_picture: Callable[[Plane, int, bool], None]  # planes, ticks of 1/90000 s, starts a fragment
    on_gap: Callable[[int, int], None]  # first and last millisecond of the take
    on_trouble: Callable[[str, bool], None]  # code, and whether it is over
    on_preview: Callable[[Plane, int], None]  # yuv420p planes, millisecond of the take


class PictureRow:
    """Of one camera in one take; used from one thread, but for `show_gap` and `count_from`."""

    def __init__(
        self,
        shape: PictureShape,
        strip: Strip,
        t0_ns: int,
        offset_ms: int,
        events: PictureEvents,
        wall_ns: Callable[[], int],
        *,
        is_pre_roll: bool = False,
    ) -> None:
        """Make the row.

        Args:
            shape: of all its pictures.
            strip: what is burnt in.
            t0_ns: the take's beginning on the monotonic clock.
            offset_ms: of the take's beginning from recording start.
            events: whom it tells.
            wall_ns: the wall clock, nanoseconds since 1970.
            is_pre_roll: nothing has begun yet, and every picture says so until `count_from`.
        """
        self._shape = shape
        self._strip = strip
        self._t0_ns = t0_ns
        self._offset_ms = offset_ms
        self._events = events
        self._wall_ns = wall_ns
        self._is_pre_roll = is_pre_roll
        self._watch = PictureWatch(events.on_trouble)
        self._pace = Pace(shape.frame_rate)
        self._last: Plane | None = None  # without its strip
        self._last_real_ns = t0_ns
        self._last_taken_ns = t0_ns
        self._last_ns = t0_ns - FILL_NS
        self._key_ns = t0_ns - KEY_NS
        self._lost_from_ns: int | None = None
        self._is_loss_told = False
        self._shown_gap = (0, 0)  # length in ms, and until when it is drawn

    @property
    def is_lost(self) -> bool:
        """Whether there is no picture now."""
        return self._lost_from_ns is not None

    @property
    def due_ns(self) -> int:
        """When something must be written, whether a picture came or not."""
        return min(self._last_ns + FILL_NS, self._key_ns + KEY_NS - SLACK_NS)

    def begin(self, first: Picture | None, now_ns: int) -> None:
        """Begin with the picture that the camera gave last; without one of now the row is dark."""
        if first is None or self._t0_ns - first.at_ns > LOST_NS:
            self._lost_from_ns = self._t0_ns
        else:
            self._last = planes_within(first.frame, self._shape)
        self._emit(self._t0_ns, now_ns)

    def take_in(self, picture: Picture, now_ns: int) -> None:
        """A picture came; a camera faster than asked is thinned out."""
        if picture.at_ns < self._last_taken_ns + 600_000_000 // self._shape.frame_rate:
            return
        shape = self._shape
        self._last_taken_ns = picture.at_ns
        # A repeated picture may already stand where this one was; time only goes forward.
        at_ns = max(picture.at_ns, self._last_ns + STEP_NS)
        self._keep_fragments_short(at_ns, now_ns)
        self._last = planes_within(picture.frame, shape)
        self._count(picture, at_ns)
        self._last_real_ns = now_ns
        self._watch.look(self._last[: shape.height], now_ns)
        self._write(at_ns, now_ns)

    def wait_out(self, now_ns: int) -> None:
        """Nothing came until it was due."""
        if now_ns - self._last_real_ns > LOST_NS:
            self._lose()
        self._emit(max(now_ns, self._last_ns + STEP_NS), now_ns)

    def show_gap(self, t0_ms: int, t1_ms: int) -> None:
        """Draw the length of a hole that just ended, for two seconds."""
        self._shown_gap = (t1_ms - t0_ms, self._last_ns + SHOW_GAP_NS)

    def count_from(self, zero_ms: int) -> None:
        """The pre-roll is over: burn in the time since this millisecond of the row."""
        self._offset_ms = -zero_ms
        self._is_pre_roll = False

    def end(self) -> None:
        """State a hole that is still open."""
        self._find_again(self._last_ns)

    def _emit(self, at_ns: int, now_ns: int) -> None:
        self._keep_fragments_short(at_ns, now_ns)
        self._write(at_ns, now_ns)

    def _keep_fragments_short(self, at_ns: int, now_ns: int) -> None:
        """Before a late picture, repeat the last one wherever a fragment has to begin."""
        while at_ns > self._key_ns + KEY_NS:
            due_ns = self._key_ns + KEY_NS
            if due_ns - self._last_real_ns > LOST_NS:
                self._lose()
            self._write(due_ns, now_ns)

    def _write(self, at_ns: int, now_ns: int) -> None:
        if self.is_lost or self._last is None:
            planes = self._strip.lost(self._shape.height)
        else:
            planes = self._last.copy()
        at_ms = (at_ns - self._t0_ns) // 1_000_000
        self._stamp(planes, at_ns, now_ns)
        expected_ns = 1_000_000_000 // self._shape.frame_rate + SLACK_NS
        is_key = at_ns + expected_ns > self._key_ns + KEY_NS
        if is_key:
            self._key_ns = at_ns
        self._last_ns = at_ns
        pts = (at_ns - self._t0_ns) * PICTURE_TICKS // 1_000_000_000
        self._events.on_picture(planes, pts, is_key)
        self._events.on_preview(planes, at_ms)

    def _stamp(self, planes: Plane, at_ns: int, now_ns: int) -> None:
        wall_s = (self._wall_ns() - (now_ns - at_ns)) / 1e9
        local = datetime.fromtimestamp(wall_s, UTC).astimezone()
        elapsed_ms = self._offset_ms + (at_ns - self._t0_ns) // 1_000_000
        self._strip.burn(planes, local, None if self._is_pre_roll else elapsed_ms // 1000)
        gap_ms, until_ns = self._shown_gap
        if at_ns < until_ns:
            self._strip.gap(planes, gap_ms)

    def _count(self, picture: Picture, at_ns: int) -> None:
        """State what is missing before this picture."""
        if self.is_lost:
            self._pace.restart()
            self._find_again(at_ns)
        missing_ns = self._pace.missing_from(picture.at_ns)
        if missing_ns is not None:
            t0_ms = max(0, (missing_ns - self._t0_ns) // 1_000_000)
            self._events.on_gap(t0_ms, (at_ns - self._t0_ns) // 1_000_000)

    def _lose(self) -> None:
        if self._lost_from_ns is None:
            self._lost_from_ns = self._last_real_ns
        if not self._is_loss_told:
            self._is_loss_told = True
            self._events.on_trouble("device_lost", False)

    def _find_again(self, at_ns: int) -> None:
        lost_from_ns, self._lost_from_ns = self._lost_from_ns, None
        if lost_from_ns is not None and at_ns - lost_from_ns >= LEAST_GAP_NS:
            t0_ms = max(0, (lost_from_ns - self._t0_ns) // 1_000_000)
            self._events.on_gap(t0_ms, (at_ns - self._t0_ns) // 1_000_000)
        if self._is_loss_told:
            self._is_loss_told = False
            self._events.on_trouble("device_lost", True)
