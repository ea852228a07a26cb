"""The pieces of a take as a film needs them, from an open record or from a sealed one.

- Open: each piece is authenticated by its encryption. Sealed: the film's digest so far is compared
  at each piece's end with the recorder's log, so what follows a damaged piece cannot be proved.
- A film without a log (another system's) is cut at its own boxes and cannot be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import StorageProblem
from app.recorder.playback import Pieces

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
