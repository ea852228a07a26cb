"""The second hearing: a real process over real encrypted takes; its lines are only proposals."""

import sys
import threading

import pytest

from app.clock import SystemClock
from app.domain import events as ev
from app.domain.comparison import differences
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Hearing, Origin
from app.errors import Refused
from app.ipc import messages as ms
from app.paths import RESOURCES
from app.recorder.fragment import TakeName
from app.session.proceeding import Proceeding
from app.session.second_pass import BestModel, SecondPass
from app.session.takes import TakePlan
from speech import models
from tests.fakes import demo_sound
from tests.fakes.records import keys_of
from tests.fakes.scenes import PREPARATION
from tests.fakes.takes import WrittenTake
from tests.fakes.transcriber_process import media_key

LIMIT_S = 90.0
MODEL = RESOURCES / "models" / "demo"
COMMAND = (sys.executable, "-m", "tests.fakes.hearing_again_process")


class Bench:
    """A record with one closed take of a few turns, and what the second hearing told."""

    def __init__(self, home, turns):
        self.folder = home / "interrogations" / "r-20261122-0009"
        self.folder.mkdir(parents=True)
        keys = keys_of(self.folder)
        self.proceeding = Proceeding(self.folder, keys, SystemClock(), "李强")
        sound, self.spoken = demo_sound.scene(turns)
        name = TakeName(keys.record_id, "sound", 1)
        take = WrittenTake(home / "media", name, media_key(self.folder), picture=False)
        take.add(sound)
        take.close()
        self.record(
            ev.TakeStarted(
                take=1,
                streams=("sound",),
                started_utc="2026-11-22T08:00:00.000Z",
                microphone="m",
                cameras=(),
                offset_ms=0,
            )
        )
        length_ms = sound.shape[1] * 1000 // demo_sound.RATE
        self.record(ev.TakeEnded(take=1, reason="stopped", duration_ms=length_ms, heads={}))
        self.plan = TakePlan(
            keys.record_id,
            "讯问室 1",
            self.folder,
            (home / "media",),
            ms.MicrophoneChoice(source="simulated:"),
            (),
            production=False,
        )
        self.digest = models.read_facts(MODEL).digest
        self.states = []
        self.ended = threading.Event()
        self.second = SecondPass(
            self.proceeding, self.plan, self.best, self.take_in, command=COMMAND
        )

    def record(self, event):
        return self.proceeding.record(event)

    def best(self):
        return BestModel("demo", str(MODEL), self.digest, "zh")

    def take_in(self, state):
        self.states.append(state)
        if not state.running:
            self.ended.set()

    def hear(self):
        self.ended.clear()
        self.second.start()
        assert self.ended.wait(LIMIT_S)

    @property
    def texts(self):
        return [proposal.text for proposal in self.proceeding.state.proposals]


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path, demo_sound.turns()[2:6])
    yield made
    made.second.cancel()
    made.proceeding.close()


def test_every_line_is_a_proposal_and_the_draft_is_untouched(bench):
    bench.hear()
    assert demo_sound.as_said(bench.texts, [said.text for said in bench.spoken])
    state = bench.proceeding.state
    assert state.utterances == ()
    assert {proposal.hearing.pass_number for proposal in state.proposals} == {2}
    assert [model.model for model in state.models] == ["demo"]
    last = bench.states[-1]
    assert (last.running, last.code, last.heard_ms) == (False, "", last.until_ms)


def test_what_was_cancelled_goes_on_after_its_last_line(bench):
    came = threading.Event()

    def look(_told):
        if bench.texts:
            came.set()

    stop = bench.proceeding.subscribe(look)
    bench.second.start()
    assert came.wait(LIMIT_S)
    bench.second.cancel()
    stop()
    kept = list(bench.texts)
    assert 1 <= len(kept) < len(bench.spoken)
    assert (bench.states[-1].running, bench.states[-1].code) == (False, "")
    bench.hear()
    assert demo_sound.as_said(bench.texts, [said.text for said in bench.spoken])
    assert bench.texts[: len(kept)] == kept


def test_a_model_that_is_not_what_it_was_hears_nothing_and_says_so(bench):
    bench.digest = "0" * 64
    bench.hear()
    assert bench.texts == []
    assert bench.states[-1].code == "model_changed"


def propose(bench, text, t0_ms):
    bench.record(
        ev.HeardAgain(
            proposal_id=f"s1-{t0_ms}",
            role=Role.SUSPECT,
            t0_ms=t0_ms,
            t1_ms=t0_ms + 2000,
            text=text,
            hearing=Hearing(raw_text=text, model="small", pass_number=2),
        )
    )


def interview(bench):
    bench.record(ev.PreparationChanged(preparation=PREPARATION))
    bench.record(ev.PhaseChanged(to=Phase.RIGHTS))


def test_a_person_takes_or_keeps_and_both_wordings_stay(bench):
    interview(bench)
    heard = Hearing(raw_text="住在江宁", model="tiny")
    bench.record(
        ev.UtteranceHeard(
            utterance_id="h1-1000",
            role=Role.SUSPECT,
            t0_ms=1000,
            t1_ms=3000,
            text="住在江宁。",
            hearing=heard,
        )
    )
    propose(bench, "住在江宁市。", 1000)
    propose(bench, "一个人住。", 5000)
    propose(bench, "呃。", 9000)
    bench.second.take("s1-1000")
    bench.second.take("s1-5000")
    bench.second.keep("s1-9000")
    state = bench.proceeding.state
    assert differences(state) == ()
    assert [(line.text, line.origin) for line in state.utterances] == [
        ("住在江宁市。", Origin.HEARD_AGAIN),
        ("一个人住。", Origin.HEARD_AGAIN),
    ]
    assert state.utterance("h1-1000").revisions[0].text == "住在江宁。"
    with pytest.raises(Refused, match="proposal_unknown"):
        bench.second.take("s1-1000")
