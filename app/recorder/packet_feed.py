"""Keeps a copied camera delivering, and holds what a film needs to begin at any moment.

- Until the take begins, the pictures since the last key picture wait here, and none before them.
- A picture that does not find room is left out together with all that build on it, up to the next
  key picture; the track states the hole.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from threading import Event

from app.errors import DeviceProblem
from app.recorder.attempts import Attempts
from app.recorder.feed import RETRY_S
from app.recorder.packet_camera import CodedPicture, PacketCamera

LEAST_PICTURES = 8  # seen before a take begins: by then it shows whether they come in order
MOST_WAITING = 600
_log = logging.getLogger(__name__)


class PacketFeed:
    """Coded pictures of one camera, in order."""

    def __init__(self, camera: PacketCamera) -> None:
        self.camera = camera
        self.code = ""
        self._lock = threading.Lock()
        self._group: list[CodedPicture] = []  # since the last key picture
        self._pictures: queue.Queue[CodedPicture] | None = None
        self._skips = False  # up to the next key picture
        self._seen = 0
        self._stop = Event()
        self._ready = Event()
        self._attempts = Attempts()
        self._thread = threading.Thread(target=self._run, name="packet-feed", daemon=True)

    def start(self) -> None:
        """Open the camera and go on in a thread."""
        self._thread.start()

    @property
    def is_ready(self) -> bool:
        """Whether it is known that its pictures can be copied."""
        return self._ready.is_set()

    def wait_until_ready(self, deadline: float) -> None:
        """Until it is known that its pictures can be copied.

        Raises:
            DeviceProblem: why it does not open, or cannot be copied.
        """
        while not self._ready.wait(0.05):
            if (problem := self._attempts.final) is not None:
                raise problem
            if time.monotonic() > deadline:
                raise DeviceProblem("camera_unreachable", device=self.camera.description)

    def begin(self) -> list[CodedPicture]:
        """The pictures since the last key picture; those that follow come by `next`."""
        with self._lock:
            self._pictures = queue.Queue(MOST_WAITING)
            group, self._group = self._group, []
            return group

    def next(self, limit_s: float) -> CodedPicture | None:
        """The next picture, or None when none comes within `limit_s` seconds."""
        assert self._pictures is not None
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
                for picture in self.camera.coded_pictures(self._stop):
                    self._take_in(picture)
                    if self._stop.is_set():
                        return
            except DeviceProblem as problem:
                _log.warning("camera: %s", problem)
                self._attempts.failed(problem)
                self.code = problem.code
            self._stop.wait(RETRY_S)

    def _take_in(self, picture: CodedPicture) -> None:
        self.code = ""
        with self._lock:
            if self._pictures is None:
                self._hold(picture)
            elif not (self._skips and not picture.is_key):
                self._skips = self._pictures.full()
                if self._skips:
                    _log.warning("camera: pictures left out up to the next key picture")
                else:
                    self._pictures.put(picture)
        self._seen += 1
        if self._seen >= LEAST_PICTURES:
            self._ready.set()

    def _hold(self, picture: CodedPicture) -> None:
        if picture.is_key:
            self._group = []
        self._group.append(picture)
        if len(self._group) > MOST_WAITING:
            self._group = []  # such a camera gives no key pictures: nothing can begin with it
            problem = DeviceProblem("camera_not_copyable", device=self.camera.description)
            self._attempts.failed(problem)
            self._ready.clear()
