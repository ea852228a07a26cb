"""What is held before an interrogation begins joins it whole, or was never there (L31)."""

import uuid
from itertools import pairwise

import numpy as np
import pytest

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.ipc.client import Client
from app.recorder.boxes import Cut
from app.recorder.pre_roll import PreRoll
from tests.fakes.recording_room import RECORD, RecordingRoom, until, write_tone
from tests.fakes.rtsp_server import RtspServer


@pytest.fixture
def room(tmp_path):
    with RecordingRoom(tmp_path) as room:
        write_tone(room.microphone_folder / "0" / "a.wav", 600, 120)
        yield room


def files_of(room):
    folders = (*room.media_folders, room.record_folder)
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def hold(room, least_ms):
    until(lambda: room.client.state().pre_roll_ms >= least_ms, 30)


def test_what_was_said_before_the_start_is_the_takes_beginning(room):
    two = ("test:", "test:")
    room.stand_by(4, cameras=two)
    hold(room, 3000)
    assert room.client.state().stands_by_for == RECORD
    assert room.client.state().record_id == ""
    before = files_of(room)
    assert all(path.name == "keys.json" for path in before)
    assert room.notices
    assert not room.told(ms.TakeOpened)
    room.start(cameras=two)
    opened = room.wait_for(ms.TakeOpened)
    room.record_until(opened.pre_roll_ms + 2500)
    room.client.stop_take(RECORD)
    assert 1500 <= opened.pre_roll_ms <= 4000
    assert room.log("take_opened")[0]["pre_roll_ms"] == opened.pre_roll_ms
    assert opened.offset_ms == 0
    kept = [line for line in room.log("fragment") if line["stream"] == "camera-1" and line["index"]]
    assert 0 <= kept[0]["t0_ms"] <= 1000
    assert all(b["t0_ms"] - a["t1_ms"] <= 50 for a, b in pairwise(kept))
    assert [gap for gap in room.log("gap") if gap["reason"].startswith("sound")] == []
    for stream in ("camera-1", "camera-2"):
        film = room.film(stream)
        assert film.picture_times[0] <= 1.0
        between = np.diff(film.picture_times)
        assert between.min() > 0
        assert between.max() <= 1.0
        assert film.picture_times[-1] * 1000 >= opened.pre_roll_ms + 1500
    film = room.film()
    joint_s = opened.pre_roll_ms / 1000
    assert film.sound_s >= joint_s + 1.5
    assert film.pitch(0, joint_s - 0.5, joint_s + 0.5) == pytest.approx(600, rel=0.005)
    assert film.sound_s == pytest.approx(film.picture_times[-1], abs=0.3)
    # No sample is missing at the joint: a sine goes on as it was.
    joint = film.sound[0, int((joint_s - 1) * 48_000) : int((joint_s + 1) * 48_000)]
    assert np.abs(np.diff(joint)).max() < 0.05


def test_the_strip_says_pre_roll_until_the_interrogation_begins(room):
    room.stand_by(5)
    hold(room, 2000)
    room.start()
    opened = room.wait_for(ms.TakeOpened)
    room.record_until(opened.pre_roll_ms + 2000)
    room.client.stop_take(RECORD)
    film = room.film()
    rows = [picture[-16:, -110:].astype(int) for picture in film.pictures]
    joint_s = opened.pre_roll_ms / 1000
    times = np.array(film.picture_times)
    first, soon, late = rows[0], rows[np.searchsorted(times, joint_s - 0.5)], rows[-1]
    # The mark at the strip's right end stands still, and another thing stands there afterwards.
    assert np.abs(first[:, -60:] - soon[:, -60:]).mean() < 8
    assert np.abs(first[:, -60:] - late[:, -60:]).mean() > 20


def test_standing_down_leaves_nothing_and_a_later_take_has_no_pre_roll(room):
    room.stand_by(5)
    hold(room, 1000)
    room.client.stand_down()
    assert room.client.state().stands_by_for == ""
    assert room.client.state().pre_roll_ms == 0
    assert all(path.name == "keys.json" for path in files_of(room))
    room.start()
    assert room.wait_for(ms.TakeOpened).pre_roll_ms == 0
    assert room.log("take_opened")[0]["pre_roll_ms"] == 0


def test_when_the_desk_has_gone_nobody_is_listened_to(room):
    room.stand_by(5)
    hold(room, 500)
    room.client.close()
    # Asks without being told of anything, so that the desk stays gone.
    with Client(room.client.address, "asks") as asking:
        until(lambda: not asking.ask(ms.AskState(id=uuid.uuid4().hex)).stands_by_for, 30)


def test_other_devices_do_not_join(room):
    room.stand_by(5)
    hold(room, 1000)
    room.start(cameras=("test:", "test:"))
    assert room.wait_for(ms.TakeOpened).pre_roll_ms == 0


def test_a_running_take_and_a_pre_roll_beyond_the_bound_are_refused(room):
    with pytest.raises(SetupProblem, match="setting_wrong"):
        room.stand_by(61)
    room.start()
    with pytest.raises(SetupProblem, match="recorder_busy"):
        room.stand_by(5)


def test_a_copied_cameras_pre_roll_keeps_the_sound_from_its_beginning(tmp_path):
    with RtspServer() as server, RecordingRoom(tmp_path) as room:
        write_tone(room.microphone_folder / "0" / "a.wav", 600, 120)
        camera = ms.CameraChoice(name="camera-1", source=server.url, copy=True)
        room.stand_by(4, cameras=(camera,))
        hold(room, 3000)
        room.start(cameras=(camera,))
        opened = room.wait_for(ms.TakeOpened)
        room.record_until(opened.pre_roll_ms + 2500)
        room.client.stop_take(RECORD)
        film = room.film()
    joint_s = opened.pre_roll_ms / 1000
    assert 1.5 <= joint_s <= 4.0
    assert film.sound_s >= joint_s + 1.5
    times = np.array(film.picture_times)
    assert times[0] < joint_s  # from its first key picture on
    assert np.diff(times).min() > 0
    assert np.diff(times).max() < 1.0


class Given:
    def __init__(self):
        self.pieces = []

    def __call__(self, pieces):
        self.pieces += pieces


def fragment(t0_ms, t1_ms):
    """A piece that has no boxes: its times are told, not read."""
    return Cut(b"x" * 10, is_opening=False, t0_ms=t0_ms, t1_ms=t1_ms)


def test_a_take_without_a_pre_roll_holds_nothing_back():
    given = Given()
    passage = PreRoll(["sound"])
    assert passage.settle(500) == 0
    passage.release(given)
    passage.put("sound", fragment(0, 900))
    assert given.pieces == [("sound", fragment(0, 900))]


def test_what_was_forgotten_is_never_given_out():
    given = Given()
    rings = PreRoll(["sound"], 3000)
    rings.put("sound", fragment(0, 900))
    rings.forget()
    rings.put("sound", fragment(900, 1800))
    assert rings.held_ms == 0
    assert rings.bytes == 0
    assert given.pieces == []
