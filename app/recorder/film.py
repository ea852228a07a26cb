"""A take as one ordinary MP4: read in any order while its pieces stay encrypted, or written out.

- Nothing is encoded again and nothing plain is kept: bytes are asked for and decrypted by piece.
- A damaged piece is a hole with its time; what comes after it stays where it was.
- What is written is read back and compared before it gets its name.
- Memory holds one piece and a few bytes for each sample.
"""

from __future__ import annotations

import copy
import errno
import hashlib
import os
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import av
from av.error import FFmpegError

from app.errors import StorageProblem
from app.recorder.opening import FILE_TYPE, Caption, TextTrack, make_opening, mdat_head
from app.recorder.sample_tables import SampleTables

__all__ = [
    "Caption",
    "Damage",
    "Film",
    "FilmCancelled",
    "FilmFile",
    "FilmNote",
    "PieceSource",
    "export_film",
]
INDEX_SHARE, WRITE_SHARE = 0.3, 0.4  # of the work; the rest is reading it back
BLOCK_BYTES = 1 << 20
Progress = Callable[[float], None]


class FilmCancelled(Exception):  # noqa: N818 - asked for, no fault
    """The person cancelled; nothing was left behind."""


class PieceSource(Protocol):
    """The pieces of a take, open or sealed: the opening first, then a second at most in each."""

    authenticates: bool  # whether each piece proves itself

    def __len__(self) -> int:
        """How many there are."""

    @property
    def total_bytes(self) -> int:
        """Plain bytes of all."""

    def plain(self, index: int) -> bytes:
        """A piece. Raises StorageProblem `media_damaged`."""

    def head(self, index: int) -> bytes | None:
        """Digest of the film up to the end of this piece; None when nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of the film that cannot be read, in its milliseconds."""

    t0_ms: int
    t1_ms: int


@dataclass(frozen=True, slots=True)
class FilmNote:
    """What the file says about itself."""

    title: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FilmFile:
    """What was written."""

    path: Path
    bytes: int
    duration_ms: int
    damage: tuple[Damage, ...] = ()
    unproven_from_ms: int = -1  # -1: all of it fits the digests taken while recording


@dataclass(frozen=True, slots=True)
class _Payload:
    """Where a piece's samples lie in the film and in the piece."""

    start: int
    piece: int
    first: int
    last: int


class Film:
    """The film of one take; `index` reads it once, then any part can be read at once."""

    def __init__(
        self,
        source: PieceSource,
        captions: Sequence[Caption] = (),
        note: FilmNote | None = None,
        *,
        is_excerpt: bool = False,
    ) -> None:
        self._source = source
        self._is_excerpt = is_excerpt
        self.origin_ms = 0  # of an excerpt: where it begins in its take
        self._texts = TextTrack(captions) if captions else None
        self._note = note or FilmNote()
        self._payloads: list[_Payload] = []
        self._starts: list[int] = []
        self._head = b""
        self._tail = bytes(self._texts.payload) if self._texts is not None else b""
        self._cached: tuple[int, bytes] = (-1, b"")
        self._lock = threading.Lock()
        self.duration_ms = 0
        self.size = 0
        self.damage: list[Damage] = []
        self.unproven_from_ms = -1  # what follows a damaged piece of a sealed film
        # A piece that proves itself needs no second proof, which would cost seven times as much.
        self._digest: hashlib._Hash | None = None if source.authenticates else hashlib.sha256()

    def index(
        self, progress: Progress = lambda _share: None, cancel: threading.Event | None = None
    ) -> Film:
        """Read every piece once and note where its samples lie; returns itself.

        Raises:
            StorageProblem: `record_not_found` when there is nothing, `media_damaged` when the
                opening cannot be read: without it nothing can be shown.
            FilmCancelled: `cancel` was set.
        """
        if not len(self._source):
            raise StorageProblem("record_not_found", path="media")
        try:
            tables = SampleTables(self._checked(0))
        except ValueError as error:
            raise StorageProblem("media_damaged", path="media", fragment=0) from error
        self._take_all(tables, progress, cancel)
        self._close_hole(tables.end_ms + 1000)
        if self._is_excerpt:
            self.origin_ms = tables.begin_with_first()
        self.duration_ms = tables.end_ms
        self._make_head(tables)
        return self

    def _checked(self, index: int) -> bytes:
        """A piece that fits the film's digest so far, as long as that can be told."""
        plain = self._source.plain(index)
        head = self._source.head(index)
        if self._digest is not None and head is not None:
            self._digest.update(plain)
            if self._digest.digest() != head:
                self._digest = None
                raise StorageProblem("media_damaged", path="media", fragment=index)
        return plain

    def _take_all(
        self, tables: SampleTables, progress: Progress, cancel: threading.Event | None
    ) -> None:
        count = len(self._source)
        for index in range(1, count):
            _stop_if(cancel)
            try:
                piece = self._checked(index)
                begins_ms, start = tables.start_ms(piece), tables.payload_bytes
                first, last = tables.take_in(piece)
            except (StorageProblem, ValueError):
                self._open_hole(tables.end_ms)
                continue
            self._close_hole(begins_ms)
            self._payloads.append(_Payload(start, index, first, last))
            progress(index / count)

    def _open_hole(self, at_ms: int) -> None:
        self._digest = None  # what was in it is missing from the digest
        if not self._source.authenticates and self.unproven_from_ms < 0:
            self.unproven_from_ms = at_ms
        if not self.damage or self.damage[-1].t1_ms >= 0:
            self.damage.append(Damage(at_ms, -1))

    def _close_hole(self, at_ms: int) -> None:
        if self.damage and self.damage[-1].t1_ms < 0:
            hole = self.damage[-1]
            self.damage[-1] = replace(hole, t1_ms=max(hole.t0_ms, at_ms))

    def _make_head(self, tables: SampleTables) -> None:
        payload = tables.payload_bytes + len(self._tail)
        before = mdat_head(payload)
        note = (self._texts, self._note.title, self._note.comment)
        start = len(FILE_TYPE) + len(before)
        length = len(make_opening(tables, *note, 0))
        # Where samples lie depends on how long the opening is, and that on how far they lie.
        moov = make_opening(tables, *note, start + length)
        if len(moov) != length:
            moov = make_opening(tables, *note, start + len(moov))
        self._head = FILE_TYPE + moov + before
        self._starts = [len(self._head) + one.start for one in self._payloads]
        self.size = len(self._head) + payload

    def another(self) -> Film:
        """The same film for another reader, who would otherwise drop our piece at every turn."""
        twin = copy.copy(self)
        twin._cached, twin._lock = (-1, b""), threading.Lock()  # noqa: SLF001 - our own
        return twin

    def blocks(self) -> Iterator[bytes]:
        """The whole film in order."""
        yield self._head
        for number in range(len(self._payloads)):
            yield self._payload(number)
        yield self._tail

    def read_at(self, position: int, count: int) -> bytes:
        """At most `count` bytes from `position`, fewer at a piece's end; empty at the film's end.

        A piece that was whole when indexed and cannot be read now gives zeros: playing goes on.
        """
        if position < len(self._head):
            return self._head[position : position + count]
        number = bisect_right(self._starts, position) - 1
        with self._lock:
            if number >= 0 and position < self._end_of(number):
                if self._cached[0] != number:
                    self._cached = (number, self._payload_or_zeros(number))
                within = position - self._starts[number]
                return self._cached[1][within : within + count]
        behind = position - (self.size - len(self._tail))
        return self._tail[behind : behind + count]

    def _end_of(self, number: int) -> int:
        payload = self._payloads[number]
        return self._starts[number] + payload.last - payload.first

    def _payload(self, number: int) -> bytes:
        payload = self._payloads[number]
        return self._source.plain(payload.piece)[payload.first : payload.last]

    def _payload_or_zeros(self, number: int) -> bytes:
        try:
            return self._payload(number)
        except StorageProblem:
            payload = self._payloads[number]
            return bytes(payload.last - payload.first)


class FilmReader:
    """A film as a seekable read-only file, for PyAV."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._position = 0

    def read(self, count: int = -1) -> bytes:
        """The next bytes."""
        told = self._film.read_at(self._position, self._film.size if count < 0 else count)
        self._position += len(told)
        return told

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere; returns where."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._film.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Where we are."""
        return self._position

    def seekable(self) -> bool:
        """It is."""
        return True


def export_film(
    source: PieceSource,
    target: Path,
    captions: Sequence[Caption] = (),
    on_progress: Progress = lambda _share: None,
    cancel: threading.Event | None = None,
    note: FilmNote | None = None,
) -> FilmFile:
    """Write a take as one MP4 that starts to play at once, without encoding anything again.

    Args:
        source: its pieces: `OpenPieces` or `SealedPieces` of `app.recorder.piece_source`.
        target: the file to make; it gets its name when it was read back.
        captions: become a text track.
        on_progress: told the share done, 0 to 1.
        cancel: set to stop; nothing is left behind then.
        note: what the file says about itself.

    Raises:
        StorageProblem: `target_exists`, `disk_full`, `folder_unwritable`, `record_not_found`;
            `media_damaged` when the take's opening is.
        FilmCancelled: `cancel` was set.
    """
    if target.exists():
        raise StorageProblem("target_exists", path=str(target))
    film = Film(source, captions, note)
    film.index(_part(on_progress, 0.0, INDEX_SHARE), cancel)
    partial = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)  # what a killed export left
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        check = _write(film, partial, _part(on_progress, INDEX_SHARE, WRITE_SHARE), cancel)
        rest = INDEX_SHARE + WRITE_SHARE
        _read_back(film, partial, check, _part(on_progress, rest, 1 - rest), cancel)
        partial.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        partial.unlink(missing_ok=True)
    on_progress(1.0)
    holes = tuple(film.damage)
    return FilmFile(target, film.size, film.duration_ms, holes, film.unproven_from_ms)


def _unwritable(target: Path, error: OSError) -> StorageProblem:
    code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
    return StorageProblem(code, path=str(target), why=str(error))


def _write(film: Film, path: Path, progress: Progress, cancel: threading.Event | None) -> int:
    check, done = 0, 0  # CRC-32: it finds a disk's fault; nobody has to be convinced by it
    with path.open("xb") as file:
        for block in film.blocks():
            _stop_if(cancel)
            file.write(block)
            check = zlib.crc32(block, check)
            done += len(block)
            progress(done / film.size)
        file.flush()
        os.fsync(file.fileno())
    return check


def _read_back(
    film: Film, path: Path, check: int, progress: Progress, cancel: threading.Event | None
) -> None:
    """Compare what lies on the disk, and let a stock demuxer open it and decode its end."""
    found, done = 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            _stop_if(cancel)
            found = zlib.crc32(block, found)
            done += len(block)
            progress(done / film.size)
    if found != check:
        raise OSError(errno.EIO, "what was read back is not what was written")
    try:
        with av.open(str(path)) as container:
            told_ms = (container.duration or 0) // 1000
            stream = next(one for one in container.streams if one.type in ("video", "audio"))
            container.seek(max(0, film.duration_ms - 1500) * 1000)
            if next(iter(container.decode(stream)), None) is None:
                raise OSError(errno.EIO, "its end does not play")
    except (FFmpegError, StopIteration) as error:
        raise OSError(errno.EIO, "what was written does not open") from error
    if abs(told_ms - film.duration_ms) > 1000:
        raise OSError(errno.EIO, "what was written has another length")


def _part(progress: Progress, start: float, share: float) -> Progress:
    def told(done: float) -> None:
        progress(start + share * done)

    return told


def _stop_if(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise FilmCancelled
