"""A workstation's keys over the years: renewed without a code, taken back, enrolled again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import center
from app.errors import KeyProblem
from app.paths import Paths
from app.session.workstation import Workstation, device_name
from app.settings import Settings
from app.store.database import Database
from app.store.keystore import KeyRing, RecordKeys
from app.store.outbox import DeliveryState
from app.sync.enrolment import load_revocations
from center.service import open_center
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.verify import verify
from tests.fakes.center import RunningCenter
from tests.fakes.record import Draft


@dataclass
class Desk:
    """An enrolled workstation whose key-encryption key is in no key store but the test's hand."""

    running: RunningCenter
    workstation: Workstation
    folder: Path

    def enroll(self) -> None:
        code = center.make_code(self.running.folder, device_name(), "room-1")
        self.workstation.enroll(self.running.url, code)

    def seal(self, record_id: str, keys: WorkstationKeys | None = None) -> Path:
        keys = keys or self.workstation.ring.workstation
        folder = self.folder / record_id
        Draft(record_id=record_id, keys=keys).seal_into(folder)
        return folder

    def deliver(self, record_id: str, folder: Path) -> tuple[DeliveryState, str]:
        self.workstation.outbox.queue(record_id, folder)
        delivery = next(one for one in self.workstation.sync() if one.record_id == record_id)
        return delivery.state, delivery.code


@pytest.fixture
def desk(running_center: RunningCenter, tmp_path: Path) -> Iterator[Desk]:
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    paths.keys.mkdir(parents=True)
    ring = KeyRing(bytes(range(32)), WorkstationKeys.generate(device_name()), paths.keys)
    with closing(Database(paths.data)) as database:
        workstation = Workstation(paths, Settings(room="room-1"), ring, database)
        made = Desk(running_center, workstation, tmp_path / "records")
        made.enroll()
        yield made


def test_a_renewed_workstation_delivers_what_the_former_keys_sealed(desk: Desk) -> None:
    before = desk.workstation.ring.workstation
    old = desk.seal("RN-1")
    desk.workstation.renew_now()
    after = desk.workstation.ring.workstation
    assert after.is_enrolled
    assert after.device != before.device
    assert after.journal_key_id != before.journal_key_id
    assert desk.deliver("RN-1", old)[0] is DeliveryState.ACKNOWLEDGED
    new = desk.seal("RN-2")
    assert desk.deliver("RN-2", new)[0] is DeliveryState.ACKNOWLEDGED
    enrolment = desk.workstation.enrolment
    assert enrolment is not None
    for folder in (old, new):
        verify(folder, [enrolment.authority], require_receipt=True)


def test_keys_are_not_renewed_before_their_time(desk: Desk) -> None:
    before = desk.workstation.ring.workstation.device
    assert not desk.workstation.renew()
    assert desk.workstation.ring.workstation.device == before
    assert load_revocations(desk.workstation.ring.folder) is not None


def test_an_open_record_stays_with_the_keys_it_began_with(desk: Desk) -> None:
    began = desk.workstation.ring.workstation
    folder = desk.folder / "R1"
    RecordKeys.create(folder, "R1", desk.workstation.ring, None)
    desk.workstation.renew_now()
    keys = RecordKeys.open(folder, desk.workstation.ring)
    assert keys.journal_key_id == began.journal_key_id
    assert desk.workstation.ring.workstation.as_of(keys.journal_key_id).device == began.device


def test_a_workstation_that_was_taken_back_neither_delivers_nor_seals(desk: Desk) -> None:
    good = desk.seal("RV-0")
    assert desk.deliver("RV-0", good)[0] is DeliveryState.ACKNOWLEDGED
    key = desk.workstation.ring.workstation.device
    late = desk.seal("RV-1")
    desk.workstation.check_keys()
    center.revoke(desk.running.folder, key)
    state, code = desk.deliver("RV-1", late)
    assert (state, code) == (DeliveryState.QUEUED, "certificate_revoked")
    with pytest.raises(KeyProblem, match="certificate_revoked"):
        desk.workstation.check_keys()
    with pytest.raises(KeyProblem, match="certificate_revoked"):
        desk.workstation.renew_now()
    enrolment = desk.workstation.enrolment
    assert enrolment is not None
    revoked = desk.workstation.revocations
    verify(good, [enrolment.authority], revoked=revoked)  # its receipt is from before
    at = datetime.now(UTC) + timedelta(seconds=2)
    with pytest.raises(SealProblem, match="signer_revoked"):
        verify(late, [enrolment.authority], revoked=revoked, at=at)
    desk.enroll()  # a new code brings new keys, never the old ones
    assert desk.workstation.ring.workstation.device != key
    desk.workstation.check_keys()


def test_an_expired_key_is_refused_and_said(desk: Desk) -> None:
    own = desk.workstation
    with closing(open_center(desk.running.folder)) as opened:
        keys = WorkstationKeys.generate("desk-old")
        past = datetime.now(UTC) - timedelta(days=40)
        leaf = _issue(desk.running.folder, keys, past)
        chain = keys.with_certificate([leaf])
        _put(opened, chain)
    own.ring = own.ring.save(chain)
    with pytest.raises(KeyProblem, match="certificate_expired"):
        own.check_keys()
    with pytest.raises(KeyProblem, match="certificate_expired"):
        own.renew()


def _issue(folder: Path, keys: WorkstationKeys, at: datetime):
    from center import config
    from center.keys import CenterKeys

    authority = CenterKeys.open(folder, config.load(folder)).authority
    return authority.issue(keys.make_csr(), "room-1", keys.name, 30, now=at)


def _put(opened, keys: WorkstationKeys) -> None:
    import base64

    from center.database import Workstation as Row
    from signing.certificates import to_pem

    with opened.database.writing() as session:
        session.add(
            Row(
                key_id=keys.device,
                device=keys.name,
                room="room-1",
                certificate_pem=to_pem([keys.certificate]).decode(),
                journal_key=base64.b64encode(
                    keys.journal_key.public_key().public_bytes_raw()
                ).decode(),
                enrolled_utc="2026-01-01T00:00:00.000Z",
            )
        )
