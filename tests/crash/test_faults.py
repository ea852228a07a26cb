"""Disks that fill or vanish, a stopped recorder, clocks that are set: recording goes on (L36)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import SystemClock, iso
from app.domain import events as ev
from app.domain.people import Role
from app.ipc import messages as ms
from app.session import recording as recording_module
from app.store.journal import read_entries
from tests.crash import faults, report
from tests.crash.desk import Finding
from tests.crash.trials import Row
from tests.fakes.bench import Bench, ink
from tests.fakes.interrogation import PREPARATION

HOUR = timedelta(hours=1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one disk full", "one disk unmounted"])
def test_a_disk_that_fails_is_said_and_the_other_one_goes_on(name: str) -> None:
    if not faults.can_mount():
        pytest.skip("mounting a small disk needs root")
    assert not faults.FAULTS[name]().is_bad


@pytest.mark.slow
def test_a_recorder_that_was_stopped_for_three_seconds_hides_nothing() -> None:
    assert not faults.stopped_process().is_bad


class SteppedClock:
    """The machine's clocks, of which somebody sets the one people read."""

    def __init__(self) -> None:
        self.step = timedelta(0)

    def monotonic_ns(self) -> int:
        return SystemClock().monotonic_ns()

    def utc_now(self) -> str:
        return iso(datetime.now(UTC) + self.step)


def interview(bench: Bench) -> None:
    session = bench.session
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 1500)
    session.acknowledge_rights(ink())
    session.begin_interview()


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_set_by_an_hour_changes_no_order(bench: Bench, step: timedelta) -> None:
    interview(bench)
    clock = bench.proceeding._clock = SteppedClock()
    bench.links.fake_recorder.elapsed_ms = 1000
    bench.links.fake_recorder.say(bench.links.fake_recorder.state())
    bench.session.add_line(Role.SUSPECT, "之前")
    clock.step = step
    bench.session.add_line(Role.SUSPECT, "之后")
    before, after = list(read_entries(bench.folder, bench.keys))[-2:]
    assert 0 <= after.offset_ms - before.offset_ms < 10_000
    assert after.utc[:10] >= before.utc[:10] or step < timedelta(0)
    lines = bench.session.snapshot.state.utterances
    assert [line.text for line in lines] == ["之前", "之后"]


def test_a_clock_set_back_while_all_were_gone_puts_no_take_before_what_is_recorded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new take would begin inside the former one, and the gap would end before it began."""
    kept = ms.FragmentKept(
        record_id="R1", take=1, stream="camera-1", index=9, head="ab" * 32, t0_ms=8000, t1_ms=9000
    )
    monkeypatch.setattr(recording_module, "read_recorder_log", lambda _proceeding: iter([kept]))
    interview(bench)
    bench.session._recording.leave()
    bench.session._hearing.leave()
    bench.proceeding.close()
    bench.links.fake_recorder.record_id = ""
    started = datetime.fromisoformat(bench.session.snapshot.state.takes[0].started_utc)

    class Early(datetime):
        @classmethod
        def now(cls, _tz: object = None) -> datetime:
            return started - HOUR

    monkeypatch.setattr(recording_module, "datetime", Early)
    session = bench.reopen()
    session.attach()
    first, second = session.snapshot.state.takes
    assert second.offset_ms >= 9000
    assert all(gap.t0_ms <= gap.t1_ms for gap in session.snapshot.state.gaps)
    assert first.end_reason == "recorder_lost"


def test_a_correction_whose_paper_was_not_made_gets_it_at_the_next_start(bench: Bench) -> None:
    """L16: nobody reads back or signs pages without the correction they asked for."""
    interview(bench)
    line = bench.session.add_line(Role.SUSPECT, "我叫王海燕。")
    bench.session.begin_read_back()
    before = bench.session.snapshot.state.paper
    bench.proceeding.record(  # the desk dies before it lays the pages out again
        ev.LineRevised(utterance_id=line, text="我叫王海雁。", origin="corrected", by="suspect")
    )
    bench.session.leave()
    session = bench.reopen()
    session.attach()
    after = session.snapshot.state.paper
    assert before is not None
    assert after is not None
    assert after.page_digests != before.page_digests
    assert session.paper_pdf().startswith(b"%PDF")
    session.leave()
    again = bench.reopen()
    again.attach()  # once is enough
    assert again.snapshot.state.paper == after


def test_a_mark_that_was_never_journaled_is_not_in_the_record(bench: Bench, tmp_path: Path) -> None:
    """A crash between a mark's file and its event made the record impossible to seal."""
    interview(bench)
    bench.session._paperwork._blobs.put("marks", "ink-0123456789ab.inkml", b"<ink/>")
    bench.session._sealing._documents.write_marks(tmp_path)
    (mark,) = bench.session.snapshot.state.marks
    found = sorted(path.name for path in (tmp_path / "marks").iterdir())
    assert found == [f"{mark.id}.{ending}" for ending in ("inkml", "json", "sdi")]


def test_the_report_says_which_bound_was_broken(tmp_path: Path) -> None:
    good, bad = Row("desk killed"), Row("power cut")
    good.add(Finding(loss_s=1.25), "kill 1")
    bad.add(Finding(edits_lost=1), "write 7")
    report.write([good, bad], tmp_path / "crash.json")
    told = json.loads((tmp_path / "crash.json").read_text())
    assert (told["trials"], told["worst_loss_s"]) == (2, 1.25)
    assert (told["edits_lost"], told["marks_lost"]) == (1, 0)
    assert told["faults"][1]["wrong"] == ["write 7: lost"]
    assert "NO" in report.table([good, bad])
    assert good.holds
    assert not bad.holds
