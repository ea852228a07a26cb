"""What the sound itself is like, so that a poor transcript is not mistaken for poor speech.

- It is watched while it is heard and told once at the end; nothing is refused for it.
- A figure is of the whole file: a door slammed once does not make a recording clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SILENT_DBFS = -75.0  # the loudest tenth of a second of a channel that carries nothing
CLIPPED_AT = 0.999
CLIPPED_SHARE = 1e-3  # of the samples: plainly audible
SAME_POWER = 1e-6  # of the difference to the sum: below any two microphones
TELEPHONE_HZ = 11_025  # a rate at or below carries no consonants above 5 kHz
BLOCK_SAMPLES = 1600
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is wrong with the sound; `channel` is -1 where it is of both."""

    code: str  # of `SoundProblem`
    channel: int = -1


class Watch:
    """Gathers what the blocks are like; float32 [channels, n] each, in any lengths."""

    def __init__(self, rate: int = 0) -> None:
        """Begin; `rate` is the file's own, in Hz, 0 when unknown."""
        self._rate = rate
        self._samples = 0
        self._clipped = np.zeros(2)
        self._loudest = np.zeros(2)
        self._difference = 0.0
        self._sum = 0.0
        self._channels = 0

    def take_in(self, block: npt.NDArray[np.float32]) -> None:
        """Look at the next block."""
        block = block[:2].astype(np.float64)
        channels, count = block.shape
        if not count:
            return
        self._channels = max(self._channels, channels)
        self._samples += count
        self._clipped[:channels] += (np.abs(block) >= CLIPPED_AT).sum(axis=1)
        for start in range(0, count, BLOCK_SAMPLES):
            power = (block[:, start : start + BLOCK_SAMPLES] ** 2).mean(axis=1)
            self._loudest[:channels] = np.maximum(self._loudest[:channels], power)
        if channels == 2:
            self._difference += float(((block[0] - block[1]) ** 2).sum())
            self._sum += float(((block[0] + block[1]) ** 2).sum())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What was found; a silent channel is told, and nothing else of it."""
        silent = 10 * np.log10(self._loudest[: self._channels] + TINY) < SILENT_DBFS
        if self._samples and silent.all():
            return (Condition("sound_silent"),)
        clipped = self._clipped > CLIPPED_SHARE * max(1, self._samples)
        found = [
            *(Condition("sound_channel_silent", int(place)) for place in np.flatnonzero(silent)),
            *(Condition("sound_clipped", int(place)) for place in np.flatnonzero(clipped)),
        ]
        if self._channels == 2 and self._difference < SAME_POWER * (self._sum + TINY):
            found.append(Condition("sound_channels_same"))
        if 0 < self._rate <= TELEPHONE_HZ:
            found.append(Condition("sound_narrow"))
        return tuple(found)
