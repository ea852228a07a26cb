"""A network camera's own pictures are recorded as they come, and nothing about them is hidden."""

import io
import threading
import time
from datetime import datetime
from itertools import islice

import av
import numpy as np
import pytest

from app.errors import DeviceProblem
from app.ipc import messages as ms
from app.paths import Paths
from app.recorder.capture import open_packet_camera
from app.recorder.copied_stream import CopiedStream
from app.recorder.copied_track import KeyPictureEye
from app.recorder.film import export_film
from app.recorder.fragment import FragmentWriter, TakeName
from app.recorder.packet_camera import CopiedNetworkCamera, read_coded, with_parameters
from app.recorder.packet_feed import PacketFeed
from app.recorder.piece_source import OpenPieces
from app.recorder.preflight import probe_camera
from app.recorder.stream import Beginning, StreamEvents
from app.session.preflight import Preflight
from app.settings import Camera, Settings
from tests.fakes.recording_room import RECORD, Film, RecordingRoom, camera, until, write_tone
from tests.fakes.rtsp_server import RtspServer

SLOW_KEYS = 75  # a key picture every three seconds


@pytest.fixture(scope="module")
def server():
    with RtspServer(320, 180, key_every=SLOW_KEYS) as server:
        yield server


@pytest.fixture
def room(tmp_path):
    with RecordingRoom(tmp_path) as room:
        yield room


def coded(url, count):
    pictures = CopiedNetworkCamera(url).coded_pictures(threading.Event())
    found = list(islice(pictures, count))
    pictures.close()
    return found


def test_coded_pictures_come_in_order_from_a_key_picture_on(server):
    pictures = coded(server.url, SLOW_KEYS + 10)
    assert pictures[0].is_key
    times = [picture.at_ns for picture in pictures]
    assert times == sorted(times)
    keys = [picture for picture in pictures if picture.is_key]
    assert len(keys) >= 2
    assert all(KeyPictureEye().see(picture).shape == (270, 320) for picture in keys)


def test_parameters_are_put_before_a_key_picture_that_lacks_them():
    parameters = b"\x00\x00\x00\x01sps\x00\x00\x00\x01pps"
    assert with_parameters(b"\x00\x00\x00\x01key", parameters).startswith(parameters)
    assert with_parameters(parameters + b"key", parameters) == parameters + b"key"
    assert with_parameters(b"key", b"") == b"key"


def test_a_camera_that_is_not_there_is_unreachable():
    with pytest.raises(DeviceProblem, match="camera_unreachable"):
        coded("rtsp://127.0.0.1:9/cam", 1)


def test_only_a_network_camera_can_be_copied():
    with pytest.raises(DeviceProblem, match="camera_not_copyable"):
        open_packet_camera(camera(1, "v4l2:/dev/video0", copy=True), production=True)


@pytest.mark.parametrize(("codec", "bf"), [("libx264", "2"), ("mpeg4", "0")])
def test_reordered_pictures_and_other_codings_are_refused(tmp_path, codec, bf):
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=25, options={"bf": bf})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(12):
            picture = np.full((96, 64), 20 * number, np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        film.mux(stream.encode(None))
    with av.open(str(path)) as film, pytest.raises(DeviceProblem, match="camera_not_copyable"):
        list(read_coded(film, threading.Event(), "film"))


def test_a_look_at_a_copied_camera_looks_at_what_would_be_copied(server):
    seen = probe_camera(camera(1, server.url, copy=True), production=True)
    assert (seen.device, seen.width, seen.height) == (server.url, 320, 180)
    assert seen.jpeg[:2] == b"\xff\xd8"
    with pytest.raises(DeviceProblem, match="camera_not_copyable"):
        probe_camera(camera(1, "test:", copy=True), production=False)


def test_the_check_before_a_session_looks_at_every_camera(tmp_path, server):
    near, far = Camera(source=server.url), Camera(source="rtsp://127.0.0.1:9/cam")
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    check = Preflight(paths, Settings(cameras=(near, far)))
    found = check._checked("camera", check._camera)  # its other rows would only cost time
    assert (found.state, found.code) == ("failed", "camera_unreachable")
    assert found.details["device"] == far.source


def test_a_feed_holds_only_the_group_the_camera_is_in(server):
    feed = PacketFeed(CopiedNetworkCamera(server.url))
    feed.start()
    group, last = [], []
    until(lambda: feed.code == "" and feed._seen > SLOW_KEYS + 5)
    group = feed.begin()
    last = feed.next(2.0)
    feed.stop()
    feed.join(5)
    assert [picture.is_key for picture in group] == [True] + [False] * (len(group) - 1)
    assert last.at_ns >= group[-1].at_ns


def test_a_copied_camera_is_kept_as_it_came_with_sound_beside_it(room, server):
    write_tone(room.microphone_folder / "1" / "a.wav", 700, 20)
    room.start(cameras=(camera(1, server.url, copy=True),), climate_sensor="simulated:")
    room.record_until(6000)
    preview = room.wait_for(ms.Preview, stream="camera-1")
    room.client.stop_take(RECORD)
    film, kept = room.film(), room.log("fragment")
    assert preview.jpeg[:2] == b"\xff\xd8"
    assert film.pitch(1, 1, 5) == pytest.approx(700, rel=0.005)
    assert film.sound_s == pytest.approx(film.picture_times[-1], abs=0.5)
    assert len(film.pictures) >= film.sound_s * 25 * 0.9
    assert np.all(np.diff(film.picture_times) > 0)
    assert max(line["t1_ms"] - line["t0_ms"] for line in kept) <= 1000
    assert room.log("gap") == []
    told = [datetime.fromisoformat(line["at"]) for line in kept[1:]]
    assert told == sorted(told)
    assert {line["temperature_c"] // 1 for line in kept[3:]} <= {22, 23}
    assert all("humidity_percent" in line for line in kept[3:])
    with av.open(io.BytesIO(film.data)) as container:
        packets = list(container.demux(video=0))
    keys = [float(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe]
    assert np.diff(keys).max() == pytest.approx(3.0, abs=0.3)  # the camera's own, not ours


@pytest.mark.parametrize("codec", [264, 265])
def test_a_copied_take_leaves_as_one_ordinary_film(tmp_path, codec):
    name, key = TakeName(RECORD, "camera-1", 1), bytes(32)
    writer, gaps = FragmentWriter(tmp_path, name, key), []
    with RtspServer(320, 180, key_every=SLOW_KEYS, codec=codec) as own:
        stream = CopiedStream(camera(1, own.url, copy=True), production=True)
        stream.start()
        stream.wait_until_ready(time.monotonic() + 20)
        t0_ns = time.monotonic_ns()
        events = StreamEvents(
            on_cut=lambda cut: writer.append(cut.plain),
            on_gap=lambda t0, t1: gaps.append((t0, t1)),
            on_trouble=lambda *_: None,
            on_preview=lambda *_: None,
        )
        stream.begin(Beginning(t0_ns, 0, "label", goes_on=False), events, sound=True)
        given_s = 0.0
        while given_s < 4:
            turn = 2 * np.pi * 700 * (given_s + np.arange(4800) / 48_000)
            stream.add_sound(np.tile(0.25 * np.sin(turn), (2, 1)).astype(np.float32))
            given_s += 0.1
            until(lambda: time.monotonic_ns() - t0_ns >= given_s * 1e9)  # noqa: B023
        stream.stop()
        stream.close()
        stream.join(5)
    writer.close()
    made = export_film(OpenPieces([tmp_path], name, key), tmp_path / "film.mp4")
    film = Film((tmp_path / "film.mp4").read_bytes())
    lost_ms = sum(t1 - t0 for t0, t1 in gaps)
    assert film.pitch(0, 1, 3) == pytest.approx(700, rel=0.005)
    assert film.sound_s == pytest.approx(4, abs=0.1)
    assert len(film.pictures) >= (4000 - lost_ms) / 40 * 0.85
    assert np.all(np.diff(film.picture_times) > 0)
    assert not made.damage


def test_two_network_cameras_are_two_masters_of_one_clock(tmp_path, server):
    """A close shot coded here and the room copied, both with their own pictures."""
    with RtspServer(320, 180) as close, RecordingRoom(tmp_path) as room:
        room.start(cameras=(camera(1, close.url), camera(2, server.url, copy=True)))
        room.record_until(4000, "camera-1")
        room.record_until(3000, "camera-2")
        assert {state.name for state in room.client.state().streams} == {"camera-1", "camera-2"}
        for stream in ("camera-1", "camera-2"):
            room.wait_for(ms.Preview, stream=stream)
        room.client.stop_take(RECORD)
        close_shot, whole_room = room.film("camera-1"), room.film("camera-2")
        opened = room.log("take_opened")[0]
    assert opened["streams"] == ["camera-1", "camera-2"]
    assert opened["cameras"] == [close.url, server.url]
    assert whole_room.sound_s == 0
    assert close_shot.picture_times[0] == whole_room.picture_times[0] == 0
    assert close_shot.picture_times[-1] == pytest.approx(whole_room.picture_times[-1], abs=0.6)


def test_a_stalled_copied_camera_is_a_stated_gap_and_sound_goes_on(tmp_path):
    with RtspServer(320, 180) as own, RecordingRoom(tmp_path) as room:
        write_tone(room.microphone_folder / "0" / "a.wav", 600, 20)
        room.start(cameras=(camera(1, own.url, copy=True),))
        room.record_until(2000)
        own.freeze()
        room.wait_for(ms.TroubleNoticed, subject="camera-1", code="device_lost", over=False)
        frozen_at = room.client.state().elapsed_ms
        room.record_until(frozen_at + 1500)  # the sound is on disk all the while
        own.thaw()
        gap = room.wait_for(ms.GapNoticed, limit_s=20)
        room.wait_for(ms.TroubleNoticed, subject="camera-1", over=True)
        room.record_until(gap.t1_ms + 1500)
        room.client.stop_take(RECORD)
        film, kept = room.film(), room.log("fragment")
    assert (gap.stream, gap.reason) == ("camera-1", "picture_lost")
    assert gap.t1_ms - gap.t0_ms > 1000
    assert film.level(0, 600, 2, film.sound_s - 1) > -20
    starts = [line["t0_ms"] for line in kept[1:]]
    assert starts == sorted(starts)
    hole = np.diff(film.picture_times).max() * 1000
    assert hole == pytest.approx(gap.t1_ms - gap.t0_ms, abs=150)


def test_a_killed_recorder_loses_at_most_two_seconds_of_a_copied_camera(room, server):
    room.start(cameras=(camera(1, server.url, copy=True),))
    room.record_until(4000)
    at_kill_ms = room.client.state().elapsed_ms
    room.kill()
    film = room.film()
    assert at_kill_ms / 1000 - film.sound_s <= 2.0
    assert at_kill_ms / 1000 - film.picture_times[-1] <= 2.0
