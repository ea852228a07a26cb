"""A take on disk can be read whole, in one folder or two, and no damage goes unseen."""

import hashlib
import shutil
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StorageProblem
from app.recorder.following import FollowingReader
from app.recorder.fragment import (
    FragmentWriter,
    Opener,
    TakeName,
    open_any,
    part_files,
    take_places,
)

KEY = bytes(range(32))
NAME = TakeName("r-1", "camera-1", 1)


def write(folder, plains, *, part_at=()):
    writer = FragmentWriter(folder, NAME, KEY)
    for number, plain in enumerate(plains):
        if number in part_at:
            writer.new_part()
        writer.append(plain)
    writer.close()
    return writer.head


def read_all(folders):
    reader = FollowingReader(folders, NAME, KEY, lambda: True, threading.Event())
    told = bytearray()
    while data := reader.read(1000):
        told += data
    return bytes(told)


def flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def tear(path, offset, length=512):
    """A power cut: the file has its length, but a sector was never written."""
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = bytes(length)
    path.write_bytes(data)


@pytest.mark.parametrize("sector", [1, 2, 3])
def test_a_last_piece_with_a_sector_of_zeros_is_a_torn_end(tmp_path, sector):
    plains = [bytes([number]) * 4000 for number in range(1, 4)]
    write(tmp_path, plains)
    (part,) = part_files(NAME.folder(tmp_path))
    last = take_places([tmp_path], NAME)[2][0]
    tear(part, (last.offset // 512 + sector) * 512)
    assert read_all([tmp_path]) == b"".join(plains[:2])
    assert len(take_places([tmp_path], NAME)) == 2


def test_zeros_anywhere_before_the_very_end_are_damage(tmp_path):
    plains = [bytes([number]) * 1200 for number in range(1, 5)]
    write(tmp_path, plains, part_at=(2,))
    first, _ = part_files(NAME.folder(tmp_path))
    tear(first, take_places([tmp_path], NAME)[1][0].offset // 512 * 512 + 512)
    with pytest.raises(StorageProblem, match="media_damaged"):
        read_all([tmp_path])


def test_the_other_folder_has_what_is_torn_in_one(tmp_path):
    plains = [bytes([number]) * 4000 for number in range(1, 4)]
    folders = [tmp_path / "first", tmp_path / "second"]
    write(folders[0], plains)
    shutil.copytree(folders[0], folders[1])
    (part,) = part_files(NAME.folder(folders[0]))
    tear(part, take_places(folders[:1], NAME)[2][0].offset // 512 * 512 + 512)
    assert read_all(folders) == b"".join(plains)


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=8), st.integers(0, 8))
def test_what_was_written_is_read(tmp_path_factory, plains, part_at):
    folder = tmp_path_factory.mktemp("media")
    head = write(folder, plains, part_at=(part_at,))
    assert read_all([folder]) == b"".join(plains)
    assert head == hashlib.sha256(b"".join(plains)).hexdigest()
    opener = Opener(NAME, KEY)
    places = take_places([folder], NAME)
    assert b"".join(open_any(opener, copies) for copies in places) == b"".join(plains)


def test_nothing_readable_lies_on_disk(tmp_path):
    write(tmp_path, [b"ftypisom" * 20])
    assert b"ftyp" not in part_files(NAME.folder(tmp_path))[0].read_bytes()


def test_a_torn_last_piece_is_passed_over(tmp_path):
    write(tmp_path, [b"a" * 100, b"b" * 100])
    part = part_files(NAME.folder(tmp_path))[0]
    part.write_bytes(part.read_bytes()[:-7])
    assert read_all([tmp_path]) == b"a" * 100


def test_a_changed_byte_is_found(tmp_path):
    write(tmp_path, [b"a" * 100, b"b" * 100])
    flip(part_files(NAME.folder(tmp_path))[0], -1)
    with pytest.raises(StorageProblem) as caught:
        read_all([tmp_path])
    assert caught.value.code == "media_damaged"
    assert caught.value.details["fragment"] == 1


def test_the_second_folder_stands_in_for_a_damaged_piece(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        write(folder, [b"a" * 100, b"b" * 100, b"c" * 100])
    flip(part_files(NAME.folder(first))[0], 160)
    assert read_all([first, second]) == b"a" * 100 + b"b" * 100 + b"c" * 100
    opener = Opener(NAME, KEY)
    told = [open_any(opener, copies) for copies in take_places([first, second], NAME)]
    assert told == [b"a" * 100, b"b" * 100, b"c" * 100]


def test_the_second_folder_stands_in_for_a_lost_one(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    write(second, [b"a", b"b"])
    assert read_all([first, second]) == b"ab"


def test_a_folder_that_vanishes_midway_is_left_for_the_other(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        write(folder, [b"a" * 10, b"b" * 10])
    reader = FollowingReader([first, second], NAME, KEY, lambda: True, threading.Event())
    assert reader.read(10) == b"a" * 10
    shutil.rmtree(first)
    assert reader.read(10) == b"b" * 10


def test_a_piece_of_another_take_is_refused(tmp_path):
    write(tmp_path, [b"a" * 100])
    other = TakeName("r-2", "camera-1", 1)
    shutil.copytree(NAME.folder(tmp_path), other.folder(tmp_path))
    reader = FollowingReader([tmp_path], other, KEY, lambda: True, threading.Event())
    with pytest.raises(StorageProblem):
        reader.read()


def test_the_reader_follows_a_take_that_grows_and_ends_with_it(tmp_path):
    closed = threading.Event()
    told = bytearray()
    reader = FollowingReader([tmp_path], NAME, KEY, closed.is_set, threading.Event())

    def follow():
        while data := reader.read(64):
            told.extend(data)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    writer = FragmentWriter(tmp_path, NAME, KEY)
    for number in range(20):
        if number % 7 == 6:
            writer.new_part()
        writer.append(bytes([number]) * 500)
    writer.close()
    closed.set()
    thread.join(5)
    assert not thread.is_alive()
    assert bytes(told) == b"".join(bytes([number]) * 500 for number in range(20))


def test_a_cancelled_reader_ends(tmp_path):
    cancel = threading.Event()
    reader = FollowingReader([tmp_path], NAME, KEY, lambda: False, cancel)
    threading.Timer(0.05, cancel.set).start()
    assert reader.read(10) == b""
