"""The real recorder process records, and outlives whatever happens around it (L21, L31)."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from app.errors import DeviceProblem, SetupProblem, StorageProblem
from app.ipc import messages as ms
from app.ipc import wire
from app.ipc.address import connect
from app.ipc.supervisor import holder
from app.recorder.fragment import PartFile, part_files
from app.recorder.playback import decode_sound
from tests.fakes.recording_room import RECORD, ROOM, RecordingRoom, until, write_tone
from tests.fakes.records import keys_of, log_bodies
from tests.fakes.rtsp_server import RtspServer
from tests.fakes.sound_server import SoundServer


@pytest.fixture
def room(tmp_path):
    with RecordingRoom(tmp_path) as room:
        yield room


def test_a_real_camera_and_a_real_sound_server_are_recorded(tmp_path):
    left = write_tone(tmp_path / "left.wav", 440, 30)
    right = write_tone(tmp_path / "right.wav", 1000, 30)
    with SoundServer() as sound, RtspServer() as camera:
        sound.play(left, "investigator")
        sound.play(right, "suspect")
        with RecordingRoom(tmp_path, sound.environment) as room:
            room.start(cameras=(camera.url,), microphone="pulse:roommic")
            room.record_until(6000)
            room.client.stop_take(RECORD)
            closed = room.wait_for(ms.TakeClosed)
            film = room.film()
            kept = room.log("fragment")
    assert closed.duration_ms == pytest.approx(film.sound_s * 1000, abs=150)
    assert film.picture_times[-1] == pytest.approx(film.sound_s, abs=0.3)
    between = np.diff(film.picture_times)
    assert between.min() > 0
    assert between.max() <= 1.0  # a machine that is too busy for the camera repeats pictures
    for channel, pitch, other in ((0, 440, 1000), (1, 1000, 440)):
        assert film.pitch(channel, 2, 6) == pytest.approx(pitch, rel=0.005)
        assert film.level(channel, other, 2, 6) < film.level(channel, pitch, 2, 6) - 40
    assert max(line["t1_ms"] - line["t0_ms"] for line in kept) <= 1000
    assert [gap for gap in room.log("gap") if gap["reason"] != "picture_lost"] == []


def test_anyone_can_compute_the_chain_from_the_logged_lengths(room):
    room.start()
    room.record_until(3000)
    room.client.stop_take(RECORD)
    film = room.film()
    at = 0
    for line in room.log("fragment"):
        at += line["bytes"]
        head = hashlib.sha256(film.data[:at]).hexdigest()
        assert line["head"] == head
    assert at == len(film.data)
    assert room.log("take_closed")[0]["heads"] == {"camera-1": head}


def test_both_folders_hold_the_same_and_the_second_can_be_read_alone(room):
    room.start()
    room.record_until(2000)
    room.client.stop_take(RECORD)
    first, second = (
        folder / RECORD / "media" / "camera-1-take-001" for folder in room.media_folders
    )
    assert [p.read_bytes() for p in part_files(first)] == [
        p.read_bytes() for p in part_files(second)
    ]
    whole = room.film().data
    shutil.rmtree(room.media_folders[0])
    assert room.film().data == whole
    aside = room.media_folders[1] / RECORD / "recorder.enc"
    assert aside.read_bytes() == (room.record_folder / "recorder.enc").read_bytes()


def forget_last_piece(path, room):
    """As if it had been killed between a piece and its line."""
    bodies = log_bodies(room.record_folder)
    last = max(number for number, body in enumerate(bodies) if body["kind"] == "fragment")
    data, at = path.read_bytes(), 0
    for _ in range(last):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    os.truncate(path, at)
    return bodies[last]


def test_a_killed_recorder_loses_at_most_two_seconds(room):
    room.start()
    room.record_until(4000)
    state = room.client.state()
    at_kill_ms = state.elapsed_ms
    room.kill()
    film = room.film()
    assert at_kill_ms / 1000 - film.sound_s <= 2.0
    assert at_kill_ms / 1000 - film.picture_times[-1] <= 2.0
    assert room.log("take_opened")[0]["take"] == 1
    assert room.log("take_closed") == []
    unlogged = forget_last_piece(room.record_folder / "recorder.enc", room)
    room.client.ensure_running()
    room.client.connect(room.notices.append)
    room.start(take=2, offset_ms=at_kill_ms + 3000)
    until(lambda: room.told(ms.TakeOpened, take=2))
    until(lambda: room.told(ms.FragmentKept, take=2, index=2))
    room.client.stop_take(RECORD)
    assert room.film(take=2).sound_s > 1
    adopted = [line for line in room.log("fragment") if line.get("adopted")]
    assert adopted == [{**unlogged, "adopted": True}]
    second = [line for line in room.log("fragment") if line["take"] == 2]
    assert second[1]["t0_ms"] == room.told(ms.TakeOpened, take=2)[0].offset_ms
    # The take begins where its devices did, so the gap before it is not told too short.
    assert at_kill_ms + 3000 <= second[1]["t0_ms"]


def test_a_take_that_goes_on_begins_with_the_sound_and_a_camera_joins_late(room):
    """No moment of sound waits for a camera: it is dark until then, and the gap is stated."""
    write_tone(room.microphone_folder / "0" / "a.wav", 600, 60)
    camera = RtspServer()
    room.start(take=2, offset_ms=60_000, cameras=(camera.url,))
    opened = room.wait_for(ms.TakeOpened, take=2)
    assert opened.offset_ms >= 60_000
    room.wait_for(ms.TroubleNoticed, subject="camera-1", over=False)
    assert not room.client.state().streams[0].healthy
    with camera:
        room.wait_for(ms.TroubleNoticed, limit_s=30, subject="camera-1", over=True)
        gap = room.told(ms.GapNoticed, reason="picture_lost")[0]
        room.record_until(gap.t1_ms + 2000)
        room.client.stop_take(RECORD)
    assert gap.t0_ms == opened.offset_ms
    film = room.film(take=2)
    assert film.level(0, 600, 0.5, 2) > -20
    assert film.pictures[0][:100].mean() < 40
    assert film.pictures[-1][:100].std() > 1


def test_a_take_that_goes_on_begins_with_a_camera_when_the_microphone_is_gone(room):
    room.start(take=2, offset_ms=60_000, microphone="pulse:nothing")
    room.wait_for(ms.TroubleNoticed, subject="microphone", over=False)
    room.record_until(62_000)
    room.client.stop_take(RECORD)
    assert room.log("gap")[-1]["reason"] == "sound_lost"
    with pytest.raises(DeviceProblem):  # a first take is refused: somebody is there to mend it
        room.start(id="another", microphone="pulse:nothing")


def test_it_outlives_who_started_it(room):
    room.start()
    room.record_until(1000)
    before = holder(room.client.address)
    room.client.close()
    os.kill(before.pid, signal.SIGINT)
    os.kill(before.pid, signal.SIGHUP)
    assert os.getsid(before.pid) != os.getsid(0)
    assert room.client.ensure_running() == before
    room.client.connect(room.notices.append)
    assert room.client.state().record_id == RECORD


def test_only_its_own_record_stops_it(room):
    room.start()
    with pytest.raises(SetupProblem) as caught:
        room.client.stop_take("another-record")
    assert caught.value.code == "recorder_busy"
    with pytest.raises(SetupProblem):
        room.client.shut_down()
    stranger = connect(room.client.address, limit_s=5)
    stranger.sendall(wire.encode(ms.Hello(token="f" * 64, client="an older desk")))
    assert wire.receive(stranger, limit_s=5).code == "token_wrong"
    stranger.close()
    assert room.client.state().record_id == RECORD
    room.client.stop_take(RECORD)
    room.client.stop_take(RECORD)  # a repeated stop changes nothing
    assert len(room.log("take_closed")) == 1


def test_a_repeated_start_goes_on_and_another_is_refused(room):
    room.start()
    room.start(id="again")
    with pytest.raises(SetupProblem) as caught:
        room.start(take=2)
    assert caught.value.code == "recorder_busy"
    assert len(room.log("take_opened")) == 1


def test_a_second_recorder_of_the_room_is_refused(room):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.recorder_process", str(room.home), ROOM, "0"],
        capture_output=True,
        check=False,
        text=True,
        timeout=20,
    )
    assert done.returncode != 0
    assert "room_taken" in done.stderr
    assert room.client.state().pid == holder(room.client.address).pid


def test_simulated_devices_are_refused_in_a_production_room(room):
    with pytest.raises(DeviceProblem) as caught:
        room.start(production=True)
    assert caught.value.code == "simulated_in_production"
    with pytest.raises(SetupProblem) as lone:
        room.start(id="b", production=True, media_folders=(str(room.home / "first"),))
    assert lone.value.code == "setting_wrong"


def test_a_camera_that_is_not_there_is_named_at_once(room):
    with pytest.raises(DeviceProblem) as caught:
        room.start(cameras=("rtsp://officer:secret@127.0.0.1:9/cam",))
    assert caught.value.code == "camera_unreachable"
    assert "secret" not in str(caught.value)
    assert room.client.state().record_id == ""


def test_a_frozen_camera_is_a_stated_gap_and_sound_goes_on(room):
    pitch = write_tone(room.microphone_folder / "0" / "a.wav", 600, 14)
    with RtspServer() as camera:
        room.start(cameras=(camera.url,))
        room.record_until(2000)
        camera.freeze()
        room.wait_for(ms.TroubleNoticed, subject="camera-1", over=False)
        assert not room.client.state().streams[0].healthy
        frozen_at = room.client.state().elapsed_ms
        room.record_until(frozen_at + 2500)
        camera.thaw()
        room.wait_for(ms.TroubleNoticed, limit_s=30, subject="camera-1", over=True)
        room.client.stop_take(RECORD)
    lost = room.told(ms.GapNoticed, stream="camera-1", reason="picture_lost")
    (gap,) = [gap for gap in lost if gap.t0_ms <= frozen_at < gap.t1_ms]
    assert gap.t1_ms >= frozen_at + 2500
    film = room.film()
    assert film.level(0, 600, 2, film.sound_s - 1) > -20
    assert max(line["t1_ms"] - line["t0_ms"] for line in room.log("fragment")) <= 1000
    inside = (gap.t0_ms + 1500) / 1000
    dark = next(p for p, t in zip(film.pictures, film.picture_times, strict=True) if t > inside)
    assert dark[:100].mean() < 40
    assert gap.t0_ms in [line["t0_ms"] for line in room.log("gap")]
    assert pitch.with_name("a.wav.played").exists() or pitch.exists()


def test_a_microphone_moved_by_the_sound_server_is_told(tmp_path):
    with SoundServer() as sound, RecordingRoom(tmp_path, sound.environment) as room:
        room.start(microphone="pulse:roommic")
        room.record_until(1000)
        sound.unplug("roommic")
        room.wait_for(ms.TroubleNoticed, code="device_moved", over=False)
        room.record_until(room.client.state().elapsed_ms + 1500)  # nothing is held up by it
        room.client.stop_take(RECORD)
        gap = room.log("gap")[-1]
        assert gap["reason"] == "sound_lost"
        assert gap["t1_ms"] - gap["t0_ms"] > 500


def test_a_sound_server_that_dies_is_a_gap_and_comes_back(tmp_path):
    with SoundServer() as sound, RecordingRoom(tmp_path, sound.environment) as room:
        room.start(microphone="pulse:roommic")
        room.record_until(1500)
        sound.stop()
        room.wait_for(ms.TroubleNoticed, subject="microphone", over=False)
        sound.start()
        room.wait_for(ms.TroubleNoticed, subject="microphone", over=True)
        gap = room.wait_for(ms.GapNoticed, reason="sound_lost")
        room.client.stop_take(RECORD)
        film = room.film()
    assert gap.t1_ms > gap.t0_ms
    assert film.sound_s == pytest.approx(film.picture_times[-1], abs=0.7)


def test_without_a_camera_sound_alone_is_recorded(room):
    write_tone(room.microphone_folder / "1" / "a.wav", 700, 6)
    room.start(cameras=())
    room.record_until(3000, "sound")
    room.client.stop_take(RECORD)
    film = room.film("sound")
    assert film.pictures == []
    assert film.pitch(1, 1, 3) == pytest.approx(700, rel=0.005)
    assert film.level(0, 700, 1, 3) < -70
    assert max(line["t1_ms"] - line["t0_ms"] for line in room.log("fragment")) <= 1000


def test_two_cameras_are_two_streams_of_one_clock(room):
    room.start(cameras=("test:", "test:"))
    room.record_until(3000, "camera-2")
    room.client.stop_take(RECORD)
    first, second = room.film("camera-1"), room.film("camera-2")
    assert second.sound_s == 0
    assert first.picture_times[0] == second.picture_times[0] == 0
    assert first.picture_times[-1] == pytest.approx(second.picture_times[-1], abs=0.5)


def test_a_line_can_be_heard_while_recording_goes_on(room):
    room.microphone_folder.joinpath("0").mkdir(parents=True)
    room.start()
    room.record_until(1000)
    staged = write_tone(room.microphone_folder / "a.wav", 500, 1.5)
    staged.rename(room.microphone_folder / "0" / "a.wav")
    began_ms = room.client.state().elapsed_ms
    room.record_until(began_ms + 3000)
    keys = keys_of(room.record_folder)
    sound, rate = decode_sound(room.sound_source, keys, began_ms, began_ms + 2500)
    assert rate == 48_000
    assert sound.shape == (120_000, 2)
    heard = np.flatnonzero(np.abs(sound[:, 0]) > 0.1)
    assert (heard[-1] - heard[0]) / rate == pytest.approx(1.5, abs=0.05)
    assert np.abs(sound[:, 1]).max() < 0.01


def test_a_silent_client_holds_nothing_up(room):
    peers = [connect(room.client.address, limit_s=1) for _ in range(5)]
    began = time.monotonic()
    room.start()
    assert room.client.state().record_id == RECORD
    assert time.monotonic() - began < 5
    for peer in peers:
        peer.shutdown(socket.SHUT_RDWR)
        peer.close()


def test_the_other_folder_goes_on_when_one_cannot_be_written(room):
    room.media_folders[0].write_text("not a folder")
    room.start()
    room.wait_for(ms.TroubleNoticed, code="one_folder_lost", subject=str(room.media_folders[0]))
    room.record_until(3000)
    folders = room.client.state().folders
    assert [folder.healthy for folder in folders] == [False, True]
    room.client.stop_take(RECORD)
    assert room.film().sound_s > 2.5


def test_both_folders_lost_ends_the_take_and_says_so(room):
    for folder in room.media_folders:
        folder.write_text("not a folder")
    room.start()
    assert room.wait_for(ms.TakeClosed).reason == "both_folders_lost"
    assert room.log("take_closed")[0]["reason"] == "both_folders_lost"


def test_at_the_disk_reserve_the_take_is_closed_whole(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    with RecordingRoom(tmp_path, reserve_bytes=free - (256 << 20)) as room:
        room.start()
        room.record_until(1000)
        with (tmp_path / "something-else").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 512 << 20)
        assert room.wait_for(ms.TakeClosed).reason == "disk_reserve"
        assert room.film().picture_times


def test_below_the_disk_reserve_no_take_is_begun(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    with RecordingRoom(tmp_path, reserve_bytes=int(free * 1.5)) as room:
        with pytest.raises(StorageProblem, match="disk_full"):
            room.start()
        assert not list(tmp_path.rglob("*.frag"))


def test_previews_and_levels_come_while_somebody_looks(room):
    room.start()
    picture = room.wait_for(ms.Preview)
    assert picture.jpeg[:2] == b"\xff\xd8"
    level = room.wait_for(ms.Levels)
    assert -96 <= level.dbfs[0] < -60


def test_a_full_disk_cuts_a_half_written_piece_off_again(tmp_path):
    part = PartFile(tmp_path, 1)
    part.append(b"whole")
    os.truncate(part.path, 5)
    part.close()
    assert part.path.read_bytes() == b"whole"
