"""What every fingerprint pad must do; each driver's tests subclass this."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from signing.marks import Fingerprint, read_png, to_png
from signing.pads.pad import FingerprintPad, Hint
from signing.problem import PadProblem

OBEYS_WITHIN_S = 0.2
SLACK_S = 0.3  # for a busy machine
TRIES = 5  # a busy machine may be late, but not each time
PATIENCE_S = 120.0  # reached only where something hangs


class Beside(threading.Thread):
    """A person's hand beside the capture.

    Attributes:
        over: Told to the hand: the capture ended without it.
        failed: Told to the capture: no hand will come; to be given as its cancel event.
    """

    def __init__(self, act: Callable[[threading.Event], None]) -> None:
        super().__init__(name="beside", daemon=True)
        self._act = act
        self.over, self.failed = threading.Event(), threading.Event()
        self.problem: BaseException | None = None

    def run(self) -> None:
        """Act, and keep what was raised."""
        try:
            self._act(self.over)
        except BaseException as problem:  # noqa: BLE001 - raised again by the test
            self.problem = problem
            self.failed.set()


@contextmanager
def beside(act: Callable[[threading.Event], None]) -> Iterator[Beside]:
    """Act on another thread while the block runs.

    The thread is always joined, and what went wrong in it fails the test that began it.
    """
    hand = Beside(act)
    hand.start()
    try:
        yield hand
    except BaseException:
        hand_failed_first = hand.failed.is_set()
        hand.over.set()
        hand.join(PATIENCE_S)
        if hand_failed_first and hand.problem is not None:
            raise hand.problem from None
        raise
    hand.join(PATIENCE_S)
    assert not hand.is_alive(), "the hand beside never came back"
    if hand.problem is not None:
        raise hand.problem


def wait_for(happened: threading.Event, over: threading.Event) -> None:
    """Wait until it happened; give up when the test is over."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened.wait(0.02):
        assert not over.is_set(), "the capture ended first"
        assert time.monotonic() < deadline, "it never happened"


class FingerprintPadContract(ABC):
    """The contract; a subclass opens its pad and lays a finger on it."""

    @abstractmethod
    def open(self) -> FingerprintPad:
        """The pad in a room that is no production room."""

    @abstractmethod
    def offer_finger(self, over: threading.Event) -> None:
        """Lay a good finger on the pad, while `capture` runs on another thread.

        Args:
            over: Set when the capture ended without it: give up.
        """

    @pytest.fixture
    def pad(self) -> Iterator[FingerprintPad]:
        pad = self.open()
        yield pad
        pad.close()

    def capture(self, pad: FingerprintPad) -> tuple[Fingerprint, list[Hint]]:
        """One print, with the finger laid on meanwhile."""
        hints: list[Hint] = []
        with beside(self.offer_finger) as hand:
            image = pad.capture(hints.append, hand.failed)
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
        took_s: list[float] = []
        while len(took_s) < TRIES and min(took_s, default=1) >= OBEYS_WITHIN_S + SLACK_S:
            took_s.append(self.cancelled_after_s(pad))
        assert min(took_s) < OBEYS_WITHIN_S + SLACK_S
        assert self.capture(pad)[0].gray

    def cancelled_after_s(self, pad: FingerprintPad) -> float:
        """How long a waiting pad took to give up, in seconds."""
        cancel, waiting = threading.Event(), threading.Event()
        moments: list[float] = []

        def give_up(over: threading.Event) -> None:
            wait_for(waiting, over)
            moments.append(time.monotonic())
            cancel.set()

        with beside(give_up), pytest.raises(PadProblem, match="capture_cancelled"):
            pad.capture(lambda _hint: waiting.set(), cancel)
        return time.monotonic() - moments[0]

    def test_close_twice_is_harmless(self, pad: FingerprintPad) -> None:
        pad.close()
        pad.close()


def _ignore(_hint: Hint) -> None:
    """Nobody looks."""
