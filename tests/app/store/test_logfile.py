"""The log file: what is appended is there after any crash, and nothing else passes."""

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
