"""Recorder and transcriber together: what a microphone plays becomes lines while it is recorded."""

import shutil
import sys
import tempfile
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.paths import RESOURCES, Paths
from app.recorder.client import RecorderClient
from app.transcriber.client import TranscriberClient
from tests.fakes import demo_sound

RECORD = "r-20261122-0008"
LIMIT_S = 60.0


class Told:
    """Notices of one process, to be waited for."""

    def __init__(self):
        self._notices = []
        self._changed = threading.Condition()

    def take_in(self, notice):
        with self._changed:
            self._notices.append(notice)
            self._changed.notify_all()

    def wait_for(self, kind, count=1):
        deadline = time.monotonic() + LIMIT_S
        with self._changed:
            while len(found := [n for n in self._notices if isinstance(n, kind)]) < count:
                left = deadline - time.monotonic()
                assert left > 0, f"{len(found)} of {count} {kind.__name__}"
                self._changed.wait(left)
            return found


class Room:
    """A home with a record, a simulated microphone and the two real processes."""

    def __init__(self, home):
        self.paths = Paths(home / "data", home / "config", home / "run")
        self.record_folder = self.paths.interrogations / RECORD
        self.microphone, self.media = home / "microphone", home / "media"
        folders = (self.record_folder, self.media, self.microphone / "0", self.microphone / "1")
        for folder in folders:
            folder.mkdir(parents=True)
        recorder = [sys.executable, "-m", "tests.fakes.recorder_process", str(home), "room", "1024"]
        transcriber = [sys.executable, "-m", "tests.fakes.transcriber_process", str(home), "room"]
        self.recorder = RecorderClient(self.paths, "room", command=recorder)
        self.transcriber = TranscriberClient(self.paths, "room", command=transcriber)
        self.recorded, self.heard = Told(), Told()

    def enter(self):
        self.recorder.ensure_running()
        self.transcriber.ensure_running()
        self.recorder.connect(self.recorded.take_in)
        self.transcriber.connect(self.heard.take_in)

    def record(self):
        camera = ms.CameraChoice(name="camera-1", source="test:", width=320, height=240)
        command = ms.StartTake(
            id=uuid.uuid4().hex,
            record_id=RECORD,
            room="room",
            take=1,
            record_folder=str(self.record_folder),
            media_folders=(str(self.media),),
            microphone=ms.MicrophoneChoice(source=f"simulated:{self.microphone}"),
            cameras=(camera,),
            overlay_label="room",
            production=False,
        )
        self.recorder.start_take(command)
        return self.recorded.wait_for(ms.TakeOpened)[0]

    def hear(self, opened):
        command = ms.StartHearing(
            id=uuid.uuid4().hex,
            record_id=RECORD,
            record_folder=str(self.record_folder),
            media_folders=(str(self.media),),
            take=opened.take,
            stream="camera-1",
            offset_ms=opened.offset_ms,
            model_folder=str(RESOURCES / "models" / "demo"),
        )
        self.transcriber.start_hearing(command)

    def leave(self):
        self.transcriber.shut_down()
        self.transcriber.close()
        with suppress(SetupProblem):  # it may be gone before its answer is sent
            self.recorder.stop_take(RECORD)
            self.recorder.shut_down()
        self.recorder.close()


@pytest.fixture
def room():
    home = Path(tempfile.mkdtemp(prefix="shilu-"))  # short: a socket's name has 107 bytes
    made = Room(home)
    made.enter()
    yield made
    made.leave()
    shutil.rmtree(home, ignore_errors=True)


def say(microphone, turn):
    """Put a turn where the simulated microphone of its role plays it."""
    channel = "0" if turn["role"] == "investigator" else "1"
    source = demo_sound.DEMO / turn["file"]
    half = microphone / f"{source.stem}.half"
    shutil.copyfile(source, half)
    half.rename(microphone / channel / source.name)


@pytest.mark.slow
def test_what_is_said_in_the_room_is_heard_while_recording_goes_on(room):
    room.hear(room.record())
    turns = demo_sound.turns()[2:6]
    for count, turn in enumerate(turns, start=1):
        say(room.microphone, turn)
        room.heard.wait_for(ms.LineHeard, count)  # heard before anyone stops anything
    elapsed_ms = room.recorder.state().elapsed_ms
    room.recorder.stop_take(RECORD)
    room.transcriber.finish_hearing(RECORD)
    room.heard.wait_for(ms.HearingFinished)
    lines = room.heard.wait_for(ms.LineHeard)
    assert demo_sound.as_said([line.text for line in lines], [turn["text"] for turn in turns])
    assert [line.channel for line in lines] == [0, 1, 0, 1]
    for line, turn in zip(lines, turns, strict=True):
        assert abs(line.t1_ms - line.t0_ms - turn["duration_ms"]) < 800
        assert 0 < line.t0_ms < line.t1_ms < elapsed_ms + 1000
