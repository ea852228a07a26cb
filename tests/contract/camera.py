"""What every camera driver keeps to; a driver's tests subclass this and give `camera`."""

import threading
import time
from itertools import islice

import pytest

from app.recorder.capture import Camera


class CameraContract:
    """Needs a fixture `camera`: a driver whose device is there."""

    @pytest.fixture
    def cancel(self):
        return threading.Event()

    def test_pictures_come_in_the_order_of_their_times(self, camera: Camera, cancel):
        pictures = list(islice(camera.pictures(cancel), 10))
        times = [picture.at_ns for picture in pictures]
        assert times == sorted(times)
        assert len({(picture.frame.width, picture.frame.height) for picture in pictures}) == 1

    def test_a_picture_is_never_from_the_future_nor_old(self, camera: Camera, cancel):
        for picture in islice(camera.pictures(cancel), 5):
            now_ns = time.monotonic_ns()
            assert now_ns - 1_000_000_000 < picture.at_ns <= now_ns

    def test_it_ends_when_cancelled(self, camera: Camera, cancel):
        pictures = camera.pictures(cancel)
        next(pictures)
        cancel.set()
        began = time.monotonic()
        for _ in pictures:
            assert time.monotonic() - began < 1.0

    def test_it_can_be_opened_again(self, camera: Camera, cancel):
        for _ in range(2):
            pictures = camera.pictures(cancel)
            assert next(pictures).frame.width > 0
            pictures.close()

    def test_it_says_what_it_is_without_a_secret(self, camera: Camera):
        assert camera.description
        assert "@" not in camera.description
