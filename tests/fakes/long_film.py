"""Hours of film in seconds: a little of it really encoded, then repeated at later times."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.recorder.boxes import Cut, boxes, span, timescales
from app.recorder.encoder import PICTURE_TICKS, PictureShape, StreamEncoder
from app.recorder.overlay import frame_of

SECONDS = 8  # in which both pictures (200) and frames of sound (375) are whole
WIDTH, HEIGHT, RATE = 640, 360, 25


@dataclass(frozen=True)
class LongFilm:
    """The opening, and fragments of a few seconds that follow each other for ever."""

    opening: Cut
    fragments: tuple[Cut, ...]  # a second each

    @classmethod
    def make(cls, *, noise: int = 9, width: int = WIDTH, height: int = HEIGHT) -> LongFilm:
        """Encode it: grey noise, so that it is about as large as a camera's pictures."""
        cuts: list[Cut] = []
        encoder = StreamEncoder(cuts.append, picture=PictureShape(width, height, RATE), sound=True)
        chance = np.random.default_rng(1)
        for number in range((2 * SECONDS + 1) * RATE):
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            planes[:height] += chance.integers(0, noise, (height, width), np.uint8)
            is_key = number % RATE == 0
            encoder.add_picture(frame_of(planes), number * PICTURE_TICKS // RATE, is_key=is_key)
            sound = chance.integers(-500, 500, (2, 1920)) / 32768
            encoder.add_sound(sound.astype(np.float32))
        encoder.close()
        # From the second round on, sound is cut at the same places as in every further one.
        return cls(cuts[0], tuple(cuts[SECONDS + 1 : 2 * SECONDS + 1]))

    def cuts(self, seconds: float) -> Iterator[Cut]:
        """The opening and so many seconds, a piece for each."""
        yield self.opening
        ticks = timescales(self.opening.plain)
        begun = dict.fromkeys(ticks, 0)  # of each track, in its ticks
        for number in range(int(seconds)):
            plain = self.fragments[number % SECONDS].plain
            moved = _moved(plain, number + 1, begun)
            for track in ticks:
                first, last = span(plain, track) or (0, 0)
                begun[track] += last - first
            yield Cut(moved, is_opening=False, t0_ms=number * 1000, t1_ms=number * 1000 + 1000)


def _moved(plain: bytes, sequence: int, begun: Mapping[int, int]) -> bytes:
    """The fragment with another sequence number and later decode times (ISO/IEC 14496-12, 8.8)."""
    moved = bytearray(plain)
    track = 0
    for kind, content in boxes(moved):
        if kind == b"mfhd":
            struct.pack_into(">I", content, 4, sequence)
        elif kind == b"tfhd":
            track = struct.unpack_from(">I", content, 4)[0]
        elif kind == b"tfdt":
            struct.pack_into(">Q" if content[0] == 1 else ">I", content, 4, begun[track])
    return bytes(moved)
