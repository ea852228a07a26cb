"""When a sound card's samples were, though only their arrival is known and its clock is not ours.

- A block may come late, never early: an earlier one than expected is believed almost at once, a
  later one hardly.
- When all blocks of a second are late, by as much as the least late one something was lost.
"""

from __future__ import annotations


class CardClock:
    """Follows one card by the earliest arrivals."""

    DOWN = 0.2
    UP = 0.001
    MOST_NS = 20_000_000  # one late call says little
    JUMP_NS = 30_000_000
    JUMP_BLOCKS = 50

    def __init__(self, rate: int, first_ns: float | None = None) -> None:
        self._block_ns = 1e9 / rate  # of one sample
        self._next_ns = first_ns
        self._late = 0
        self._least_late_ns = 0.0

    def place(self, told_ns: int, count: int) -> int:
        """When the first of `count` samples was, given when the driver says it was."""
        if self._next_ns is None:
            self._next_ns = told_ns
        self._follow(told_ns - self._next_ns)
        at_ns = int(self._next_ns)
        self._next_ns += count * self._block_ns
        return at_ns

    def restart(self) -> None:
        """The next block begins anew: the device was away."""
        self._next_ns = None
        self._late = 0

    def _follow(self, error_ns: float) -> None:
        assert self._next_ns is not None
        if error_ns <= self.JUMP_NS:
            self._late = 0
        else:
            least_ns = self._least_late_ns if self._late else error_ns
            self._least_late_ns = min(least_ns, error_ns)
            self._late += 1
        if self._late > self.JUMP_BLOCKS:
            self._next_ns += self._least_late_ns
            self._late = 0
        elif error_ns < 0:
            self._next_ns += self.DOWN * error_ns
        else:
            self._next_ns += self.UP * min(self.MOST_NS, error_ns)
