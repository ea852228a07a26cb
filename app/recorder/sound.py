"""The thread that turns what a take's microphone delivers into its sound."""

from __future__ import annotations

import queue
import threading
import time

from app.recorder.capture import SoundBlock
from app.recorder.sound_row import SoundRow

LAST_LIMIT_S = 10.0


class SoundTrack:
    """Takes blocks from a queue and gives continuous sound from the take's beginning on."""

    def __init__(self, blocks: queue.SimpleQueue[SoundBlock], row: SoundRow) -> None:
        self._blocks = blocks
        self._row = row
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound-track", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and state a hole that is still open."""
        self._stop.set()
        self._thread.join(LAST_LIMIT_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                block = self._blocks.get(timeout=0.1)
            except queue.Empty:
                self._row.wait_out(time.monotonic_ns())
            else:
                self._row.take_in(block, time.monotonic_ns())
        # On a busy machine blocks wait here: they are sound that was, and belong in the film.
        for _ in range(self._blocks.qsize()):
            self._row.take_in(self._blocks.get_nowait(), time.monotonic_ns())
        self._row.end()
