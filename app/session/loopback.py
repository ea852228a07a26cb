"""The five-second test of a microphone: what was heard is given back to be played, then gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.errors import DeviceProblem
from app.ipc.messages import MicrophoneChoice

if TYPE_CHECKING:
    from app.recorder.capture import SoundBlock

RATE = 48_000
FULL_SCALE = 32768.0
FLOOR_DBFS = -120.0
STARTING_LIMIT_S = 9.0
Levels = tuple[float, float]


class _Listener:
    """Gathers blocks until there is enough."""

    def __init__(self, frames: int, on_level: Callable[[Levels], None]) -> None:
        self.done = threading.Event()
        self.code = ""
        self.blocks: list[npt.NDArray[np.int16]] = []
        self._left = frames
        self._on_level = on_level

    def take_in(self, block: SoundBlock) -> None:
        self.blocks.append(block.samples)
        self._left -= len(block.samples)
        peaks = np.abs(block.samples.astype(np.float32)).max(axis=0, initial=0.0) / FULL_SCALE
        left, right = (20 * float(np.log10(peak)) if peak > 0 else FLOOR_DBFS for peak in peaks)
        self._on_level((left, right))
        if self._left <= 0:
            self.done.set()

    def fail(self, code: str) -> None:
        self.code = code
        self.done.set()


def listen(
    choice: MicrophoneChoice,
    seconds: float,
    on_level: Callable[[Levels], None],
    *,
    production: bool,
) -> tuple[npt.NDArray[np.float32], int]:
    """Record for `seconds`; float32 [frames, 2] in -1..1, and the rate in Hz.

    Raises:
        DeviceProblem: why the microphone does not open, or `device_lost`.
    """
    from app.recorder.capture import open_microphone

    microphone = open_microphone(choice, production=production)
    listener = _Listener(int(seconds * RATE), on_level)
    try:
        microphone.open(listener.take_in, listener.fail)
        if not listener.done.wait(STARTING_LIMIT_S + seconds) or listener.code:
            raise DeviceProblem(listener.code or "device_lost", device=choice.source)
    finally:
        microphone.close()
    sound = np.concatenate(listener.blocks).astype(np.float32) / FULL_SCALE
    return sound[: int(seconds * RATE)], RATE
