"""How far sound and picture drift apart when neither device's clock is ours, on simulated time.

- The real rows of sound and picture are used; only clocks, microphone and camera are simulated.
- Every ten seconds the simulated room claps: a click in the sound and one white picture. Where the
  two stand in the film, against when they were, is what is told.
- Deliveries jitter and a busy machine holds them all back for a third of a second now and then.

`python -m tests.app.recorder.skew [HOURS]` prints a table; `make skew` does so for twelve hours.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field

import numpy as np

from app.recorder.camera import SenderClock
from app.recorder.capture import Picture, SoundBlock
from app.recorder.encoder import PictureShape
from app.recorder.meter import Meter
from app.recorder.overlay import Strip, frame_of
from app.recorder.picture_row import PictureEvents, PictureRow
from app.recorder.sound_row import SoundRow
from app.recorder.stretcher import RATE

BLOCK = 960
SIDE = 64
FRAME_RATE = 25
CLAP_EVERY_S = 10
BUSY_EVERY_S = 30.0
BUSY_S = 0.3
SETTLED_S = 60.0  # until the clocks are followed
DARK = frame_of(np.full((SIDE * 3 // 2, SIDE), 60, np.uint8))
WHITE = frame_of(np.full((SIDE * 3 // 2, SIDE), 200, np.uint8))
STRIP = Strip("x", SIDE, SIDE)


@dataclass(slots=True)
class Skew:
    """What became of the claps; seconds of the film, by number of the clap."""

    heard_s: dict[int, float] = field(default_factory=dict)
    seen_s: dict[int, float] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def apart_ms(self) -> list[float]:
        """Sound after picture, of each clap once the clocks are followed."""
        both = sorted(self.heard_s.keys() & self.seen_s.keys())
        return [
            1000 * (self.heard_s[clap] - self.seen_s[clap])
            for clap in both
            if clap * CLAP_EVERY_S >= SETTLED_S
        ]

    @property
    def worst_ms(self) -> float:
        """The furthest apart, either way."""
        return max(map(abs, self.apart_ms()))


class Lateness:
    """How late a delivery is: some jitter, and nothing at all while the machine is busy."""

    def __init__(self, seed: int, mean_s: float) -> None:
        self._chance = random.Random(seed)
        self._mean_s = mean_s

    def after(self, at_s: float) -> float:
        """When something of `at_s` arrives."""
        arrival_s = at_s + min(0.05, self._chance.expovariate(1 / self._mean_s))
        into_s = (arrival_s - BUSY_EVERY_S / 2) % BUSY_EVERY_S
        return arrival_s + (BUSY_S - into_s if into_s < BUSY_S else 0.0)


def simulate(seconds: int, card_ppm: float, camera_ppm: float) -> Skew:
    """A take of so many seconds; a positive rate is a device whose clock runs fast."""
    skew = Skew()
    _hear(skew, seconds, 1 + card_ppm * 1e-6)
    _see(skew, seconds, 1 + camera_ppm * 1e-6)
    return skew


def _hear(skew: Skew, seconds: int, rate: float) -> None:
    given = 0

    def take(samples: np.ndarray) -> None:
        nonlocal given
        loud = int(np.argmax(samples[0]))
        if samples[0, loud] > 0.3:
            at_s = (given + loud) / RATE
            skew.heard_s.setdefault(round(at_s / CLAP_EVERY_S), at_s)
        given += samples.shape[1]

    row = SoundRow(0, take, lambda *gap: skew.gaps.append(gap), Meter(_nobody, _nobody))
    late = Lateness(1, 0.004)
    still = np.ones((BLOCK, 2), np.int16)
    clap = 0
    for number in range(int(seconds * RATE * rate) // BLOCK):
        first = number * BLOCK
        block, at = still, round(clap * CLAP_EVERY_S * RATE * rate) - first
        if 0 <= at < BLOCK:
            block = still.copy()
            block[at : at + 8] = 30_000
            clap += 1
        end_s = (first + BLOCK) / RATE / rate
        arrival_s = late.after(end_s)
        told_s = arrival_s - BLOCK / RATE
        row.take_in(SoundBlock(block, int(told_s * 1e9)), int(arrival_s * 1e9))
    row.end()


def _see(skew: Skew, seconds: int, rate: float) -> None:
    def take(planes: np.ndarray, pts: int, is_key: bool) -> None:
        if planes[0, 0] == 200:
            skew.seen_s.setdefault(round(pts / 90_000 / CLAP_EVERY_S), pts / 90_000)

    def gap(*told: int) -> None:
        skew.gaps.append(told)

    events = PictureEvents(take, gap, _nobody, _nobody)
    row = PictureRow(PictureShape(SIDE, SIDE, FRAME_RATE), STRIP, 0, 0, events, lambda: 0)
    row.begin(Picture(DARK, 0), 0)
    late, clock = Lateness(2, 0.004), SenderClock()
    before_s, clap = 0.0, 1
    for number in range(1, int(seconds * FRAME_RATE * rate)):
        at_s = number / FRAME_RATE / rate
        arrival_s = max(before_s, late.after(at_s))
        before_s = arrival_s
        # A picture shows what was when it was taken; it claps in the first one after the clap.
        frame, is_clap = DARK, at_s >= clap * CLAP_EVERY_S
        if is_clap:
            frame, off_s = WHITE, at_s - clap * CLAP_EVERY_S
        placed_ns = clock.place(number / FRAME_RATE, int(arrival_s * 1e9))
        row.take_in(Picture(frame, placed_ns), int(arrival_s * 1e9))
        if is_clap:
            if clap in skew.seen_s:
                skew.seen_s[clap] -= off_s
            clap += 1
    row.end()


def _nobody(*_: object) -> None:
    """Not of interest here."""


def main() -> None:
    """Print the figures."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 12
    out = sys.stdout
    out.write(f"sound against picture over {hours:g} h of simulated time\n")
    out.write("card ppm  camera ppm  claps  least ms  most ms  gaps\n")
    for card, camera in ((100, -100), (-100, 100)):
        skew = simulate(int(hours * 3600), card, camera)
        told = skew.apart_ms()
        out.write(
            f"{card:8d}  {camera:10d}  {len(told):5d}  {min(told):8.1f}  {max(told):7.1f}"
            f"  {len(skew.gaps):4d}\n"
        )
        out.flush()


if __name__ == "__main__":
    main()
