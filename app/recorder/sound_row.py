"""A take's sound as one unbroken row of samples on the master clock, decided without a clock.

- A card's clock is not ours: the time of each block is followed slowly, and the samples are
  stretched until they meet it.
- A hole becomes silence of the same length and a stated gap; it is never closed up.
- When nothing comes, silence is written all the same, so that the picture is not held back.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.recorder.capture import SoundBlock
from app.recorder.card_clock import CardClock
from app.recorder.meter import Meter
from app.recorder.stretcher import RATE, Stretcher

HOLE = RATE // 10  # samples; a smaller difference is stretched over, a larger one is a hole
FILL_AFTER_S = 0.7
FILL_BEHIND_S = 0.4


class SoundRow:
    """Of one take; used from one thread."""

    def __init__(
        self,
        t0_ns: int,
        on_samples: Callable[[npt.NDArray[np.float32]], None],
        on_gap: Callable[[int, int], None],
        meter: Meter,
        *,
        first_ns: int | None = None,
        swap_channels: bool = False,
    ) -> None:
        """Make the row.

        Args:
            t0_ns: the take's beginning on the monotonic clock.
            on_samples: gets planar float [2, n] without a hole.
            on_gap: gets first and last millisecond of a hole, from the take's beginning.
            meter: is shown every block.
            first_ns: when the first sample of the first block was, where that is known.
            swap_channels: exchange the two channels.
        """
        self._t0_ns = t0_ns
        self._on_gap = on_gap
        self._meter = meter
        self._swap = swap_channels
        self._stretcher = Stretcher(on_samples)
        self._clock = CardClock(RATE, first_ns)
        self._position = 0  # next sample that is due
        self._hole_from: int | None = None
        self.samples = 0  # of the microphone itself, as the log tells every minute
        self._last_block_ns = t0_ns

    def take_in(self, block: SoundBlock, now_ns: int) -> None:
        """A block came."""
        samples = block.samples[:, ::-1] if self._swap else block.samples
        self._last_block_ns = now_ns
        self.samples += len(samples)
        self._meter.take_in(samples)
        at_ns = self._clock.place(block.at_ns, len(samples))
        start = round((at_ns - self._t0_ns) * RATE / 1e9)
        if start - self._position > HOLE:
            self._fill_to(start)
        if abs(start - self._position) > HOLE or self._position == 0:
            # Sound of before the take, or of where silence already stands.
            samples = samples[max(0, self._position - start) :]
            start = max(start, self._position)
        if not len(samples):
            return
        self._close_hole()
        self._stretcher.add(samples, start)
        self._position = start + len(samples)

    def wait_out(self, now_ns: int) -> None:
        """Nothing came for a while."""
        if now_ns - self._last_block_ns < FILL_AFTER_S * 1e9:
            return
        self._clock.restart()
        self._meter.take_in(np.zeros((RATE // 10, 2), np.int16))
        self._fill_to(round((now_ns - self._t0_ns) * RATE / 1e9 - FILL_BEHIND_S * RATE))

    def end(self) -> None:
        """Give out what is left and state a hole that is still open."""
        self._close_hole()
        self._stretcher.close()

    def _fill_to(self, position: int) -> None:
        if position <= self._position:
            return
        if self._hole_from is None:
            self._hole_from = self._position
        while self._position < position:
            count = min(RATE, position - self._position)
            self._stretcher.add(np.zeros((count, 2), np.int16), self._position)
            self._position += count

    def _close_hole(self) -> None:
        if self._hole_from is not None:
            self._on_gap(self._hole_from * 1000 // RATE, self._position * 1000 // RATE)
            self._hole_from = None
