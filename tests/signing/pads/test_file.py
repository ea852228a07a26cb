"""A scanned picture as a fingerprint."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from signing.marks import to_png
from signing.pads.file import FilePad
from signing.pads.pad import FingerprintPad
from signing.pads.simulated import print_of
from signing.problem import PadProblem
from tests.contract.fingerprint_pad import FingerprintPadContract, beside, wait_for


class TestFolder(FingerprintPadContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.inbox = tmp_path / "scanner"
        self.inbox.mkdir()
        self.scan = tmp_path / "scan.png"
        self.scan.write_bytes(to_png(print_of(5)))
        (self.inbox / "old.png").write_bytes(b"left from yesterday")
        self.count = 0

    def open(self) -> FingerprintPad:
        return FilePad(self.inbox, production=True)

    def offer_finger(self, over: threading.Event) -> None:
        """A scanner writes its file piece by piece."""
        wait_for(self.wanted, over)
        self.count += 1
        data = self.scan.read_bytes()
        with (self.inbox / f"scan-{self.count}.png").open("wb") as file:
            for start in range(0, len(data), 8192):
                file.write(data[start : start + 8192])
                file.flush()

    def capture(self, pad: FingerprintPad):  # type: ignore[no-untyped-def]
        self.wanted = threading.Event()
        hints = []

        def hint(told: object) -> None:
            hints.append(told)
            self.wanted.set()

        with beside(self.offer_finger) as hand:
            image = pad.capture(hint, hand.failed)
        return image, hints


def test_a_single_file_is_read_at_once(tmp_path: Path) -> None:
    file = tmp_path / "print.png"
    file.write_bytes(to_png(print_of(6)))
    image = FilePad(file, production=True).capture(lambda _hint: None, threading.Event())
    assert image.gray == print_of(6).gray
    assert image.dpi == 500


def test_what_is_no_picture_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "print.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(PadProblem, match="image_unreadable"):
        FilePad(file, production=True).capture(lambda _hint: None, threading.Event())


def test_a_missing_place_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(PadProblem, match="pad_not_found"):
        FilePad(tmp_path / "nothing", production=True)
    place = tmp_path / "inbox"
    place.mkdir()
    pad = FilePad(place, production=True)
    shutil.rmtree(place)
    with pytest.raises(PadProblem, match="pad_unplugged"):
        pad.capture(lambda _hint: None, threading.Event())
