"""A take on disk: encrypted pieces, chained by digest, in parts of a few minutes.

- A piece is `[u32 length of ciphertext][u32 index][nonce 12][head 32][ciphertext and tag]`,
  big-endian; piece 0 is the film's opening (ftyp and moov), every further one at most a second.
- `head_i` is the SHA-256 of the film up to the end of piece i, so the last one is the digest of
  the sealed media file and `head -c N FILE | sha256sum` checks any of them.
- The associated data names record, stream, take, index and head: no piece can be moved or swapped.
- A nonce is four random bytes per part and an eight-byte index: never twice under one key.
- The plain pieces of a take, one after the other, are its sealed media file.
- A torn piece at a part's end is what a power cut leaves; readers pass over it. Torn is cut short,
  or, at the very end of the last part, written in part: whole sectors of it are zero.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import StorageProblem
from app.paths import make, sync_folder

HEADER = struct.Struct(">II12s32s")
TAG_BYTES = 16
MAX_PIECE_BYTES = 1 << 28  # a length beyond this is damage, not a piece
SECTOR_BYTES = 512
LEAST_ZEROS = 8  # in what a piece has of a sector; fewer may be ciphertext
GENESIS = bytes(32)  # told as head before the first piece
_PART = re.compile(r"part-(\d{4})\.frag")


@dataclass(frozen=True, slots=True)
class TakeName:
    """Which stream of which take of which record."""

    record_id: str
    stream: str
    take: int

    @property
    def file_stem(self) -> str:
        """`camera-1-take-001`: the folder of its parts and the stem of its sealed file."""
        return f"{self.stream}-take-{self.take:03d}"

    def folder(self, media_folder: Path) -> Path:
        """Where its parts lie under one of the media folders."""
        return media_folder / self.record_id / "media" / self.file_stem

    def bound(self, index: int, head: bytes) -> bytes:
        """Associated data of a piece."""
        return f"{self.record_id}|{self.stream}|{self.take}|{index}|{head.hex()}".encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed piece, ready to be appended to a part."""

    index: int
    head: bytes
    plain_bytes: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece lies on disk, and where its plain bytes lie in the film."""

    part: Path
    offset: int  # of its header in the part
    index: int
    nonce: bytes
    head: bytes
    cipher_bytes: int
    start: int = 0  # of its plain bytes in the whole take

    @property
    def plain_bytes(self) -> int:
        """Length of what it holds."""
        return self.cipher_bytes - TAG_BYTES

    @property
    def end(self) -> int:
        """Offset of the next piece in the part."""
        return self.offset + HEADER.size + self.cipher_bytes


class Sealer:
    """Chains and encrypts the pieces of one take, in order."""

    def __init__(self, name: TakeName, key: bytes) -> None:
        self._name = name
        self._cipher = AESGCM(key)
        self._film = hashlib.sha256()
        self.head = GENESIS
        self.index = 0
        self._file_id = secrets.token_bytes(4)

    def new_part(self) -> None:
        """A new file begins: a new nonce space."""
        self._file_id = secrets.token_bytes(4)

    def seal(self, plain: bytes) -> Piece:
        """The next piece."""
        self._film.update(plain)
        index, head = self.index, self._film.digest()
        nonce = self._file_id + index.to_bytes(8, "big")
        sealed = self._cipher.encrypt(nonce, plain, self._name.bound(index, head))
        self.head, self.index = head, index + 1
        blob = HEADER.pack(len(sealed), index, nonce, head) + sealed
        return Piece(index, head, len(plain), blob)


class PartFile:
    """One part being written: each piece is on the disk when `append` returns."""

    def __init__(self, folder: Path, number: int) -> None:
        make(folder)
        self.path = folder / f"part-{number:04d}.frag"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._handle = os.open(self.path, flags, 0o600)
        self.bytes = 0
        sync_folder(folder)

    @property
    def is_in_place(self) -> bool:
        """Whether its name still leads to it: not when its disk was unmounted in the meantime."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._handle))
        except OSError:
            return False

    def append(self, blob: bytes) -> None:
        """Write and sync one piece; a half-written one is cut off again.

        Raises:
            OSError: the folder cannot take it.
        """
        try:
            left = memoryview(blob)
            while left:
                left = left[os.write(self._handle, left) :]
            os.fdatasync(self._handle) if hasattr(os, "fdatasync") else os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, self.bytes)
            raise
        self.bytes += len(blob)

    def close(self) -> None:
        """No more pieces."""
        os.close(self._handle)


class FragmentWriter:
    """Writes one take into one media folder; the recorder writes two at once its own way."""

    def __init__(self, media_folder: Path, name: TakeName, key: bytes) -> None:
        self._folder = name.folder(media_folder)
        self._sealer = Sealer(name, key)
        self._part = PartFile(self._folder, 1)
        self._number = 1

    @property
    def head(self) -> str:
        """Chain head after the last piece, 64 hex digits."""
        return self._sealer.head.hex()

    def append(self, plain: bytes) -> Piece:
        """Seal and keep the next piece."""
        piece = self._sealer.seal(plain)
        self._part.append(piece.blob)
        return piece

    def new_part(self) -> None:
        """Go on in a new file."""
        self._part.close()
        self._number += 1
        self._sealer.new_part()
        self._part = PartFile(self._folder, self._number)

    def close(self) -> None:
        """The take ends."""
        self._part.close()


def part_files(folder: Path) -> list[Path]:
    """The parts of a take, in order; none when the folder cannot be read."""
    try:
        found = [path for path in folder.iterdir() if _PART.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found)


def read_place(
    file: BinaryIO, part: Path, offset: int, *, is_last_part: bool = False
) -> Place | None:
    """The piece that begins at `offset`, or None when it is not there or torn."""
    size = file.seek(0, os.SEEK_END)
    if size < offset + HEADER.size:
        return None
    file.seek(offset)
    cipher_bytes, index, nonce, head = HEADER.unpack(file.read(HEADER.size))
    if not TAG_BYTES <= cipher_bytes <= MAX_PIECE_BYTES:
        return None
    place = Place(part, offset, index, nonce, head, cipher_bytes)
    if place.end > size:
        return None
    is_torn = is_last_part and place.end == size and _has_zero_sector(file, place)
    return None if is_torn else place


def _has_zero_sector(file: BinaryIO, place: Place) -> bool:
    """Whether a file system that lost power had no time for some sector of this piece."""
    file.seek(place.offset)
    data = file.read(place.end - place.offset)
    first = SECTOR_BYTES - place.offset % SECTOR_BYTES
    edges = [0, *range(first, len(data), SECTOR_BYTES), len(data)]
    return any(
        end - begin >= LEAST_ZEROS and not any(data[begin:end]) for begin, end in pairwise(edges)
    )


def places(folder: Path) -> Iterator[Place]:
    """Every whole piece in one folder, in the order of its files; nothing is decrypted."""
    parts = part_files(folder)
    for number in range(len(parts)):
        yield from places_of_part(parts, number)


def places_of_part(parts: Sequence[Path], number: int) -> Iterator[Place]:
    """Every whole piece in one of a take's parts."""
    part, is_last = parts[number], number == len(parts) - 1
    with part.open("rb") as file:
        offset = 0
        while (place := read_place(file, part, offset, is_last_part=is_last)) is not None:
            yield place
            offset = place.end


class Opener:
    """Opens single pieces of one take."""

    def __init__(self, name: TakeName, key: bytes) -> None:
        self._name = name
        self._cipher = AESGCM(key)

    def open(self, place: Place) -> bytes:
        """Plain bytes of one piece; the chain is checked by whoever reads them in order.

        Raises:
            StorageProblem: `media_damaged`, naming part and piece.
        """
        try:
            with place.part.open("rb") as file:
                file.seek(place.offset + HEADER.size)
                sealed = file.read(place.cipher_bytes)
            bound = self._name.bound(place.index, place.head)
            return self._cipher.decrypt(place.nonce, sealed, bound)
        except (OSError, InvalidTag) as error:
            raise damaged(place) from error


def damaged(place: Place) -> StorageProblem:
    """The problem of a piece that is not what was written."""
    return StorageProblem("media_damaged", path=str(place.part), fragment=place.index)


def take_places(media_folders: Sequence[Path], name: TakeName) -> list[tuple[Place, ...]]:
    """All pieces of a take; of each, its places in the folders that have it, the first one first.

    `start` counts plain bytes from the take's beginning. Ends at the first index nobody has.
    """
    found: dict[int, list[Place]] = {}
    for media_folder in media_folders:
        try:
            for place in places(name.folder(media_folder)):
                found.setdefault(place.index, []).append(place)
        except OSError:
            continue  # a folder that cannot be read is what the other one is for
    told: list[tuple[Place, ...]] = []
    start = 0
    while (copies := found.get(len(told))) is not None:
        told.append(tuple(replace(copy, start=start) for copy in copies))
        start += copies[0].plain_bytes
    return told


def open_any(opener: Opener, copies: Sequence[Place]) -> bytes:
    """Plain bytes from the first copy that is whole.

    Raises:
        StorageProblem: `media_damaged` when no copy is.
    """
    for copy in copies[:-1]:
        try:
            return opener.open(copy)
        except StorageProblem:
            continue
    return opener.open(copies[-1])
