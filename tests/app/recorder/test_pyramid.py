"""The drawing of the sound shows every click at its place, at every scale, in little memory."""

import numpy as np

from app.recorder.film import Film
from app.recorder.pyramid import BIN_MS, RATE, Pyramid, draw_sound
from tests.app.recorder.test_film_export import write_take


def noise(seconds, at_s=None):
    samples = np.zeros((seconds * RATE, 2), np.float32)
    if at_s is not None:
        samples[int(at_s * RATE), 1] = -0.5
    return samples


def test_a_click_is_seen_at_every_scale():
    pyramid = Pyramid()
    for block in np.array_split(noise(60, 12.34), 77):
        pyramid.add(block)
    assert pyramid.duration_ms == 60_000
    for columns in (6, 60, 600):
        seen = pyramid.look(0, 60_000, columns)
        assert seen[int(12.34 * columns / 60), 1].tolist() == [-64, 0]
        assert np.count_nonzero(seen) == 1
    near = pyramid.look(12_240, 12_440, 20)
    assert near[10, 1, 0] == -64


def test_beyond_the_sound_it_is_flat():
    pyramid = Pyramid()
    pyramid.add(np.full((RATE, 2), 0.5, np.float32))
    seen = pyramid.look(-1000, 3000, 4)
    assert [bool(column.any()) for column in seen] == [False, True, False, False]


def test_a_hole_is_flat_and_what_follows_stays_in_place():
    pyramid = Pyramid()
    pyramid.add(np.full((RATE, 2), 0.5, np.float32))
    pyramid.add_silence_until(3000)
    pyramid.add(np.full((RATE, 2), 0.5, np.float32))
    seen = pyramid.look(0, 4000, 8)
    assert [bool(column.any()) for column in seen[[0, 3, 4, 7]]] == [True, False, False, True]


def test_twelve_hours_stay_small():
    pyramid = Pyramid()
    for _ in range(20):
        pyramid.add(np.zeros((6 * RATE, 2), np.float32))
    assert pyramid.bytes / pyramid.duration_ms * 12 * 3_600_000 < 24 << 20


def test_it_is_drawn_from_a_film(tmp_path):
    pyramid = draw_sound(Film(write_take(tmp_path, 4)).index(), Pyramid())
    assert abs(pyramid.duration_ms - 4000) <= 30
    loud = np.abs(pyramid.look(0, 4000, 400).astype(int))[:, 0].max(axis=1)
    assert abs(int(loud.argmax()) * BIN_MS - 2000) <= 20
