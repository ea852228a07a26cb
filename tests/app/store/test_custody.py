"""The custody log: every export is a signed line that nobody can change or take out (L40)."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from app.errors import SetupProblem, StorageProblem
from app.store import custody
from app.store.custody import FILE, CustodyEntry, CustodyLog
from app.store.keystore import KeyRing
from app.store.logfile import LogFile
from signing.keys import WorkstationKeys

RING = KeyRing(bytes(range(32)), WorkstationKeys.generate("desk-1"), Path())
ENTRY = CustodyEntry(
    utc="2026-11-22T03:04:05.000Z",
    act="began",
    record_id="R1",
    root_digest="0" * 64,
    officer="陈立新",
    account="clerk",
    reason="移送检察院",
    approved_by="王处长",
    target="/media/usb/R1.zip",
)


def test_entries_come_back_in_order_and_by_record(tmp_path: Path) -> None:
    log = CustodyLog(tmp_path, RING)
    assert log.entries() == []
    other = msgspec.structs.replace(ENTRY, record_id="R2")
    for entry in (ENTRY, other, msgspec.structs.replace(ENTRY, act="done")):
        log.note(entry)
    again = CustodyLog(tmp_path, RING)
    assert [one.act for one in again.entries("R1")] == ["began", "done"]
    assert again.entries("R2") == [other]
    assert len(again.entries()) == 3


def test_nothing_is_readable_and_nothing_can_be_changed_unseen(tmp_path: Path) -> None:
    log = CustodyLog(tmp_path, RING)
    log.note(ENTRY)
    log.note(ENTRY)
    raw = (tmp_path / FILE).read_bytes()
    assert "移送".encode() not in raw
    (tmp_path / FILE).write_bytes(raw[len(raw) // 2 :])  # the first line taken out
    with pytest.raises(StorageProblem, match="journal_damaged"):
        log.entries()
    with pytest.raises(StorageProblem, match="journal_damaged"):
        log.note(ENTRY)


def test_a_line_that_is_no_entry_is_told(tmp_path: Path) -> None:
    key = RING.workstation.custody_key
    path = tmp_path / FILE
    with LogFile.open(path, "custody", "custody", key, RING.workstation.journal_key) as log:
        log.append({"act": "began"})
    with pytest.raises(StorageProblem, match="journal_damaged"):
        CustodyLog(tmp_path, RING).entries()


def test_two_exports_at_once_both_get_their_lines(tmp_path: Path) -> None:
    logs = [CustodyLog(tmp_path, RING) for _ in range(4)]
    threads = [threading.Thread(target=log.note, args=(ENTRY,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(logs[0].entries()) == 4


def test_a_log_that_stays_busy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "WAIT_S", 0.1)
    key = RING.workstation.custody_key
    path = tmp_path / FILE
    with (
        LogFile.open(path, "custody", "custody", key, RING.workstation.journal_key),
        pytest.raises(SetupProblem, match="room_taken"),
    ):
        CustodyLog(tmp_path, RING).note(ENTRY)
