"""What every microphone driver keeps to; a driver's tests subclass this and give `microphone`."""

import queue
import threading
import time

import numpy as np
import pytest

from app.recorder.capture import Microphone

RATE = 48_000


class MicrophoneContract:
    """Needs a fixture `microphone`: a driver whose device is there."""

    @pytest.fixture
    def blocks(self):
        return queue.SimpleQueue()

    @pytest.fixture
    def opened(self, microphone: Microphone, blocks):
        troubles = []
        microphone.open(blocks.put, troubles.append)
        yield microphone
        microphone.close()
        assert troubles == []

    def test_blocks_are_two_channels_of_16_bit(self, opened, blocks):
        block = blocks.get(timeout=30)
        assert block.samples.dtype == np.int16
        assert block.samples.shape[1] == 2

    def test_it_delivers_in_real_time(self, opened, blocks):
        blocks.get(timeout=30)
        began, count = time.monotonic(), 0
        while time.monotonic() - began < 1.0:
            count += len(blocks.get(timeout=30).samples)
        assert count / RATE == pytest.approx(time.monotonic() - began, abs=0.25)

    def test_its_times_follow_its_samples(self, opened, blocks):
        taken = [blocks.get(timeout=30) for _ in range(60)][10:]
        length_s = sum(len(block.samples) for block in taken[:-1]) / RATE
        told_s = (taken[-1].at_ns - taken[0].at_ns) / 1e9
        assert told_s == pytest.approx(length_s, abs=0.1)
        assert taken[-1].at_ns <= time.monotonic_ns()

    def test_nothing_comes_after_close(self, microphone: Microphone):
        came = threading.Event()
        microphone.open(lambda _: came.set(), lambda _: None)
        assert came.wait(5)
        microphone.close()
        microphone.close()
        came.clear()
        assert not came.wait(0.2)

    def test_it_can_be_opened_again(self, microphone: Microphone, blocks):
        for _ in range(2):
            microphone.open(blocks.put, lambda _: None)
            blocks.get(timeout=30)
            microphone.close()

    def test_it_says_what_it_is(self, microphone: Microphone):
        assert microphone.description
