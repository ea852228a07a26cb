"""The pieces of a take as a film needs them, from an open record or from a sealed one.

- Open: each piece is authenticated by its encryption. Sealed: the film's digest so far is compared
  at each piece's end with the recorder's log, so what follows a damaged piece cannot be proved.
- A film without a log (another system's) is cut at its own boxes and cannot be checked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import StorageProblem
from app.recorder.fragment import Opener, Place, TakeName, open_any, part_files, read_place
from app.recorder.playback import Pieces, PlainPieces

_HEAD_BYTES = 16


@dataclass(frozen=True, slots=True)
class LoggedPiece:
    """What the recorder's log says of a piece."""

    bytes: int
    head: str  # digest of the film up to its end, 64 hex digits


class OpenPieces(Pieces):
    """The pieces of one take of an open record that are on disk now."""

    authenticates = True

    def head(self, index: int) -> bytes | None:
        """Digest of the film up to the piece's end."""
        return self.place(index).head


class GrowingPieces:
    """The pieces of a take that is still recorded; `renew` looks at what came since, and only that.

    One thread at a time renews; what was found stays where it is, so others may read meanwhile.
    """

    authenticates = True

    def __init__(self, media_folders: Sequence[Path], name: TakeName, key: bytes) -> None:
        self._opener = Opener(name, key)
        self._scans = [_Scan(name.folder(folder)) for folder in media_folders]
        self._found: list[list[Place]] = []
        self._count = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def renew(self) -> int:
        """Look for further pieces; how many there are now."""
        with self._lock:
            for scan in self._scans:
                for place in scan.more():
                    while len(self._found) <= place.index:
                        self._found.append([])
                    self._found[place.index].append(place)
            while self._count < len(self._found) and self._found[self._count]:
                self._count += 1
        return self._count

    def plain(self, index: int) -> bytes:
        """A piece. Raises StorageProblem `media_damaged`."""
        return open_any(self._opener, self._found[index])


class _Scan:
    """Walks the piece heads of one folder, on from where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part: Path | None = None
        self._offset = 0

    def more(self) -> Iterator[Place]:
        """The pieces that came since; none when the folder cannot be read."""
        parts = part_files(self._folder)
        for number, part in enumerate(parts):
            if self._part is not None and part < self._part:
                continue
            if part != self._part:
                self._part, self._offset = part, 0
            try:
                yield from self._of_part(part)
            except OSError:
                return
            if number + 1 == len(parts):
                return

    def _of_part(self, part: Path) -> Iterator[Place]:
        with part.open("rb") as file:
            while (place := read_place(file, part, self._offset)) is not None:
                self._offset = place.end
                yield place


class Excerpt:
    """Some pieces of a take with its opening, as a film of their own."""

    authenticates = True

    def __init__(self, pieces: PlainPieces, first: int, last: int) -> None:
        """From piece `first` (at least 1) to before `last`."""
        self._pieces = pieces
        self._indexes = [0, *range(first, last)]
        self.total_bytes = 0  # not known before they are read

    def __len__(self) -> int:
        return len(self._indexes)

    def plain(self, index: int) -> bytes:
        """A piece. Raises StorageProblem `media_damaged`."""
        return self._pieces.plain(self._indexes[index])

    def head(self, _index: int) -> bytes | None:
        """Not asked: each piece proves itself."""
        return None


class SealedPieces:
    """The pieces of `path`, with what the log says of them."""

    authenticates = False

    def __init__(self, path: Path, logged: Iterable[LoggedPiece] = ()) -> None:
        """Raises StorageProblem `record_not_found` when there is no such film."""
        self._path = path
        try:
            self._size = path.stat().st_size
        except OSError as error:
            raise StorageProblem("record_not_found", path=str(path)) from error
        self._logged: Sequence[LoggedPiece] = tuple(logged)
        self._sizes = [one.bytes for one in self._logged] or self._cut_at_boxes()
        self._starts = [0]
        for size in self._sizes:
            self._starts.append(self._starts[-1] + size)

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def total_bytes(self) -> int:
        """Bytes of all pieces."""
        return self._starts[-1]

    def plain(self, index: int) -> bytes:
        """A piece as it lies there. Raises StorageProblem `media_damaged` when it is cut short."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._starts[index])
                plain = file.read(self._sizes[index])
        except OSError as error:
            raise self._damaged(index) from error
        if len(plain) != self._sizes[index]:
            raise self._damaged(index)
        return plain

    def head(self, index: int) -> bytes | None:
        """Digest of the film up to the piece's end, if there is a log."""
        return bytes.fromhex(self._logged[index].head) if self._logged else None

    def _damaged(self, index: int) -> StorageProblem:
        return StorageProblem("media_damaged", path=str(self._path), fragment=index)

    def _cut_at_boxes(self) -> list[int]:
        """A piece ends with each `moov` and each `mdat`."""
        sizes, at, begun = [], 0, 0
        with self._path.open("rb") as file:
            while at + 8 <= self._size:
                file.seek(at)
                head = file.read(_HEAD_BYTES)
                size = int.from_bytes(head[:4], "big")
                size = int.from_bytes(head[8:16], "big") if size == 1 else size
                if size < 8 or at + size > self._size:
                    break
                at += size
                if head[4:8] in (b"moov", b"mdat"):
                    sizes.append(at - begun)
                    begun = at
        return sizes
