"""The sound of a take: blocks of samples onto the master clock, without a hole.

- A card's clock is not ours: the time of each block is followed slowly, and the samples are
  stretched by at most two per cent until they meet it (0.7 ms over twenty minutes, measured).
- A hole becomes silence of the same length and a stated gap; it is never closed up.
- When nothing comes, silence is written all the same, so that the picture is not held back.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from av.filter import Graph

from app.recorder.capture import Samples, SoundBlock
from app.recorder.meter import Meter

RATE = 48_000
HOLE = RATE // 10  # samples; a smaller difference is stretched over, a larger one is a hole
FILL_AFTER_S = 0.7
FILL_BEHIND_S = 0.4
_log = logging.getLogger(__name__)


class CardClock:
    """Follows when a card's samples were, by the earliest arrivals.

    A block may come late, never early: so an earlier one than expected is believed almost at
    once, a later one hardly, and only when all are late for a second was something lost.
    """

    DOWN = 0.2
    UP = 0.001
    MOST_NS = 20_000_000  # one late call says little
    JUMP_NS = 150_000_000
    JUMP_BLOCKS = 50

    def __init__(self) -> None:
        self._next_ns: float | None = None
        self._late = 0

    def place(self, told_ns: int, count: int) -> int:
        """When the first of `count` samples was, given when the driver says it was."""
        if self._next_ns is None:
            self._next_ns = told_ns
        error = told_ns - self._next_ns
        self._late = self._late + 1 if error > self.JUMP_NS else 0
        if self._late > self.JUMP_BLOCKS:
            self._next_ns, self._late = told_ns, 0
        elif error < 0:
            self._next_ns += self.DOWN * error
        else:
            self._next_ns += self.UP * min(self.MOST_NS, error)
        at_ns = int(self._next_ns)
        self._next_ns += count * 1e9 / RATE
        return at_ns

    def restart(self) -> None:
        """The next block begins anew: the device was away."""
        self._next_ns = None
        self._late = 0


class Stretcher:
    """Samples at stated positions in, an unbroken stream of planar floats out."""

    def __init__(self, on_samples: Callable[[npt.NDArray[np.float32]], None]) -> None:
        self._on_samples = on_samples
        graph = Graph()
        source = graph.add_abuffer(
            format="s16", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
        )
        stretch = graph.add("aresample", f"{RATE}:async=1000:min_hard_comp=0.1:first_pts=0")
        shape = graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo")
        sink = graph.add("abuffersink")
        source.link_to(stretch)
        stretch.link_to(shape)
        shape.link_to(sink)
        graph.configure()
        self._graph: Any = graph

    def add(self, samples: Samples, position: int) -> None:
        """Add samples whose first one belongs at `position`."""
        if not len(samples):
            return
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate = RATE
        frame.pts = position
        frame.time_base = Fraction(1, RATE)
        self._graph.push(frame)
        self._pull()

    def close(self) -> None:
        """Give out what is left."""
        self._graph.push(None)
        self._pull()

    def _pull(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (NothingYet, Ended):
                return
            self._on_samples(frame.to_ndarray())


class SoundTrack:
    """Takes blocks from a queue and gives continuous sound from the take's beginning on."""

    def __init__(
        self,
        blocks: queue.SimpleQueue[SoundBlock],
        t0_ns: int,
        on_samples: Callable[[npt.NDArray[np.float32]], None],
        on_gap: Callable[[int, int], None],
        meter: Meter,
        *,
        swap_channels: bool = False,
    ) -> None:
        """Make the track.

        Args:
            blocks: what the microphone delivers.
            t0_ns: the take's beginning on the monotonic clock.
            on_samples: gets planar float [2, n] without a hole.
            on_gap: gets first and last millisecond of a hole, from the take's beginning.
            meter: is shown every block.
            swap_channels: exchange the two channels.
        """
        self._blocks = blocks
        self._t0_ns = t0_ns
        self._on_gap = on_gap
        self._meter = meter
        self._swap = swap_channels
        self._stretcher = Stretcher(on_samples)
        self._clock = CardClock()
        self._position = 0  # next sample that is due
        self._hole_from: int | None = None
        self.samples = 0  # of the microphone itself, as the log tells every minute
        self._last_block_ns = t0_ns
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound-track", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and state a hole that is still open."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._take_in(self._blocks.get(timeout=0.1))
            except queue.Empty:
                self._fill_if_silent()
        self._close_hole()
        self._stretcher.close()

    def _take_in(self, block: SoundBlock) -> None:
        samples = block.samples[:, ::-1] if self._swap else block.samples
        self._last_block_ns = time.monotonic_ns()
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

    def _fill_if_silent(self) -> None:
        now_ns = time.monotonic_ns()
        if now_ns - self._last_block_ns < FILL_AFTER_S * 1e9:
            return
        self._clock.restart()
        self._meter.take_in(np.zeros((RATE // 10, 2), np.int16))
        self._fill_to(round((now_ns - self._t0_ns) * RATE / 1e9 - FILL_BEHIND_S * RATE))

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
