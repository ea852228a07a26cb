"""The thread that turns what one camera delivers into the pictures of a take.

- What is due is written whether the camera delivers or not.
- A preview is offered after encoding and never waited for.
"""

from __future__ import annotations

import threading
import time

from app.recorder.capture import Picture
from app.recorder.feed import CameraFeed
from app.recorder.picture_row import LOST_NS, PictureRow


class PictureTrack:
    """Gives an unbroken row of pictures from the take's beginning on."""

    def __init__(self, feed: CameraFeed, row: PictureRow) -> None:
        self._feed = feed
        self._row = row
        self._first: Picture | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture-track", daemon=True)

    def start(self, first: Picture | None) -> None:
        """Begin with the picture that the camera gave last, or without one."""
        self._first = first
        self._thread.start()

    def stop(self) -> None:
        """End and state a hole that is still open."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        row = self._row
        row.begin(self._first, time.monotonic_ns())
        while not self._stop.is_set():
            due_ns = row.due_ns
            picture = self._feed.next((due_ns - time.monotonic_ns()) / 1e9)
            now_ns = time.monotonic_ns()
            # What a dying connection gives out at last is not what is there now.
            is_now = picture is not None and now_ns - picture.at_ns <= LOST_NS
            if picture is not None and is_now:
                row.take_in(picture, now_ns)
            elif picture is None or now_ns >= due_ns:
                row.wait_out(now_ns)
        row.end()
