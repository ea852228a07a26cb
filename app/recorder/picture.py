"""The picture of one camera in a take: shaped, stamped, encoded, and never silently missing.

- Every picture carries its own time; a fragment begins at least once a second.
- A short delay repeats the last picture with the time running on; after a second without one the
  picture is dark and says so, and the hole is stated as a gap.
- A preview is offered after encoding and never waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.recorder.capture import Picture
from app.recorder.encoder import PICTURE_TICKS, PictureShape
from app.recorder.feed import CameraFeed
from app.recorder.overlay import Plane, Strip, fitted, planes_of
from app.recorder.picture_watch import PictureWatch

FILL_NS = 200_000_000
LOST_NS = 1_000_000_000
KEY_NS = 1_000_000_000
SLACK_NS = 15_000_000
STEP_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class PictureEvents:
    """Whom a track tells."""

    on_picture: Callable[[Plane, int, bool], None]  # planes, ticks of 1/90000 s, starts a fragment
    on_gap: Callable[[int, int], None]  # first and last millisecond of the take
    on_trouble: Callable[[str, bool], None]  # code, and whether it is over
    on_preview: Callable[[Plane, int], None]  # yuv420p planes, millisecond of the take


class PictureTrack:
    """Gives an unbroken row of pictures from the take's beginning on."""

    def __init__(
        self,
        feed: CameraFeed,
        shape: PictureShape,
        strip: Strip,
        t0_ns: int,
        offset_ms: int,
        events: PictureEvents,
    ) -> None:
        self._feed = feed
        self._shape = shape
        self._strip = strip
        self._t0_ns = t0_ns
        self._offset_ms = offset_ms
        self._events = events
        self._watch = PictureWatch(events.on_trouble)
        self._last: Plane | None = None  # without its strip
        self._last_real_ns = t0_ns
        self._last_taken_ns = t0_ns
        self._last_ns = t0_ns - FILL_NS
        self._key_ns = t0_ns - KEY_NS
        self._lost_from_ns: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture-track", daemon=True)

    @property
    def is_lost(self) -> bool:
        """Whether there is no picture now."""
        return self._lost_from_ns is not None

    def start(self, first: Plane) -> None:
        """Begin with the picture that the camera already gave."""
        self._last = first
        self._thread.start()

    def stop(self) -> None:
        """End and state a hole that is still open."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        self._emit(self._t0_ns)
        while not self._stop.is_set():
            due_ns = min(self._last_ns + FILL_NS, self._key_ns + KEY_NS - SLACK_NS)
            picture = self._feed.next((due_ns - time.monotonic_ns()) / 1e9)
            now_ns = time.monotonic_ns()
            if picture is not None and now_ns - picture.at_ns > LOST_NS:
                # What a dying connection gives out at last is not what is there now.
                picture = None
                if now_ns < due_ns:
                    continue
            if picture is None:
                if now_ns - self._last_real_ns > LOST_NS:
                    self._lose()
                self._emit(now_ns)
            elif picture.at_ns >= self._last_taken_ns + self._least_ns:
                self._take_in(picture, now_ns)
        self._find_again(self._last_ns)

    def _take_in(self, picture: Picture, now_ns: int) -> None:
        shape = self._shape
        self._last_taken_ns = picture.at_ns
        # A repeated picture may already stand where this one was; time only goes forward.
        at_ns = max(picture.at_ns, self._last_ns + STEP_NS)
        self._last = planes_of(picture.frame, shape.width, shape.height)
        self._find_again(at_ns)
        self._last_real_ns = now_ns
        self._watch.look(self._last[: shape.height], now_ns)
        self._emit(at_ns)

    @property
    def _least_ns(self) -> int:
        """A camera faster than asked is thinned out."""
        return 600_000_000 // self._shape.frame_rate

    def _emit(self, at_ns: int) -> None:
        if self.is_lost or self._last is None:
            planes = self._strip.lost(self._shape.height)
        else:
            planes = self._last.copy()
        wall_s = time.time() - (time.monotonic_ns() - at_ns) / 1e9
        at_ms = (at_ns - self._t0_ns) // 1_000_000
        local = datetime.fromtimestamp(wall_s, UTC).astimezone()
        self._strip.burn(planes, local, (self._offset_ms + at_ms) // 1000)
        expected_ns = 1_000_000_000 // self._shape.frame_rate + SLACK_NS
        is_key = at_ns + expected_ns > self._key_ns + KEY_NS
        if is_key:
            self._key_ns = at_ns
        self._last_ns = at_ns
        pts = (at_ns - self._t0_ns) * PICTURE_TICKS // 1_000_000_000
        self._events.on_picture(planes, pts, is_key)
        self._events.on_preview(planes, at_ms)

    def _lose(self) -> None:
        if self._lost_from_ns is None:
            self._lost_from_ns = self._last_real_ns
            self._events.on_trouble("device_lost", False)

    def _find_again(self, at_ns: int) -> None:
        if self._lost_from_ns is not None:
            t0_ms = (self._lost_from_ns - self._t0_ns) // 1_000_000
            self._events.on_gap(max(0, t0_ms), (at_ns - self._t0_ns) // 1_000_000)
            self._lost_from_ns = None
            self._events.on_trouble("device_lost", True)


def shape_of(width: int, height: int, into: tuple[int, int], frame_rate: int) -> PictureShape:
    """How a camera's pictures of this size are recorded: never larger than asked."""
    fit_width, fit_height = fitted(width, height, *into)
    return PictureShape(fit_width, fit_height, frame_rate)
