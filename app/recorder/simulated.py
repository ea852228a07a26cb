"""A microphone fed from files, a camera that draws a quiet room, a sensor: labelled as simulated.

- None of them opens in a production room; `app.recorder.capture` refuses them.
- A WAV file put into `<folder>/0/` or `<folder>/1/` (by renaming it there) is played on that
  channel, in the order of names, and renamed to end in `.played` when it is over.
- Between files there is a noise floor of one or two steps: a real microphone is never exactly zero.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from av.video.frame import VideoFrame

from app.errors import DeviceProblem
from app.recorder.capture import Picture, SoundBlock
from app.recorder.climate import Climate
from app.recorder.room_picture import RoomPicture

RATE = 48_000
BLOCK = 960  # 20 ms
PLAYED = ".played"
CATCH_UP_NS = 500_000_000  # of lateness that a busy machine may make up for without a hole
_log = logging.getLogger(__name__)


def read_mono(path: Path) -> npt.NDArray[np.int16]:
    """A sound file as 48 kHz mono."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    blocks: list[npt.NDArray[np.int16]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            blocks += [out.to_ndarray()[0] for out in resampler.resample(frame)]
    blocks += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)


class _Channel:
    """Plays the files of one folder one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._left = np.zeros(0, np.int16)

    def next_block(self) -> npt.NDArray[np.int16]:
        block = np.zeros(BLOCK, np.int16)
        if self._path is None:
            self._take_next()
        if self._path is not None:
            given = self._left[:BLOCK]
            block[: len(given)] = given
            self._left = self._left[BLOCK:]
            if not len(self._left):
                self._path.rename(self._path.with_name(self._path.name + PLAYED))
                self._path = None
        return block

    def _take_next(self) -> None:
        try:
            waiting = sorted(self._folder.glob("*.wav"))
        except OSError:
            return
        if not waiting:
            return
        try:
            self._left = read_mono(waiting[0])
        except (FFmpegError, IndexError, OSError):
            _log.warning("sound file not readable: %s", waiting[0].name)
            self._left = np.zeros(0, np.int16)
        self._path = waiting[0]


class SimulatedMicrophone:
    """Two channels in real time out of two folders."""

    simulated = True
    description = "simulated"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = Event()
        self._thread: threading.Thread | None = None

    def open(
        self,
        on_block: Callable[[SoundBlock], None],
        on_trouble: Callable[[str], None],  # noqa: ARG002 - a simulated one has no trouble
    ) -> None:
        """See `Microphone`."""
        try:
            for channel in ("0", "1"):
                (self._folder / channel).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceProblem("device_not_found", device=self.description) from error
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._play, args=(on_block,), name="simulated-microphone", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """See `Microphone`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def _play(self, on_block: Callable[[SoundBlock], None]) -> None:
        channels = [_Channel(self._folder / "0"), _Channel(self._folder / "1")]
        noise = np.random.default_rng(1)
        began_ns = time.monotonic_ns()
        count = 0
        while True:
            samples = noise.integers(-2, 3, (BLOCK, 2), np.int16)
            for number, channel in enumerate(channels):
                heard = channel.next_block().astype(np.int32) + samples[:, number]
                samples[:, number] = np.clip(heard, -32768, 32767)
            at_ns = began_ns + count * 1_000_000_000 // RATE
            count += BLOCK
            ready_ns = began_ns + count * 1_000_000_000 // RATE
            if self._stop.wait(max(0.0, (ready_ns - time.monotonic_ns()) / 1e9)):
                return
            on_block(SoundBlock(samples, at_ns))


class TestCamera:
    """A drawn room whose clock goes, so that everyone sees that it lives and that it is no room."""

    __test__ = False  # not a test class, whatever its name
    simulated = True
    description = "simulated"

    def __init__(self, width: int, height: int, frame_rate: int) -> None:
        self._size = (width, height)
        self._frame_rate = frame_rate

    def pictures(self, cancel: Event) -> Iterator[Picture]:
        """See `Camera`."""
        room = RoomPicture(*self._size)
        period_ns = 1_000_000_000 // self._frame_rate
        due_ns = time.monotonic_ns()
        shown: tuple[int, VideoFrame] | None = None
        while not cancel.wait(max(0.0, (due_ns - time.monotonic_ns()) / 1e9)):
            second = int(time.time())
            if shown is None or shown[0] != second:
                drawn = VideoFrame.from_ndarray(np.asarray(room.at(second)), format="rgb24")
                shown = (second, drawn.reformat(format="yuv420p"))
            yield Picture(shown[1], due_ns)
            due_ns = max(due_ns + period_ns, time.monotonic_ns() - CATCH_UP_NS)


class SimulatedClimate:
    """A mild room whose values go up and down a little."""

    simulated = True
    description = "simulated"

    def read(self) -> Climate:
        """See `ClimateSensor`."""
        swing = math.sin(time.monotonic() / 60)
        return Climate(round(22.5 + 0.5 * swing, 1), round(45 + 2 * swing, 1))

    def close(self) -> None:
        """See `ClimateSensor`."""
