"""Which file of a record goes on which disc of a set, and how its name is told there.

- Every disc carries the record's tag files, so that each says on its own what it belongs to.
- Documents come before sound and picture: the first disc has the transcript.
- A file is split only where it fits on no disc, or into no file that every reader takes (4 GiB).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.errors import InputProblem
from signing.disc_files import SECTOR
from signing.manifest import PAYLOAD

DVD_BYTES: Final = 4_700_000_000
LARGEST_PIECE_BYTES: Final = (4 << 30) - SECTOR  # ISO 9660 without multi-extent files
SPARE_BYTES: Final = 2 << 20  # volume descriptors, anchors, folders, label: measured 0.6 MiB
PER_FILE_BYTES: Final = 4 * SECTOR  # UDF entry, two directory entries, the last sector's rest
LEAST_ROOM_BYTES: Final = 1 << 20  # less is not worth a part of a file


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or a part of one; `number` and `of` count the parts from 1."""

    name: str  # in the record
    offset: int
    length: int
    number: int = 1
    of: int = 1

    @property
    def disc_name(self) -> str:
        """Its name on the disc."""
        return self.name if self.of == 1 else f"{self.name}.part-{self.number:03d}-of-{self.of:03d}"


@dataclass(slots=True)
class _Disc:
    left: int
    pieces: list[Piece] = field(default_factory=list)

    def put(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.left -= piece.length + PER_FILE_BYTES


def plan_discs(sizes: Mapping[str, int], disc_bytes: int) -> tuple[tuple[Piece, ...], ...]:
    """The pieces of each disc.

    Args:
        sizes: Bytes of every file of the record.
        disc_bytes: Capacity of one disc.

    Raises:
        InputProblem: `argument_wrong` when the discs are too small for this record.
    """
    tags = [Piece(name, 0, sizes[name]) for name in sorted(sizes) if not _is_payload(name)]
    room = disc_bytes - SPARE_BYTES - sum(tag.length + PER_FILE_BYTES for tag in tags)
    if room < LEAST_ROOM_BYTES:
        least = disc_bytes - room + LEAST_ROOM_BYTES
        raise InputProblem("argument_wrong", argument=str(disc_bytes), why=f">= {least}")
    discs = [_Disc(room)]
    for name in sorted(filter(_is_payload, sizes), key=_documents_first):
        _place(discs, name, sizes[name], room)
    return tuple((*tags, *disc.pieces) for disc in discs)


def _is_payload(name: str) -> bool:
    return name.startswith(PAYLOAD)


def _documents_first(name: str) -> tuple[bool, str]:
    return name.startswith(f"{PAYLOAD}media/"), name


def _place(discs: list[_Disc], name: str, size: int, room: int) -> None:
    if size + PER_FILE_BYTES > discs[-1].left:
        fits_on_one = size <= min(LARGEST_PIECE_BYTES, room - PER_FILE_BYTES)
        if fits_on_one or discs[-1].left < LEAST_ROOM_BYTES:
            discs.append(_Disc(room))
    lengths = _lengths(size, discs[-1].left, room)
    offset = 0
    for number, length in enumerate(lengths, 1):
        if length + PER_FILE_BYTES > discs[-1].left:
            discs.append(_Disc(room))
        discs[-1].put(Piece(name, offset, length, number, len(lengths)))
        offset += length


def _lengths(size: int, left: int, room: int) -> list[int]:
    """How long the parts of a file are, the first on a disc with `left` bytes: whole sectors."""
    lengths: list[int] = []
    while True:
        length = min(LARGEST_PIECE_BYTES, left - PER_FILE_BYTES) // SECTOR * SECTOR
        if length >= size:
            return [*lengths, size]
        if length > 0:
            lengths.append(length)
            size -= length
            left -= length + PER_FILE_BYTES
        if left < LEAST_ROOM_BYTES:
            left = room
