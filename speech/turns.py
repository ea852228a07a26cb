"""Cuts a channel's own speech into utterances.

- A pause of 480 ms ends an utterance; shorter ones are inside it.
- Under 190 ms of own speech is no utterance (guard 1), and nothing is decoded.
- Nor is one in which more of the speech was the other person's: scraps between bleed.
- Speech without a pause is cut at its quietest place before 25 s, and the line says so.
- Utterances of a channel never overlap, so hearing can go on from any of their ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from speech.activity import FRAME_MS

PAUSE_FRAMES = 15
LEAST_FRAMES = 6
BEFORE_FRAMES = 8  # soft beginnings lie below the level of "own"
AFTER_FRAMES = 6
LONGEST_FRAMES = 25_000 // FRAME_MS
SEARCH_FRAMES = 5_000 // FRAME_MS
QUIET_FRAMES = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance's place: frames `first` up to, not including, `end`."""

    channel: int
    first: int
    end: int
    own_frames: int
    was_cut: bool = False


class Turns:
    """Cuts one channel, frame after frame."""

    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._next = 0  # frame
        self._given = 0  # end of the last utterance
        self._first: int | None = None
        self._last = 0
        self._own = 0
        self._others = 0  # frames of the other's speech between own ones
        self._others_since = 0  # the same since the last own frame
        self._levels: list[float] = []

    @property
    def open_since(self) -> int | None:
        """First frame of the utterance now being spoken, or None."""
        return None if self._first is None else self._begin()

    @property
    def settled(self) -> int:
        """All frames before this one belong to utterances given, or to none."""
        return self._next if self._first is None else self._begin()

    def feed(self, own: bool, others: bool, level_db: float) -> Iterator[Turn]:
        """Take the next frame; yields an utterance that it ended.

        Args:
            own: it is this channel's own speech.
            others: it is speech, and rather the other channel's.
            level_db: of the frame, for the place of a cut.
        """
        frame, self._next = self._next, self._next + 1
        if own:
            if self._first is None:
                self._first, self._own, self._levels = frame, 0, []
                self._others = self._others_since = 0
            self._last = frame
            self._own += 1
            self._others += self._others_since
            self._others_since = 0
        if self._first is None:
            return
        self._others_since += others
        self._levels.append(level_db)
        if frame - self._last >= PAUSE_FRAMES:
            yield from self.finish()
        elif frame - self._first >= LONGEST_FRAMES:
            yield self._cut()

    def finish(self) -> Iterator[Turn]:
        """No more sound comes, or a gap: yields the open utterance."""
        if self._first is not None and self._own >= max(LEAST_FRAMES, self._others):
            turn = self._turn(self._last + 1 + AFTER_FRAMES, was_cut=False)
            self._given = turn.end
            yield turn
        self._first = None

    def _begin(self) -> int:
        assert self._first is not None
        return max(self._given, self._first - BEFORE_FRAMES, 0)

    def _turn(self, end: int, *, was_cut: bool) -> Turn:
        end = min(end, self._next)
        return Turn(self._channel, self._begin(), end, self._own, was_cut)

    def _cut(self) -> Turn:
        """End the utterance at the quietest 200 ms of its last 5 s and go on from there."""
        assert self._first is not None
        tail = np.asarray(self._levels[-SEARCH_FRAMES:])
        quiet = int(np.convolve(tail, np.ones(QUIET_FRAMES), "valid").argmin())
        place = self._next - len(tail) + quiet + QUIET_FRAMES // 2
        turn = self._turn(place, was_cut=True)
        self._given = turn.end
        self._levels = self._levels[place - self._first :]
        self._first = place if self._last >= place else None
        self._others = self._others_since = 0
        self._own = LEAST_FRAMES  # what goes on is speech, however short its rest
        return turn
