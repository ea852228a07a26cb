"""A sealed record reaches a real center, and only a receipt that proves it counts."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import SyncProblem
from app.store.outbox import DeliveryState
from app.sync.client import CenterClient
from app.sync.delivery import Courier, Parcel, TreeHeads
from app.sync.upload import Pace
from app.sync.worker import DeliveryWorker
from signing import receipt as receipts
from signing.verify import verify
from tests.app.sync.conftest import Desk, Told
from tests.fakes.record import CenterInMemory


def test_a_record_is_delivered_and_its_receipt_proves_it(desk: Desk) -> None:
    built = desk.seal("r1")
    told = Told()
    worker = DeliveryWorker(desk.database, desk.enrolment, desk.keys, on_change=told)
    desk.outbox.queue("r1", built.folder)
    worker.start()
    try:
        found = desk.wait_for("r1", DeliveryState.ACKNOWLEDGED)
    finally:
        assert worker.stop()
    assert (found.code, found.acknowledged_utc != "") == ("", True)
    assert told.states == [
        DeliveryState.UPLOADING,
        DeliveryState.DELIVERED,
        DeliveryState.ACKNOWLEDGED,
    ]
    last = told.changes[-1]
    assert last.done_bytes == last.total_bytes > 0
    assert (built.folder / "receipt.json").exists()
    verify(built.folder, trust=[desk.enrolment.authority], require_receipt=True)
    kept = desk.center.folder / "records" / built.root_digest
    verify(kept, trust=[desk.enrolment.authority])
    assert list((desk.center.folder / "uploads").iterdir()) == []
    assert list((desk.center.folder / "staging").iterdir()) == []


def test_the_same_record_again_gets_the_same_receipt(desk: Desk) -> None:
    built = desk.seal("r1")
    assert desk.deliver("r1", built.folder).state is DeliveryState.ACKNOWLEDGED
    first = (built.folder / "receipt.json").read_bytes()
    (built.folder / "receipt.json").unlink()
    desk.seal("r2")
    assert desk.deliver("r2", desk.folder / "r2").state is DeliveryState.ACKNOWLEDGED
    desk.outbox.mark_rejected("r1", "center_refused", {})  # as if the answer had been lost
    desk.outbox.retry("r1")
    assert desk.deliver("r1", built.folder).state is DeliveryState.ACKNOWLEDGED
    assert (built.folder / "receipt.json").read_bytes() == first


def test_another_record_under_a_delivered_id_is_refused(desk: Desk) -> None:
    built = desk.seal("r1")
    desk.deliver("r1", built.folder)
    other = desk.seal("r1", into="other", media_bytes=10)
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as client:
        courier = Courier(
            client, desk.enrolment.authority, TreeHeads(desk.database), threading.Event(), Pace()
        )
        parcel = Parcel.open("r1", other.folder)
        raw = courier.send(parcel, lambda _done, _total: None)
        with pytest.raises(SyncProblem, match="receipt_wrong"):
            courier.accept(parcel, raw)
        files = [{"path": "tagmanifest-sha256.txt", "digest": other.root_digest}]
        with pytest.raises(SyncProblem) as caught:
            client.ask("POST", "/v1/records/r1/complete", body=_json({"files": files}))
    assert caught.value.details["reason"] == "record_conflict"
    assert not (other.folder / "receipt.json").exists()


def test_a_changed_record_is_rejected_with_the_file(desk: Desk) -> None:
    built = desk.seal("r1")
    media = built.folder / "data/media/camera-1-take-001.mp4"
    media.write_bytes(media.read_bytes()[:-1] + b"X")
    found = desk.deliver("r1", built.folder)
    assert (found.state, found.code) == (DeliveryState.REJECTED, "center_refused")
    assert found.details["reason"] == "file_changed"
    assert found.details["path"] == "data/media/camera-1-take-001.mp4"
    assert media.exists()
    assert not (built.folder / "receipt.json").exists()
    assert list((desk.center.folder / "records").iterdir()) == []


def test_a_record_sealed_by_another_workstation_is_rejected(desk: Desk) -> None:
    _, other = desk.center.enrol("desk-2", "room-2")
    own, desk.keys = desk.keys, other
    built = desk.seal("r1")
    desk.keys = own
    found = desk.deliver("r1", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_differs")


def test_a_record_sealed_before_enrolment_is_rejected(desk: Desk) -> None:
    own = desk.keys
    desk.keys = type(own).generate("nobody")
    built = desk.seal("r1")
    desk.keys = own
    found = desk.deliver("r1", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_untrusted")


def test_a_record_under_a_wrong_id_is_rejected(desk: Desk) -> None:
    built = desk.seal("r1")
    found = desk.deliver("r9", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_differs")


def test_a_receipt_of_another_center_is_not_believed(desk: Desk) -> None:
    built = desk.seal("r1")
    forged = receipts.to_bytes(CenterInMemory().receive(built))
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as client:
        courier = Courier(
            client, desk.enrolment.authority, TreeHeads(desk.database), threading.Event(), Pace()
        )
        with pytest.raises(SyncProblem, match="receipt_wrong"):
            courier.accept(Parcel.open("r1", built.folder), forged)
    assert not (built.folder / "receipt.json").exists()


def test_a_center_that_took_its_log_back_is_noticed(desk: Desk, tmp_path: Path) -> None:
    """Attack 8: yesterday's database restored; both logs have the same size, not the same past."""
    desk.deliver("r1", desk.seal("r1").folder)
    database = desk.center.folder / "center.sqlite"
    desk.center.stop()
    shutil.copy(database, tmp_path / "yesterday.sqlite")
    desk.center.start()
    assert desk.deliver("r2", desk.seal("r2").folder).state is DeliveryState.ACKNOWLEDGED
    desk.center.stop()
    shutil.copy(tmp_path / "yesterday.sqlite", database)
    desk.center.start()
    built = desk.seal("r3")
    found = desk.deliver("r3", built.folder)
    assert (found.state, found.code) == (DeliveryState.DELIVERED, "log_inconsistent")
    assert not (built.folder / "receipt.json").exists()


def _json(value: object) -> bytes:
    import msgspec

    return msgspec.json.encode(value)
