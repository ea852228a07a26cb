"""The sound of a take as a drawing at any scale: least and greatest of every 10 ms, and of fours.

- One byte a value: twelve hours of two channels take 23 MB with all levels.
- Built from sound as it is decoded, in order; a hole stays flat.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from app.recorder.film import Film, Progress

RATE = 48_000
BIN_MS = 10
BIN = RATE * BIN_MS // 1000
FOUR = 4
FULL_SCALE = 127
Bins = npt.NDArray[np.int8]
"""[bins, channel, 2]: least and greatest, -127 to 127."""


class Pyramid:
    """One take's sound; one thread adds, others may look."""

    def __init__(self) -> None:
        self._levels: list[Bins] = [np.zeros((0, 2, 2), np.int8)]
        self._counts = [0]  # of bins that are whole, in each level
        self._rest = np.zeros((0, 2), np.float32)
        self._lock = threading.Lock()

    @property
    def duration_ms(self) -> int:
        """How much of the take it shows."""
        return self._counts[0] * BIN_MS

    @property
    def samples(self) -> int:
        """How many samples were added."""
        return self._counts[0] * BIN + len(self._rest)

    @property
    def bytes(self) -> int:
        """Memory of all levels."""
        return sum(count * 4 for count in self._counts)

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """The next samples at 48 kHz, [n, 2] in -1..1."""
        whole = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        count = len(whole) // BIN
        self._rest = whole[count * BIN :].copy()
        if not count:
            return
        bins = whole[: count * BIN].reshape(count, BIN, 2)
        edges = np.stack((bins.min(axis=1), bins.max(axis=1)), axis=2)
        with self._lock:
            self._append(0, np.clip(np.rint(edges * FULL_SCALE), -FULL_SCALE, FULL_SCALE))
            self._grow()

    def add_silence_until(self, at_ms: int) -> None:
        """Flat up to here: nothing was recorded, or it cannot be read."""
        missing = at_ms * RATE // 1000 - self._counts[0] * BIN - len(self._rest)
        while missing > 0:
            self.add(np.zeros((min(missing, RATE), 2), np.float32))
            missing -= RATE

    def look(self, t0_ms: int, t1_ms: int, columns: int) -> Bins:
        """The sound between two moments in so many columns; flat where there is none."""
        told = np.zeros((columns, 2, 2), np.int8)
        if t1_ms <= t0_ms or columns <= 0:
            return told
        with self._lock:
            level = self._level_for((t1_ms - t0_ms) / columns)
            bins, count = self._levels[level], self._counts[level]
            bin_ms = BIN_MS * FOUR**level
            edges = (t0_ms + (t1_ms - t0_ms) * np.arange(columns + 1) / columns) / bin_ms
            starts = np.clip(np.floor(edges).astype(np.int64), 0, count)
            shown = np.flatnonzero((edges[1:] > 0) & (starts[:-1] < count))
            if len(shown):
                # A column ends where the next begins; one narrower than a bin shows that bin.
                first, last = shown[0], shown[-1] + 1
                part = bins[: max(starts[last], starts[last - 1] + 1)]
                at = starts[first:last]
                told[first:last, :, 0] = np.minimum.reduceat(part[:, :, 0], at, axis=0)
                told[first:last, :, 1] = np.maximum.reduceat(part[:, :, 1], at, axis=0)
        return told

    def _level_for(self, column_ms: float) -> int:
        level = 0
        while level + 1 < len(self._levels) and 2 * BIN_MS * FOUR ** (level + 1) <= column_ms:
            level += 1
        return level

    def _append(self, level: int, bins: npt.NDArray[np.float32] | Bins) -> None:
        count = self._counts[level]
        held = self._levels[level]
        if count + len(bins) > len(held):
            larger = np.zeros((max(1024, (count + len(bins)) * 5 // 4), 2, 2), np.int8)
            larger[:count] = held[:count]
            self._levels[level] = held = larger
        held[count : count + len(bins)] = bins
        self._counts[level] = count + len(bins)

    def _grow(self) -> None:
        """Sum up what became four, level by level."""
        level = 0
        while self._counts[level] >= FOUR:
            if level + 1 == len(self._levels):
                self._levels.append(np.zeros((0, 2, 2), np.int8))
                self._counts.append(0)
            done = self._counts[level + 1]
            ready = self._counts[level] // FOUR
            if ready == done:
                return
            fours = self._levels[level][done * FOUR : ready * FOUR].reshape(-1, FOUR, 2, 2)
            summed = np.empty((ready - done, 2, 2), np.int8)
            summed[:, :, 0] = fours[:, :, :, 0].min(axis=1)
            summed[:, :, 1] = fours[:, :, :, 1].max(axis=1)
            self._append(level + 1, summed)
            level += 1


def draw_sound(
    film: Film,
    pyramid: Pyramid,
    progress: Progress = lambda _share: None,
    cancel: threading.Event | None = None,
) -> Pyramid:
    """Decode a film's sound into `pyramid`; returns it, as far as it came when cancelled."""
    import av

    from app.recorder.film import FilmReader

    waiting: list[npt.NDArray[np.float32]] = []
    with av.open(FilmReader(film), "r") as container:
        if not container.streams.audio:
            return pyramid
        container.streams.audio[0].codec_context.thread_count = 1
        for frame in container.decode(audio=0):
            if cancel is not None and cancel.is_set():
                break
            at_ms = round((frame.time or 0.0) * 1000)
            if not waiting and at_ms > pyramid.duration_ms + 2 * BIN_MS:
                pyramid.add_silence_until(at_ms)
            waiting.append(frame.to_ndarray().T.astype(np.float32, copy=False))
            if len(waiting) >= 47:
                pyramid.add(np.concatenate(waiting))
                waiting.clear()
                progress(min(1.0, at_ms / max(1, film.duration_ms)))
    if waiting:
        pyramid.add(np.concatenate(waiting))
    return pyramid
