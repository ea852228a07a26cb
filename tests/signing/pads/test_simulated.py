"""The simulated pad and pen keep their contract and stay out of production rooms."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.paths import RESOURCES
from signing.marks import read_inkml, to_inkml
from signing.pads.handwriting import write
from signing.pads.pad import FingerprintPad, Hint
from signing.pads.quality import rate
from signing.pads.simulated import SimulatedFingerprintPad, SimulatedInkPad, print_of
from signing.problem import PadProblem
from tests.contract.fingerprint_pad import FingerprintPadContract

FONT: Path = RESOURCES / "fonts" / "ShiluSans-Regular.otf"


class TestSimulatedFingerprintPad(FingerprintPadContract):
    def open(self) -> FingerprintPad:
        return SimulatedFingerprintPad(production=False)

    def offer_finger(self, over: threading.Event) -> None:
        """The pad has its own."""

    def test_guides_the_finger(self, pad: FingerprintPad) -> None:
        _, hints = self.capture(pad)
        assert hints == [Hint.WAITING, Hint.PRESS_HARDER, Hint.GOOD]

    def test_unplugging_is_a_problem(self, pad: FingerprintPad) -> None:
        pad.close()
        with pytest.raises(PadProblem, match="pad_unplugged"):
            pad.capture(lambda _hint: None, threading.Event())


def test_a_production_room_refuses_both() -> None:
    with pytest.raises(PadProblem, match="simulated_in_production"):
        SimulatedFingerprintPad(production=True)
    with pytest.raises(PadProblem, match="simulated_in_production"):
        SimulatedInkPad(production=True, words="甲", font=FONT)


def test_prints_are_of_one_finger_yet_never_the_same_image() -> None:
    first, again, other = print_of(1, taken=1), print_of(1, taken=2), print_of(2)
    assert print_of(1, taken=1) == first
    assert len({first.gray, again.gray, other.gray}) == 3


def test_quality_tells_what_to_do() -> None:
    good = print_of(3)
    assert rate(good) is Hint.GOOD
    faint = bytes(255 - (255 - value) // 2 for value in good.gray)
    assert rate(type(good)(faint, good.width, good.height, 500, "d", "", True)) is Hint.TOO_DRY
    small = print_of(3, touch=0.45)
    shifted = small.gray[100 * small.width :] + b"\xf8" * (100 * small.width)
    aside = type(small)(shifted, small.width, small.height, 500, "d", "", True)
    assert rate(aside) is Hint.OFF_CENTER
    assert rate(print_of(3, touch=0)) is Hint.WAITING


def test_the_pen_writes_what_it_was_given() -> None:
    pad = SimulatedInkPad(production=False, words="何静", font=FONT)
    told: list[object] = []
    ink = pad.capture(told.append, threading.Event())
    assert ink.simulated
    assert told == list(ink.strokes)
    assert len(ink.strokes) >= 8
    assert read_inkml(to_inkml(ink)) == ink


def test_handwriting_stays_in_its_area_and_repeats() -> None:
    strokes = write("以上笔录我看过，和我说的相符。", FONT, aspect=6.5)
    assert strokes == write("以上笔录我看过，和我说的相符。", FONT, aspect=6.5)
    assert strokes != write("以上笔录我看过，和我说的相符。", FONT, aspect=6.5, seed=1)
    points = [point for stroke in strokes for point in stroke]
    assert all(0 <= p.x <= 1 and 0 <= p.y <= 1 and 0 < p.pressure <= 1 for p in points)
    times = [point.t_ms for point in points]
    assert times == sorted(times)
    assert max(p.x for p in points) - min(p.x for p in points) > 0.4
