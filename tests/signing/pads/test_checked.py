"""A maker's driver that breaks the contract spoils one capture, and neither mark nor desk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from signing import sentences
from signing.marks import Fingerprint
from signing.pads import registry
from signing.pads.checked import CheckedPad
from signing.pads.pad import FingerprintPad, Hint, PadInfo
from signing.pads.simulated import SimulatedFingerprintPad, print_of
from signing.problem import PadProblem
from tests.contract.fingerprint_pad import FingerprintPadContract

GOOD = replace(print_of(2), device="maker's", serial="1", simulated=False)


class Pad:
    """A driver whose capture is what a test says."""

    def __init__(self, capture: Callable[..., Any], info: Any = None) -> None:
        self._capture = capture
        self.info = info or PadInfo("maker's", "maker", "1", 500, simulated=False)

    def capture(self, hint: Callable[[Any], None], cancel: threading.Event) -> Any:
        return self._capture(hint, cancel)

    def close(self) -> None:
        raise OSError("no such handle")


class TestSimulatedBehindTheChecks(FingerprintPadContract):
    def open(self) -> FingerprintPad:
        return CheckedPad("maker", SimulatedFingerprintPad(production=False))

    def offer_finger(self, over: threading.Event) -> None:
        """The pad has its own."""


def raising(error: Exception) -> Callable[..., Any]:
    def capture(_hint: object, _cancel: object) -> Any:
        raise error

    return capture


def giving(image: Any, *hints: Any) -> Callable[..., Any]:
    def capture(hint: Callable[[Any], None], _cancel: object) -> Any:
        for one in hints:
            hint(one)
        return image

    return capture


@pytest.mark.parametrize(
    ("capture", "why"),
    [
        (raising(OSError("0x80004005")), "raised"),
        (raising(KeyError("finger")), "raised"),
        (giving(None), "image"),
        (giving(b"gray"), "image"),
        (giving(replace(GOOD, gray=GOOD.gray[:-1])), "image"),
        (giving(replace(GOOD, gray=b"", width=0)), "image"),
        (giving(replace(GOOD, dpi=96)), "image"),
        (giving(replace(GOOD, simulated=True)), "simulated"),
        (giving(GOOD, "good"), "hint"),
    ],
)
def test_what_breaks_the_contract_is_a_problem_that_names_the_driver(
    capture: Callable[..., Any], why: str
) -> None:
    pad = CheckedPad("maker", Pad(capture))
    with pytest.raises(PadProblem) as caught:
        pad.capture(lambda _hint: None, threading.Event())
    assert (caught.value.code, caught.value.details["why"]) == ("pad_breaks_contract", why)
    for language in sentences.LANGUAGES:
        assert "maker" in sentences.tell(caught.value, language)
    pad.close()  # the driver's fault at closing is only logged


def test_good_is_told_once_at_the_end_whatever_the_driver_says() -> None:
    hints: list[Hint] = []
    pad = CheckedPad("maker", Pad(giving(GOOD, Hint.GOOD, Hint.LIFT_FINGER, Hint.GOOD)))
    assert pad.capture(hints.append, threading.Event()) == GOOD
    assert hints == [Hint.LIFT_FINGER, Hint.GOOD]


def test_the_drivers_own_problems_pass() -> None:
    pad = CheckedPad("maker", Pad(raising(PadProblem("pad_unplugged", pad="maker"))))
    with pytest.raises(PadProblem, match="pad_unplugged"):
        pad.capture(lambda _hint: None, threading.Event())


def test_an_image_after_cancel_is_not_taken() -> None:
    cancel = threading.Event()

    def capture(_hint: object, given: threading.Event) -> Fingerprint:
        given.set()
        return GOOD

    with pytest.raises(PadProblem, match="capture_cancelled"):
        CheckedPad("maker", Pad(capture)).capture(lambda _hint: None, cancel)


def test_a_simulated_driver_is_kept_out_of_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """A maker's test driver may forget the rule; the room does not."""
    point = EntryPoint("forgetful", f"{__name__}:forgetful", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", partial(offered, point))
    assert registry.open_fingerprint_pad("forgetful", production=False).info.simulated
    with pytest.raises(PadProblem, match="simulated_in_production"):
        registry.open_fingerprint_pad("forgetful", production=True)


def offered(point: EntryPoint, group: str) -> list[EntryPoint]:
    return [point] if group == registry.GROUP else []


def forgetful(*, production: bool) -> Pad:
    assert isinstance(production, bool)
    return Pad(giving(GOOD), PadInfo("maker's", "maker", "1", 500, simulated=True))


@pytest.mark.parametrize("made", ["no_info", "cannot_open"])
def test_a_driver_that_cannot_even_begin(monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    point = EntryPoint("maker", f"{__name__}:{made}", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", partial(offered, point))
    with pytest.raises(PadProblem, match="pad_breaks_contract"):
        registry.open_fingerprint_pad("maker", production=False)


def no_info(*, production: bool) -> Pad:
    assert isinstance(production, bool)
    return Pad(giving(GOOD), "a reader")


def cannot_open(*, production: bool) -> Pad:
    raise RuntimeError(production)
