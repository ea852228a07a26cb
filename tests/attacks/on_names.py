"""Attacks 10 and 11: names and archives that would write or read somewhere else."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from signing.record_files import check_names
from tests.attacks.attack import NOT_RUN, NotRun, add_attack, answer_of, attack
from tests.attacks.ground import JOURNAL, MEDIA, Ground

Entry = tuple[str | zipfile.ZipInfo, bytes]


def pack(ground: Ground, *entries: Entry, compress: int = zipfile.ZIP_STORED) -> Path:
    """The master record as a ZIP, with more entries."""
    path = ground.new_folder() / "record.zip"
    with zipfile.ZipFile(path, "w", compress) as archive:
        for file in sorted(ground.master.folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(ground.master.folder).as_posix())
        for name, data in entries:
            archive.writestr(name, data)
    return path


def judge_alone(ground: Ground, path: Path) -> str:
    """The answer, and whether anything was written beside the archive."""
    said = ground.judge(path)
    beside = [one.name for one in path.parent.iterdir() if one != path]
    return f"{said}; wrote {beside}" if beside else said


NAMES = (
    ("data/é.txt", "an accented name in NFC"),
    ("data/e\u0301.txt", "the same name in NFD"),
    ("data/a%0Ab", "an encoded line end"),
    ("data/a\nb", "a line end"),
    ("data/\u202egpj.exe", "a right-to-left mark"),
    ("data/con", "a device of Windows"),
    ("data/AUX.txt", "another device of Windows"),
    ("data/x.", "a trailing dot"),
    ("data/" + "x" * 300, "300 bytes"),
    ("data/a b", "a space"),
    ("-rf", "an option of a command"),
    ("../evil", "a climbing name"),
    ("/etc/evil", "an absolute name"),
    ("C:/evil", "a drive letter"),
    ("data\\..\\evil", "backslashes"),
)
LONGEST_ON_DISK = 255


def _in_folder(name: str) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        record = ground.copy()
        (record / name).write_bytes(b"evil")
        return ground.judge(record)

    return act


def _in_archive(name: str) -> Callable[[Ground], str]:
    return lambda ground: judge_alone(ground, pack(ground, (name, b"evil")))


def _told(name: str) -> str:
    return f"unsafe_name {name.encode('unicode_escape').decode('ascii')}"


for _name, _what in NAMES:
    _climbs = _name.startswith(("..", "/", "C:"))
    if not _climbs and len(_name) < LONGEST_ON_DISK:
        add_attack(10, f"folder with {_what}", _told(_name), _in_folder(_name))
    _row = 11 if _climbs or "\\" in _name else 10
    add_attack(_row, f"ZIP with {_what}", _told(_name), _in_archive(_name))


@attack(10, "folder with two names that differ in case", "duplicate_name data/journal.jsonl",
        "duplicate_name data/Journal.jsonl")  # fmt: skip
def _case_twin(ground: Ground) -> str:
    record = ground.copy()
    (record / "data/Journal.jsonl").write_bytes(b"x")
    return ground.judge(record)


@attack(10, "NUL in a ZIP's name", "unsafe_name data/a\\x00b.txt")
def _nul(ground: Ground) -> str:
    path = pack(ground, ("data/aXb.txt", b""))
    path.write_bytes(path.read_bytes().replace(b"data/aXb", b"data/a\x00b"))
    return judge_alone(ground, path)


@attack(10, "names that a record's own files have", "accepted")
def _own_names(ground: Ground) -> str:
    """The other side: what the program itself generates is never refused."""
    files = ground.master.folder.rglob("*")
    names = [one.relative_to(ground.master.folder).as_posix() for one in files if one.is_file()]
    return answer_of(lambda: check_names(names))


def _link(name: str) -> zipfile.ZipInfo:
    link = zipfile.ZipInfo(name)
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


@attack(11, "ZIP with a link", "link_in_record data/link")
def _zip_link(ground: Ground) -> str:
    return judge_alone(ground, pack(ground, (_link("data/link"), b"/etc/passwd")))


@attack(11, "folder with a link in place of media", f"link_in_record {MEDIA}")
def _folder_link(ground: Ground) -> str:
    record = ground.copy()
    (record / MEDIA).rename(record.parent / "elsewhere")
    (record / MEDIA).symlink_to(record.parent / "elsewhere")
    return ground.judge(record)


@attack(11, "ZIP with an entry twice", f"duplicate_name {JOURNAL}")
def _twice(ground: Ground) -> str:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        path = pack(ground, (JOURNAL, b"forged\n"))
    return judge_alone(ground, path)


@attack(11, "ZIP with a case twin", "duplicate_name DATA/JOURNAL.JSONL")
def _zip_case_twin(ground: Ground) -> str:
    return judge_alone(ground, pack(ground, (JOURNAL.upper(), b"forged\n")))


@attack(11, "compressed ZIP (a bomb)", "too_large bag-info.txt", "too_large README.txt")
def _bomb(ground: Ground) -> str:
    bomb = ("data/bomb", bytes(10 << 20))
    return judge_alone(ground, pack(ground, bomb, compress=zipfile.ZIP_DEFLATED))


@attack(11, "ZIP whose directory says a wrong size", "too_large data/z")
def _wrong_size(ground: Ground) -> str:
    path = pack(ground, ("data/z", b"x"))
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 1 << 30)
    path.write_bytes(raw)
    return judge_alone(ground, path)


@attack(11, "ZIP whose directory says 1 GB twice over", "too_large ")
def _wrong_sizes(ground: Ground) -> str:
    path = pack(ground, ("data/z", b"x"))
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 20 : at + 28] = struct.pack("<II", 1 << 30, 1 << 30)
    path.write_bytes(raw)
    return judge_alone(ground, path)


@attack(11, "encrypted entry", "too_large data/z")
def _encrypted(ground: Ground) -> str:
    path = pack(ground, ("data/z", b"x"))
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    return judge_alone(ground, path)


@attack(11, "ZIP cut short", "not_a_record record.zip")
def _cut(ground: Ground) -> str:
    path = pack(ground)
    path.write_bytes(path.read_bytes()[:-200])
    return judge_alone(ground, path)


@attack(11, "ZIP in zip64 form with unlisted payload", "file_unlisted data/extra.txt")
def _zip64(ground: Ground) -> str:
    path = pack(ground)
    with (
        zipfile.ZipFile(path, "a") as archive,
        archive.open("data/extra.txt", "w", force_zip64=True) as entry,
    ):
        entry.write(b"x")
    return judge_alone(ground, path)


NOT_RUN.append(NotRun(11, "ZIP beyond 4 GB (zip64 by size)", "needs 10 GB of scratch per run"))
