"""Reading a record in place: no name, link or archive leads anywhere else."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from signing.problem import SealProblem
from signing.record_files import check_name, check_names, open_record, read_blocks, read_whole


def code_of(path: Path) -> tuple[str, object]:
    with pytest.raises(SealProblem) as caught, open_record(path):
        pass
    return caught.value.code, caught.value.details["path"]


def pack(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], compress: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", compress) as archive:
        for name, data in (("bagit.txt", b"x"), *entries):
            archive.writestr(name, data)
    return path


def test_a_folder_and_a_zip_give_the_same_files(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    (folder / "data").mkdir(parents=True)
    (folder / "bagit.txt").write_bytes(b"x")
    (folder / "data" / "a.txt").write_bytes(b"abc")
    packed = pack(tmp_path / "a.zip", ("data/", b""), ("data/a.txt", b"abc"))
    nested = tmp_path / "b.zip"
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("r-1/bagit.txt", b"x")
        archive.writestr("r-1/data/a.txt", b"abc")
    for path in (folder, packed, nested):
        with open_record(path) as files:
            assert files.sizes == {"bagit.txt": 1, "data/a.txt": 3}
            assert read_whole(files, "data/a.txt") == b"abc"
            with pytest.raises(SealProblem, match="file_missing"):
                read_whole(files, "data/b.txt")


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "data/../../evil", "/etc/passwd", "C:/x", "C:\\x", "data\\x", "data//x", "",
        "data/./x", ".hidden", "data/con", "data/AUX.txt", "data/x.", "data/问.txt", "data/e\u0301",
        "data/a b", "data/x%0A", "data/x\n", "data/\u202etxt", "data/x\x00y", "d/" * 130 + "x",
        "x" * 121, "~/x", "-rf",
    ],
)  # fmt: skip
def test_a_name_no_record_has_is_refused(name: str) -> None:
    with pytest.raises(SealProblem, match="unsafe_name"):
        check_name(name)


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(SealProblem, match="duplicate_name"):
        check_names(["data/a.txt", "data/A.txt"])


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "data\\..\\evil.txt", "data/问.txt"])
def test_an_archive_entry_that_climbs_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str
) -> None:
    path = pack(tmp_path / "sub.zip", (name, b"evil"))
    before = sorted(tmp_path.rglob("*"))
    assert code_of(path)[0] == "unsafe_name"
    assert sorted(tmp_path.rglob("*")) == before


def test_an_entry_with_nul_in_its_name_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("data/aXb.txt", b""))
    path.write_bytes(path.read_bytes().replace(b"data/aXb", b"data/a\x00b"))
    assert code_of(path)[0] == "unsafe_name"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_entries_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("data/a.txt", b"1"), ("data/a.txt", b"2"))
    assert code_of(path) == ("duplicate_name", "data/a.txt")
    path = pack(tmp_path / "b.zip", ("data/a.txt", b"1"), ("DATA/A.TXT", b"2"))
    assert code_of(path) == ("duplicate_name", "DATA/A.TXT")


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("data/link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert code_of(pack(tmp_path / "a.zip", (link, b"/etc/passwd"))) == (
        "link_in_record",
        "data/link",
    )


def test_compressed_encrypted_and_lying_entries_are_refused(tmp_path: Path) -> None:
    bomb = pack(tmp_path / "a.zip", ("data/a", bytes(1 << 20)), compress=zipfile.ZIP_DEFLATED)
    assert code_of(bomb)[0] == "too_large"
    encrypted = pack(tmp_path / "b.zip", ("data/a", b"x"))
    raw = bytearray(encrypted.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    encrypted.write_bytes(raw)
    assert code_of(encrypted) == ("too_large", "data/a")
    lying = pack(tmp_path / "c.zip", ("data/a", b"x"))
    raw = bytearray(lying.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 20 : at + 28] = struct.pack("<II", 1 << 30, 1 << 30)
    lying.write_bytes(raw)
    assert code_of(lying)[0] == "too_large"


def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("data/A", b"1"), ("data/a/b", b"2"))
    assert code_of(path) == ("duplicate_name", "data/a/b")
    path = pack(tmp_path / "b.zip", ("data/a/", b"hidden"))
    assert code_of(path) == ("too_large", "data/a/")


def test_an_archive_that_two_tools_would_read_differently_is_refused(tmp_path: Path) -> None:
    whole = pack(tmp_path / "whole.zip", ("data/a.txt", b"abc")).read_bytes()
    other = pack(tmp_path / "other.zip", ("data/evil.txt", b"evil")).read_bytes()
    hidden = other[: other.index(b"PK\x01\x02")]  # entries that the list at the end leaves out
    at = whole.index(b"PK\x03\x04", 1)

    def shifted(raw: bytes, by: int) -> bytes:
        """The list moved by so much, its places of later entries too."""
        end = raw.rindex(b"PK\x05\x06")
        second = raw.rindex(b"PK\x01\x02")
        start = int.from_bytes(raw[end + 16 : end + 20], "little") + by
        place = int.from_bytes(raw[second + 42 : second + 46], "little") + by
        raw = raw[: end + 16] + start.to_bytes(4, "little") + raw[end + 20 :]
        return raw[: second + 42] + place.to_bytes(4, "little") + raw[second + 46 :]

    size = len(whole).to_bytes(2, "little")
    for number, raw in enumerate(
        (
            b"#!/bin/sh\n" + whole,
            hidden + whole,
            shifted(whole[:at] + hidden + whole[at:], len(hidden)),
            whole[:-2] + size + whole,
        )
    ):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(raw)
        assert code_of(path) == ("file_unlisted", path.name), number


def test_an_entry_with_a_second_name_is_refused(tmp_path: Path) -> None:
    """Info-ZIP's Unicode path field: other tools would write there."""
    named = zipfile.ZipInfo("data/a.txt")
    evil = b"\x01" + struct.pack("<L", zipfile.crc32(b"data/a.txt")) + b"../evil.txt"
    named.extra = struct.pack("<HH", 0x7075, len(evil)) + evil
    assert code_of(pack(tmp_path / "a.zip", (named, b"x")))[0] == "file_unlisted"
    dated = zipfile.ZipInfo("data/a.txt")
    dated.extra = struct.pack("<HHBL", 0x5455, 5, 1, 1_700_000_000)
    with open_record(pack(tmp_path / "b.zip", (dated, b"x"))) as files:
        assert read_whole(files, "data/a.txt") == b"x"


def test_an_archive_written_to_a_pipe_or_by_the_zip_command_is_read(tmp_path: Path) -> None:
    class Pipe:
        """Cannot go back: sizes follow each entry."""

        def __init__(self, file: BinaryIO) -> None:
            self.write, self.flush = file.write, file.flush

    path = tmp_path / "a.zip"
    with path.open("wb") as file, zipfile.ZipFile(Pipe(file), "w") as archive:  # type: ignore[call-overload]
        archive.writestr("bagit.txt", b"x")
        archive.writestr("data/a.txt", b"abc")
    with open_record(path) as files:
        assert files.sizes == {"bagit.txt": 1, "data/a.txt": 3}


def test_a_damaged_entry_is_named(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("data/a.txt", b"abcdef"))
    path.write_bytes(path.read_bytes().replace(b"abcdef", b"abXdef"))
    with open_record(path) as files, pytest.raises(SealProblem, match="file_changed"):
        read_whole(files, "data/a.txt")


@pytest.mark.parametrize("kind", ["missing", "text", "two folders", "empty"])
def test_what_is_no_record_says_so(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.zip"
    if kind == "text":
        path.write_text("hello")
    elif kind != "missing":
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("a/bagit.txt", "b/bagit.txt") if kind == "two folders" else ():
                archive.writestr(name, "x")
    assert code_of(path)[0] == "not_a_record"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "record"
    folder.mkdir()
    if kind == "pipe":
        os.mkfifo(folder / "x")
    else:
        (folder / "x").symlink_to("/etc/hostname" if kind == "file" else "/etc")
    assert code_of(folder) == ("link_in_record", "x")


def test_a_file_of_unlikely_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.record_files.MAX_TEXT_BYTES", 2)
    monkeypatch.setattr("signing.record_files.MAX_FILES", 2)
    (tmp_path / "a").write_bytes(b"abc")
    with open_record(tmp_path) as files, pytest.raises(SealProblem, match="too_large"):
        read_whole(files, "a")
    with pytest.raises(SealProblem, match="too_large"):
        check_names(["a", "b", "c"])


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with open_record(tmp_path) as files:
        (tmp_path / "a").unlink()
        with pytest.raises(SealProblem, match="file_changed"):
            list(read_blocks(files, "a"))
