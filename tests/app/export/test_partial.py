"""An export that was cut off goes on, and nothing that an earlier try left is believed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import StorageProblem
from app.export.handover import Order, hand_over
from app.export.partial import PartialFile
from signing.disc_files import open_copy
from signing.verify import examine_files
from tests.fakes.record import BuiltRecord, build_record

NAMES = ("copy", "copy.zip", "copy.iso")


class PowerCut(BaseException):
    """Nothing is cleaned up after it."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    return build_record(tmp_path_factory.mktemp("resumed") / "record")


def cut(share: float) -> None:
    if share > 0.4:
        raise PowerCut


def ignore(_share: float) -> None:
    """No bar."""


def begin(record: BuiltRecord, target: Path) -> Path:
    """What an export leaves when the power goes; its last bytes are not what was written."""
    with pytest.raises(PowerCut):
        hand_over(record.folder, target, Order(), None, cut)
    (left,) = target.parent.iterdir()
    assert left.name == f".{target.stem}.part{target.suffix}"
    files = sorted(path for path in left.rglob("*") if path.is_file()) or [left]
    raw = bytearray(files[-1].read_bytes())
    raw[len(raw) // 2] ^= 1
    files[-1].write_bytes(raw + b"\0" * 5000)
    return left


@pytest.mark.parametrize("name", NAMES)
def test_an_export_that_was_cut_off_goes_on(record: BuiltRecord, tmp_path: Path, name: str) -> None:
    left = begin(record, tmp_path / name)
    begun = left.stat().st_ino
    hand_over(record.folder, tmp_path / name, Order(), None, ignore)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_ino == begun
    with open_copy(tmp_path / name) as files:
        assert examine_files(files) == ()


def test_a_file_that_is_in_the_way_is_told_and_a_link_never_followed(
    record: BuiltRecord, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".copy.part.zip").symlink_to(elsewhere)
    with pytest.raises(StorageProblem, match="folder_unwritable"):
        hand_over(record.folder, tmp_path / "out" / "copy.zip", Order(), None, ignore)
    assert elsewhere.read_bytes() == b"mine"
    (tmp_path / "out" / ".copy.part").symlink_to(tmp_path)
    with pytest.raises(StorageProblem, match="folder_unwritable"):
        hand_over(record.folder, tmp_path / "out" / "copy", Order(), None, ignore)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "out"]


@settings(deadline=None)  # files, on a machine that others use too
@given(before=st.binary(max_size=40), pieces=st.lists(st.binary(max_size=20), max_size=4))
def test_whatever_was_there_the_file_is_what_was_given(
    tmp_path_factory: pytest.TempPathFactory, before: bytes, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("partial") / "file"
    path.write_bytes(before)
    with PartialFile(path) as file:
        for piece in pieces:
            file.write(piece)
    assert path.read_bytes() == b"".join(pieces)


def test_right_bytes_are_read_and_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abcXef and more")
    with PartialFile(path) as file:
        file.write(b"abc")
        file.write(b"def")
        file.seek(1)
        file.write(b"b")
        assert file.seek(0, os.SEEK_END) == 6
    assert (file.kept_bytes, path.read_bytes()) == (4, b"abcdef")
