"""A disk whose power can be cut: what a tape's operations leave behind, by the letter of POSIX.

- Only `fsync` of a file keeps its content, only `fsync` of a folder keeps the names in it.
- What was not synced may be missing, torn at a byte, or there in some sectors and zero in others.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from tests.crash.tape import Operation

SECTOR_BYTES = 512
FOLDER = 0  # in place of a file's number


class Cut(StrEnum):
    """How a crash leaves what was not synced."""

    KILLED = "process killed"  # the machine goes on: all that was written is there
    DROPPED = "power cut, unsynced writes dropped"
    TORN = "power cut, last write torn"
    SCATTERED = "power cut, sectors and names reordered"


@dataclass(slots=True)
class _File:
    kept: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut there


@dataclass(slots=True)
class _Folder:
    kept: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, int | None]] = field(default_factory=list)  # None: the name goes


Image = dict[str, bytes | None]  # None: a folder


class Disk:
    """Takes operations one by one; `image` is what a crash now would leave."""

    def __init__(self, folders: Iterable[str] = ()) -> None:
        """Begin with these folders, empty, parents first; a tape has them."""
        self._files: dict[int, _File] = {}
        self._folders: dict[str, _Folder] = {".": _Folder()}
        for path in folders:
            pure = PurePosixPath(path)
            self._folders[path] = _Folder()
            self._folders[str(pure.parent)].kept[pure.name] = FOLDER

    def take(self, operation: Operation) -> None:
        """Do one operation."""
        path = operation.path
        match operation.kind:
            case "make_folder":
                self._folders[path] = _Folder()
                self._name(path, FOLDER)
            case "create":
                self._files[operation.file] = _File()
                self._name(path, operation.file)
            case "write":
                self._files[operation.file].pending.append((operation.at, operation.data))
            case "cut":
                self._files[operation.file].pending.append((operation.at, None))
            case "sync":
                file = self._files[operation.file]
                file.kept, file.pending = _written(file), []
            case "sync_folder":
                folder = self._folders[path]
                folder.kept, folder.pending = _named(folder, len(folder.pending)), []
            case "rename":
                self._rename(path, operation.to)
            case "remove":
                self._name(path, None)

    def _name(self, path: str, file: int | None) -> None:
        pure = PurePosixPath(path)
        self._folders[str(pure.parent)].pending.append((pure.name, file))

    def _rename(self, old: str, new: str) -> None:
        pure = PurePosixPath(old)
        folder = self._folders[str(pure.parent)]
        file = _named(folder, len(folder.pending))[pure.name]
        # One step, never neither name: POSIX rename is atomic.
        assert pure.parent == PurePosixPath(new).parent, "renamed across folders"
        folder.pending.append((f"{pure.name}\0{PurePosixPath(new).name}", file))
        for path in [p for p in self._folders if p == old or p.startswith(old + "/")]:
            self._folders[new + path[len(old) :]] = self._folders.pop(path)

    def image(self, cut: Cut, chance: random.Random) -> Image:
        """All files and folders as the next start finds them."""
        image: Image = {}
        self._fill(image, ".", cut, chance)
        return image

    def _fill(self, image: Image, path: str, cut: Cut, chance: random.Random) -> None:
        folder = self._folders.get(path)
        if folder is None:
            return
        steps = {Cut.DROPPED: 0, Cut.SCATTERED: chance.randint(0, len(folder.pending))}
        for name, file in _named(folder, steps.get(cut, len(folder.pending))).items():
            inside = name if path == "." else f"{path}/{name}"
            if file == FOLDER:
                image[inside] = None
                self._fill(image, inside, cut, chance)
            else:
                image[inside] = _content(self._files[file], cut, chance)


def _named(folder: _Folder, steps: int) -> dict[str, int]:
    names = dict(folder.kept)
    for name, file in folder.pending[:steps]:
        old, _, new = name.partition("\0")
        if new:
            names.pop(old, None)
            names[new] = file or FOLDER
        elif file is None:
            names.pop(name, None)
        else:
            names[name] = file
    return names


def _written(file: _File, torn_at: int = -1) -> bytes:
    data = bytearray(file.kept)
    for number, (at, piece) in enumerate(file.pending):
        if piece is None:
            del data[at:]
            continue
        is_torn = torn_at >= 0 and number == len(file.pending) - 1
        kept = piece[:torn_at] if is_torn else piece
        data.extend(bytes(max(0, at - len(data))))
        data[at : at + len(kept)] = kept
    return bytes(data)


def _content(file: _File, cut: Cut, chance: random.Random) -> bytes:
    if cut is Cut.DROPPED or not file.pending:
        return file.kept
    if cut is Cut.KILLED:
        return _written(file)
    last = file.pending[-1][1] or b""
    if cut is Cut.TORN:
        return _written(file, chance.randint(0, max(0, len(last) - 1)))
    whole = bytearray(_written(file))
    first = min(at for at, _ in file.pending)
    for begin in range(first - first % SECTOR_BYTES, len(whole), SECTOR_BYTES):
        if chance.random() < 0.5:
            end = min(begin + SECTOR_BYTES, len(whole))
            old = file.kept[begin:end]
            whole[begin:end] = old + bytes(end - begin - len(old))
    return bytes(whole)


def write_image(image: Image, folder: Path) -> None:
    """Put an image into an empty folder."""
    for path, data in image.items():
        target = folder / path
        if data is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def digest_of_image(image: Image) -> bytes:
    """Two equal images have one digest."""
    state = hashlib.sha256()
    for path, data in sorted(image.items()):
        state.update(f"{path}\0{-1 if data is None else len(data)}\0".encode())
        state.update(data or b"")
    return state.digest()
