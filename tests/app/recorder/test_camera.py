"""Each camera driver keeps the contract, and says in a code what is wrong."""

import threading

import av
import numpy as np
import pytest

from app.errors import DeviceProblem
from app.ipc.messages import CameraChoice
from app.recorder.camera import FileCamera, LocalCamera, NetworkCamera, SenderClock
from app.recorder.capture import open_camera
from app.recorder.preflight import probe_camera
from app.recorder.simulated import TestCamera
from app.settings import without_secret
from tests.contract.camera import CameraContract
from tests.fakes.rtsp_server import RtspServer


@pytest.fixture(scope="module")
def server():
    with RtspServer(320, 180) as server:
        yield server


class TestNetworkCamera(CameraContract):
    @pytest.fixture
    def camera(self, server):
        return NetworkCamera(server.url)


class TestDrawnCamera(CameraContract):
    @pytest.fixture
    def camera(self):
        return TestCamera(320, 180, 25)


class TestFileCamera(CameraContract):
    @pytest.fixture
    def camera(self, tmp_path):
        path = tmp_path / "film.mp4"
        with av.open(str(path), "w") as film:
            stream = film.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            for shade in range(6):  # shorter than what is asked for: it begins again
                picture = np.full((96, 64), 40 * shade, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
        return FileCamera(path)


def first_problem(camera):
    with pytest.raises(DeviceProblem) as caught:
        next(iter(camera.pictures(threading.Event())))
    return caught.value.code


def test_what_is_not_there_is_said(tmp_path):
    assert first_problem(NetworkCamera("rtsp://127.0.0.1:9/cam")) == "camera_unreachable"
    assert first_problem(FileCamera(tmp_path / "no.mp4")) == "device_not_found"
    missing = LocalCamera("v4l2", "/dev/no-camera", 640, 360, 25)
    assert first_problem(missing) in {"device_not_found", "device_refused"}


def test_a_server_that_ends_is_a_lost_camera():
    with RtspServer(320, 180) as server:
        pictures = NetworkCamera(server.url).pictures(threading.Event())
        next(pictures)
        server.stop()
        with pytest.raises(DeviceProblem) as caught:
            for _ in pictures:
                pass
    assert caught.value.code == "device_lost"


def test_a_secret_in_an_address_is_never_told():
    assert without_secret("rtsp://u:p@w@cam.local/1") == "rtsp://cam.local/1"
    assert without_secret("test:") == "test:"


def test_an_unknown_source_is_not_found():
    with pytest.raises(DeviceProblem) as caught:
        open_camera(CameraChoice(name="camera-1", source="usb:7"), production=True)
    assert caught.value.code == "device_not_found"


def test_a_look_at_a_camera_is_one_picture(server):
    seen = probe_camera(CameraChoice(name="camera-1", source=server.url), production=True)
    assert (seen.width, seen.height) == (320, 180)
    assert seen.jpeg[:2] == b"\xff\xd8"


def test_a_late_picture_keeps_its_place_and_a_jump_is_followed_in_time():
    clock = SenderClock()
    period = 40_000_000
    for number in range(50):
        clock.place(number * 0.04, 10_000_000_000 + number * period)
    late = clock.place(2.0, 10_000_000_000 + 5_000_000_000)
    assert late == pytest.approx(10_000_000_000 + 2_000_000_000, abs=5_000_000)
    for number in range(20):
        arrival = 20_000_000_000 + number * period
        told = clock.place(100 + number * 0.04, arrival)
        assert told <= arrival
    assert told == pytest.approx(arrival, abs=5_000_000)
