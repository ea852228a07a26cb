"""The stream of a take without a camera: sound alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.recorder.encoder import StreamEncoder
from app.recorder.stream import Beginning, StreamEvents

SOUND_STREAM = "sound"


class SoundStream:
    """See `Stream`; its device is the take's microphone, which `SoundSource` looks after."""

    name = SOUND_STREAM
    description = ""
    code = ""
    joins_late = True
    is_ready = False  # without sound there is nothing to begin with

    def __init__(self) -> None:
        self._encoder: StreamEncoder | None = None

    def start(self) -> None:
        """See `Stream`."""

    def wait_until_ready(self, deadline: float) -> None:
        """See `Stream`."""

    def begin(self, beginning: Beginning, events: StreamEvents, *, sound: bool) -> None:  # noqa: ARG002
        """See `Stream`."""
        self._encoder = StreamEncoder(events.on_cut, picture=None, sound=True)

    def add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        """See `Stream`."""
        if self._encoder is not None:
            self._encoder.add_sound(samples)

    def show_gap(self, t0_ms: int, t1_ms: int) -> None:
        """See `Stream`; there is no picture to draw it in."""

    def count_from(self, zero_ms: int) -> None:
        """See `Stream`; nothing is drawn into a picture."""

    def stop(self) -> None:
        """See `Stream`."""

    def close(self) -> None:
        """See `Stream`."""
        if self._encoder is not None:
            self._encoder.close()

    def join(self, limit_s: float) -> None:
        """See `Stream`."""
