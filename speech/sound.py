"""Where sound comes from: a protocol, and PyAV decoding of any file-like object.

- Blocks are float32 [channels, samples] at 16 kHz with the time of their first sample, counted
  from recording start. A jump of that time is a gap in the sound, and is passed on as one.
- At most two channels; more are mixed into two.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Protocol

import av
import numpy as np
import numpy.typing as npt

from speech.engine import RATE
from speech.problem import SoundProblem

Block = tuple[int, npt.NDArray[np.float32]]
JUMP_MS = 60  # more than rounding and encoder delay can make


class SoundSource(Protocol):
    """Sound of one or two channels, in order."""

    @property
    def ahead_ms(self) -> int:
        """How much more is there already; 0 at the live edge."""

    def read(self) -> Block | None:
        """The next block `(t0_ms, float32[channels, n])`; waits; None at the end.

        Raises:
            SoundProblem: it cannot be read.
        """


class ArraySound:
    """Sound that is already in memory, in blocks of 100 ms."""

    def __init__(self, sound: npt.NDArray[np.float32], t0_ms: int = 0) -> None:
        self._sound = np.atleast_2d(sound).astype(np.float32)
        self._t0_ms = t0_ms
        self._place = 0

    @property
    def ahead_ms(self) -> int:
        """What was not read yet."""
        left: int = self._sound.shape[1] - self._place
        return max(0, left) * 1000 // RATE

    def read(self) -> Block | None:
        """The next 100 ms."""
        if self._place >= self._sound.shape[1]:
            return None
        start, self._place = self._place, self._place + RATE // 10
        return self._t0_ms + start * 1000 // RATE, self._sound[:, start : self._place]


class DecodedSound:
    """The sound stream of a film or sound file, decoded and resampled as it is read."""

    def __init__(self, file: Any, offset_ms: int = 0, name: str = "", form: str = "") -> None:
        """Decode `file`.

        Args:
            file: a path, or an object with `read(count)`; it may block while the film grows.
            offset_ms: of the file's time zero from recording start.
            name: of the file or stream, for problems.
            form: container format when it cannot be probed ("mp4" for a growing film).

        Raises:
            SoundProblem: `sound_missing` (no sound stream) or `sound_unreadable`.
        """
        self._offset_ms = offset_ms
        self._name = name
        try:
            self._container = av.open(file, format=form or None)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SoundProblem("sound_unreadable", path=name, why=str(error)[:200]) from error
        if not self._container.streams.audio:
            self._container.close()
            raise SoundProblem("sound_missing", path=name)
        self._blocks = self._decode()
        self.duration_ms = (self._container.duration or 0) // 1000  # 0 when unknown
        self.rate = int(self._container.streams.audio[0].rate or 0)  # Hz, the file's own

    @property
    def ahead_ms(self) -> int:
        """Whoever knows the file's growth says it; decoding itself does not."""
        return 0

    def read(self) -> Block | None:
        """The next decoded block.

        Raises:
            SoundProblem: `sound_unreadable`.
        """
        try:
            return next(self._blocks, None)
        except (av.FFmpegError, ValueError) as error:
            raise SoundProblem("sound_unreadable", path=self._name, why=str(error)[:200]) from error

    def close(self) -> None:
        """Let the file go."""
        self._blocks.close()
        self._container.close()

    def _decode(self) -> Generator[Block, None, None]:
        resampler: av.AudioResampler | None = None
        due_ms = 0.0  # where the next frame begins if nothing is missing
        for frame in self._container.decode(audio=0):
            start_ms = float(frame.time or 0.0) * 1000.0
            if resampler is None or abs(start_ms - due_ms) > JUMP_MS:
                if resampler is not None:
                    yield from self._blocks_of(resampler.resample(None), due_ms)
                layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
                resampler = av.AudioResampler("fltp", layout, RATE)
            due_ms = start_ms + frame.samples * 1000.0 / frame.sample_rate
            yield from self._blocks_of(resampler.resample(frame), start_ms)
        if resampler is not None:
            yield from self._blocks_of(resampler.resample(None), due_ms)

    def _blocks_of(self, frames: list[av.AudioFrame], start_ms: float) -> Iterator[Block]:
        for frame in frames:
            samples = np.ascontiguousarray(frame.to_ndarray(), np.float32)
            if samples.shape[1]:
                yield self._offset_ms + round(start_ms), samples
                start_ms += samples.shape[1] * 1000.0 / RATE
