"""Reads takes back from their encrypted pieces: whole, as a seekable film, or a few seconds.

- Nothing plain is written anywhere; pieces are opened in memory, one at a time.
- Each piece comes from the folder that has it whole.
- Works on a take that is still growing, up to its last piece on disk.
"""

from __future__ import annotations

import hashlib
import io
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import StorageProblem
from app.recorder.boxes import span, timescales
from app.recorder.fragment import Opener, Place, TakeName, damaged, open_any, take_places
from app.recorder.logbook import LOG_FILE

SOUND_RATE = 48_000
MEDIA_PURPOSE = "media"
LOG_NAME = "recorder"
Sound = npt.NDArray[np.float32]


class Keys(Protocol):
    """What is needed of `app.store.keystore.RecordKeys`."""

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs the record's logs."""

    def derive(self, purpose: str) -> bytes:
        """The key of one kind of file."""


class SoundSource(Protocol):
    """Where a record's sound lies; `app.session.takes.TakePlan` is one."""

    @property
    def record_id(self) -> str:
        """Of the record."""

    @property
    def record_folder(self) -> Path:
        """Where the recorder's log lies."""

    @property
    def media_folders(self) -> tuple[Path, ...]:
        """As in `StartTake`."""

    @property
    def sound_stream(self) -> str:
        """The stream that carries sound."""


class Pieces:
    """The pieces of one take that are on disk now; a torn last one is not one of them."""

    def __init__(self, media_folders: Sequence[Path], name: TakeName, key: bytes) -> None:
        self._places = take_places(media_folders, name)
        self._opener = Opener(name, key)
        if self._places and not self._is_whole(self._places[-1]):
            del self._places[-1]
        self.starts = [copies[0].start for copies in self._places]  # in the whole film

    def __len__(self) -> int:
        return len(self._places)

    def _is_whole(self, copies: Sequence[Place]) -> bool:
        try:
            open_any(self._opener, copies)
        except StorageProblem:
            return False
        return True

    @property
    def total_bytes(self) -> int:
        """Length of the whole film."""
        if not self._places:
            return 0
        last = self._places[-1][0]
        return last.start + last.plain_bytes

    def place(self, index: int) -> Place:
        """Where a piece lies."""
        return self._places[index][0]

    def plain(self, index: int) -> bytes:
        """A piece.

        Raises:
            StorageProblem: `media_damaged`.
        """
        return open_any(self._opener, self._places[index])


def assemble(
    media_folders: Sequence[Path],
    record_id: str,
    stream: str,
    take: int,
    keys: Keys,
    *,
    fragments: int | None = None,
) -> Iterator[bytes]:
    """The plain pieces of a take in order, chain checked; together they are its sealed film.

    Args:
        media_folders: where its pieces lie.
        record_id: of the record.
        stream: of the take.
        take: its number.
        keys: of the record.
        fragments: how many pieces the recorder's log tells of, the opening included; a crash may
            have left one more, which nobody was told of. None gives what there is.

    Raises:
        StorageProblem: `media_damaged` naming the piece; `record_not_found` when there is none.
    """
    name = TakeName(record_id, stream, take)
    pieces = Pieces(media_folders, name, keys.derive(MEDIA_PURPOSE))
    if not len(pieces):
        raise StorageProblem("record_not_found", path=name.file_stem)
    if fragments is not None and fragments > len(pieces):
        raise StorageProblem("media_damaged", path=name.file_stem, fragment=len(pieces))
    film = hashlib.sha256()
    for index in range(len(pieces) if fragments is None else fragments):
        plain = pieces.plain(index)
        film.update(plain)
        if film.digest() != pieces.place(index).head:
            raise damaged(pieces.place(index))
        yield plain


class TakeReader:
    """A take as a seekable read-only file, for PyAV or a media player's device."""

    def __init__(self, media_folders: Sequence[Path], name: TakeName, key: bytes) -> None:
        self._pieces = Pieces(media_folders, name, key)
        self._position = 0
        self._cached: tuple[int, bytes] = (-1, b"")

    @property
    def size(self) -> int:
        """Bytes of the film."""
        return self._pieces.total_bytes

    def read(self, count: int = -1) -> bytes:
        """At most `count` bytes from here, fewer at a piece's end; empty at the film's end.

        Raises:
            StorageProblem: `media_damaged`.
        """
        if self._position >= self.size:
            return b""
        index = bisect_right(self._pieces.starts, self._position) - 1
        if self._cached[0] != index:
            self._cached = (index, self._pieces.plain(index))
        within = self._position - self._pieces.starts[index]
        given = self._cached[1][within : within + count if count >= 0 else None]
        self._position += len(given)
        return given

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere; returns where."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Where we are."""
        return self._position

    def seekable(self) -> bool:
        """It is."""
        return True


def decode_sound(
    source: SoundSource,
    keys: Keys,
    t0_ms: int,
    t1_ms: int,
    *,
    offsets: Mapping[int, int] | None = None,
) -> tuple[Sound, int]:
    """Sound between two offsets from recording start.

    Args:
        source: where it lies.
        keys: of the record.
        t0_ms: first millisecond.
        t1_ms: first millisecond that is not wanted.
        offsets: number of each take and its offset in milliseconds; read from the recorder's log
            when None, which takes a quarter of a second for each hour.

    Returns:
        float32 [frames, 2] in -1..1, zero where nothing was recorded; and the rate, 48000.

    Raises:
        StorageProblem: `media_damaged`.
    """
    told = np.zeros((max(0, t1_ms - t0_ms) * SOUND_RATE // 1000, 2), np.float32)
    known = _logged_offsets(source, keys) if offsets is None else offsets
    for take, offset_ms in known.items():
        name = TakeName(source.record_id, source.sound_stream, take)
        later = min((other for other in known.values() if other > offset_ms), default=t1_ms)
        if offset_ms >= t1_ms or later <= t0_ms:
            continue
        pieces = Pieces(source.media_folders, name, keys.derive(MEDIA_PURPOSE))
        _decode_into(told, pieces, t0_ms - offset_ms, t1_ms - offset_ms)
    return told, SOUND_RATE


def _decode_into(told: Sound, pieces: Pieces, t0_ms: int, t1_ms: int) -> None:
    """Put the take's own sound between two of its milliseconds where it belongs in `told`."""
    if len(pieces) < 2:
        return
    times = PieceTimes(pieces)
    # One piece more on either side: sound and picture do not part at the same sample, and a
    # decoder needs what came before.
    first = max(1, times.index_at(max(0, t0_ms)) - 1)
    last = min(len(pieces) - 1, times.index_at(max(0, t1_ms)) + 1)
    film = io.BytesIO(b"".join(pieces.plain(index) for index in (0, *range(first, last + 1))))
    begin = t0_ms * SOUND_RATE // 1000
    try:
        with av.open(film, "r") as container:
            for frame in container.decode(audio=0):
                at = round((frame.time or 0.0) * SOUND_RATE) - begin
                samples = frame.to_ndarray().T
                left, right = max(0, at), min(len(told), at + len(samples))
                if left < right:
                    told[left:right] = samples[left - at : right - at]
    except (FFmpegError, IndexError) as error:
        raise damaged(pieces.place(first)) from error


class PlainPieces(Protocol):
    """Pieces that can be opened one by one."""

    def __len__(self) -> int:
        """How many."""

    def plain(self, index: int) -> bytes:
        """A piece."""


class PieceTimes:
    """Finds the piece of a moment by looking into few of them."""

    def __init__(self, pieces: PlainPieces) -> None:
        self._pieces = pieces
        self._track, self._ticks_per_s = next(iter(timescales(pieces.plain(0)).items()))

    def index_at(self, at_ms: int) -> int:
        """The last piece that begins at or before this moment; the first one otherwise."""
        low, high = 1, len(self._pieces) - 1
        # Nearly every piece is a second long, so the second of the moment is nearly always right.
        guess = min(high, 1 + max(0, at_ms) // 1000)
        if guess > 1 and self._start_ms(guess) <= at_ms:
            low = guess
            if guess == high or self._start_ms(guess + 1) > at_ms:
                return guess
        while low < high:
            middle = (low + high + 1) // 2
            if self._start_ms(middle) <= at_ms:
                low = middle
            else:
                high = middle - 1
        return low

    def _start_ms(self, index: int) -> int:
        ticks = span(self._pieces.plain(index), self._track) or (0, 0)
        return ticks[0] * 1000 // self._ticks_per_s


def _logged_offsets(source: SoundSource, keys: Keys) -> dict[int, int]:
    from app.store.logfile import read_log

    lines = read_log(
        source.record_folder / LOG_FILE,
        source.record_id,
        LOG_NAME,
        keys.derive(LOG_NAME),
        keys.signing_key.public_key(),
    )
    return {
        int(str(line.body["take"])): int(str(line.body["offset_ms"]))
        for line in lines
        if line.body["kind"] == "take_opened"
    }
