"""What stands in a camera's stream, decided on a clock of the test's own."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recorder.capture import Picture
from app.recorder.encoder import PictureShape
from app.recorder.overlay import GROUND, INK, Strip, frame_of, gap_text
from app.recorder.picture_row import PictureEvents, PictureRow
from app.recorder.picture_shape import planes_within

WIDTH, HEIGHT = 320, 180
MS = 1_000_000
T0 = 5_000_000_000
HOUR_NS = 3600 * 1_000_000_000
STRIP = Strip("讯问室 1", WIDTH, HEIGHT)
ROOM = np.full((HEIGHT * 3 // 2, WIDTH), 90, np.uint8)


class Row:
    """A row of pictures, what it wrote, and the clocks that it was shown."""

    def __init__(self, frame_rate=25, *, begins=True, seen_ns=None):
        self.written = []  # milliseconds of the take, whether it is a key, the planes
        self.gaps = []
        self.troubles = []
        self.wall_ns = int(datetime(2026, 11, 22, 6, tzinfo=UTC).timestamp() * 1e9)
        events = PictureEvents(
            on_picture=lambda planes, pts, key: self.written.append((pts / 90, key, planes)),
            on_gap=self._on_gap,
            on_trouble=lambda code, over: self.troubles.append((code, over)),
            on_preview=lambda *_: None,
        )
        shape = PictureShape(WIDTH, HEIGHT, frame_rate)
        self.row = PictureRow(shape, STRIP, T0, 0, events, lambda: self.wall_ns)
        if begins:
            self.row.begin(Picture(frame_of(ROOM), T0), T0)
        else:
            seen = None if seen_ns is None else Picture(frame_of(ROOM), seen_ns)
            self.row.begin(seen, T0)

    def _on_gap(self, t0_ms, t1_ms):
        self.gaps.append((t0_ms, t1_ms))
        self.row.show_gap(t0_ms, t1_ms)

    def give(self, at_ms, *, late_ms=0, planes=None):
        """A picture of `at_ms`, seen `late_ms` later."""
        planes = ROOM + np.uint8(at_ms // 40 % 50) if planes is None else planes
        at_ns = T0 + at_ms * MS
        self.row.take_in(Picture(frame_of(planes), at_ns), at_ns + late_ms * MS)

    def nothing_until(self, now_ms):
        """Nothing comes; the row is asked as its thread would ask it."""
        while (due_ms := (self.row.due_ns - T0) / MS) < now_ms:
            self.row.wait_out(T0 + int(due_ms * MS) + MS)

    @property
    def fragments(self):
        """Lengths in milliseconds, from key to key."""
        keys = [at_ms for at_ms, is_key, _ in self.written if is_key]
        return [after - before for before, after in pairwise(keys)]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=25), st.sampled_from([5, 15, 25, 30]))
def test_a_fragment_lasts_at_most_a_second_however_late_we_are_called(delays, frame_rate):
    """Called late or early, with pictures or without."""
    row, now_ms = Row(frame_rate), 0
    for number, delay_ms in enumerate(delays):
        now_ms += delay_ms
        if number % 3:
            row.give(now_ms)
        else:
            row.row.wait_out(T0 + now_ms * MS)
    row.give(now_ms + 1000)
    assert max(row.fragments, default=0) <= 1000
    times = [at_ms for at_ms, _, _ in row.written]
    assert all(before < after for before, after in pairwise(times))


def test_a_recorder_stopped_for_three_seconds_has_a_gap_and_short_fragments():
    row = Row()
    for at_ms in range(40, 2000, 40):
        row.give(at_ms)
    row.row.wait_out(T0 + 4960 * MS)  # SIGSTOP: nothing of ours ran
    row.give(5000)
    assert row.gaps == [(1960, 5000)]
    assert max(row.fragments) <= 1000
    dark = [planes for at_ms, _, planes in row.written if 2960 < at_ms < 4990]
    assert dark
    assert all(planes[: HEIGHT // 3].mean() < 40 for planes in dark)


def test_a_take_does_not_begin_with_a_picture_of_long_ago():
    row = Row(begins=False, seen_ns=T0 - 1500 * MS)
    assert row.row.is_lost
    row.give(400)
    assert row.written[0][2][: HEIGHT // 3].mean() < 40
    assert row.gaps == [(0, 400)]


def test_missing_pictures_are_counted_by_the_cameras_own_times():
    row = Row()
    for at_ms in range(40, 2000, 40):
        row.give(at_ms, late_ms=at_ms % 70)  # how late they are seen is no matter
    row.give(2140)
    for at_ms in range(2180, 3000, 40):
        row.give(at_ms)
    assert row.gaps == [(2000, 2140)]
    assert row.troubles == []


def test_a_camera_slower_than_asked_misses_nothing():
    row = Row(frame_rate=25)
    for at_ms in range(200, 10_000, 200):
        row.give(at_ms)
    assert row.gaps == []


def test_a_short_hole_is_not_a_gap():
    row = Row()
    for at_ms in range(40, 1000, 40):
        row.give(at_ms)
    row.give(1090)
    assert row.gaps == []


def test_a_gap_is_drawn_into_the_picture_for_two_seconds():
    row = Row()
    for at_ms in range(40, 1000, 40):
        row.give(at_ms)
    row.nothing_until(3260)
    for at_ms in range(3280, 6000, 40):
        row.give(at_ms)
    ((t0_ms, t1_ms),) = row.gaps
    assert (t0_ms, t1_ms) == (960, 3280)
    assert gap_text(t1_ms - t0_ms) == "缺 GAP 00:02.3"
    expected = ROOM.copy()
    STRIP.gap(expected, t1_ms - t0_ms)
    rows = STRIP.rows * 2
    columns = int(np.flatnonzero(expected[0] != 90)[-1]) + 1
    corner = expected[:rows, :columns]
    assert corner.min() == GROUND
    assert corner.max() > INK - 40
    shown = [at_ms for at_ms, _, planes in row.written if (planes[:rows, :columns] == corner).all()]
    assert shown[0] == pytest.approx(t1_ms, abs=1)
    assert shown[-1] == pytest.approx(t1_ms + 2000, abs=250)
    below = row.written[-1][2][rows : HEIGHT - STRIP.rows]
    assert below.std() < 1  # and nothing else is touched


def test_a_camera_that_joins_late_is_dark_until_then_and_the_gap_is_stated():
    row = Row(begins=False)
    row.nothing_until(700)
    assert row.row.is_lost
    assert row.troubles == []  # it is being opened
    row.nothing_until(1400)
    assert row.troubles == [("device_lost", False)]
    row.give(1500)
    assert row.gaps == [(0, 1500)]
    assert row.troubles == [("device_lost", False), ("device_lost", True)]
    assert all(planes[: HEIGHT // 3].mean() < 40 for at_ms, _, planes in row.written[:-1])


def test_a_camera_that_is_there_at_once_leaves_no_gap():
    row = Row(begins=False)
    row.give(60)
    assert row.gaps == []
    assert row.troubles == []


def test_a_picture_of_another_proportion_is_not_stretched():
    square = frame_of(np.full((300, 200), 200, np.uint8))
    planes = planes_within(square, PictureShape(WIDTH, HEIGHT, 25))
    bright = np.flatnonzero(planes[HEIGHT // 2] > 150)
    assert (len(bright), bright[0]) == (HEIGHT, (WIDTH - HEIGHT) // 2)
    assert planes[HEIGHT // 2, 10] == GROUND


@pytest.mark.parametrize(
    ("length_ms", "told"), [(1, "00:00.1"), (1300, "00:01.3"), (59_960, "01:00.0")]
)
def test_a_gaps_length_is_told_in_tenths(length_ms, told):
    assert gap_text(length_ms).endswith(told)


def test_a_wall_clock_stepped_by_an_hour_moves_only_what_is_drawn():
    """L31: time in the record is the monotonic clock's."""
    row = Row()
    for at_ms in range(40, 1000, 40):
        row.give(at_ms)
    row.wall_ns += HOUR_NS
    for at_ms in range(1000, 2000, 40):
        row.give(at_ms)
    row.wall_ns -= 2 * HOUR_NS
    for at_ms in range(2000, 3000, 40):
        row.give(at_ms)
    assert [at_ms for at_ms, _, _ in row.written] == [float(at) for at in range(0, 3000, 40)]
    assert row.gaps == []


def test_a_frozen_and_a_black_picture_are_told_within_three_seconds():
    row = Row()
    for at_ms in range(40, 4000, 40):
        row.give(at_ms)
    still, told_ms = ROOM + 7, None
    for at_ms in range(4000, 8000, 40):
        row.give(at_ms, planes=still)
        if told_ms is None and ("picture_frozen", False) in row.troubles:
            told_ms = at_ms
    assert told_ms is not None
    assert told_ms - 4000 <= 3000
    assert [at_ms for at_ms, _, _ in row.written][-1] == 7960  # recording goes on
    noise, told_ms = np.random.default_rng(3), None
    for at_ms in range(8000, 12_000, 40):
        dark = noise.integers(15, 18, ROOM.shape, np.uint8)
        row.give(at_ms, planes=dark)
        if told_ms is None and ("picture_black", False) in row.troubles:
            told_ms = at_ms
    assert ("picture_frozen", True) in row.troubles
    assert told_ms is not None
    assert told_ms - 8000 <= 3000
