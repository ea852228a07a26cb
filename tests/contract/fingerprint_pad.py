"""What every fingerprint pad must do; each driver's tests subclass this."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator

import pytest

from signing.marks import Fingerprint, read_png, to_png
from signing.pads.pad import FingerprintPad, Hint
from signing.problem import PadProblem

OBEYS_WITHIN_S = 0.2
SLACK_S = 0.3  # for a busy machine
PATIENCE_S = 20.0


class FingerprintPadContract(ABC):
    """The contract; a subclass opens its pad and lays a finger on it."""

    @abstractmethod
    def open(self) -> FingerprintPad:
        """The pad in a room that is no production room."""

    @abstractmethod
    def offer_finger(self) -> None:
        """Lay a good finger on the pad, while `capture` runs on another thread."""

    @pytest.fixture
    def pad(self) -> Iterator[FingerprintPad]:
        pad = self.open()
        yield pad
        pad.close()

    def capture(self, pad: FingerprintPad) -> tuple[Fingerprint, list[Hint]]:
        """One print, with the finger laid on meanwhile."""
        hints: list[Hint] = []
        finger = threading.Thread(target=self.offer_finger)
        finger.start()
        image = pad.capture(hints.append, threading.Event())
        finger.join(PATIENCE_S)
        return image, hints

    def test_says_what_it_is(self, pad: FingerprintPad) -> None:
        assert pad.info.name
        assert pad.info.dpi >= 0

    def test_gives_a_whole_image(self, pad: FingerprintPad) -> None:
        image, _ = self.capture(pad)
        assert len(image.gray) == image.width * image.height > 0
        assert 300 <= image.dpi <= 2000
        assert min(image.gray) < 100 < max(image.gray)
        assert image.device == pad.info.name
        assert image.simulated == pad.info.simulated

    def test_image_survives_its_file(self, pad: FingerprintPad) -> None:
        image, _ = self.capture(pad)
        read = read_png(to_png(image))
        assert (read.gray, read.dpi, read.simulated) == (image.gray, image.dpi, image.simulated)

    def test_hints_end_with_good(self, pad: FingerprintPad) -> None:
        _, hints = self.capture(pad)
        assert hints.count(Hint.GOOD) == 1
        assert hints[-1] is Hint.GOOD

    def test_takes_one_print_after_another(self, pad: FingerprintPad) -> None:
        self.capture(pad)
        assert self.capture(pad)[0].gray

    def test_cancel_before_capture(self, pad: FingerprintPad) -> None:
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(PadProblem, match="capture_cancelled"):
            pad.capture(_ignore, cancel)

    def test_obeys_cancel_at_once_and_goes_on_working(self, pad: FingerprintPad) -> None:
        cancel, waiting = threading.Event(), threading.Event()
        moments: list[float] = []

        def give_up() -> None:
            assert waiting.wait(PATIENCE_S)
            moments.append(time.monotonic())
            cancel.set()

        thread = threading.Thread(target=give_up)
        thread.start()
        with pytest.raises(PadProblem, match="capture_cancelled"):
            pad.capture(lambda _hint: waiting.set(), cancel)
        took = time.monotonic() - moments[0]
        thread.join(PATIENCE_S)
        assert took < OBEYS_WITHIN_S + SLACK_S
        assert self.capture(pad)[0].gray

    def test_close_twice_is_harmless(self, pad: FingerprintPad) -> None:
        pad.close()
        pad.close()


def _ignore(_hint: Hint) -> None:
    """Nobody looks."""
