"""Small pictures for the desk: made aside from recording, dropped whenever there is no time.

- Only while somebody subscribed, at most five a second for each stream, 480 pixels wide.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from av.codec.context import CodecContext

from app.recorder.overlay import Plane, frame_of

EVERY_MS = 200
WIDTH = 480


class PreviewMaker:
    """Takes planes of all streams, gives JPEG pictures."""

    def __init__(
        self, is_wanted: Callable[[], bool], on_picture: Callable[[str, bytes, int], None]
    ) -> None:
        """Make the maker.

        Args:
            is_wanted: whether anybody looks.
            on_picture: gets stream, JPEG and millisecond of the take.
        """
        self._is_wanted = is_wanted
        self._on_picture = on_picture
        self._last_ms: dict[str, int] = {}
        self._queue: queue.Queue[tuple[str, Plane, int] | None] = queue.Queue(2)
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)
        self._thread.start()

    def offer(self, stream: str, planes: Plane, at_ms: int) -> None:
        """Show a picture if it is wanted and there is time; never waits.

        `planes` must not be changed afterwards.
        """
        if at_ms - self._last_ms.get(stream, -EVERY_MS) < EVERY_MS or not self._is_wanted():
            return
        self._last_ms[stream] = at_ms
        try:
            self._queue.put_nowait((stream, planes, at_ms))
        except queue.Full:
            return

    def close(self) -> None:
        """End."""
        self._queue.put(None)
        self._thread.join(2.0)

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            stream, planes, at_ms = waiting
            self._on_picture(stream, jpeg(planes), at_ms)


def jpeg(planes: Plane, width: int = WIDTH) -> bytes:
    """A JPEG of yuv420p planes [height * 3 / 2, width], scaled to `width` pixels."""
    frame = frame_of(planes)
    height = frame.height * width // frame.width // 2 * 2
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    context: Any = CodecContext.create("mjpeg", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuvj420p"
    context.time_base = Fraction(1, 25)
    context.options = {"qmin": "3", "qmax": "6"}
    small.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(small), *context.encode(None)])
