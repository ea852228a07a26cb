"""The files of a record as they lie in a folder or a ZIP; read in place, never unpacked.

- A name is generated ASCII, the same on every system: nothing absolute, nothing that climbs, no
  name Windows reserves, no two that differ in case only. Anything else refuses the record.
- A link, in a folder or in an archive, is refused, wherever it leads.
- An archive holds its files as they are: compressed or encrypted entries are refused, so that no
  archive is larger inside than outside.
- An archive has one reading: its entries fill it without a hole, and no entry bears a second name
  in an extra field. Otherwise another tool would unpack other files than were checked.
- Nothing a record says is believed here; what is read is digested by whoever reads it.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from signing.digest import BLOCK_BYTES, Progress
from signing.problem import SealProblem
from signing.working_copy import refuse_working_copy

PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
MAX_NAME_CHARACTERS = 240
MAX_FILES = 100_000
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError)
LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
EXTRA_HEADER = struct.Struct("<HH")
# ZIP64 sizes, NTFS and Unix times, Unix owners: what says nothing about name or content.
KNOWN_EXTRAS = frozenset({0x0001, 0x000A, 0x5455, 0x7875})
DESCRIPTOR_BYTES = (0, 12, 16, 20, 24)  # after an entry written to a pipe, APPNOTE 4.3.9
HAS_DESCRIPTOR = 0x8
MAX_TEXT_BYTES = 256 << 20  # of a file that is read whole: logs, papers, manifests


class Reading(Protocol):
    """An open file that is read from its beginning to its end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill `buffer` as far as there is more; 0 at the end."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class RecordFiles(Protocol):
    """Where the files of a record are read from; names are relative, with "/"."""

    sizes: dict[str, int]  # of every file there is, in bytes

    def open(self, name: str) -> Reading:
        """A file for reading; whoever opens it closes it."""
        ...

    def close(self) -> None:
        """No file will be opened any more."""
        ...


class FolderFiles:
    """A record that lies in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sizes = dict(_walk(folder))
        refuse_working_copy(self.sizes)
        check_names(self.sizes)

    def open(self, name: str) -> Reading:
        """A file for reading; never through a link."""
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(self._folder / name, flags), "rb", buffering=0)

    def close(self) -> None:
        """Nothing is held open."""


class ZipFiles:
    """A record that lies in a stored ZIP, at its top or in the one folder there is."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
            raise SealProblem("not_a_record", path=path.name, why="archive") from error
        try:
            refuse_working_copy(info.filename for info in self._archive.infolist())
            self._entries = _entries(self._archive, path.stat().st_size)
            _check_one_reading(self._archive, path)
        except SealProblem:
            self._archive.close()
            raise
        self.sizes = {name: entry.file_size for name, entry in self._entries.items()}

    def open(self, name: str) -> Reading:
        """A file for reading, straight from the archive."""
        return cast("Reading", self._archive.open(self._entries[name]))

    def close(self) -> None:
        """Give the archive back."""
        self._archive.close()


@contextmanager
def open_record(path: Path) -> Iterator[RecordFiles]:
    """The files of the record at `path`.

    Raises:
        SealProblem: `not_a_record` when there is neither folder nor archive, or the problem of
            the first name that is refused; `redacted_copy` for what was never a record.
    """
    try:
        if path.is_dir():
            files: RecordFiles = FolderFiles(path)
        elif path.is_file():
            refuse_working_copy([path.name])
            files = ZipFiles(path)
        else:
            raise SealProblem("not_a_record", path=path.name, why="missing")
    except OSError as error:
        raise SealProblem("not_a_record", path=path.name, why=type(error).__name__) from error
    try:
        yield files
    finally:
        files.close()


def read_blocks(
    files: RecordFiles, name: str, progress: Progress | None = None
) -> Iterator[memoryview]:
    """The bytes of a file in blocks; each is gone when the next is asked for.

    Raises:
        SealProblem: `file_changed` when the medium or the archive cannot give them whole.
    """
    try:
        file = files.open(name)
    except UNREADABLE as error:
        raise SealProblem("file_changed", path=name, why=type(error).__name__) from error
    block = memoryview(bytearray(min(BLOCK_BYTES, max(1, files.sizes.get(name, BLOCK_BYTES)))))
    with closing(file):
        while count := _fill(block, file, name):
            if progress is not None:
                progress(count)
            yield block[:count]


def _fill(block: memoryview, file: Reading, name: str) -> int:
    # Apart from the loop, so that what `progress` raises is never taken for damage.
    try:
        return file.readinto(block) or 0
    except UNREADABLE as error:
        raise SealProblem("file_changed", path=name, why=type(error).__name__) from error


def read_whole(files: RecordFiles, name: str) -> bytes:
    """A file that is small by nature.

    Raises:
        SealProblem: `file_missing`, `too_large` or `file_changed`.
    """
    if name not in files.sizes:
        raise SealProblem("file_missing", path=name)
    if files.sizes[name] > MAX_TEXT_BYTES:
        raise SealProblem("too_large", path=name, bytes=files.sizes[name])
    return b"".join(bytes(block) for block in read_blocks(files, name))


def check_names(names: Iterable[str]) -> None:
    """Check every name of a record.

    Raises:
        SealProblem: `unsafe_name`, `duplicate_name` or `too_large` (too many files).
    """
    seen: dict[str, str] = {}
    for count, name in enumerate(names, 1):
        if count > MAX_FILES:
            raise SealProblem("too_large", path=name, files=count)
        check_name(name)
        twin = seen.setdefault(name.casefold(), name)
        if twin != name or len(seen) != count:
            raise SealProblem("duplicate_name", path=name, twin=twin)


def check_name(name: str) -> None:
    """Check one name. Raises `SealProblem` `unsafe_name`."""
    parts = name.split("/")
    is_safe = len(name) <= MAX_NAME_CHARACTERS and all(
        PART.fullmatch(part) and not part.endswith(".") and not RESERVED.fullmatch(part.lower())
        for part in parts
    )
    if not is_safe:
        raise SealProblem("unsafe_name", path=name.encode("unicode_escape").decode("ascii"))


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=_name_of)
    for entry in entries:
        name = prefix + entry.name
        if entry.is_symlink() or getattr(entry, "is_junction", bool)():
            raise SealProblem("link_in_record", path=name)
        if entry.is_dir(follow_symlinks=False):
            check_name(name)
            yield from _walk(folder / entry.name, f"{name}/")
        elif entry.is_file(follow_symlinks=False):
            yield name, entry.stat(follow_symlinks=False).st_size
        else:  # a pipe, a device
            raise SealProblem("link_in_record", path=name)


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _entries(archive: zipfile.ZipFile, archive_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """The archive's files by their name in the record, all checked."""
    infos = archive.infolist()
    for info in infos:
        _check_entry(info)
    check_names(info.filename.rstrip("/") for info in infos)
    if sum(info.file_size for info in infos) > archive_bytes:
        raise SealProblem("too_large", path="", bytes=sum(info.file_size for info in infos))
    files = {info.filename: info for info in infos if not info.is_dir()}
    _check_parents(files)
    if "bagit.txt" in files:
        return files
    tops = {PurePosixPath(name).parts[0] for name in files}
    if len(tops) != 1:
        raise SealProblem("not_a_record", path="bagit.txt", why="missing")
    return {name.partition("/")[2]: info for name, info in files.items() if "/" in name}


def _check_parents(files: Iterable[str]) -> None:
    """No file bears the name of a folder that holds others: unpacked, one would replace it."""
    folded = {name.casefold(): name for name in files}
    for name in folded.values():
        for parent in PurePosixPath(name.casefold()).parents:
            if str(parent) in folded:
                raise SealProblem("duplicate_name", path=name, twin=folded[str(parent)])


def _check_one_reading(archive: zipfile.ZipFile, path: Path) -> None:
    """Every reader finds the same: those by the list at the end, and those that go through."""
    infos = sorted(archive.infolist(), key=_offset_of)
    ends = [*(info.header_offset for info in infos[1:]), archive.start_dir]
    is_filled = not archive.comment and (not infos or infos[0].header_offset == 0)
    with path.open("rb") as file:
        for info, end in zip(infos, ends, strict=True):
            file.seek(info.header_offset)
            is_filled = is_filled and _fills(file, info, end)
    if not is_filled:
        raise SealProblem("file_unlisted", path=path.name, why="archive")


def _offset_of(info: zipfile.ZipInfo) -> int:
    return info.header_offset


def _fills(file: BinaryIO, info: zipfile.ZipInfo, end: int) -> bool:
    """Whether an entry's own header, name and bytes reach to `end`, and it has one name."""
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size:
        return False
    *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack(header)
    name, extra = file.read(name_bytes), file.read(extra_bytes)
    left = end - info.header_offset - len(header) - name_bytes - extra_bytes - info.file_size
    descriptors = DESCRIPTOR_BYTES[1:] if info.flag_bits & HAS_DESCRIPTOR else DESCRIPTOR_BYTES[:1]
    is_named = name == info.orig_filename.encode("ascii")
    return is_named and left in descriptors and _is_known(extra) and _is_known(info.extra)


def _is_known(extra: bytes) -> bool:
    """Whether extra fields are only of the kinds that change neither name nor content."""
    at = 0
    while at + EXTRA_HEADER.size <= len(extra):
        kind, length = EXTRA_HEADER.unpack_from(extra, at)
        if kind not in KNOWN_EXTRAS:
            return False
        at += EXTRA_HEADER.size + length
    return at == len(extra)


def _check_entry(info: zipfile.ZipInfo) -> None:
    # zipfile cuts a name at NUL and turns some separators; what was written is what counts.
    check_name(info.orig_filename.removesuffix("/"))
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise SealProblem("link_in_record", path=info.filename)
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 0x1
    is_folder_with_bytes = info.is_dir() and info.file_size > 0
    if not is_plain or info.file_size != info.compress_size or is_folder_with_bytes:
        raise SealProblem("too_large", path=info.filename, bytes=info.file_size)
