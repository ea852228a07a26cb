"""What a pen pad and a fingerprint pad are to the program, whoever makes them.

- `capture` blocks until one good mark, the cancel event (obeyed within 200 ms) or a problem.
- A pad knows no screen, no language and no interrogation; it tells hints from a closed set.
- A pad gives an image, never a comparison: nothing here says whose finger it is (L45).
- A simulated pad says so and refuses to open for a production room.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from signing.marks import Fingerprint, Ink, InkStroke
from signing.problem import PadProblem

CANCEL_POLL_S = 0.05


class Hint(StrEnum):
    """What the person at the pad should do, or that all is well."""

    WAITING = "waiting"
    GOOD = "good"
    TOO_DRY = "too_dry"
    PRESS_HARDER = "press_harder"
    OFF_CENTER = "off_center"
    LIFT_FINGER = "lift_finger"


@dataclass(frozen=True, slots=True)
class PadInfo:
    """What a pad is; `dpi` is 0 where only its images know."""

    name: str
    maker: str
    serial: str
    dpi: int
    simulated: bool


HintSink = Callable[[Hint], None]
StrokeSink = Callable[[InkStroke], None]


class FingerprintPad(Protocol):
    """A device that gives images of fingers."""

    @property
    def info(self) -> PadInfo:
        """What the device is."""

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print.

        Args:
            hint: Told each change, on the calling thread; GOOD comes once, at the end.
            cancel: Set by another thread to give up.

        Raises:
            PadProblem: `capture_cancelled`, `pad_unplugged`, `pad_busy`, `image_unreadable` or
                `capture_timed_out`; the pad can be used again after each.
        """

    def close(self) -> None:
        """Let the device go; harmless when it is gone already."""


class InkPad(Protocol):
    """A device of its own that gives pen strokes (the tablet's screen is no such pad)."""

    @property
    def info(self) -> PadInfo:
        """What the device is."""

    def capture(self, stroke: StrokeSink, cancel: threading.Event) -> Ink:
        """Everything written until the person is done.

        Args:
            stroke: Told each finished stroke, on the calling thread.
            cancel: Set by another thread to give up.

        Raises:
            PadProblem: `capture_cancelled`, `pad_unplugged` or `pad_busy`.
        """

    def close(self) -> None:
        """Let the device go; harmless when it is gone already."""


def refuse_in_production(info: PadInfo, *, production: bool) -> None:
    """Keep a simulated pad out of a production room.

    Raises:
        PadProblem: `simulated_in_production`.
    """
    if info.simulated and production:
        raise PadProblem("simulated_in_production", pad=info.name)


def check_cancel(cancel: threading.Event) -> None:
    """Raises PadProblem `capture_cancelled` once `cancel` is set."""
    if cancel.is_set():
        raise PadProblem("capture_cancelled")
