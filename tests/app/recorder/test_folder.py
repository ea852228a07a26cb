"""A folder that is slow, full or gone never holds up the other one."""

import errno
import fcntl
import mmap
import os
import threading
import time

import pytest

from app.errors import StorageProblem
from app.recorder.boxes import Cut
from app.recorder.folder import FolderWriter
from app.recorder.following import FollowingReader
from app.recorder.fragment import TakeName, part_files, places
from app.recorder.keeper import Keeper
from app.recorder.logbook import Logbook, copy_growth
from tests.fakes.recording_room import until

KEY = bytes(32)
NAME = TakeName("r-1", "camera-1", 1)


class SlowFolder(FolderWriter):
    """A disk that hangs for a while with every piece."""

    def _write(self, job):
        time.sleep(1.0)
        return super()._write(job)


class Keeping:
    def __init__(self, *folders):
        self.folders = folders
        self.kept = []
        self.lost = []
        self.keeper = Keeper(folders, [NAME], KEY, self.kept.append, lambda: self.lost.append(True))
        self.keeper.start()

    def put(self, number, t0_ms=None):
        t0_ms = number * 1000 if t0_ms is None else t0_ms
        plain = bytes([number]) * 1000
        is_opening = number == 0
        self.keeper.put("camera-1", Cut(plain, is_opening=is_opening, t0_ms=t0_ms, t1_ms=t0_ms))

    def close(self):
        self.keeper.close()
        for folder in self.folders:
            folder.close(10.0)


@pytest.fixture
def first(tmp_path):
    return FolderWriter(tmp_path / "first", reserve_bytes=0)


def indices(folder):
    return [place.index for place in places(NAME.folder(folder))]


def test_a_slow_folder_is_left_behind_and_catches_up(tmp_path, first):
    slow = SlowFolder(tmp_path / "second", reserve_bytes=0)
    keeping = Keeping(slow, first)
    began = time.monotonic()
    for number in range(8):
        keeping.put(number)
    until(lambda: len(keeping.kept) == 8)
    assert time.monotonic() - began < 6.0  # the slow one takes eight seconds
    assert indices(tmp_path / "first") == list(range(8))
    keeping.close()
    until(lambda: indices(tmp_path / "second") == list(range(8)), 15)


class StoppedFolder(FolderWriter):
    """A disk that takes a piece and ends with it when it is let go on."""

    def __init__(self, path):
        self.go_on = threading.Event()
        self.begun = threading.Event()
        super().__init__(path, reserve_bytes=0)

    def _write(self, job):
        self.begun.set()
        assert self.go_on.wait(30)
        return super()._write(job)


def test_the_next_piece_is_sealed_while_one_is_written_and_told_in_its_turn(tmp_path):
    folder = StoppedFolder(tmp_path / "first")
    keeping = Keeping(folder)
    keeping.put(0)
    keeping.put(1)
    assert folder.begun.wait(30)
    until(lambda: keeping.keeper.streams["camera-1"].sealer.index == 2)
    assert keeping.kept == []
    folder.go_on.set()
    keeping.close()
    assert [kept.index for kept in keeping.kept] == [0, 1] == indices(tmp_path / "first")


def test_a_new_part_begins_after_five_minutes_and_brings_a_failed_folder_back(tmp_path, first):
    blocked = tmp_path / "second"
    blocked.write_text("in the way")
    second = FolderWriter(blocked, reserve_bytes=0)
    keeping = Keeping(first, second)
    keeping.put(0)
    until(lambda: second.code)
    assert second.code == "folder_unwritable"
    blocked.unlink()
    keeping.put(1, 300_000)
    until(lambda: len(keeping.kept) == 2)
    keeping.put(2, 301_000)
    keeping.close()
    assert second.code == ""
    assert indices(blocked) == [1, 2]
    parts = sorted(path.name for path in NAME.folder(tmp_path / "first").iterdir())
    assert parts == ["part-0001.frag", "part-0002.frag"]


def test_a_reader_gets_what_either_folder_has(tmp_path, first):
    blocked = tmp_path / "second"
    blocked.write_text("in the way")
    keeping = Keeping(FolderWriter(blocked, reserve_bytes=0), first)
    keeping.put(0)
    keeping.put(1)
    until(lambda: len(keeping.kept) == 2)
    keeping.close()
    reader = FollowingReader(
        [blocked, tmp_path / "first"], NAME, KEY, lambda: True, threading.Event()
    )
    assert b"".join(iter(lambda: reader.read(5000), b"")) == b"\0" * 1000 + b"\1" * 1000


def test_a_full_disk_is_said_and_the_torn_piece_cut_off(tmp_path, first, monkeypatch):
    keeping = Keeping(first)
    keeping.put(0)
    until(lambda: len(keeping.kept) == 1)
    written = os.write

    def full(handle, data):
        written(handle, bytes(data[:10]))
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "write", full)
    keeping.put(1)
    until(lambda: keeping.lost)
    monkeypatch.undo()
    assert first.code == "disk_full"
    keeping.put(2)
    keeping.close()
    assert indices(tmp_path / "first") == [0]
    assert keeping.keeper.streams["camera-1"].head == keeping.kept[-1].head  # not of what was lost
    part = next(iter(NAME.folder(tmp_path / "first").iterdir()))
    assert part.stat().st_size == next(places(NAME.folder(tmp_path / "first"))).end


def test_both_lost_is_said_once(tmp_path):
    (tmp_path / "a").write_text("in the way")
    (tmp_path / "b").write_text("in the way")
    keeping = Keeping(
        FolderWriter(tmp_path / "a", reserve_bytes=0), FolderWriter(tmp_path / "b", reserve_bytes=0)
    )
    keeping.put(0)
    keeping.put(1)
    keeping.close()
    assert keeping.lost == [True]
    assert keeping.kept == []


class FullLog:
    """A log on a disk that is full for a while."""

    def __init__(self):
        self.bodies = []
        self.count = 0
        self.is_full = False

    def append(self, body):
        if self.is_full:
            raise StorageProblem("disk_full", path="recorder")
        self.bodies.append(body)

    def close(self):
        pass


def test_lines_wait_for_a_full_disk_in_their_order():
    log = FullLog()
    book = Logbook(log)
    book.write("gap", take=1)
    log.is_full = True
    book.write("trouble", take=1)
    assert book.code == "disk_full"
    log.is_full = False
    book.write("take_closed", take=1)
    assert [body["kind"] for body in log.bodies] == ["gap", "trouble", "take_closed"]
    assert book.code == ""


def test_the_second_folder_keeps_up_with_the_log(tmp_path):
    source, target = tmp_path / "a", tmp_path / "x" / "b"
    for data in (b"one", b"onetwo", b"onet", b"onetthree"):
        source.write_bytes(data)
        copy_growth(source, target)
    assert target.read_bytes() == b"onetthree"
    copy_growth(tmp_path / "missing", target)
    assert target.read_bytes() == b"onetthree"


def test_a_copy_that_has_a_torn_line_is_mended(tmp_path):
    """The source cut the torn line off and went on; the copy must not keep it in its middle."""
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"whole" * 1000 + b"torn")
    copy_growth(source, target)
    source.write_bytes(b"whole" * 1000 + b"a line that is longer")
    copy_growth(source, target)
    assert target.read_bytes() == source.read_bytes()
    source.write_bytes(b"whole" * 1000)
    copy_growth(source, target)
    assert target.read_bytes() == source.read_bytes()


def test_a_folder_whose_disk_was_exchanged_is_left_out(tmp_path, first):
    keeping = Keeping(first, FolderWriter(tmp_path / "second", reserve_bytes=0))
    keeping.put(0)
    until(lambda: len(keeping.kept) == 1)
    (tmp_path / "first").rename(tmp_path / "gone")
    (tmp_path / "first").mkdir()
    keeping.put(1)
    until(lambda: len(keeping.kept) == 2)
    until(lambda: first.code)
    keeping.close()
    assert first.code == "folder_unwritable"
    assert indices(tmp_path / "second") == [0, 1]


def test_whoever_reads_finished_pieces_holds_nothing_up(tmp_path, first):
    """Delivery sends parts while the interrogation runs: readers wait for nobody, nobody for them.

    The reader keeps its files open, mapped and locked against other writers, and never lets go.
    """
    keeping = Keeping(first, FolderWriter(tmp_path / "second", reserve_bytes=0))
    keeping.put(0)
    until(lambda: len(keeping.kept) == 1)
    held = []
    for number in range(1, 12):
        keeping.put(number, number * 60_000)  # a new part every five pieces
        until(lambda number=number: len(keeping.kept) == number + 1)
        for part in part_files(NAME.folder(tmp_path / "first")):
            file = part.open("rb")
            fcntl.flock(file, fcntl.LOCK_SH)
            held.append((file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ), file.read()))
    keeping.close()
    try:
        assert [kept.index for kept in keeping.kept] == list(range(12))
        assert [folder.code for folder in keeping.folders] == ["", ""]
        assert indices(tmp_path / "first") == indices(tmp_path / "second") == list(range(12))
        assert not keeping.lost
    finally:
        for file, mapped, _ in held:
            mapped.close()
            file.close()
