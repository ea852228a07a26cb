"""Reads a take while it is being written: plain bytes of a growing film, in order.

- Falls over to the other media folder when one cannot be read, lags or holds a damaged piece.
- The chain of digests is checked as it goes; bytes that do not fit are never given out.
- Ends (empty bytes) when the take is closed and all is read, or when cancelled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from app.errors import StorageProblem
from app.recorder.fragment import (
    Opener,
    Place,
    TakeName,
    damaged,
    part_files,
    read_place,
)

POLL_S = 0.1


class _Cursor:
    """Walks the pieces in one folder; stays where it is while the next one is not whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part: Path | None = None
        self._offset = 0

    def find(self, index: int) -> Place | None:
        """The piece with this index, once it is there."""
        while True:
            parts = part_files(self._folder)
            if self._part is None:
                if not parts:
                    return None
                self._part = parts[0]
            try:
                place = self._next_of_part(self._part, is_last=parts[-1:] == [self._part])
            except OSError:
                return None
            if place is not None:
                if place.index > index:
                    return None  # this folder missed it
                if place.index == index:
                    return place
                self._offset = place.end
                continue
            later = [part for part in parts if part > self._part]
            if not later:
                return None
            # The next part exists, so what may follow here is a torn piece for ever.
            self._part, self._offset = later[0], 0

    def _next_of_part(self, part: Path, *, is_last: bool) -> Place | None:
        with part.open("rb") as file:
            return read_place(file, part, self._offset, is_last_part=is_last)


class FollowingReader:
    """A blocking file-like reader for `av.open`; not seekable."""

    def __init__(
        self,
        media_folders: Sequence[Path],
        name: TakeName,
        key: bytes,
        is_closed: Callable[[], bool],
        cancel: Event,
    ) -> None:
        """Follow one take.

        Args:
            media_folders: the folders as in `StartTake`, the preferred one first.
            name: which take.
            key: the record's derived "media" key, 32 bytes.
            is_closed: whether the take will grow no more.
            cancel: set to make every read return nothing within `POLL_S` seconds.
        """
        self._cursors = [_Cursor(name.folder(folder)) for folder in media_folders]
        self._opener = Opener(name, key)
        self._is_closed = is_closed
        self._cancel = cancel
        self._film = hashlib.sha256()  # of what was given so far
        self._plain = memoryview(b"")
        self.index = 0  # of the next piece

    def read(self, count: int = -1) -> bytes:
        """At least one byte and at most `count`; waits for the recorder; empty at the end.

        Raises:
            StorageProblem: `media_damaged` when no folder holds the next piece as it was written.
        """
        if not self._plain:
            piece = self._wait_for_piece()
            if piece is None:
                return b""
            self._plain = memoryview(piece)
        given = self._plain[:count] if count >= 0 else self._plain
        self._plain = self._plain[len(given) :]
        return bytes(given)

    def _wait_for_piece(self) -> bytes | None:
        while not self._cancel.is_set():
            closed = self._is_closed()  # asked first: what was written before it is then seen
            piece = self._next_piece()
            if piece is not None:
                return piece
            if closed:
                return None
            self._cancel.wait(POLL_S)
        return None

    def _next_piece(self) -> bytes | None:
        problem: StorageProblem | None = None
        for cursor in self._cursors:
            place = cursor.find(self.index)
            if place is None:
                continue
            try:
                plain, film = self._checked(place)
            except StorageProblem as damage:
                problem = damage
                continue
            self._film = film
            self.index += 1
            return plain
        if problem is not None:
            raise problem
        return None

    def _checked(self, place: Place) -> tuple[bytes, hashlib._Hash]:
        """A piece, and the digest's state after it; a damaged copy leaves no trace in ours."""
        plain = self._opener.open(place)
        film = self._film.copy()
        film.update(plain)
        if film.digest() != place.head:
            raise damaged(place)
        return plain, film
