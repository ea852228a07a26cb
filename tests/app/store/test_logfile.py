"""The log file: what is appended is there after any crash, and nothing else passes."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import SetupProblem, StorageProblem
from app.store.logfile import LogFile, read_log

KEY = bytes(range(32))
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def open_log(path: Path) -> LogFile:
    return LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY)


def read(path: Path, name: str = "journal") -> list[dict[str, object]]:
    lines = read_log(path, "R1", name, KEY, SIGNING_KEY.public_key())
    return [line.body for line in lines]


def test_appended_lines_come_back_and_the_chain_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append({"n": 1})
        log.append_many([{"n": 2}, {"n": 3}])
        head = log.head
    with open_log(path) as again:
        assert (again.count, again.head, again.repaired_bytes) == (3, head, 0)
        again.append({"n": 4})
    assert [body["n"] for body in read(path)] == [1, 2, 3, 4]


@pytest.mark.parametrize("cut", [0, 7])
def test_a_writer_in_a_hurry_checks_the_end_alone_and_the_chain_goes_on(
    tmp_path: Path, cut: int
) -> None:
    """A long log takes seconds to check, and a recorder that comes back has none to lose."""
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append_many([{"n": number} for number in range(50)])
        log.append({"torn": True})
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - cut)
    with LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY, tail=3) as again:
        assert (again.count, again.repaired_bytes > 0) == ((50, True) if cut else (51, False))
        assert [line.seq for line in again.tail][-1] == again.count - 1
        assert len(again.tail) in (2, 3)
        again.append({"n": "last"})
    assert read(path)[-1] == {"n": "last"}  # and all of it verifies


def test_a_writer_in_a_hurry_does_not_pass_over_a_changed_end(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append_many([{"n": number} for number in range(9)])
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(StorageProblem, match="journal_damaged"):
        LogFile.open(path, "R1", "journal", KEY, SIGNING_KEY, tail=3)


def test_nothing_is_readable_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append({"text": "confession"})
    assert b"confession" not in path.read_bytes()
    with pytest.raises(StorageProblem, match="journal_damaged"):
        list(read_log(path, "R1", "journal", bytes(32), SIGNING_KEY.public_key()))


@pytest.mark.parametrize("cut", [1, 3, 4, 20, 60])
def test_a_torn_last_frame_is_dropped_and_said(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal.enc"
    log = open_log(path)
    log.append({"n": 1})
    whole = path.stat().st_size
    log.append({"n": 2})
    log.close()
    with path.open("r+b") as file:
        file.truncate(whole + cut)
    assert [body["n"] for body in read(path)] == [1]
    with open_log(path) as again:
        assert again.repaired_bytes == cut
        again.append({"n": 3})
    assert [body["n"] for body in read(path)] == [1, 3]


def test_a_changed_byte_before_the_end_is_never_repaired(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    log = open_log(path)
    log.append_many([{"n": 1}, {"n": 2}])
    log.close()
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    with pytest.raises(StorageProblem, match="journal_damaged"):
        open_log(path)
    assert path.read_bytes() == data


def test_a_log_is_bound_to_its_record_and_name(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append({"n": 1})
    with pytest.raises(StorageProblem, match="journal_damaged"):
        read(path, name="recorder")


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path), pytest.raises(SetupProblem, match="room_taken"):
        open_log(path)


def zero_from(path: Path, begin: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(bytes(end - begin))


def two_lines(path: Path) -> tuple[int, int]:
    """Where the second of two lines, of several sectors, begins and ends."""
    with open_log(path) as log:
        log.append({"n": 1})
        begin = path.stat().st_size
        log.append({"n": 2, "text": "x" * 3000})
    return begin, path.stat().st_size


def test_a_line_whose_sectors_were_not_all_written_is_torn(tmp_path: Path) -> None:
    """A power cut may leave a file's new length with zeros in it."""
    for number, part in enumerate([(0, 3000), (0, 40), (1500, 3000)]):
        path = tmp_path / str(number) / "journal.enc"
        begin, end = two_lines(path)
        first, last = begin + part[0], min(begin + part[1], end)
        if number == 1:
            last = begin - begin % 512 + 512  # to the end of the header's sector
        zero_from(path, first, last)
        assert [body["n"] for body in read(path)] == [1]
        with open_log(path) as again:
            assert again.repaired_bytes == end - begin
            again.append({"n": 3})
        assert [body["n"] for body in read(path)] == [1, 3]


def test_a_file_that_ends_in_zeros_takes_the_next_line_where_it_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    _, end = two_lines(path)
    with path.open("r+b") as file:
        file.truncate(end + 4096)
    with open_log(path) as again:
        assert again.repaired_bytes == 4096
        again.append({"n": 3})
    assert [body["n"] for body in read(path)] == [1, 2, 3]


def test_a_changed_length_before_the_end_cuts_nothing_off(tmp_path: Path) -> None:
    """What looks like a torn line is damage when a whole line follows it."""
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        for number in range(4):
            log.append({"n": number})
    data = bytearray(path.read_bytes())
    for changed in (b"\x00\x01\x00\x00", bytes(4)):
        path.write_bytes(changed + data[4:])
        with pytest.raises(StorageProblem, match="journal_damaged"):
            open_log(path)
        assert path.stat().st_size == len(data)


def test_a_changed_last_line_is_not_taken_for_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    begin, _ = two_lines(path)
    data = bytearray(path.read_bytes())
    data[begin + 700] ^= 1
    path.write_bytes(data)
    with pytest.raises(StorageProblem, match="journal_damaged"):
        open_log(path)


def test_a_refused_line_leaves_nothing_even_when_it_cannot_be_cut_off_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.enc"
    with open_log(path) as log:
        log.append({"n": 1})
        raw, refused = log._file, Refusing(log._file)
        log._file = refused  # type: ignore[assignment]
        with pytest.raises(StorageProblem, match="folder_unwritable"):
            log.append({"n": 2, "text": "a long line that is half written"})
        log._file = raw
        log.append({"n": 3})
    assert [body["n"] for body in read(path)] == [1, 3]


def test_a_reader_beside_a_busy_writer_finds_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.enc"
    done = threading.Event()

    def write() -> None:
        with open_log(path) as log:
            for number in range(400):
                log.append({"n": number, "text": "x" * (number % 7 * 400)})
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not done.is_set():
            if path.exists():
                found = [body["n"] for body in read(path)]
                assert found == list(range(len(found)))
    finally:
        writer.join(30)
    assert len(read(path)) == 400


class Refusing:
    """A disk that takes half a line and then nothing at all, not even a cut."""

    def __init__(self, file: object) -> None:
        self._file = file

    def write(self, data: memoryview) -> int:
        self._file.write(data[: len(data) // 2])  # type: ignore[attr-defined]
        raise OSError(5, "input/output error")

    def truncate(self, size: int) -> int:
        raise OSError(5, "input/output error")
