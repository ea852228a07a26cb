"""A fingerprint pad under the test's own hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from signing.marks import Fingerprint
from signing.pads.pad import Hint, PadInfo, check_cancel
from signing.problem import PadProblem

PRINT = Fingerprint(
    gray=bytes(range(256)) * 200,
    width=160,
    height=320,
    dpi=500,
    device="test pad",
    serial="1",
    simulated=True,
)


class HandPad:
    """Gives hints as told, then a print once `finger` is set."""

    info = PadInfo(name="test pad", maker="", serial="1", dpi=500, simulated=True)

    def __init__(self, *hints: Hint) -> None:
        self.hints = hints
        self.finger = threading.Event()
        self.asked = 0
        self.cancelled_after_s = -1.0
        self.problem: PadProblem | None = None

    def capture(self, hint: Callable[[Hint], None], cancel: threading.Event) -> Fingerprint:
        self.asked += 1
        for one in self.hints:
            hint(one)
        if self.problem is not None:
            raise self.problem
        while not self.finger.wait(0.01):
            if cancel.is_set():
                self.cancelled_after_s = time.monotonic()
                check_cancel(cancel)
        hint(Hint.GOOD)
        return PRINT

    def close(self) -> None:
        self.finger.set()
