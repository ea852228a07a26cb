"""Sound and picture stay together though neither device's clock is ours."""

import pytest

from app.recorder.camera import SenderClock
from app.recorder.card_clock import CardClock
from tests.app.recorder.skew import BUSY_EVERY_S, BUSY_S, CLAP_EVERY_S, Lateness, simulate

LIMIT_MS = 40
HOURS = 12


@pytest.mark.parametrize(("card_ppm", "camera_ppm"), [(100, -100), (-100, 100)])
def test_sound_and_picture_of_one_clap_stay_together(card_ppm, camera_ppm):
    """The real rows; `make skew` runs the same for twelve hours."""
    skew = simulate(100, card_ppm, camera_ppm)
    assert len(skew.apart_ms()) >= 100 // CLAP_EVERY_S - 7
    assert skew.worst_ms <= LIMIT_MS
    assert skew.gaps == []


@pytest.mark.parametrize("ppm", [100, -100])
def test_neither_clock_is_followed_wrongly_in_twelve_hours(ppm):
    """Each device's times against the truth, two deliveries a second, for the whole length."""
    card, camera = CardClock(48_000), SenderClock()
    rate, apart_ms = 1 + ppm * 1e-6, []
    late_sound, late_picture = Lateness(1, 0.004), Lateness(2, 0.004)
    for number in range(HOURS * 3600 * 2):
        at_s = number / 2 / rate
        told_ns = int(late_sound.after(at_s) * 1e9)
        sound_s = card.place(told_ns, 24_000) / 1e9 - at_s
        arrival_ns = int(late_picture.after(at_s) * 1e9)
        picture_s = camera.place(number / 2, arrival_ns) / 1e9 - at_s
        is_busy = (at_s - BUSY_EVERY_S / 2) % BUSY_EVERY_S < BUSY_S
        if at_s > 300 and not is_busy:
            apart_ms.append(1000 * (sound_s - picture_s))
    assert max(apart_ms) <= LIMIT_MS
    assert min(apart_ms) >= -LIMIT_MS
