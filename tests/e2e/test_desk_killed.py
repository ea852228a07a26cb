"""What dies is brought back, and nothing accepted is lost: desk, recorder and transcriber killed.

Real processes are ended with SIGKILL in mid-interview, as a crash would end them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import center
from app.demo.script import character_errors
from app.domain.interrogation import Gap, Interrogation
from app.domain.people import Role
from app.domain.phase import Phase
from app.ipc.messages import RecorderState
from app.paths import Paths
from app.recorder.client import RecorderClient
from app.session.room import Room
from app.session.workstation import device_name
from signing.certificates import from_pem
from signing.verify import verify
from tests.fakes import demo_sound
from tests.fakes.desk import (
    OFFICER,
    ROOM,
    Surroundings,
    begin_interview,
    finish,
    heard_lines,
    kill_process,
    open_room,
    opened,
    process_of,
    wait_until,
)

TURNS = demo_sound.turns()
PROJECT = Path(__file__).resolve().parents[2]
MEDIA_LOSS_MS = 2000  # at most, whatever dies
BACK_WITHIN_MS = 30_000  # by itself; how fast is no matter for a test on a busy machine
LARGEST_ERROR = 0.30

pytestmark = pytest.mark.slow


class DeskProcess:
    """A desk of its own process group; what it says arrives line by line."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.desk_process"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said: list[dict[str, str]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(json.loads(line))

    def told(self, kind: str) -> list[str]:
        return [said[kind] for said in list(self.said) if kind in said]

    def wait_for(self, kind: str, count: int = 1) -> list[str]:
        wait_until(
            lambda: len(self.told(kind)) >= count or self._process.poll() is not None,
            f"{count} {kind}",
            60,
        )
        assert len(self.told(kind)) >= count, "the desk ended"
        return self.told(kind)

    def type_line(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        self.wait_for("typed")

    def kill(self) -> None:
        """The whole process group at once."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._reader.join(10)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def desk_process() -> Iterator[DeskProcess]:
    desk = DeskProcess()
    try:
        yield desk
    finally:
        desk.kill()


def pieces_bytes(folder: Path) -> int:
    """How much of the recording is on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*.frag"))


def recorder_state(paths: Paths) -> RecorderState:
    """What the recorder says to somebody who asks and goes again."""
    client = RecorderClient(paths, ROOM)
    client.connect(lambda _notice: None)
    try:
        return client.state()
    finally:
        client.close()


def enrol(room: Room, surroundings: Surroundings) -> Path:
    code = center.make_code(surroundings.center.folder, device_name(), ROOM)
    room.enroll(surroundings.center.url, code)
    return surroundings.center.folder / "keys" / "ca.pem"


def test_the_desk_is_killed_and_nothing_is_lost(
    surroundings: Surroundings, paths: Paths, qapp: object
) -> None:
    first, while_dead = TURNS[2:4], TURNS[13:16]
    with desk_process() as desk:
        record_id = desk.wait_for("ready")[0]
        surroundings.converse(first)()
        desk.wait_for("heard", len(first))
        desk.type_line("出示证件。")
        heard_before = desk.told("heard")
        recorder = process_of(paths, "recorder")
        desk.kill()

    before = pieces_bytes(paths.data)
    elapsed_ms = recorder_state(paths).elapsed_ms
    surroundings.converse(while_dead)()
    after = recorder_state(paths)
    assert after.record_id == record_id
    assert after.pid == recorder
    assert after.elapsed_ms > elapsed_ms + 4000
    assert pieces_bytes(paths.data) > before

    room = open_room()
    try:
        authority = enrol(room, surroundings)
        found = room.unfinished()
        assert [(one.record_id, one.phase) for one in found] == [(record_id, Phase.INTERVIEWING)]
        assert found[0].recorder_running
        session = room.open(record_id, OFFICER)
        try:
            count = len(first) + len(while_dead)
            wait_until(
                lambda: len(heard_lines(session.snapshot.state)) >= count, "what was said", 60
            )
            state = session.snapshot.state
            assert heard_lines(state)[: len(heard_before)] == heard_before
            assert "出示证件。" in [line.text for line in state.utterances]
            said = "".join(turn["text"] for turn in while_dead)
            wrong, length = character_errors(said, "".join(heard_lines(state)[len(first) :]))
            assert wrong / length < LARGEST_ERROR
            assert len(state.takes) == 1, "the recorder was found, not started again"
            # A machine too busy for its cameras says so; nothing else may be missing.
            assert {gap.reason for gap in state.gaps} <= {"picture_lost"}
            sealed = finish(room, session)
        finally:
            session.leave()
        verify(Path(sealed.folder), from_pem(authority.read_bytes()))
        assert not room.unfinished()
    finally:
        room.close()


def between_takes(state: Interrogation) -> list[Gap]:
    """The gaps that stand for a recorder that was gone."""
    return [gap for gap in state.gaps if gap.reason == "recorder_lost"]


def test_the_recorder_is_killed_and_a_new_take_begins_with_the_gap_stated(
    surroundings: Surroundings, room: Room
) -> None:
    with opened(room) as session:
        begin_interview(session)
        surroundings.converse(TURNS[2:4])()
        wait_until(lambda: len(heard_lines(session.snapshot.state)) >= 2, "two lines")
        killed_at_ms = session.offset_ms()
        assert kill_process(room.paths, "recorder")
        wait_until(lambda: len(session.snapshot.state.takes) == 2, "a second take", 30)
        wait_until(lambda: between_takes(session.snapshot.state), "the gap")
        state = session.snapshot.state
        lost, new = state.takes
        assert lost.end_reason == "recorder_lost"
        assert lost.duration_ms is not None
        assert killed_at_ms - (lost.offset_ms + lost.duration_ms) <= MEDIA_LOSS_MS
        assert new.offset_ms - killed_at_ms <= BACK_WITHIN_MS
        wait_until(
            lambda: len(between_takes(session.snapshot.state)) == len(new.streams), "all gaps"
        )
        stated = {(gap.t0_ms, gap.t1_ms) for gap in between_takes(session.snapshot.state)}
        assert stated == {(lost.offset_ms + lost.duration_ms, new.offset_ms)}
        wait_until(lambda: session.snapshot.state.recording_healthy, "recording healthy")
        surroundings.converse(TURNS[14:16])()
        wait_until(lambda: len(heard_lines(session.snapshot.state)) >= 4, "lines of take 2", 60)
        line = [u for u in session.snapshot.state.utterances if u.hearing][-1]
        assert line.role is Role.SUSPECT
        assert line.t0_ms > new.offset_ms
        sealed = finish(room, session)
    record = Path(sealed.folder)
    authority = surroundings.center.folder / "keys" / "ca.pem"
    verify(record, from_pem(authority.read_bytes()))
    films = sorted(path.name for path in (record / "data" / "media").glob("*.mp4"))
    assert films == [f"{stream}-take-00{take}.mp4" for stream in new.streams for take in (1, 2)]
    told = json.loads((record / "data" / "transcript" / "transcript.json").read_bytes())
    reasons = [gap["reason"] for gap in told["gaps"]]
    assert reasons.count("recorder_lost") == len(new.streams)
    assert set(reasons) <= {"recorder_lost", "picture_lost", "sound_lost"}  # what joined late


def test_the_transcriber_is_killed_and_no_line_is_lost(
    surroundings: Surroundings, room: Room
) -> None:
    turns = TURNS[12:16]
    with opened(room) as session:
        begin_interview(session)
        hear_out = surroundings.converse(turns)
        wait_until(lambda: heard_lines(session.snapshot.state), "the first line")
        first = kill_process(room.paths, "transcriber")
        assert first
        hear_out()
        wait_until(lambda: len(heard_lines(session.snapshot.state)) >= len(turns), "all lines", 60)
        assert process_of(room.paths, "transcriber") != first
        said = "".join(turn["text"] for turn in turns)
        heard = "".join(heard_lines(session.snapshot.state))
        wrong, length = character_errors(said, heard)
        assert wrong / length < LARGEST_ERROR, heard
        assert len(session.snapshot.state.takes) == 1, "recording never noticed"
