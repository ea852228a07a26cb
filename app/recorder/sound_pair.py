"""Two microphones' unbroken sound, each on the master clock already, as the two channels of one.

- Neither waits for longer than the other's silence is filled: a lost one is silent, not missing.
- The meter sees what is recorded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.recorder.meter import Meter

Sound = npt.NDArray[np.float32]
FULL_SCALE = 32768


class SoundPair:
    """Takes the sound of either role, from two threads."""

    def __init__(self, on_samples: Callable[[Sound], None], meter: Meter, *, swap: bool) -> None:
        """Make the pair.

        Args:
            on_samples: gets planar float [2, n] without a hole.
            meter: is shown the same.
            swap: the first device hears the suspect.
        """
        self._on_samples = on_samples
        self._meter = meter
        self._order = (1, 0) if swap else (0, 1)
        self._lock = threading.Lock()
        self._waiting = [np.zeros(0, np.float32), np.zeros(0, np.float32)]

    def add(self, device: int, samples: Sound) -> None:
        """The next samples of a device, [2, n] with the same in both rows."""
        with self._lock:
            self._waiting[device] = np.concatenate([self._waiting[device], samples[0]])
            self._give(min(len(waiting) for waiting in self._waiting))

    def end(self) -> None:
        """Give out what one device has and the other, lost or later, has not."""
        with self._lock:
            count = max(len(waiting) for waiting in self._waiting)
            self._waiting = [np.pad(one, (0, count - len(one))) for one in self._waiting]
            self._give(count)

    def _give(self, count: int) -> None:
        if not count:
            return
        sound = np.stack([self._waiting[device][:count] for device in self._order])
        self._waiting = [waiting[count:] for waiting in self._waiting]
        scaled = np.clip(np.rint(sound * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
        self._meter.take_in(scaled.astype(np.int16).T)
        self._on_samples(sound)
