"""The files of a record as they lie on disc images: one image, or a set of them.

- Read in place and believed in nothing: names, links, sizes and places are checked as in a ZIP.
- All discs of a set lie in one folder under the names they were written with.
- The trees for other systems (UDF, Joliet) name the same bytes, so that nobody sees another record.
- Tag files lie on every disc and must be the same on each.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from signing.problem import SealProblem
from signing.record_files import Reading, RecordFiles, check_name, check_names, open_record
from signing.window import Stretch, Window

if TYPE_CHECKING:
    from pycdlib import PyCdlib
    from pycdlib.dr import DirectoryRecord

SUFFIX = ".iso"
SECTOR = 2048
PART = re.compile(r"(?P<name>.+)\.part-(?P<number>[0-9]{3})-of-(?P<of>[0-9]{3})")
DISC_NAME = re.compile(r"(?P<stem>.+)\.disc-(?P<number>[0-9]+)-of-(?P<of>[0-9]+)\.iso")
BESIDE = frozenset({"LABEL.txt", "DIGESTS.txt"})  # what lies on a disc beside the record
UNREADABLE = (  # what the library raises on bytes that are no image, beside its own
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)
MAX_DISCS = 1000
MAX_DEPTH = 8  # ISO 9660 section 6.8.2.1
Pieces = dict[tuple[int, int], Stretch]  # part number and parts in all -> where it lies


def disc_path(target: Path, number: int, of: int) -> Path:
    """Where disc `number` of a set is written."""
    return target if of == 1 else target.with_name(f"{target.stem}.disc-{number}-of-{of}{SUFFIX}")


def disc_set(path: Path) -> tuple[Path, ...]:
    """All images of the set that `path` belongs to.

    Raises:
        SealProblem: `file_missing` naming the disc that is missing.
    """
    found = DISC_NAME.fullmatch(path.name)
    if found is None:
        return (path,)
    of = min(int(found["of"]), MAX_DISCS)
    discs = tuple(
        disc_path(path.with_name(f"{found['stem']}{SUFFIX}"), n + 1, of) for n in range(of)
    )
    for disc in discs:
        if not disc.is_file():
            raise SealProblem("file_missing", path=disc.name)
    return discs


@contextmanager
def open_copy(path: Path) -> Iterator[RecordFiles]:
    """The record at `path`, wherever it lies: folder, ZIP, or the discs of a set.

    Raises:
        SealProblem: As `DiscFiles`, `disc_set` and `signing.record_files.open_record`.
    """
    if path.suffix.lower() == SUFFIX and path.is_file():
        yield DiscFiles(disc_set(path))
        return
    with open_record(path) as files:
        yield files


class DiscFiles:
    """A record on one or more disc images; a `signing.record_files.RecordFiles`.

    Raises:
        SealProblem: `not_a_record`, `unsafe_name`, `link_in_record`, `duplicate_name`,
            `too_large` or `file_missing` (a part of a file).
    """

    def __init__(self, discs: Iterable[Path]) -> None:
        self._files: dict[str, tuple[Stretch, ...]] = {}
        parts: dict[str, Pieces] = {}
        tops: set[str] = set()
        for disc in discs:
            for name, stretch in _read_disc(disc):
                top, _, inside = name.partition("/")
                tops.add(top)
                self._take(parts, inside, stretch)
        if len(tops) != 1:
            raise SealProblem("not_a_record", path="bagit.txt", why="missing")
        check_names(parts)
        self._files = {name: _joined(name, pieces) for name, pieces in parts.items()}
        self.sizes = {
            name: sum(one.length for one in pieces) for name, pieces in self._files.items()
        }

    def open(self, name: str) -> Reading:
        """A file for reading, straight from its discs."""
        return Window(self._files[name])

    def close(self) -> None:
        """Nothing is held open."""

    @staticmethod
    def _take(parts: dict[str, Pieces], name: str, stretch: Stretch) -> None:
        found = PART.fullmatch(name)
        place = (int(found["number"]), int(found["of"])) if found else (1, 1)
        pieces = parts.setdefault(found["name"] if found else name, {})
        known = pieces.setdefault(place, stretch)
        if known is not stretch and not _is_same(known, stretch):
            raise SealProblem("duplicate_name", path=name, twin=name)


def _joined(name: str, pieces: Pieces) -> tuple[Stretch, ...]:
    ((_, of), *_) = pieces
    wanted = [(number, of) for number in range(1, of + 1)]
    if sorted(pieces) != wanted:
        raise SealProblem("file_missing", path=name)
    return tuple(pieces[place] for place in wanted)


def _is_same(one: Stretch, other: Stretch) -> bool:
    if one.length != other.length or one.path == other.path:
        return False
    with Window([one]) as first, Window([other]) as second:
        while block := first.read(1 << 20):
            if block != second.read(len(block)):
                return False
    return True


def _read_disc(path: Path) -> Iterator[tuple[str, Stretch]]:
    """Every file of the record on this image, checked, with where its bytes lie."""
    from pycdlib import PyCdlib
    from pycdlib.pycdlibexception import PyCdlibException

    image = PyCdlib()
    image_bytes = path.stat().st_size
    found: list[tuple[str, Stretch]] = []
    try:
        image.open(str(path))
        try:
            if not image.has_rock_ridge():
                raise SealProblem("not_a_record", path=path.name, why="names")
            _check_trees(image)
            for name, entry in _walk(image.list_children(rr_path="/"), image, "", 1):
                found.append((name, _stretch(path, name, entry, image_bytes)))
        finally:
            image.close()
    except (PyCdlibException, *UNREADABLE) as error:
        why = type(error).__name__
        raise SealProblem("not_a_record", path=path.name, why=why) from error
    if sum(stretch.length for _, stretch in found) > image_bytes:  # files that share their bytes
        raise SealProblem("too_large", path=path.name, bytes=image_bytes)
    yield from found


def _check_trees(image: PyCdlib) -> None:
    """Every tree of the image leads to the same files, in the same places."""
    names = _names_of(image, "rr_path")
    others = {"udf_path": image.has_udf(), "joliet_path": image.has_joliet()}
    for tree in (tree for tree, is_there in others.items() if is_there):
        for name in sorted(names ^ _names_of(image, tree)):
            raise SealProblem("file_unlisted", path=name, why=tree)
        for name in sorted(names):
            one, other = image.get_record(rr_path=name), image.get_record(**{tree: name})
            is_same = one.inode is other.inode or one.get_data_length() == 0
            if not is_same or one.get_data_length() != other.get_data_length():
                raise SealProblem("file_changed", path=name, why=tree)


def _names_of(image: PyCdlib, tree: str) -> set[str]:
    found = image.walk(**{tree: "/"})
    return {f"{top.rstrip('/')}/{name}" for top, _, names in found for name in names}


def _walk(
    entries: Iterable[DirectoryRecord], image: PyCdlib, prefix: str, depth: int
) -> Iterator[tuple[str, DirectoryRecord]]:
    for entry in entries:
        if entry.is_dot() or entry.is_dotdot():
            continue
        name = prefix + _name(entry)
        if depth == 1 and not entry.is_dir() and name in BESIDE:
            continue
        check_name(name)
        if entry.is_dir():
            if depth >= MAX_DEPTH:
                raise SealProblem("unsafe_name", path=name)
            inside = image.list_children(rr_path=f"/{name}")
            yield from _walk(inside, image, f"{name}/", depth + 1)
        else:
            yield name, entry


def _name(entry: DirectoryRecord) -> str:
    extra = entry.rock_ridge
    if extra is None:
        raise SealProblem("not_a_record", path="", why="names")
    name = extra.name().decode("utf-8", "backslashreplace")
    if extra.is_symlink():
        raise SealProblem("link_in_record", path=name)
    return name


def _stretch(path: Path, name: str, entry: DirectoryRecord, image_bytes: int) -> Stretch:
    offset, length = entry.extent_location() * SECTOR, entry.get_data_length()
    if entry.data_continuation is not None or offset + length > image_bytes:
        raise SealProblem("too_large", path=name, bytes=length)
    return Stretch(path, offset, length)
