"""A real libfprint with its virtual image device, fed through its socket."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.marks import Fingerprint
from signing.pads.libfprint import SYSTEM_FOLDERS, LibfprintPad
from signing.pads.pad import FingerprintPad, Hint
from signing.pads.simulated import print_of
from signing.problem import PadProblem
from tests.contract.fingerprint_pad import (
    PATIENCE_S,
    FingerprintPadContract,
    beside,
    wait_for,
)


def has_libfprint() -> bool:
    python = shutil.which("python3", path=SYSTEM_FOLDERS)
    if python is None:
        return False
    code = "import gi; gi.require_version('FPrint', '2.0'); from gi.repository import FPrint"
    return subprocess.run([python, "-c", code], check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not has_libfprint(), reason="no gir1.2-fprint-2.0")


@pytest.fixture(autouse=True)
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the virtual device listens; a short path, as a Unix socket needs."""
    folder = Path(tempfile.mkdtemp(prefix="fp"))
    monkeypatch.setenv("FP_VIRTUAL_IMAGE", str(folder / "s"))
    yield folder / "s"
    shutil.rmtree(folder)


def lay(place: Path, image: Fingerprint, over: threading.Event) -> None:
    """A finger on the virtual device, unless the capture is over first."""
    gray, width, height = image.gray, image.width, image.height
    deadline = time.monotonic() + PATIENCE_S
    with socket.socket(socket.AF_UNIX) as finger:
        while finger.connect_ex(str(place)):  # until the device listens
            assert not over.wait(0.02), "the capture ended before a finger was laid"
            assert time.monotonic() < deadline, "the device never listened"
        finger.sendall(struct.pack("ii", width, height) + gray)
        finger.settimeout(PATIENCE_S)


class TestVirtualDevice(FingerprintPadContract):
    @pytest.fixture(autouse=True)
    def place(self, device: Path) -> None:
        self.device = device

    def open(self) -> FingerprintPad:
        return LibfprintPad(production=False)

    def offer_finger(self, over: threading.Event) -> None:
        lay(self.device, print_of(7), over)

    def test_the_image_is_what_the_device_gave(self, pad: FingerprintPad) -> None:
        image, _ = self.capture(pad)
        assert image.gray == print_of(7).gray
        assert image.simulated
        assert "irtual" in image.device

    def test_a_light_touch_is_not_taken(self, pad: FingerprintPad) -> None:
        light, good = print_of(7, touch=0.42), print_of(7)
        hints: list[Hint] = []
        pressed = threading.Event()

        def hint(told: Hint) -> None:
            hints.append(told)
            if told is Hint.PRESS_HARDER:
                pressed.set()

        def fingers(over: threading.Event) -> None:
            lay(self.device, light, over)
            wait_for(pressed, over)
            lay(self.device, good, over)

        with beside(fingers) as hand:
            image = pad.capture(hint, hand.failed)
        assert image.gray == good.gray
        assert Hint.PRESS_HARDER in hints

    def test_a_dead_host_is_an_unplugged_pad_and_starts_anew(self, pad: LibfprintPad) -> None:
        assert pad._process is not None
        victim = pad._process.pid
        started = threading.Event()

        def kill(over: threading.Event) -> None:
            wait_for(started, over)
            os.kill(victim, signal.SIGKILL)

        with beside(kill) as hand, pytest.raises(PadProblem, match="pad_unplugged"):
            pad.capture(lambda _hint: started.set(), hand.failed)
        image, _ = self.capture(pad)
        assert image.gray == print_of(7).gray

    def test_close_ends_a_dead_host_that_was_still_owed_a_line(self, pad: LibfprintPad) -> None:
        process = pad._process
        assert process is not None
        assert process.stdin is not None
        process.kill()
        process.wait()
        process.stdin.write("owed")
        pad.close()
        assert process.stdin.closed
        assert self.capture(pad)[0].gray == print_of(7).gray


def test_a_production_room_refuses_the_virtual_device() -> None:
    with pytest.raises(PadProblem, match="simulated_in_production"):
        LibfprintPad(production=True)


def test_no_device_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FP_VIRTUAL_IMAGE")
    with pytest.raises(PadProblem, match="pad_not_found"):
        LibfprintPad(production=False)
