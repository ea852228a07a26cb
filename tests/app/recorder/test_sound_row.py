"""Sound lands where it belongs in time, on a clock of the test's own."""

import numpy as np
import pytest

from app.recorder.capture import SoundBlock
from app.recorder.meter import Meter
from app.recorder.sound_row import SoundRow
from app.recorder.stretcher import RATE

MS = 1_000_000


class Row:
    """A row of sound fed by hand, its output gathered."""

    def __init__(self, **options):
        self.got = []
        self.gaps = []
        self.silent = []
        self.now_ms = 0
        meter = Meter(
            lambda *_: None,
            lambda channel, over: self.silent.append((channel, over, self.now_ms)),
        )
        self.row = SoundRow(
            0, self.got.append, lambda t0, t1: self.gaps.append((t0, t1)), meter, **options
        )

    def give(self, *blocks, late_ms=0):
        for at_ms, samples in blocks:
            self.now_ms = at_ms + len(samples) * 1000 // RATE + late_ms
            self.row.take_in(SoundBlock(samples, (at_ms + late_ms) * MS), self.now_ms * MS)

    def end(self):
        self.row.end()
        return np.concatenate(self.got, axis=1)


def constant(left, right, ms):
    return np.tile(np.array([[left, right]], np.int16), (RATE * ms // 1000, 1))


def loud(from_ms, to_ms):
    return [(at, constant(8000, 8000, 20)) for at in range(from_ms, to_ms, 20)]


def test_sound_of_before_the_take_is_left_out():
    row = Row()
    row.give(*loud(-200, 400))
    assert row.end().shape[1] == pytest.approx(0.4 * RATE, abs=20)


@pytest.mark.parametrize("lost_ms", [120, 1000, 5000])
def test_lost_samples_become_silence_of_their_length_and_are_stated(lost_ms):
    """The driver says nothing of it: the samples are counted."""
    row = Row()
    row.give(*loud(0, 2000))
    # Believed only when all blocks of a second are late: so a hole of the lost length shows then.
    row.give(*((at + lost_ms, block) for at, block in loud(2000, 5000)))
    sound = row.end()
    assert sound.shape[1] == pytest.approx((5 + lost_ms / 1000) * RATE, abs=RATE // 50)
    ((t0_ms, t1_ms),) = row.gaps
    assert t1_ms - t0_ms == pytest.approx(lost_ms, abs=25)
    assert np.abs(sound[0, (t0_ms + 40) * 48 : (t1_ms - 40) * 48]).max() == 0


def test_blocks_that_come_late_for_less_than_a_second_are_no_hole():
    row = Row()
    row.give(*loud(0, 2000))
    row.give(*loud(2000, 2800), late_ms=400)  # a machine too busy to call us
    row.give(*loud(2800, 6000))
    assert row.gaps == []
    assert row.end().shape[1] == pytest.approx(6 * RATE, abs=RATE // 25)


def test_a_microphone_that_falls_silent_is_a_gap_while_it_lasts():
    row = Row()
    row.give(*loud(0, 1000))
    for now_ms in range(1000, 4000, 100):
        row.row.wait_out(now_ms * MS)
    assert sum(part.shape[1] for part in row.got) >= 3.4 * RATE  # the picture is not held back
    row.give(*loud(4000, 6000))
    assert row.gaps == [(1000, 4000)]
    assert row.end().shape[1] == pytest.approx(6 * RATE, abs=RATE // 50)


def test_channels_can_be_exchanged():
    row = Row(swap_channels=True)
    row.give(*((at, constant(8000, -4000, 20)) for at in range(0, 500, 20)))
    sound = row.end()
    assert sound[0].mean() < -0.1
    assert sound[1].mean() > 0.2


def test_a_channel_that_is_exactly_zero_is_told_within_three_seconds():
    row = Row()
    row.give(*((at, constant(5, 0, 20)) for at in range(0, 4000, 20)))
    ((channel, over, told_ms),) = row.silent
    assert (channel, over) == (1, False)
    assert told_ms <= 3000
    row.give(*((at, constant(5, 5, 20)) for at in range(4000, 5000, 20)))
    assert [(channel, over) for channel, over, _ in row.silent] == [(1, False), (1, True)]
    assert row.gaps == []
    assert row.end().shape[1] == pytest.approx(5 * RATE, abs=20)  # recording goes on


def test_levels_are_peaks():
    levels = []
    meter = Meter(lambda dbfs, wave: levels.append((dbfs, wave)), lambda *_: None)
    samples = constant(0, -32768, 100)
    samples[7, 0] = 16384
    meter.take_in(samples)
    ((dbfs, wave),) = levels
    assert dbfs == (pytest.approx(-6.02, abs=0.01), 0.0)
    assert wave == ((0, 16384), (-32768, 0))
