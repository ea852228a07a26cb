"""A center of each test's own, a workstation enrolled there, and its local database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.outbox import Delivery, DeliveryState, Outbox
from app.sync.enrolment import Enrolment
from app.sync.worker import DeliveryChanged, DeliveryWorker
from signing.keys import WorkstationKeys
from tests.fakes.center import RunningCenter, wait_until
from tests.fakes.record import BuiltRecord, Draft


@dataclass
class Desk:
    """One workstation with its records, as the desk process would hold it."""

    center: RunningCenter
    folder: Path
    enrolment: Enrolment
    keys: WorkstationKeys
    database: Database

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.database)

    def seal(self, record_id: str, *, into: str = "", media_bytes: int = 0) -> BuiltRecord:
        """A sealed record; `media_bytes` of an exhibit make it as large as a test needs."""
        draft = Draft(record_id=record_id, keys=self.keys)
        if media_bytes:
            draft.files["compliance.json"] = b" " * media_bytes + b'{"rules":[]}'
        return draft.seal_into(self.folder / (into or record_id))

    def worker(self) -> DeliveryWorker:
        return DeliveryWorker(self.database, self.enrolment, self.keys)

    def deliver(self, record_id: str, folder: Path) -> Delivery:
        """One try, to its end."""
        self.outbox.queue(record_id, folder)
        self.worker().run_once()
        found = self.outbox.get(record_id)
        assert found is not None
        return found

    def wait_for(self, record_id: str, state: DeliveryState) -> Delivery:
        """Until a running worker has brought a delivery to `state`."""
        wait_until(lambda: self._state(record_id) is state, 60)
        found = self.outbox.get(record_id)
        assert found is not None
        return found

    def _state(self, record_id: str) -> DeliveryState | None:
        found = self.outbox.get(record_id)
        return None if found is None else found.state


@pytest.fixture(scope="session")
def shared_center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCenter]:
    """One center for all tests that leave it running; record ids must differ between them."""
    center = RunningCenter(tmp_path_factory.mktemp("shared") / "center")
    yield center
    assert center.stop() == 0


@pytest.fixture
def own_center(tmp_path: Path) -> Iterator[RunningCenter]:
    """A center of this test alone, which may be killed."""
    center = RunningCenter(tmp_path / "center")
    yield center
    if center.is_running():
        assert center.stop() == 0


@pytest.fixture
def desk(shared_center: RunningCenter, tmp_path: Path) -> Iterator[Desk]:
    """A new workstation of the shared center."""
    yield from _enrolled(shared_center, tmp_path)


@pytest.fixture
def own_desk(own_center: RunningCenter, tmp_path: Path) -> Iterator[Desk]:
    """A workstation of this test's own center."""
    yield from _enrolled(own_center, tmp_path)


def _enrolled(center: RunningCenter, folder: Path) -> Iterator[Desk]:
    enrolment, keys = center.enrol()
    database = Database(folder / "desk")
    yield Desk(center, folder / "records", enrolment, keys, database)
    database.close()


class Told:
    """What a worker told, in order."""

    def __init__(self) -> None:
        self.changes: list[DeliveryChanged] = []

    def __call__(self, changed: DeliveryChanged) -> None:
        self.changes.append(changed)

    @property
    def states(self) -> list[DeliveryState]:
        """The states without repetition."""
        states = [changed.delivery.state for changed in self.changes]
        return [one for n, one in enumerate(states) if n == 0 or states[n - 1] is not one]
