"""What the microphone delivered before the end is in the film, however busy the machine was."""

import queue
import threading

import numpy as np
import pytest

from app.recorder.capture import SoundBlock
from app.recorder.meter import Meter
from app.recorder.sound import SoundTrack
from app.recorder.sound_row import SoundRow
from app.recorder.stretcher import RATE

LIMIT_S = 30
BLOCK = 960  # 20 ms


def test_sound_that_still_waits_when_the_take_closes_is_not_lost():
    got, begun, released = [], threading.Event(), threading.Event()

    def on_samples(samples):
        got.append(samples)
        begun.set()
        assert released.wait(LIMIT_S)  # a machine that is too slow

    blocks = queue.SimpleQueue()
    meter = Meter(lambda *_: None, lambda *_: None)
    track = SoundTrack(blocks, SoundRow(0, on_samples, lambda *_: None, meter))
    for number in range(250):
        at_ns = number * BLOCK * 1_000_000_000 // RATE
        blocks.put(SoundBlock(np.full((BLOCK, 2), 500, np.int16), at_ns))
    track.start()
    assert begun.wait(LIMIT_S)
    stopping = threading.Thread(target=track.stop)
    stopping.start()
    assert track._stop.wait(LIMIT_S)
    released.set()
    stopping.join(LIMIT_S)
    assert sum(one.shape[1] for one in got) == pytest.approx(5 * RATE, abs=100)
