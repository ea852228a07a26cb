"""A real center in its own process on a loopback port, and a workstation enrolled there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import center
from app.sync.enrolment import Enrolment, enrol
from signing.keys import WorkstationKeys

SERVE = """
import sys, pathlib, center
center.serve(
    pathlib.Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]),
    on_listening=lambda url: print(url, flush=True),
)
"""


def wait_until(is_so: Callable[[], bool], within_s: float = 20.0) -> None:
    """Return as soon as `is_so`; fails after the time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class RunningCenter:
    """The server process; it may be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            center.init(folder, "Test center")
        self.url = ""
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Serve; returns when connections are taken."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.folder), str(self._port)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the center did not start"
        self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """As a power cut would end it."""
        assert self._process is not None
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """End it in good order; returns the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None

    def _end(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        status = self._process.wait(20)
        self._process.stdout.close()
        self._process = None
        return status

    def enrol(
        self, device: str = "desk-1", room: str = "room-1"
    ) -> tuple[Enrolment, WorkstationKeys]:
        """A new workstation with a certificate of this center."""
        code = center.make_code(self.folder, device, room)
        return enrol(self.url, code, device, room, WorkstationKeys.generate(device))
