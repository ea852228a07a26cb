"""How often a camera delivers, learnt from its own times, so that missing pictures are counted.

- A camera slower than asked (most are, in the dark) misses nothing; a hole in its own pace is one.
"""

from __future__ import annotations

from collections import deque
from statistics import median

LEAST_GAP_NS = 100_000_000
REMEMBERED = 15  # intervals
NEEDED = 8  # of them, before anything is said to be missing


class Pace:
    """Of one camera."""

    def __init__(self, frame_rate: int) -> None:
        self._asked_ns = 1_000_000_000 // frame_rate
        self._intervals: deque[int] = deque(maxlen=REMEMBERED)
        self._last_ns: int | None = None

    def missing_from(self, at_ns: int) -> int | None:
        """Since when pictures are missing before this one, on its clock; None when none are."""
        before, self._last_ns = self._last_ns, at_ns
        if before is None:
            return None
        expected_ns = max(self._asked_ns, int(median(self._intervals or [0])))
        is_known = len(self._intervals) >= NEEDED
        self._intervals.append(at_ns - before)
        if is_known and at_ns - before - expected_ns >= LEAST_GAP_NS:
            return before + expected_ns
        return None

    def restart(self) -> None:
        """The camera was away; its next picture follows none."""
        self._last_ns = None
