"""What a take holds in memory before it begins: its last pieces of film, in rings that forget.

- Nothing here is ever written; what is too old is forgotten piece by piece, and `forget` is all.
- When the interrogation begins, all that is held becomes the take's beginning: nobody chooses.
- The take's zero is then where the oldest piece of the first stream begins, which has the sound;
  all films are moved by that whole number of milliseconds, so that they stay together to the tick.
- A piece of another stream that begins before that zero is forgotten: that film begins with its
  next piece, less than a second later.
- What was noticed meanwhile is told when the take begins; a take without a pre-roll holds nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.recorder.boxes import Cut, begins_ms, earlier, timescales

MOST_BYTES = 256 << 20  # whatever the cameras deliver; a minute of two at 1080p is about 90 MB
Give = Callable[[Sequence[tuple[str, Cut]]], None]


@dataclass(slots=True)
class _Ring:
    """One stream's opening and its last pieces."""

    opening: Cut | None = None
    ticks_per_s: dict[int, int] = field(default_factory=dict)
    cuts: deque[Cut] = field(default_factory=deque)
    forgotten_ms: int = 0  # the end of what is forgotten


class PreRoll:
    """Of one take; used from all its threads."""

    def __init__(
        self, streams: Iterable[str], limit_ms: int = 0, *, most_bytes: int = MOST_BYTES
    ) -> None:
        """Make the rings.

        Args:
            streams: names of the take's streams, the one with the sound first.
            limit_ms: never more than this is held; 0 for a take that begins at once.
            most_bytes: nor more memory than this.
        """
        self._limit_ms = limit_ms
        self._most_bytes = most_bytes
        self._lock = threading.RLock()
        self._rings = {stream: _Ring() for stream in streams}
        self._arrived: list[tuple[str, Cut]] = []  # between `settle` and `release`
        self._told: list[Callable[[], None]] = []
        self._bytes = 0
        self._give: Give | None = None
        self._zero_ms: int | None = None
        self._is_forgotten = False

    @property
    def zero_ms(self) -> int:
        """Which millisecond of the streams is 0 in the take."""
        return self._zero_ms or 0

    @property
    def bytes(self) -> int:
        """How much memory the pieces take."""
        return self._bytes

    @property
    def held_ms(self) -> int:
        """How much of the past is held, by the sound."""
        with self._lock:
            cuts = self._first.cuts
            return cuts[-1].t1_ms - cuts[0].t0_ms if cuts else 0

    def put(self, stream: str, cut: Cut) -> None:
        """Take in a piece; never waits."""
        with self._lock:
            ring = self._rings[stream]
            if cut.is_opening:
                ring.opening, ring.ticks_per_s = cut, timescales(cut.plain)
            if self._give is not None:
                self._give([(stream, self._moved(stream, cut))])
            elif self._zero_ms is not None:
                self._arrived.append((stream, cut))
            elif not cut.is_opening:
                ring.cuts.append(cut)
                self._bytes += len(cut.plain)
                self._drop_before(cut.t1_ms - self._limit_ms)
                self._drop_over_size()

    def when_begun(self, tell: Callable[[], None]) -> None:
        """Do this now, or as soon as the take has begun; never when it does not begin."""
        with self._lock:
            if self._is_forgotten:
                return
            if self._give is None:
                self._told.append(tell)
                return
        tell()

    # --- the joint ------------------------------------------------------------

    def settle(self, now_ms: int) -> bool:
        """Fix the take's zero; nothing is forgotten from then on.

        Args:
            now_ms: of the streams' own time, when the interrogation was begun.

        Returns:
            Whether the take can begin here. Not when no whole piece of sound is within the bound,
            nor when a piece that is still being made would have to go, and with it what comes now.
        """
        with self._lock:
            self._drop_before(now_ms - self._limit_ms)
            if not self._first.cuts and (self._first.forgotten_ms or now_ms > self._limit_ms):
                return False
            zero_ms = self._begins_ms(self._first)
            self._drop_before(zero_ms)
            if any(self._begins_ms(ring) < zero_ms for ring in self._rings.values()):
                return False
            self._zero_ms = zero_ms
            return True

    def release(self, give: Give) -> None:
        """Give out what is held, oldest first, and let everything through from now on."""
        with self._lock:
            openings = [
                (stream, ring.opening) for stream, ring in self._rings.items() if ring.opening
            ]
            held = [(stream, cut) for stream, ring in self._rings.items() for cut in ring.cuts]
            late = [one for one in self._arrived if not one[1].is_opening]
            pieces = sorted([*held, *late], key=_begin_of)
            give([(stream, self._moved(stream, cut)) for stream, cut in (*openings, *pieces)])
            self._forget_pieces()
            self._give = give
            for tell in self._told:
                tell()
            self._told.clear()

    def forget(self) -> None:
        """No interrogation begins: nothing is left of what was held."""
        with self._lock:
            self._forget_pieces()
            self._rings = {stream: _Ring() for stream in self._rings}
            self._told.clear()
            self._is_forgotten = True
            self._give = _give_nobody

    # --- inside ---------------------------------------------------------------

    @property
    def _first(self) -> _Ring:
        return next(iter(self._rings.values()))

    def _moved(self, stream: str, cut: Cut) -> Cut:
        zero_ms = self.zero_ms
        if cut.is_opening or not zero_ms:
            return cut
        plain = earlier(cut.plain, zero_ms, self._rings[stream].ticks_per_s)
        return replace(cut, plain=plain, t0_ms=cut.t0_ms - zero_ms, t1_ms=cut.t1_ms - zero_ms)

    def _begins_ms(self, ring: _Ring) -> int:
        """Where what is held begins, or else the piece that is being made."""
        if not ring.cuts:
            return ring.forgotten_ms
        return begins_ms(ring.cuts[0].plain, ring.ticks_per_s)

    def _drop_before(self, oldest_ms: int) -> None:
        for ring in self._rings.values():
            while ring.cuts and self._begins_ms(ring) < oldest_ms:
                self._drop_first(ring)

    def _drop_over_size(self) -> None:
        while self._bytes > self._most_bytes:
            rings = [ring for ring in self._rings.values() if ring.cuts]
            self._drop_first(min(rings, key=self._begins_ms))

    def _drop_first(self, ring: _Ring) -> None:
        gone = ring.cuts.popleft()
        ring.forgotten_ms = gone.t1_ms
        self._bytes -= len(gone.plain)

    def _forget_pieces(self) -> None:
        for ring in self._rings.values():
            ring.cuts.clear()
        self._arrived.clear()
        self._bytes = 0


def _begin_of(piece: tuple[str, Cut]) -> int:
    return piece[1].t0_ms


def _give_nobody(pieces: Sequence[tuple[str, Cut]]) -> None:
    """What the encoders still give out after the desk let go is forgotten as well."""
