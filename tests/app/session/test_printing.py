"""A sealed transcript leaves by a printer as it was sealed, and the custody log says so (L40)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import DeviceProblem, Refused, SealProblem, StorageProblem
from app.export.handover import Order
from app.session.printing import printing, sealed_paper
from app.store.custody import CustodyLog
from app.store.keystore import KeyRing
from signing.keys import WorkstationKeys
from signing.paper_check import PATH
from tests.fakes.record import build_record

ORDER = Order(officer="陈立新", reason="入卷", approved_by="周队")


@pytest.fixture
def custody(tmp_path: Path) -> CustodyLog:
    return CustodyLog(tmp_path, KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), tmp_path))


def test_the_file_that_was_sealed_is_printed_and_noted(custody: CustodyLog, tmp_path: Path) -> None:
    record = build_record(tmp_path / "r", record_id="R20261122-031405-a1b2c3", simulated=False)
    pdf = sealed_paper(record.folder)
    assert pdf == (record.folder / PATH).read_bytes()
    with printing(record.folder, "室内打印机", ORDER, custody):
        assert [entry.act for entry in custody.entries()] == ["began"]
    began, done = custody.entries(record.seal.record_id)
    assert (began.what, began.target, began.reason) == ("print", "室内打印机", "入卷")
    assert done.act == "done"
    with (
        pytest.raises(DeviceProblem),
        printing(record.folder, "室内打印机", ORDER, custody),
    ):
        raise DeviceProblem("printer_failed", name="室内打印机")
    assert custody.entries()[-1].code == "printer_failed"
    with (
        pytest.raises(Refused, match="reason_missing"),
        printing(record.folder, "x", Order(), custody),
    ):
        pytest.fail("handed over")
    (record.folder / PATH).write_bytes(pdf + b"\n")
    with pytest.raises(SealProblem, match="file_changed"):
        sealed_paper(record.folder)
    with pytest.raises(StorageProblem, match="record_not_found"):
        sealed_paper(tmp_path / "nowhere")
