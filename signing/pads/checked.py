"""Holds a maker's pad to the contract, so that a faulty driver cannot spoil a mark or the desk.

- What the driver raises besides a PadProblem becomes `pad_breaks_contract`, which names the driver
  and what it did; its own words go into the log, for its maker.
- Only a whole image of plausible resolution that says truly whether it is simulated is taken.
- GOOD is told once, at the end, by us: a driver that forgets or repeats it does no harm.
"""

from __future__ import annotations

import ctypes
import logging
import threading

from signing.marks import Fingerprint
from signing.pads.pad import FingerprintPad, Hint, HintSink, PadInfo, check_cancel
from signing.problem import PadProblem

DPI = range(300, 2001)
MAX_PIXELS = 4096 * 4096
# What drivers raise on trouble of their own; anything rarer is a bug and shown as one.
RAISED = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
    AssertionError,
    ImportError,
    ctypes.ArgumentError,
)

log = logging.getLogger(__name__)


class CheckedPad:
    """A maker's pad, checked at every step."""

    def __init__(self, name: str, pad: FingerprintPad) -> None:
        """Raises PadProblem `pad_breaks_contract` when it does not even tell what it is."""
        self._name = name
        self._pad = pad
        try:
            self._info = pad.info
        except RAISED as error:
            raise self._broken("info", error) from error
        if not isinstance(self._info, PadInfo):
            raise self._broken("info")

    @property
    def info(self) -> PadInfo:
        """What the device is, as it said when it was opened."""
        return self._info

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print; see `FingerprintPad.capture`.

        Raises:
            PadProblem: As the contract says, and `pad_breaks_contract`.
        """
        check_cancel(cancel)
        told: list[object] = []

        def on_hint(what: Hint) -> None:
            told.append(what)
            if isinstance(what, Hint) and what is not Hint.GOOD:
                hint(what)

        try:
            image = self._pad.capture(on_hint, cancel)
        except RAISED as error:
            check_cancel(cancel)
            raise self._broken("raised", error) from error
        check_cancel(cancel)
        if not all(isinstance(one, Hint) for one in told):
            raise self._broken("hint")
        self._check(image)
        hint(Hint.GOOD)
        return image

    def close(self) -> None:
        """Let the device go; what the driver raises at that is only logged."""
        try:
            self._pad.close()
        except (PadProblem, *RAISED) as error:
            log.warning("fingerprint pad %s did not close: %s", self._name, error)

    def _check(self, image: object) -> None:
        if not isinstance(image, Fingerprint) or not isinstance(image.gray, bytes):
            raise self._broken("image")
        is_whole = 0 < len(image.gray) == image.width * image.height <= MAX_PIXELS
        if not is_whole or image.dpi not in DPI:
            raise self._broken("image")
        if image.simulated != self._info.simulated:
            raise self._broken("simulated")

    def _broken(self, what: str, error: Exception | None = None) -> PadProblem:
        log.warning("fingerprint pad %s breaks the contract: %s %r", self._name, what, error)
        return PadProblem("pad_breaks_contract", pad=self._name, why=what)
