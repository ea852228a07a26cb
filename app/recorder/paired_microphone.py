"""Two microphones that hear one role each, together as one: for a look or a try before a take.

- A take never hears them this way: over hours two cards drift apart, so it follows each by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from app.recorder.capture import Microphone, Samples, SoundBlock


class PairedMicrophone:
    """See `Microphone`."""

    def __init__(self, first: Microphone, second: Microphone) -> None:
        self._cards = (first, second)
        self._lock = threading.Lock()
        self._waiting: list[Samples] = []
        self._on_block: Callable[[SoundBlock], None] = _ignore
        self.simulated = first.simulated or second.simulated
        self.description = f"{first.description} + {second.description}"

    def open(
        self, on_block: Callable[[SoundBlock], None], on_trouble: Callable[[str], None]
    ) -> None:
        """See `Microphone`."""
        self._on_block = on_block
        self._waiting = [np.zeros((0, 2), np.int16), np.zeros((0, 2), np.int16)]
        self._cards[0].open(self._take_first, on_trouble)
        self._cards[1].open(self._take_second, on_trouble)

    def close(self) -> None:
        """See `Microphone`."""
        for card in self._cards:
            card.close()

    def _take_first(self, block: SoundBlock) -> None:
        self._take_in(0, block)

    def _take_second(self, block: SoundBlock) -> None:
        self._take_in(1, block)

    def _take_in(self, role: int, block: SoundBlock) -> None:
        with self._lock:
            self._waiting[role] = np.concatenate([self._waiting[role], block.samples])
            count = min(len(samples) for samples in self._waiting)
            if not count:
                return
            columns = [samples[:count, 0] for samples in self._waiting]
            self._waiting = [samples[count:] for samples in self._waiting]
        self._on_block(SoundBlock(np.stack(columns, axis=1), block.at_ns))


def _ignore(block: SoundBlock) -> None:
    """Nobody listens yet."""
