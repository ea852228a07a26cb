"""The coded pictures of one camera in a take: placed in time, given on untouched, watched.

- The film begins with the group of pictures that the camera was in when the take began: a decoder
  needs it. What is older than the take stands for one tick each, so nothing is missing at its
  beginning and no time is added.
- A hole of 100 ms or more is stated; nothing can be drawn into a copied picture, so the caption
  track says it there.
- Only key pictures are decoded, for the preview and for the watch over black and frozen ones.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame

from app.recorder.encoder import PICTURE_TICKS
from app.recorder.overlay import Plane, planes_of
from app.recorder.packet_camera import CodedPicture
from app.recorder.packet_feed import PacketFeed
from app.recorder.picture_watch import PictureWatch

LOST_NS = 1_000_000_000
STATED_NS = 100_000_000  # a hole from this on, beside the camera's own rhythm
WAIT_S = 0.2
RHYTHM = 0.05  # how fast the usual distance of two pictures is followed
LONGEST_RHYTHM_NS = 400_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CopiedEvents:
    """Whom a track tells."""

    on_picture: Callable[[bytes, int, bool], None]  # data, ticks of 1/90000 s, is a key picture
    on_gap: Callable[[int, int], None]  # first and last millisecond of the take
    on_trouble: Callable[[str, bool], None]  # code, and whether it is over
    on_preview: Callable[[Plane, int], None]  # yuv420p planes, millisecond of the take


class CopiedTrack:
    """Gives a camera's pictures on from the take's beginning."""

    def __init__(self, feed: PacketFeed, t0_ns: int, events: CopiedEvents) -> None:
        self._feed = feed
        self._t0_ns = t0_ns
        self._events = events
        self._watch = PictureWatch(events.on_trouble)
        self._eye = KeyPictureEye()
        self._pts = -1
        self._last_ns = t0_ns  # of the last picture
        self._came_ns = t0_ns  # when it came
        self._rhythm_ns = 40_000_000.0
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="copied-track", daemon=True)

    @property
    def is_lost(self) -> bool:
        """Whether there is no picture now."""
        return self._lost

    def start(self, group: list[CodedPicture]) -> None:
        """Begin with the group of pictures that the camera is in."""
        for picture in group:
            self._give(picture)
        self._last_ns = max(self._t0_ns, self._last_ns)
        self._came_ns = time.monotonic_ns()
        self._thread.start()

    def stop(self) -> None:
        """End and state a hole that is still open."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            picture = self._feed.next(WAIT_S)
            now_ns = time.monotonic_ns()
            if picture is not None:
                self._came_ns = now_ns
                self._take_in(picture)
            elif now_ns - self._came_ns > LOST_NS and not self._lost:
                self._lost = True
                self._events.on_trouble("device_lost", False)
        if self._lost:
            self._state_hole(time.monotonic_ns())

    def _take_in(self, picture: CodedPicture) -> None:
        self._state_hole(picture.at_ns)
        if self._lost:
            self._lost = False
            self._events.on_trouble("device_lost", True)
        self._give(picture)

    def _state_hole(self, until_ns: int) -> None:
        distance_ns = until_ns - self._last_ns
        if distance_ns >= STATED_NS + self._rhythm_ns:
            from_ns = self._last_ns + int(self._rhythm_ns)
            self._events.on_gap(self._ms(from_ns), self._ms(until_ns))
        elif distance_ns > 0:
            nearer = min(distance_ns, LONGEST_RHYTHM_NS) - self._rhythm_ns
            self._rhythm_ns += RHYTHM * nearer

    def _give(self, picture: CodedPicture) -> None:
        at_ns = max(picture.at_ns, self._t0_ns)
        self._pts = max(self._pts + 1, (at_ns - self._t0_ns) * PICTURE_TICKS // 1_000_000_000)
        self._last_ns = max(self._last_ns, picture.at_ns)
        self._events.on_picture(picture.data, self._pts, picture.is_key)
        if picture.is_key:
            self._look_at(picture)

    def _look_at(self, picture: CodedPicture) -> None:
        planes = self._eye.see(picture)
        if planes is not None:
            self._watch.look(planes[: planes.shape[0] * 2 // 3], time.monotonic_ns())
            self._events.on_preview(planes, max(0, self._ms(picture.at_ns)))

    def _ms(self, at_ns: int) -> int:
        return max(0, (at_ns - self._t0_ns) // 1_000_000)


class KeyPictureEye:
    """Decodes single key pictures; each stands alone, so nothing is held back."""

    def __init__(self) -> None:
        self._decoder: Any = None
        self._codec = ""

    def see(self, picture: CodedPicture) -> Plane | None:
        """Its yuv420p planes, or None when it cannot be decoded."""
        try:
            if self._codec != picture.codec:
                self._decoder = CodecContext.create(picture.codec, "r")
                self._decoder.thread_count = 1
                self._codec = picture.codec
            frames: list[VideoFrame] = [
                *self._decoder.decode(Packet(picture.data)),
                *self._decoder.decode(None),
            ]
            self._decoder.flush_buffers()
        except FFmpegError as error:
            _log.warning("key picture not decoded: %s", error)
            return None
        if not frames:
            return None
        frame = frames[-1]
        return planes_of(frame, frame.width // 4 * 4, frame.height // 4 * 4)
