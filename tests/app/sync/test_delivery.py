"""A sealed record reaches a real center, and only a receipt that proves it counts."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from pathlib import Path

import msgspec
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


def test_a_record_is_delivered_and_its_receipt_proves_it(own_desk: Desk) -> None:
    built = own_desk.seal("r1")
    told = Told()
    worker = DeliveryWorker(own_desk.database, own_desk.enrolment, own_desk.keys, on_change=told)
    own_desk.outbox.queue("r1", built.folder)
    worker.start()
    try:
        found = own_desk.wait_for("r1", DeliveryState.ACKNOWLEDGED)
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
    verify(built.folder, trust=[own_desk.enrolment.authority], require_receipt=True)
    kept = own_desk.center.folder / "records" / built.root_digest
    verify(kept, trust=[own_desk.enrolment.authority])
    assert list((own_desk.center.folder / "uploads").iterdir()) == []
    assert list((own_desk.center.folder / "staging").iterdir()) == []


def test_the_same_record_again_gets_the_same_receipt(desk: Desk) -> None:
    built = desk.seal("b1")
    assert desk.deliver("b1", built.folder).state is DeliveryState.ACKNOWLEDGED
    first = (built.folder / "receipt.json").read_bytes()
    (built.folder / "receipt.json").unlink()
    desk.seal("b2")
    assert desk.deliver("b2", desk.folder / "b2").state is DeliveryState.ACKNOWLEDGED
    desk.outbox.mark_rejected("b1", "center_refused", {})  # as if the answer had been lost
    desk.outbox.retry("b1")
    assert desk.deliver("b1", built.folder).state is DeliveryState.ACKNOWLEDGED
    assert (built.folder / "receipt.json").read_bytes() == first


def test_another_record_under_a_delivered_id_is_refused(desk: Desk) -> None:
    built = desk.seal("c1")
    desk.deliver("c1", built.folder)
    other = desk.seal("c1", into="other", media_bytes=10)
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as client:
        courier = Courier(
            client, desk.enrolment.authority, TreeHeads(desk.database), threading.Event(), Pace()
        )
        parcel = Parcel.open("c1", other.folder)
        raw = courier.send(parcel, lambda _done, _total: None)
        with pytest.raises(SyncProblem, match="receipt_wrong"):
            courier.accept(parcel, raw)
        files = [{"path": "tagmanifest-sha256.txt", "digest": other.root_digest}]
        with pytest.raises(SyncProblem) as caught:
            client.ask(
                "POST", "/v1/records/c1/complete", body=msgspec.json.encode({"files": files})
            )
    assert caught.value.details["reason"] == "record_conflict"
    assert not (other.folder / "receipt.json").exists()


def test_a_changed_record_is_rejected_with_the_file(desk: Desk) -> None:
    built = desk.seal("d1")
    media = built.folder / "data/media/camera-1-take-001.mp4"
    media.write_bytes(media.read_bytes()[:-1] + b"X")
    found = desk.deliver("d1", built.folder)
    assert (found.state, found.code) == (DeliveryState.REJECTED, "center_refused")
    assert found.details["reason"] == "file_changed"
    assert found.details["path"] == "data/media/camera-1-take-001.mp4"
    assert media.exists()
    assert not (built.folder / "receipt.json").exists()
    assert not (desk.center.folder / "records" / built.root_digest).exists()


def test_a_record_sealed_by_another_workstation_is_rejected(desk: Desk) -> None:
    _, other = desk.center.enrol("desk-2", "room-2")
    own, desk.keys = desk.keys, other
    built = desk.seal("e1")
    desk.keys = own
    found = desk.deliver("e1", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_differs")


def test_a_record_sealed_before_enrolment_is_rejected(desk: Desk) -> None:
    own = desk.keys
    desk.keys = type(own).generate("nobody")
    built = desk.seal("f1")
    desk.keys = own
    found = desk.deliver("f1", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_untrusted")


def test_a_record_under_a_wrong_id_is_rejected(desk: Desk) -> None:
    built = desk.seal("g1")
    found = desk.deliver("g9", built.folder)
    assert (found.state, found.details["reason"]) == (DeliveryState.REJECTED, "signer_differs")


def test_a_receipt_of_another_center_is_not_believed(desk: Desk) -> None:
    built = desk.seal("h1")
    forged = receipts.to_bytes(CenterInMemory().receive(built))
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as client:
        courier = Courier(
            client, desk.enrolment.authority, TreeHeads(desk.database), threading.Event(), Pace()
        )
        with pytest.raises(SyncProblem, match="receipt_wrong"):
            courier.accept(Parcel.open("h1", built.folder), forged)
    assert not (built.folder / "receipt.json").exists()


def test_a_center_that_took_its_log_back_is_noticed(own_desk: Desk, tmp_path: Path) -> None:
    """Attack 8: yesterday's database restored; both logs have the same size, not the same past."""
    own_desk.deliver("r1", own_desk.seal("r1").folder)
    database = own_desk.center.folder / "center.sqlite"
    own_desk.center.stop()
    shutil.copy(database, tmp_path / "yesterday.sqlite")
    own_desk.center.start()
    assert own_desk.deliver("r2", own_desk.seal("r2").folder).state is DeliveryState.ACKNOWLEDGED
    own_desk.center.stop()
    shutil.copy(tmp_path / "yesterday.sqlite", database)
    own_desk.center.start()
    built = own_desk.seal("r3")
    found = own_desk.deliver("r3", built.folder)
    assert (found.state, found.code) == (DeliveryState.DELIVERED, "log_inconsistent")
    assert not (built.folder / "receipt.json").exists()
