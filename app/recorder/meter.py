"""Levels for the screen ten times a second, and the watch for a channel that is exactly zero.

- A real microphone is never exactly zero for long: two and a half seconds of it are
  `device_silent`, so that it is told within three seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from app.recorder.capture import Samples

RATE = 48_000
EVERY = RATE // 10
FLOOR_DBFS = -96.0
SILENT_SAMPLES = RATE * 5 // 2

Waveform = tuple[tuple[int, int], tuple[int, int]]


class Meter:
    """Shown every block of sound; tells levels and silence of both channels."""

    def __init__(
        self,
        on_levels: Callable[[tuple[float, float], Waveform], None],
        on_silent: Callable[[int, bool], None],
    ) -> None:
        """Make the meter.

        Args:
            on_levels: gets peak level in dBFS and (min, max) of each channel.
            on_silent: gets the channel, and whether its silence is over.
        """
        self._on_levels = on_levels
        self._on_silent = on_silent
        self._count = 0
        self._low = np.zeros(2, np.int16)
        self._high = np.zeros(2, np.int16)
        self._zero_samples = [0, 0]
        self.dbfs = (FLOOR_DBFS, FLOOR_DBFS)

    def take_in(self, samples: Samples) -> None:
        """Look at the next samples, [n, 2]."""
        if not len(samples):
            return
        self._low = np.minimum(self._low, samples.min(axis=0))
        self._high = np.maximum(self._high, samples.max(axis=0))
        self._count += len(samples)
        if self._count >= EVERY:
            self._tell()

    def _tell(self) -> None:
        left, right = _dbfs(self._low[0], self._high[0]), _dbfs(self._low[1], self._high[1])
        self.dbfs = (left, right)
        low, high = self._low.tolist(), self._high.tolist()
        self._on_levels(self.dbfs, ((low[0], high[0]), (low[1], high[1])))
        for channel in (0, 1):
            self._watch(channel, is_zero=low[channel] == high[channel] == 0)
        self._count = 0
        self._low = np.zeros(2, np.int16)
        self._high = np.zeros(2, np.int16)

    def _watch(self, channel: int, *, is_zero: bool) -> None:
        before = self._zero_samples[channel]
        now = before + self._count if is_zero else 0
        self._zero_samples[channel] = now
        if before < SILENT_SAMPLES <= now:
            self._on_silent(channel, False)
        elif before >= SILENT_SAMPLES > now:
            self._on_silent(channel, True)


def _dbfs(low: np.int16, high: np.int16) -> float:
    peak = max(-int(low), int(high))
    return max(FLOOR_DBFS, 20 * math.log10(peak / 32768)) if peak else FLOOR_DBFS
