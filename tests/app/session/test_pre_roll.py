"""What a session tells of a pre-roll: announced before it is held, and journaled when it joins."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.compliance import sheet
from app.errors import DeviceProblem
from app.ipc import messages as ms
from app.session.snapshot import Live
from app.settings import load
from tests.fakes.bench import Bench
from tests.fakes.interrogation import PREPARATION


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def test_it_is_announced_before_the_devices_are_opened(bench: Bench) -> None:
    told: list[object] = []
    seen: list[bool] = []
    recorder = bench.links.fake_recorder
    bench.session.subscribe(told.append)

    def stand_by(take: ms.StartTake, pre_roll_s: int) -> None:
        lives = [one for one in told if isinstance(one, Live)]
        seen.append(lives[-1].pre_roll.announced_s == pre_roll_s and take.take == 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "stand_by", stand_by)
        bench.session.stand_by(20)
    assert seen == [True]
    bench.session.stand_down()
    assert not bench.session.live.pre_roll.announced_s


def test_one_that_cannot_begin_is_not_announced_any_more(bench: Bench) -> None:
    bench.links.fake_recorder.refuses = DeviceProblem("device_not_found", device="camera")
    with pytest.raises(DeviceProblem):
        bench.session.stand_by(20)
    assert not bench.session.live.pre_roll.announced_s


def test_it_stands_in_journal_compliance_and_paper(bench: Bench) -> None:
    session = bench.session
    session.prepare(PREPARATION)
    session.stand_by(20)
    session.begin()
    take = session.snapshot.state.takes[0]
    assert take.pre_roll_ms == 2_000
    assert take.offset_ms == 0
    assert session.offset_ms() >= 2_000  # the clock of the record counts from its beginning
    (whole,) = [one for one in sheet(session.snapshot.state).findings if one.rule == "L30"]
    assert "pre-roll of 2.0 s" in whole.evidence
    paper = bench.paperwork.model()
    assert "2 秒预录" in paper.lines[0].text
    begun = datetime.fromisoformat(take.started_utc).astimezone() + timedelta(seconds=2)
    assert paper.words.moment.format(begun) in paper.header[0][0].value


def test_an_abandoned_interrogation_lets_go(bench: Bench) -> None:
    bench.session.prepare(PREPARATION)
    bench.session.stand_by(20)
    bench.session.abandon("不讯问")
    assert bench.links.fake_recorder.stands_by is None


@pytest.mark.parametrize("seconds", [-1, 1, 2, 61])
def test_the_setting_is_bounded(tmp_path: Path, seconds: int) -> None:
    file = tmp_path / "room.toml"
    file.write_text(f"pre_roll_s = {seconds}\n", encoding="utf-8")
    with pytest.raises(Exception, match="setting_wrong"):
        load(file)
