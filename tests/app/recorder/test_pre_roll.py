"""What is held before an interrogation begins joins it whole, or was never there (L31).

The joint itself is looked at on a clock of the test's own; one room with a real recorder shows
that all of it comes together.
"""

import uuid
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.recorder.encoder import PICTURE_TICKS, CopiedShape, PictureShape, StreamEncoder
from app.recorder.overlay import frame_of
from app.recorder.pre_roll import PreRoll
from app.recorder.service import Recorder
from app.recorder.standing_by import StandingBy
from tests.fakes.recording_room import RECORD, Film, RecordingRoom, until, write_tone
from tests.fakes.records import open_record

WIDTH, HEIGHT, RATE = 160, 120, 25
STEP_MS = 1000 // RATE
SOUND = 48_000
SAMPLES = SOUND // RATE
PITCH = 600
LIMIT_S = 60.0  # of patience with a busy machine


# --- the joint, on a clock of the test's own --------------------------------------


class Streams:
    """Encoders whose pictures tell their own number, and whose sound is one long sine."""

    def __init__(self, limit_ms, *, keys_at=(0,), coded=(), **bounds):
        """A camera for each of `keys_at`: at which picture of a second its fragments begin."""
        self.names = [f"camera-{number}" for number in range(1, len(keys_at) + 1)]
        self.rings = PreRoll(self.names, limit_ms, **bounds)
        self.most_bytes = self.most_ms = self.step = 0
        self.given = {name: [] for name in self.names}
        self._keys_at, self._coded = keys_at, coded
        shape = CopiedShape("h264", coded[0]) if coded else PictureShape(WIDTH, HEIGHT, RATE)
        self._encoders = [
            StreamEncoder(self._putter(name), picture=shape, sound=name == self.names[0])
            for name in self.names
        ]

    def run_until(self, end_ms, *, but=""):
        """Let time pass; the camera `but` delivers nothing."""
        while self.step * STEP_MS < end_ms:
            for name, key_at, encoder in zip(
                self.names, self._keys_at, self._encoders, strict=True
            ):
                if name != but:
                    self._show(encoder, key_at)
            self._encoders[0].add_sound(tone(self.step * SAMPLES, SAMPLES))
            self.step += 1

    def give(self, pieces):
        for stream, cut in pieces:
            self.given[stream].append(cut)

    def film(self, name="camera-1"):
        for encoder in self._encoders:
            encoder.close()
        return Film(b"".join(cut.plain for cut in self.given[name]))

    def begin_ms(self, name):
        """Of its first piece in the take."""
        return self.given[name][1].t0_ms

    def _show(self, encoder, key_at):
        pts = self.step * PICTURE_TICKS // RATE
        if self._coded:
            encoder.add_coded(self._coded[self.step], pts, self.step % SLOW_KEYS == 0)
        else:
            is_key = self.step % RATE == key_at or not self.step
            encoder.add_picture(frame_of(numbered(self.step)), pts, is_key=is_key)

    def _putter(self, name):
        def put(cut):
            self.rings.put(name, cut)
            self.most_bytes = max(self.most_bytes, self.rings.bytes)
            self.most_ms = max(self.most_ms, self.rings.held_ms)

        return put


SLOW_KEYS = 3 * RATE


def tone(first, count):
    at_s = np.arange(first, first + count) / SOUND
    return np.tile(0.25 * np.sin(2 * np.pi * PITCH * at_s), (2, 1)).astype(np.float32)


def numbered(number):
    """A picture that is as light as its number says."""
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planes[:HEIGHT] = 30 + number % 200
    return planes


def coded_pictures(count):
    """What a camera with a key picture every three seconds sends."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.framerate, context.gop_size, context.max_b_frames = RATE, SLOW_KEYS, 0
    context.options = {"tune": "zerolatency", "sc_threshold": "0", "preset": "ultrafast"}
    found = []
    for number in range(count):
        frame = frame_of(numbered(number))
        frame.pts = number
        found.append(b"".join(bytes(packet) for packet in context.encode(frame)))
    return found


def number_of(picture):
    return round(float(picture.mean())) - 30


def check_joint(streams, film, zero_ms):
    """Every picture and every sample stands where it was before, less the take's zero."""
    for at_s, picture in zip(film.picture_times, film.pictures, strict=True):
        was_ms = round(at_s * 1000) + zero_ms
        assert abs(number_of(picture) - was_ms // STEP_MS % 200) <= 1, at_s
    assert np.diff(film.picture_times).max() < 0.05
    if film.sound.shape[1]:
        first = round((film.sound_from_s + zero_ms / 1000) * SOUND)
        expected = tone(first, film.sound.shape[1])
        # A decoder that begins in the middle needs a frame; from there on it is the same sine.
        inside = slice(2048, film.sound.shape[1] - 2048)
        assert np.abs(film.sound[:, inside] - expected[:, inside]).max() < 0.02


def test_the_sound_begins_with_the_take_and_nothing_moves_against_it():
    """The second camera's piece that began before the sound's oldest one does not join."""
    streams = Streams(3000, keys_at=(10, 0))
    streams.run_until(8000)
    assert 2000 <= streams.rings.held_ms <= 3000
    assert streams.rings.settle(8000)
    zero_ms = streams.rings.zero_ms
    assert zero_ms == 5400  # the oldest of the first camera within 3 s
    streams.run_until(9000)  # what comes while the folders are being opened
    streams.rings.release(streams.give)
    streams.run_until(11_000)
    film = streams.film()
    assert film.sound_from_s <= 0.022
    assert film.picture_times[0] == 0
    assert film.picture_times[-1] == pytest.approx((11_000 - zero_ms) / 1000 - 0.04)
    check_joint(streams, film, zero_ms)
    other = streams.film("camera-2")
    assert streams.begin_ms("camera-2") == 600
    assert other.picture_times[0] == pytest.approx(0.6)
    check_joint(streams, other, zero_ms)
    for pieces in streams.given.values():
        assert [cut.is_opening for cut in pieces].count(True) == 1
        assert all(0 <= after.t0_ms - before.t1_ms <= 1 for before, after in pairwise(pieces[1:]))


def test_a_copied_cameras_sound_begins_with_the_take_and_its_pictures_with_a_key():
    streams = Streams(4000, coded=coded_pictures(11 * RATE))
    streams.run_until(8000)
    assert streams.rings.settle(8000)
    zero_ms = streams.rings.zero_ms
    assert 4000 <= zero_ms <= 5000
    streams.rings.release(streams.give)
    streams.run_until(11_000)
    film = streams.film()
    assert film.sound_from_s <= 0.022
    assert film.sound_s >= (11_000 - zero_ms) / 1000 - 0.1
    shown = zip(film.picture_times, film.pictures, strict=True)
    steps = [(round((at_s * 1000 + zero_ms) / STEP_MS), number_of(one)) for at_s, one in shown]
    from_key_on = [(step, number) for step, number in steps if step >= 2 * SLOW_KEYS]
    assert [step for step, _ in from_key_on] == list(range(2 * SLOW_KEYS, 11 * RATE))
    assert all(abs(number - step % 200) <= 1 for step, number in from_key_on)


def test_memory_is_bounded_by_time_and_by_size():
    streams = Streams(3000, keys_at=(0, 10))
    streams.run_until(10_000)
    assert streams.most_ms <= 3000
    of_a_second = streams.rings.bytes / 2
    assert streams.most_bytes < 5 * of_a_second
    small = Streams(60_000, keys_at=(0,), most_bytes=round(of_a_second))
    small.run_until(10_000)
    assert small.most_bytes <= of_a_second
    assert small.rings.settle(10_000)
    assert small.rings.zero_ms >= 5000


@pytest.mark.parametrize("but", ["camera-1", "camera-2"])
def test_what_could_not_join_whole_does_not_join(but):
    """Nothing whole within the bound, or a piece in the making that would have to go."""
    streams = Streams(3000, keys_at=(0, 10))
    streams.run_until(2000)
    streams.run_until(8000, but=but)
    assert not streams.rings.settle(8000)


def test_a_take_that_begins_at_once_is_not_held_back_and_keeps_its_times():
    streams = Streams(0)
    streams.rings.release(streams.give)
    streams.run_until(3000)
    assert streams.begin_ms("camera-1") == 0
    assert streams.rings.bytes == 0


def test_what_was_forgotten_is_never_given_out_nor_told():
    told = []
    streams = Streams(3000)
    streams.rings.when_begun(lambda: told.append("a gap"))
    streams.run_until(4000)
    streams.rings.forget()
    streams.rings.when_begun(lambda: told.append("a trouble"))
    streams.run_until(6000)
    assert streams.rings.held_ms == 0
    assert streams.rings.bytes == 0
    assert told == []
    assert streams.given == {"camera-1": []}


# --- standing by ------------------------------------------------------------------


class Waiting:
    """A recorder's part that stands by, without a recorder; with a desk until it goes."""

    def __init__(self, folder, **limits):
        self.room = RecordingRoom(folder)  # its process is never started
        self.told = []
        self.has_desk = True
        self.part = StandingBy(self.told.append, lambda: self.has_desk, **limits)

    def begin(self, seconds=3, cameras=()):
        take = self.room.command(cameras=cameras)
        self.part.begin(ms.StandBy(id=uuid.uuid4().hex, take=take, pre_roll_s=seconds))

    def until_it_ends(self):
        def has_ended():
            self.part.look_after()
            return self.part.take is None

        until(has_ended, LIMIT_S)

    @property
    def files(self):
        """Whatever there is of a record; the desk's own process has written nothing here either."""
        folders = (*self.room.media_folders, self.room.record_folder)
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("why", ["the desk has gone", "nothing began", "a device failed"])
def test_nobody_is_listened_to_for_whom_nothing_is_prepared(tmp_path, why):
    limits = {"nothing began": {"longest_s": 0.3}, "the desk has gone": {"desk_gone_s": 0.3}}
    waiting = Waiting(tmp_path, **limits.get(why, {}))
    film = tmp_path / "film.mp4"
    cameras = ()
    if why == "a device failed":
        streams = Streams(0)
        streams.rings.release(streams.give)
        streams.run_until(500)
        streams.film()
        film.write_bytes(b"".join(cut.plain for cut in streams.given["camera-1"]))
        cameras = (f"file:{film}",)
    waiting.begin(cameras=cameras)
    assert waiting.part.record_id == RECORD
    film.unlink(missing_ok=True)
    waiting.has_desk = why != "the desk has gone"
    waiting.until_it_ends()
    assert waiting.part.record_id == ""
    assert waiting.files == []
    # Nothing of it reaches the journal: only levels and pictures were told.
    assert {type(one) for one in waiting.told} <= {ms.Levels, ms.Preview}


def test_only_the_same_devices_for_the_same_record_join(tmp_path):
    waiting = Waiting(tmp_path)
    for changes in ({"record_id": "r-20261122-2"}, {"offset_ms": 5000}):
        waiting.begin()
        assert waiting.part.hand_over(waiting.room.command(cameras=(), **changes), 0) is None
        assert waiting.part.take is None
    waiting.begin()
    first = waiting.part.take
    waiting.begin()
    assert waiting.part.take is first  # asked again, it goes on
    until(lambda: first.held_ms > 0, LIMIT_S)
    assert waiting.files == []
    waiting.part.forget("asked")
    assert first.held_ms == 0
    assert waiting.part.hand_over(waiting.room.command(cameras=()), 0) is None


def test_other_devices_are_opened_anew_and_have_no_pre_roll(tmp_path):
    room = RecordingRoom(tmp_path)
    recorder = Recorder(room.client.address, open_record, reserve_bytes=1 << 20)
    take = room.command(cameras=())
    recorder.handle(ms.StandBy(id="1", take=take, pre_roll_s=3))
    until(lambda: recorder.state().pre_roll_ms > 0, LIMIT_S)
    other = room.command(cameras=(), microphone=f"simulated:{tmp_path / 'other'}")
    recorder.handle(other)
    try:
        assert recorder.state().record_id == RECORD
        assert recorder.state().stands_by_for == ""
        assert [line["pre_roll_ms"] for line in room.log("take_opened")] == [0]
    finally:
        recorder.handle(ms.StopTake(id="2", record_id=RECORD))


@pytest.mark.parametrize("seconds", [0, 2, 61])
def test_a_pre_roll_out_of_bounds_is_refused(tmp_path, seconds):
    with pytest.raises(SetupProblem, match="setting_wrong"):
        Waiting(tmp_path).begin(seconds)


# --- a room with a real recorder --------------------------------------------------


@dataclass
class Held:
    """One interrogation with a pre-roll, and what was there before it began."""

    room: RecordingRoom
    waiting: ms.RecorderState
    files_before: list[Path]
    told_before: list[ms.AnyMessage]
    opened: ms.TakeOpened

    @property
    def joint_s(self):
        return self.opened.pre_roll_ms / 1000


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    two = ("test:", "test:")
    with RecordingRoom(tmp_path_factory.mktemp("room")) as room:
        write_tone(room.microphone_folder / "0" / "a.wav", PITCH, 120)
        room.stand_by(10, cameras=two)
        until(lambda: room.client.state().pre_roll_ms >= 1500, LIMIT_S)
        waiting, told = room.client.state(), list(room.notices)
        folders = (*room.media_folders, room.record_folder)
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        room.start(cameras=two)
        opened = room.wait_for(ms.TakeOpened, LIMIT_S)
        found = Held(room, waiting, files, told, opened)
        room.client.stand_down()  # it is part of the interrogation now
        with pytest.raises(SetupProblem, match="recorder_busy"):
            room.stand_by(10)
        room.record_until(opened.pre_roll_ms + 1000)
        room.client.stop_take(RECORD)
        yield found


def test_before_the_start_it_is_told_and_nothing_is_written(held):
    assert held.waiting.stands_by_for == RECORD
    assert held.waiting.record_id == ""
    assert 1500 <= held.waiting.pre_roll_ms <= 10_000
    assert all(path.name == "keys.json" for path in held.files_before)
    kinds = {type(one) for one in held.told_before}
    assert kinds <= {ms.RecorderState, ms.Levels, ms.Preview}


def test_the_log_tells_how_much_of_the_take_it_is_and_all_of_it_is_kept(held):
    (line,) = held.room.log("take_opened")
    assert line["pre_roll_ms"] == held.opened.pre_roll_ms
    assert held.waiting.pre_roll_ms <= held.opened.pre_roll_ms <= 10_000
    assert held.opened.offset_ms == 0
    for stream in ("camera-1", "camera-2"):
        kept = [one for one in held.room.log("fragment") if one["stream"] == stream]
        pieces = kept[1:]
        assert 0 <= pieces[0]["t0_ms"] <= (50 if stream == "camera-1" else 1100)
        assert all(b["t0_ms"] - a["t1_ms"] <= 50 for a, b in pairwise(pieces))
        assert pieces[-1]["t1_ms"] >= held.opened.pre_roll_ms + 1000


def test_sound_and_pictures_go_through_the_start_and_are_marked_before_it(held):
    film, joint_s = held.room.film(), held.joint_s
    assert film.sound_from_s <= 0.05
    assert film.picture_times[0] <= 0.05
    assert film.sound_s >= joint_s + 0.7
    assert film.pitch(0, joint_s - 0.5, joint_s + 0.5) == pytest.approx(PITCH, rel=0.005)
    assert np.diff(film.picture_times).min() > 0
    assert np.diff(film.picture_times).max() <= 1.0
    # The mark at the strip's right end stands still, and the elapsed time stands there afterwards.
    marks = [picture[-16:, -60:].astype(int) for picture in film.pictures]
    before = marks[np.searchsorted(film.picture_times, joint_s - 0.5)]
    assert np.abs(marks[0] - before).mean() < 8
    assert np.abs(marks[0] - marks[-1]).mean() > 20
