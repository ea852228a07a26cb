"""The end of the custody log is known at the center: cutting it, or cloning a machine, shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.errors import StorageProblem
from app.paths import Paths
from app.session import link_watch
from app.session.delivery import Delivery
from app.session.snapshot import CenterState, CustodyFault
from app.session.workstation import Workstation
from app.store.custody import FILE, CustodyEntry, CustodyLog
from app.store.keystore import KeyRing
from app.sync.client import CenterClient
from app.sync.pins import Pinned, pin_custody
from tests.app.sync.conftest import Desk
from tests.fakes.bench import SETTINGS
from tests.fakes.center import wait_until

ENTRY = CustodyEntry(
    utc="2026-11-22T03:04:05.000Z", act="began", record_id="R1", root_digest="0" * 64,
    officer="陈立新", account="chen", reason="移送", approved_by="李队", target="/media/stick",
)  # fmt: skip


@pytest.fixture
def client(desk: Desk) -> Iterator[CenterClient]:
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as opened:
        yield opened


def custody_in(folder: Path, desk: Desk) -> CustodyLog:
    folder.mkdir(exist_ok=True)
    return CustodyLog(folder, KeyRing(bytes(32), desk.keys, folder))


def note(custody: CustodyLog, *acts: str) -> None:
    for act in acts:
        custody.note(msgspec.structs.replace(ENTRY, act=act))


def test_the_center_knows_the_end_and_nothing_else(
    desk: Desk, client: CenterClient, tmp_path: Path
) -> None:
    custody = custody_in(tmp_path / "data", desk)
    assert pin_custody(client, custody) == Pinned()
    note(custody, "began", "done")
    first = pin_custody(client, custody)
    assert (first.count, first.head) == (2, custody.heads()[-1])
    assert pin_custody(client, custody) == first
    note(custody, "began")
    assert pin_custody(client, custody).count == 3


def test_an_end_that_was_cut_off_is_told_at_once_and_after_new_lines(
    desk: Desk, client: CenterClient, tmp_path: Path
) -> None:
    custody = custody_in(tmp_path / "data", desk)
    note(custody, "began", "done")
    before = (tmp_path / "data" / FILE).read_bytes()
    note(custody, "began", "done")
    pin_custody(client, custody)
    (tmp_path / "data" / FILE).write_bytes(before)
    with pytest.raises(StorageProblem) as caught:
        pin_custody(client, custody)
    assert caught.value.code == "custody_cut"
    assert (caught.value.details["known"], caught.value.details["found"]) == (4, 2)
    note(custody, "began", "failed", "began")  # as long as it was, and longer
    with pytest.raises(StorageProblem, match="custody_cut"):
        pin_custody(client, custody)


def test_two_machines_with_one_key_cannot_both_go_on(
    desk: Desk, client: CenterClient, tmp_path: Path
) -> None:
    original, clone = custody_in(tmp_path / "a", desk), custody_in(tmp_path / "b", desk)
    note(original, "began", "done")
    (tmp_path / "b" / FILE).write_bytes((tmp_path / "a" / FILE).read_bytes())
    pin_custody(client, original)
    pin_custody(client, clone)
    note(original, "began")
    note(clone, "failed", "began")
    pin_custody(client, original)
    with pytest.raises(StorageProblem, match="custody_cut"):
        pin_custody(client, clone)


@pytest.fixture
def workstation(own_desk: Desk, tmp_path: Path) -> Workstation:
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    paths.keys.mkdir(parents=True)
    own_desk.enrolment.save(paths.keys)
    ring = KeyRing(bytes(32), own_desk.keys, paths.keys)
    note(CustodyLog(paths.data, ring), "began", "done")
    return Workstation(paths, SETTINGS, ring, own_desk.database)


def test_the_desk_knows_since_when_the_center_lacks_the_end(
    own_desk: Desk, workstation: Workstation
) -> None:
    """L40: what stays unproven is told, from the first failed try until one succeeds."""
    assert workstation.pin_custody() is None
    own_desk.center.kill()
    first = workstation.pin_custody()
    assert first is not None
    assert first.code == "center_unreachable"
    again = workstation.pin_custody()
    assert again is not None
    assert again.since_utc == first.since_utc
    own_desk.center.start()
    assert workstation.pin_custody() is None
    log = workstation.paths.data / FILE
    log.write_bytes(log.read_bytes()[:-1])  # a torn line is no reason to be silent
    torn = workstation.pin_custody()
    assert torn is not None
    assert torn.since_utc > first.since_utc


def test_a_fault_stands_in_the_state_of_the_link_and_is_tried_again_soon(
    own_desk: Desk, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_watch, "EVERY_S", 0.05)
    monkeypatch.setattr(link_watch, "RETRY_S", 0.0)
    fault = CustodyFault(since_utc="2026-11-22T03:04:05+00:00", code="center_refused")
    answers = iter([fault, fault])
    faults: list[CustodyFault | None] = []

    def tell(news: object) -> None:
        if isinstance(news, CenterState) and news.linked:
            faults.append(news.custody_fault)

    delivery = Delivery(own_desk.database, workstation.ring, tell, lambda: next(answers, None))
    try:
        wait_until(lambda: fault in faults and faults[-1] is None, 60)
    finally:
        delivery.stop()
    assert faults[0] is None  # nothing is claimed before the first try


def test_what_is_noted_while_the_link_holds_is_pinned_at_once(
    own_desk: Desk, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L40: nobody gets hours in which the last lines could be cut off again."""
    monkeypatch.setattr(link_watch, "EVERY_S", 600.0)
    delivery = Delivery(own_desk.database, workstation.ring, ignore, workstation.care_for_keys)
    custody = CustodyLog(workstation.paths.data, workstation.ring, delivery.tell_custody)
    try:
        wait_until(lambda: pinned_count(own_desk, custody) == 2, 60)
        note(custody, "began", "done")
        wait_until(lambda: pinned_count(own_desk, custody) == 4, 60)
    finally:
        delivery.stop()


def pinned_count(desk: Desk, custody: CustodyLog) -> int:
    """How many lines the center knows of."""
    with closing(CenterClient(desk.enrolment.url, desk.keys)) as client:
        answer = client.ask("GET", f"/v1/heads/{custody.name}")
    return msgspec.json.decode(answer.content, type=Pinned).count


def ignore(_news: object) -> None:
    """Nobody looks."""
