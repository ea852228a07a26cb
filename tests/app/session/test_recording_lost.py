"""A recorder that dies, or finds no room, and takes that no desk asked for."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import StorageProblem
from app.ipc import messages as ms
from app.session import recovery
from app.session.workstation import Workstation
from app.store.keystore import RecordKeys
from tests.fakes.bench import SETTINGS, Bench, ink
from tests.fakes.desk import wait_until
from tests.fakes.interrogation import PREPARATION


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def test_a_recorder_whose_connection_ends_is_brought_back_at_once(bench: Bench) -> None:
    """L36: nobody waits until its silence is long enough."""
    session, recorder = bench.session, bench.links.fake_recorder
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 1000)
    session.acknowledge_rights(ink())
    session.begin_interview()
    recorder.keep_fragment(1, 1000)
    died = time.monotonic()
    recorder.die()
    wait_until(lambda: len(session.snapshot.state.takes) == 2, "a second take", 5)
    assert time.monotonic() - died < 2.4  # its silence alone is noticed after 2.5 s
    wait_until(lambda: session.snapshot.state.gaps, "the gap", 5)


def test_a_medium_without_room_is_told_as_such_and_nothing_begins(bench: Bench) -> None:
    session, recorder = bench.session, bench.links.fake_recorder
    recorder.opens = False

    def close_it(command: ms.StartTake) -> None:
        recorder.say(
            ms.TakeClosed(
                record_id=command.record_id,
                take=command.take,
                reason="disk_reserve",
                duration_ms=0,
                heads={},
            )
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "start_take", close_it)
        session.prepare(PREPARATION)
        with pytest.raises(StorageProblem, match="disk_full"):
            session.begin()
    assert session.snapshot.state.phase.value == "prepared"
    assert not session.snapshot.state.takes
    recorder.opens = True
    session.begin()  # once there is room again
    assert session.snapshot.state.phase.value == "rights"


def test_a_take_recorded_without_a_desk_is_no_unfinished_interrogation(bench: Bench) -> None:
    RecordKeys.create(bench.paths.interrogations / "R2", "R2", bench.ring, None)
    workstation = Workstation(bench.paths, SETTINGS, bench.ring, bench.database)
    found = recovery.unfinished(workstation, bench.links)
    assert [one.record_id for one in found] == ["R1"]
