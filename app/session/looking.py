"""Looks back into a recording that goes on: a line with its picture, and the sound of all of it.

- Reads only what is on disk, from either medium; the recorder does not know of it.
- Each call looks at what came since the last one, so hours do not make it slower.
- Callers wait a moment: never on the GUI thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import av
import numpy as np

from app.domain.interrogation import Interrogation, Take
from app.errors import StorageProblem
from app.recorder.film import Film, FilmReader
from app.recorder.fragment import TakeName
from app.recorder.piece_source import Excerpt, GrowingPieces
from app.recorder.playback import MEDIA_PURPOSE, PieceTimes
from app.recorder.pyramid import RATE, Pyramid
from app.session.takes import TakePlan
from app.store.keystore import RecordKeys

AHEAD_MS = 1000  # an excerpt goes on so much longer than asked
PIECES_PER_S = 2  # more than there ever are, so that the excerpt is never too short
DRAWN_AT_ONCE = 120  # pieces


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of one take, ready to be played."""

    stream: str
    film: Film
    take_offset_ms: int

    @property
    def begins_ms(self) -> int:
        """Where the film begins, from recording start."""
        return self.take_offset_ms + self.film.origin_ms

    def in_film_ms(self, at_ms: int) -> int:
        """A moment of the recording, in the film's own time."""
        return max(0, at_ms - self.begins_ms)


class Looking:
    """Of one open record."""

    def __init__(self, plan: TakePlan, keys: RecordKeys) -> None:
        self._plan = plan
        self._key = keys.derive(MEDIA_PURPOSE)
        self._pieces: dict[tuple[str, int], GrowingPieces] = {}
        self._sounds: dict[int, _Drawn] = {}
        self._lock = threading.Lock()
        self._drawing = threading.Lock()

    def scene(self, state: Interrogation, t0_ms: int, t1_ms: int) -> Scene:
        """Sound and picture between two moments of the recording.

        Raises:
            StorageProblem: `record_not_found` when nothing was recorded then; `media_damaged` when
                the take's opening cannot be read.
        """
        begun = [take for take in state.takes if take.offset_ms <= t0_ms]
        if not begun:
            raise StorageProblem("record_not_found", path="media")
        take = begun[-1]
        for stream in take.streams:  # the first one carries the sound
            film = self._film(take, stream, t0_ms - take.offset_ms, t1_ms - take.offset_ms)
            if film is not None:
                return Scene(stream, film, take.offset_ms)
        raise StorageProblem("record_not_found", path="media")

    def _film(self, take: Take, stream: str, t0_ms: int, t1_ms: int) -> Film | None:
        pieces = self._of(take, stream)
        if pieces.renew() < 2:
            return None
        times = PieceTimes(pieces)
        at = times.index_at(max(0, t0_ms))
        # A moment at a piece's edge may lie in the one before: sound and picture part unequally.
        first = max(1, at - 1)
        last = min(len(pieces), at + 2 + max(0, t1_ms + AHEAD_MS - t0_ms) * PIECES_PER_S // 1000)
        return Film(Excerpt(pieces, first, last), is_excerpt=True).index()

    def sounds(self, state: Interrogation) -> list[tuple[int, Pyramid]]:
        """The drawing of each take's sound as far as it is on disk, and where the take begins."""
        with self._drawing:
            for take in state.takes:
                if take.streams:
                    self._draw(take)
            return [
                (take.offset_ms, self._sounds[take.number].pyramid)
                for take in state.takes
                if take.number in self._sounds
            ]

    def _draw(self, take: Take) -> None:
        drawn = self._sounds.setdefault(take.number, _Drawn(Pyramid()))
        pieces = self._of(take, take.streams[0])
        count = pieces.renew()
        # The newest piece waits for the next: a decoder gives its last sound when more comes.
        while drawn.next_piece < count:
            until = min(count, drawn.next_piece + DRAWN_AT_ONCE)
            drawn.add(pieces, until)

    def _of(self, take: Take, stream: str) -> GrowingPieces:
        with self._lock:
            name = TakeName(self._plan.record_id, stream, take.number)
            folders = self._plan.media_folders
            wanted = (stream, take.number)
            if wanted not in self._pieces:
                self._pieces[wanted] = GrowingPieces(folders, name, self._key)
            return self._pieces[wanted]


@dataclass(slots=True)
class _Drawn:
    """How far a take's sound is drawn."""

    pyramid: Pyramid
    next_piece: int = 1

    def add(self, pieces: GrowingPieces, until: int) -> None:
        """Draw the pieces up to here; one that cannot be read stays flat."""
        first = max(1, self.next_piece - 1)
        self.next_piece = until
        film = Film(Excerpt(pieces, first, until), is_excerpt=True).index()
        if not film.duration_ms:
            return
        with av.open(FilmReader(film), "r") as container:
            if not container.streams.audio:
                return
            for frame in container.decode(audio=0):
                at = film.origin_ms * RATE // 1000 + round((frame.time or 0.0) * RATE)
                samples = frame.to_ndarray().T.astype(np.float32, copy=False)
                missing = self.pyramid.samples - at
                if missing < -RATE // 100:
                    self.pyramid.add_silence_until(at * 1000 // RATE)
                self.pyramid.add(samples[max(0, missing) :])
