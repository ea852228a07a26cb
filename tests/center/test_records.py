"""A crash between storing, log and receipt is mended by asking again; no place is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

import center
from center.accounts import Application
from center.app import Center
from center.database import Leaf, Record
from center.problem import CenterProblem
from center.records import ListedFile, Parcel
from center.request import Admitted
from center.service import open_center
from center.upload import Announced
from signing import certificates
from signing import receipt as receipts
from signing.digest import digest_file
from signing.keys import WorkstationKeys
from signing.seal import key_text
from tests.fakes.record import BuiltRecord, Draft


@dataclass
class Arrival:
    """A record whose files have arrived at an opened center, and who sent it."""

    center: Center
    folder: Path
    built: BuiltRecord
    sender: Admitted
    parcel: Parcel

    def complete(self) -> receipts.Receipt:
        raw = self.center.records.complete(self.sender, "r1", self.parcel)
        return receipts.parse_receipt(raw)


@pytest.fixture
def arrival(tmp_path: Path) -> Iterator[Arrival]:
    folder = tmp_path / "center"
    center.init(folder, "Test center")
    opened = open_center(folder)
    keys = _enrol(opened)
    built = Draft(record_id="r1", keys=keys).seal_into(tmp_path / "r1")
    sender = Admitted(keys.device, "desk-1", "room-1", "")
    files = []
    for path in sorted(one for one in built.folder.rglob("*") if one.is_file()):
        listed = ListedFile(path.relative_to(built.folder).as_posix(), digest_file(path))
        _lay_down(opened, folder, listed, path)
        files.append(listed)
    yield Arrival(opened, folder, built, sender, Parcel(tuple(files)))
    opened.close()


def _enrol(opened: Center) -> WorkstationKeys:
    keys = WorkstationKeys.generate("desk-1")
    welcome = opened.accounts.enrol(
        Application(
            opened.accounts.make_code("", "", 15),
            "desk-1",
            "room-1",
            keys.make_csr().decode(),
            key_text(keys.journal_key.public_key()),
        )
    )
    return keys.with_certificate(certificates.from_pem(welcome.certificate.encode()))


def _lay_down(opened: Center, folder: Path, listed: ListedFile, path: Path) -> None:
    """As if the file had been uploaded: its bytes in place, its offset at the end."""
    announced = Announced("r1", listed.path, listed.digest, path.stat().st_size)
    upload, _ = opened.uploads.create("desk-1", announced)
    (folder / "uploads" / upload.id).write_bytes(path.read_bytes())
    opened.uploads._advance(upload.id, announced.length_bytes)


def _check(arrival: Arrival, receipt: receipts.Receipt) -> None:
    receipts.check_receipt(
        receipt,
        record_id="r1",
        root_digest=arrival.built.root_digest,
        device=arrival.built.keys.device,
        roots=arrival.center.records._trust,
    )


def test_a_record_is_stored_read_only_and_vouched_for(arrival: Arrival) -> None:
    receipt = arrival.complete()
    _check(arrival, receipt)
    kept = arrival.folder / "records" / arrival.built.root_digest
    modes = {one.stat().st_mode & 0o777 for one in kept.rglob("*") if one.is_file()}
    assert modes == {0o400}
    assert arrival.complete() == receipt


def test_a_crash_before_the_receipt_is_mended(arrival: Arrival) -> None:
    receipt = arrival.complete()
    with arrival.center.database.writing() as session:
        session.get_one(Record, "r1").receipt = None
    assert arrival.complete() == receipt


def test_a_crash_before_the_log_is_mended(arrival: Arrival) -> None:
    arrival.complete()
    with arrival.center.database.writing() as session:
        session.get_one(Record, "r1").receipt = None
        session.execute(delete(Leaf))
    arrival.center.close()
    again = open_center(arrival.folder)
    raw = again.records.receipt(arrival.sender, "r1")
    again.close()
    _check(arrival, receipts.parse_receipt(raw))


def test_a_crash_after_storing_is_mended(arrival: Arrival) -> None:
    """The record lies in its place, the database knows nothing of it."""
    staged = arrival.center.records._storage.stage(
        "r1", arrival.center.records._find_uploads(arrival.sender, "r1", arrival.parcel)
    )
    arrival.center.records._storage.keep(staged, arrival.built.root_digest)
    _check(arrival, arrival.complete())


def test_a_missing_file_is_told_and_nothing_is_stored(arrival: Arrival) -> None:
    more = (*arrival.parcel.files, ListedFile("data/more.json", "0" * 64))
    with pytest.raises(CenterProblem) as caught:
        arrival.center.records.complete(arrival.sender, "r1", Parcel(more))
    assert (caught.value.code, caught.value.details["path"]) == (
        "record_incomplete",
        "data/more.json",
    )
    assert list((arrival.folder / "records").iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../evil", "data/journal.jsonl", "data", "DATA/journal.jsonl", "data/journal.jsonl/x"]
)
def test_a_list_with_a_bad_name_is_refused(arrival: Arrival, path: str) -> None:
    more = (*arrival.parcel.files, ListedFile(path, "0" * 64))
    with pytest.raises(CenterProblem, match="name_unsafe"):
        arrival.center.records.complete(arrival.sender, "r1", Parcel(more))


def test_another_device_gets_no_receipt(arrival: Arrival) -> None:
    arrival.complete()
    stranger = Admitted("0" * 16, "desk-2", "room-2", "")
    with pytest.raises(CenterProblem, match="not_found"):
        arrival.center.records.receipt(stranger, "r1")


def test_a_revoked_key_seals_nothing_more(arrival: Arrival) -> None:
    arrival.center.accounts.revoke(arrival.sender.key_id)
    with pytest.raises(CenterProblem, match="key_revoked"):
        arrival.complete()


def test_the_log_grows_consistently(arrival: Arrival) -> None:
    before = arrival.center.ledger.head()
    arrival.complete()
    after = arrival.center.ledger.head()
    path = arrival.center.ledger.consistency(before.tree_size, after.tree_size)
    receipts.check_grown(before, after, path)
    assert (before.tree_size, after.tree_size) == (0, 1)
    with pytest.raises(CenterProblem, match="not_found"):
        arrival.center.ledger.consistency(0, 2)
