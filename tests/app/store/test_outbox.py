"""The outbox remembers every delivery through any restart, and forgets none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import StorageProblem, SyncProblem
from app.store import outbox as outboxes
from app.store.database import Database
from app.store.outbox import DeliveryState, Outbox, pause_s

AWAY = SyncProblem("center_unreachable", why="ConnectError")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


def test_queueing_twice_changes_nothing(database: Database) -> None:
    outbox = Outbox(database)
    first = outbox.queue("r1", Path("/records/r1"))
    outbox.mark_acknowledged("r1")
    assert outbox.queue("r1", Path("/records/r1")).state is DeliveryState.ACKNOWLEDGED
    assert first.state is DeliveryState.QUEUED


def test_an_interrupted_delivery_is_queued_after_a_restart(
    tmp_path: Path, database: Database
) -> None:
    Outbox(database).queue("r1", Path("/records/r1"))
    Outbox(database).mark_uploading("r1")
    again = Database(tmp_path)  # the first was never closed: the program was killed
    outbox = Outbox(again)
    outbox.take_up()
    found = outbox.get("r1")
    assert found is not None
    assert (found.state, found.folder) == (DeliveryState.QUEUED, Path("/records/r1"))
    again.close()


def test_each_failure_waits_longer_up_to_a_limit(database: Database) -> None:
    outbox = Outbox(database)
    outbox.queue("r1", Path("/records/r1"))
    pauses = [pause_s(outbox.postpone("r1", AWAY)) for _ in range(12)]
    assert 1 < pauses[0] < 3
    assert 200 < pauses[-1] <= 360
    found = outbox.get("r1")
    assert found is not None
    assert (found.state, found.code) == (DeliveryState.QUEUED, "center_unreachable")
    assert found.details == {"why": "ConnectError"}


def test_a_clock_set_back_does_not_delay_a_delivery(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(database)
    outbox.queue("r1", Path("/records/r1"))
    waiting = outbox.postpone("r1", AWAY)
    monkeypatch.setattr(outboxes, "_now_ms", lambda: waiting.next_try_ms - 86_400_000)
    assert pause_s(waiting) == 0


def test_the_first_due_comes_first_and_closed_ones_never(database: Database) -> None:
    outbox = Outbox(database)
    for name in ("r1", "r2", "r3"):
        outbox.queue(name, Path("/records") / name)
    outbox.postpone("r1", AWAY)
    outbox.mark_acknowledged("r2")
    turn = outbox.next()
    assert turn is not None
    assert turn.record_id == "r3"
    outbox.mark_rejected("r3", "center_refused", {"reason": "file_changed"})
    turn = outbox.next()
    assert turn is not None
    assert turn.record_id == "r1"
    assert [one.record_id for one in outbox.deliveries()] == ["r1", "r2", "r3"]


def test_a_person_may_have_a_rejected_record_tried_again(database: Database) -> None:
    outbox = Outbox(database)
    outbox.queue("r1", Path("/records/r1"))
    outbox.mark_rejected("r1", "center_refused", {"reason": "signer_differs"})
    assert outbox.next() is None
    outbox.retry("r1")
    turn = outbox.next()
    assert turn is not None
    assert turn.state is DeliveryState.QUEUED


def test_a_delivered_record_whose_receipt_is_doubtful_stays_delivered(
    database: Database,
) -> None:
    outbox = Outbox(database)
    outbox.queue("r1", Path("/records/r1"))
    outbox.mark_delivered("r1")
    doubtful = outbox.postpone("r1", SyncProblem("log_inconsistent"))
    assert (doubtful.state, doubtful.code) == (DeliveryState.DELIVERED, "log_inconsistent")


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "shilu.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageProblem, match="database_damaged"):
        Database(tmp_path)
