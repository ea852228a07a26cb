"""Keeps a take's devices delivering: opens them, and opens them again when they fail.

- A device that fails never stops the take; it is tried again every second.
- What is delivered waits in a bounded queue; a picture nobody fetched in time is dropped, sound
  is not.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from threading import Event

from app.errors import DeviceProblem
from app.recorder.attempts import Attempts
from app.recorder.capture import Camera, Microphone, Picture, SoundBlock

RATE = 48_000
RETRY_S = 1.0
FIRST_LIMIT_S = 9.0
SOUND_SILENCE_S = 3.0  # no block for so long: the device hangs
SETTLE_NS = 500_000_000  # of sound, until it is known when its samples were
PICTURES_WAITING = 25  # about what is still taken as being of now
_log = logging.getLogger(__name__)


class MicrophoneFeed:
    """Sound blocks of one microphone, in order, for as long as the take runs."""

    def __init__(self, microphone: Microphone) -> None:
        self.microphone = microphone
        self.code = ""  # what is wrong with it now
        self.blocks: queue.SimpleQueue[SoundBlock] = queue.SimpleQueue()
        self._last_ns = 0
        self._delivered_ns = 0  # when the first block came
        self._given = 0  # samples since then
        self.first_ns: int | None = None  # of the first sample, by the least late block so far
        self._stop = Event()
        self._trouble = Event()
        self._opened = Event()
        self._problem: DeviceProblem | None = None
        self._thread = threading.Thread(target=self._run, name="microphone-feed", daemon=True)

    def start(self) -> None:
        """Open it and go on in a thread."""
        self._thread.start()

    @property
    def is_settled(self) -> bool:
        """Whether half a second of sound came."""
        return self._opened.is_set()

    def wait_until_settled(self, deadline: float) -> None:
        """Until half a second of sound came.

        Raises:
            DeviceProblem: why it does not open; `device_lost` when it opens but gives nothing.
        """
        while not self._opened.wait(0.05):
            if self._problem is not None:
                raise self._problem
            if time.monotonic() > deadline:
                raise DeviceProblem("device_lost", device=self.microphone.description)

    def stop(self) -> None:
        """Close the device."""
        self._stop.set()
        self._trouble.set()
        self._thread.join(3.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._trouble.clear()
            self._last_ns = time.monotonic_ns()
            try:
                self.microphone.open(self._on_block, self._on_trouble)
                self._wait_until_it_fails()
            except DeviceProblem as problem:
                self._problem = problem
                self.code = self.code or problem.code
            finally:
                self.microphone.close()
            self._stop.wait(RETRY_S)

    def _wait_until_it_fails(self) -> None:
        while not self._trouble.wait(0.25):
            if time.monotonic_ns() - self._last_ns > SOUND_SILENCE_S * 1e9:
                self.code = "device_lost"
                return

    def _on_block(self, block: SoundBlock) -> None:
        self._last_ns = time.monotonic_ns()
        if not self._trouble.is_set():
            self.code = ""
        self.blocks.put(block)
        if not self._opened.is_set():
            began_ns = block.at_ns - self._given * 1_000_000_000 // RATE
            self.first_ns = min(began_ns, self.first_ns or began_ns)
            self._given += len(block.samples)
        self._delivered_ns = self._delivered_ns or self._last_ns
        if self._last_ns - self._delivered_ns > SETTLE_NS:
            self._opened.set()

    def _on_trouble(self, code: str) -> None:
        _log.warning("microphone: %s", code)
        self.code = code
        self._trouble.set()


class CameraFeed:
    """Pictures of one camera; the oldest waiting one is dropped when nobody fetches them."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.code = ""
        self._pictures: queue.Queue[Picture] = queue.Queue(PICTURES_WAITING)
        self._stop = Event()
        self.newest: Picture | None = None
        self._came = Event()
        self._attempts = Attempts()
        self._thread = threading.Thread(target=self._run, name="camera-feed", daemon=True)

    def start(self) -> None:
        """Open it and go on in a thread."""
        self._thread.start()

    def wait_for_first(self, deadline: float) -> Picture:
        """The first picture, or a newer one.

        Raises:
            DeviceProblem: why it does not open.
        """
        while not self._came.wait(0.05):
            if (problem := self._attempts.final) is not None:
                raise problem
            if time.monotonic() > deadline:
                raise DeviceProblem("camera_unreachable", device=self.camera.description)
        assert self.newest is not None
        return self.newest

    def next(self, limit_s: float) -> Picture | None:
        """The next picture, or None when none comes within `limit_s` seconds."""
        try:
            return self._pictures.get(timeout=max(0.001, limit_s))
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Ask it to end; a camera that hangs ends with its own time limit."""
        self._stop.set()

    def join(self, limit_s: float) -> None:
        """Wait for its thread."""
        self._thread.join(limit_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                for picture in self.camera.pictures(self._stop):
                    self._take_in(picture)
                    if self._stop.is_set():
                        return
            except DeviceProblem as problem:
                _log.warning("camera: %s", problem)
                self._attempts.failed(problem)
                self.code = problem.code
            self._stop.wait(RETRY_S)

    def _take_in(self, picture: Picture) -> None:
        self.newest = picture
        self._came.set()
        self.code = ""
        if self._pictures.full():
            try:
                self._pictures.get_nowait()
            except queue.Empty:
                _log.debug("fetched meanwhile")
        self._pictures.put(picture)
