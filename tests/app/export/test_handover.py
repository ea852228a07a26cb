"""A record leaves only as its rules allow, and every try is in the custody log (L40)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.errors import Refused, SealProblem, SetupProblem, StorageProblem
from app.export.handover import Order, hand_over
from app.export.work import ExportCancelled
from app.store.custody import CustodyLog
from app.store.keystore import KeyRing
from signing.keys import WorkstationKeys
from signing.verify import verify
from tests.fakes.record import BuiltRecord, build_record, center

ORDER = Order(officer="陈立新", reason="移送检察院", approved_by="王处长", unit="某某分局")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    folder = tmp_path_factory.mktemp("sealed") / "real"
    return build_record(folder, record_id="R20261122-031405-a1b2c3", simulated=False)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    return build_record(tmp_path_factory.mktemp("sealed") / "simulated")


@pytest.fixture
def custody(tmp_path: Path) -> CustodyLog:
    ring = KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), tmp_path)
    return CustodyLog(tmp_path, ring)


def ignore(_: float) -> None:
    """No bar."""


@pytest.mark.parametrize("name", ["copy", "copy.zip", "copy.iso"])
def test_a_real_record_leaves_with_who_why_and_where_to(
    real: BuiltRecord, custody: CustodyLog, tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    assert hand_over(real.folder, target, ORDER, custody, ignore) == (target,)
    if target.suffix != ".iso":
        verify(target, center().roots)
    began, done = custody.entries(real.seal.record_id)
    assert (began.act, done.act) == ("began", "done")
    assert done.root_digest == real.root_digest
    assert (done.officer, done.reason, done.approved_by) == ("陈立新", "移送检察院", "王处长")
    assert done.target == str(target)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order(), "reason_missing"),
        (Order(reason=" ", approved_by="王处长"), "reason_missing"),
        (Order(reason="移送"), "approval_missing"),
    ],
)
def test_a_real_record_without_reason_or_approval_stays(
    real: BuiltRecord, custody: CustodyLog, tmp_path: Path, order: Order, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        hand_over(real.folder, tmp_path / "copy", order, custody, ignore)
    assert not (tmp_path / "copy").exists()
    assert custody.entries() == []


def test_a_real_record_never_leaves_unlogged(real: BuiltRecord, tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match="key_store_missing"):
        hand_over(real.folder, tmp_path / "copy", ORDER, None, ignore)
    assert not (tmp_path / "copy").exists()


def test_a_simulated_record_needs_no_reason_and_is_noted_where_it_can_be(
    simulated: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    hand_over(simulated.folder, tmp_path / "one", Order(), custody, ignore)
    hand_over(simulated.folder, tmp_path / "two", Order(), None, ignore)
    assert [one.act for one in custody.entries()] == ["began", "done"]
    assert custody.entries()[0].officer


def test_tries_that_fail_are_noted_too(
    simulated: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    (tmp_path / "there.zip").write_bytes(b"kept")
    with pytest.raises(StorageProblem, match="target_exists"):
        hand_over(simulated.folder, tmp_path / "there.zip", ORDER, custody, ignore)
    cancel = threading.Event()
    cancel.set()
    for name in ("a", "a.zip", "a.iso"):
        with pytest.raises(ExportCancelled):
            hand_over(simulated.folder, tmp_path / name, ORDER, custody, ignore, cancel)
        assert not (tmp_path / name).exists()
    told = [(one.act, one.code) for one in custody.entries() if one.act != "began"]
    assert told == [("failed", "target_exists"), *[("cancelled", "")] * 3]


def test_an_id_that_climbs_leads_nowhere(custody: CustodyLog, tmp_path: Path) -> None:
    forged = build_record(tmp_path / "forged", record_id="../../evil")
    with pytest.raises(SealProblem, match="unsafe_name"):
        hand_over(forged.folder, tmp_path / "copy.iso", ORDER, custody, ignore)


def test_the_bar_moves_while_writing_and_while_reading_back(
    simulated: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    for name in ("copy", "copy.zip", "copy.iso"):
        shares: list[float] = []
        hand_over(simulated.folder, tmp_path / name, Order(), custody, shares.append)
        assert shares == sorted(shares)
        assert any(0.6 < share < 1 for share in shares), "read back"
        assert shares[-1] == 1.0
