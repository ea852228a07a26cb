"""The real transcriber process over real encrypted takes: live, killed, finished, refused."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import pytest

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.paths import RESOURCES, Paths
from app.recorder.fragment import TakeName
from app.transcriber.client import TranscriberClient
from speech import guards, models
from tests.fakes import demo_sound
from tests.fakes.takes import WrittenTake
from tests.fakes.transcriber_process import media_key

LIMIT_S = 60.0
MODEL = RESOURCES / "models" / "demo"
RECORD = "r-20261122-0007"


class Notices:
    """What the process told, to be waited for."""

    def __init__(self):
        self._told = []
        self._changed = threading.Condition()

    def take_in(self, notice):
        with self._changed:
            self._told.append((time.monotonic(), notice))
            self._changed.notify_all()

    def of(self, kind):
        with self._changed:
            return [notice for _, notice in self._told if isinstance(notice, kind)]

    def timed(self, kind):
        with self._changed:
            return [(at, notice) for at, notice in self._told if isinstance(notice, kind)]

    def wait_for(self, done, what):
        deadline = time.monotonic() + LIMIT_S
        with self._changed:
            while not done(self._told):
                left = deadline - time.monotonic()
                assert left > 0, f"waited in vain for {what}"
                self._changed.wait(left)

    def wait_for_lines(self, count):
        self.wait_for(
            lambda told: sum(isinstance(n, ms.LineHeard) for _, n in told) >= count,
            f"{count} lines",
        )

    def wait_for_end(self):
        self.wait_for(
            lambda told: (
                isinstance(told[-1][1] if told else None, ms.HearingFinished)
                or any(isinstance(n, ms.HearingFinished) for _, n in told)
            ),
            "the end",
        )
        return self.of(ms.HearingFinished)[-1]


class Room:
    """A home, a record in it and its transcriber."""

    def __init__(self, home):
        self.home = home
        self.paths = Paths(home / "data", home / "config", home / "run")
        self.record_folder = self.paths.interrogations / RECORD
        self.record_folder.mkdir(parents=True)
        self.media = home / "media"
        command = [sys.executable, "-m", "tests.fakes.transcriber_process", str(home), "room"]
        self.client = TranscriberClient(self.paths, "room", command=command)
        self.notices = Notices()

    def write(self, take=1, *, picture=False):
        name = TakeName(RECORD, "sound", take)
        return WrittenTake(self.media, name, media_key(self.record_folder), picture=picture)

    def enter(self):
        pid = self.client.ensure_running().pid
        self.notices = Notices()
        self.client.connect(self.notices.take_in)
        return pid

    def start(self, take=1, **changes):
        told = {
            "id": uuid.uuid4().hex,
            "record_id": RECORD,
            "record_folder": str(self.record_folder),
            "media_folders": (str(self.media),),
            "take": take,
            "stream": "sound",
            "offset_ms": 0,
            "model_folder": str(MODEL),
        }
        self.client.start_hearing(ms.StartHearing(**{**told, **changes}))

    def leave(self):
        try:
            self.client.ensure_running()
            self.client.connect(self.notices.take_in)
            self.client.shut_down()
        finally:
            self.client.close()


@pytest.fixture
def room():
    home = Path(tempfile.mkdtemp(prefix="shilu-"))  # short: a socket's name has 107 bytes
    made = Room(home)
    yield made
    made.leave()
    shutil.rmtree(home, ignore_errors=True)


def close(take, sound):
    take.add(sound)
    take.close()


def key(line):
    return (line.channel, line.t0_ms, line.t1_ms, line.text)


def test_a_recorded_take_is_heard_whole_and_pinned_to_its_model(room):
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:6])
    close(room.write(picture=True), sound)
    room.enter()
    room.start(offset_ms=60_000)
    room.client.finish_hearing(RECORD)
    assert room.notices.wait_for_end() == ms.HearingFinished(record_id=RECORD, take=1)
    lines = room.notices.of(ms.LineHeard)
    assert [line.channel for line in lines] == [said.channel for said in spoken]
    assert demo_sound.as_said([line.text for line in lines], [said.text for said in spoken])
    for line, said in zip(lines, spoken, strict=True):
        assert abs(line.t0_ms - 60_000 - said.t0_ms) < 400
        assert abs(line.t1_ms - 60_000 - said.t1_ms) < 400
        assert line.model_digest == models.read_facts(MODEL).digest
        assert guards.bare("".join(word.text for word in line.words)) == guards.bare(line.text)
        assert all(line.t0_ms - 200 <= w.t0_ms <= line.t1_ms + 300 for w in line.words)


def test_a_killed_transcriber_goes_on_and_no_line_is_lost_or_doubled(room):
    """Kill -9 while hearing; the next process starts where the desk's journal ends."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:12])
    close(room.write(), sound)
    kept = []
    for lines_before_kill in (2, 3):
        pid = room.enter()
        room.start(from_ms=ends_of(kept))
        room.notices.wait_for_lines(lines_before_kill)
        os.kill(pid, signal.SIGKILL)  # the next utterance is being heard now
        room.client.close()
        kept += room.notices.of(ms.LineHeard)
    room.enter()
    room.start(from_ms=ends_of(kept))
    room.client.finish_hearing(RECORD)
    room.notices.wait_for_end()
    kept += room.notices.of(ms.LineHeard)
    assert [line.channel for line in kept] == [said.channel for said in spoken]
    assert demo_sound.as_said([line.text for line in kept], [said.text for said in spoken])


def ends_of(lines):
    return tuple(max([0, *(line.t1_ms for line in lines if line.channel == c)]) for c in (0, 1))


def test_lines_come_while_the_take_grows(room):
    """Written in real time; a line is there soon after the last word's fragment."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:5], lead_s=0.5, gap_s=1.0)
    take = room.write(picture=True)
    room.enter()
    room.start()
    began = time.monotonic()
    step = 1600
    for place in range(0, sound.shape[1], step):
        due = began + (place + step) / 16_000
        threading.Event().wait(max(0.0, due - time.monotonic()))
        take.add(sound[:, place : place + step])
    room.notices.wait_for_lines(2)
    take.close()
    room.client.finish_hearing(RECORD)
    room.notices.wait_for_end()
    timed = room.notices.timed(ms.LineHeard)
    assert demo_sound.as_said([line.text for _, line in timed], [said.text for said in spoken])
    late = [at - began - said.t1_ms / 1000 for (at, _), said in zip(timed, spoken, strict=True)]
    assert max(late) < 40  # two shared cores; the benchmark states the real figure
    states = room.notices.of(ms.TranscriberState)
    assert any(state.heard_ms[0] > 0 for state in states)


def test_only_what_was_said_before_a_moment_is_heard(room):
    """Read-back is recorded but is no transcript: hearing ends at `until_ms`."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:5])
    take = room.write()
    take.add(sound)
    room.enter()
    room.start()
    room.client.finish_hearing(RECORD, spoken[1].t1_ms + 400)
    room.notices.wait_for_end()
    take.close()
    texts = [line.text for line in room.notices.of(ms.LineHeard)]
    assert demo_sound.as_said(texts, [said.text for said in spoken[:2]])


def test_a_further_take_waits_for_the_one_before(room):
    first, spoken_first = demo_sound.scene(demo_sound.turns()[3:5])
    second, spoken_second = demo_sound.scene(demo_sound.turns()[7:8])
    close(room.write(1), first)
    close(room.write(2), second)
    room.enter()
    room.start(1)
    room.start(2, offset_ms=100_000, from_ms=(100_000, 100_000))
    room.client.finish_hearing(RECORD)
    assert room.notices.wait_for_end().take == 2
    lines = room.notices.of(ms.LineHeard)
    spoken = (*spoken_first, *spoken_second)
    assert demo_sound.as_said([line.text for line in lines], [said.text for said in spoken])
    assert lines[-1].t0_ms > 100_000


def test_a_model_with_another_digest_hears_nothing_and_says_so(room):
    sound, _ = demo_sound.scene(demo_sound.turns()[3:4])
    close(room.write(), sound)
    room.enter()
    room.start(model_digest="0" * 64)
    room.client.finish_hearing(RECORD)
    assert room.notices.wait_for_end().code == "model_changed"
    assert room.client.state().code == "model_changed"
    assert not room.notices.of(ms.LineHeard)


def test_a_new_process_does_not_claim_to_have_heard(room):
    room.enter()
    with pytest.raises(SetupProblem, match="transcriber_not_answering"):
        room.client.finish_hearing(RECORD)
