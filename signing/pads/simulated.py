"""A fingerprint pad and a pen for simulated rooms: real images and strokes of nobody.

- A production room refuses them.
- The images are made new by the AM-FM model of ridges and go through the same quality rules and
  hints as those of a real pad; no image of a real finger is shipped or read.
Source of the model: Larkin and Fletcher, Optics Express 15 (2007) 8667.
"""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import Final

from signing.marks import Fingerprint, Ink, InkPoint, InkStroke
from signing.pads.handwriting import write
from signing.pads.pad import (
    Hint,
    HintSink,
    PadInfo,
    StrokeSink,
    check_cancel,
    refuse_in_production,
)
from signing.pads.quality import rate
from signing.problem import PadProblem

WIDTH: Final = 256
HEIGHT: Final = 288
DPI: Final = 500
RIDGE_PX: Final = 9.0  # from ridge to ridge: half a millimetre
MINUTIAE: Final = 36
TOUCHES: Final = (0.0, 0.42, 1.0)  # how much of the finger lies on the pad, one after another
TOUCH_S: Final = 0.12
INFO: Final = PadInfo("simulated fingerprint pad", "Shilu", "SIM-0001", DPI, simulated=True)
PEN_INFO: Final = PadInfo("simulated pen", "Shilu", "SIM-0002", 0, simulated=True)


class SimulatedFingerprintPad:
    """Gives the print of an invented finger, after a touch that is too light."""

    def __init__(self, *, production: bool, seed: int = 1, finger: int = 0) -> None:
        refuse_in_production(INFO, production=production)
        self._seed = seed
        self._finger = finger
        self._taken = 0
        self._closed = False

    @property
    def info(self) -> PadInfo:
        """What the device is."""
        return INFO

    def capture(self, hint: HintSink, cancel: threading.Event) -> Fingerprint:
        """One good print; see `FingerprintPad.capture`."""
        self._taken += 1
        for touch in TOUCHES:
            if self._closed:
                raise PadProblem("pad_unplugged", pad=INFO.name)
            image = print_of(self._seed, self._finger, touch=touch, taken=self._taken)
            rating = rate(image)
            hint(rating)
            if rating is Hint.GOOD:
                return image
            cancel.wait(TOUCH_S)
            check_cancel(cancel)
        raise PadProblem("capture_timed_out", pad=INFO.name)

    def close(self) -> None:
        """As if it were unplugged."""
        self._closed = True


class SimulatedInkPad:
    """Writes the words it was given as if by hand."""

    def __init__(self, *, production: bool, words: str, font: Path) -> None:
        refuse_in_production(PEN_INFO, production=production)
        self._words = words
        self._font = font
        self._closed = False

    @property
    def info(self) -> PadInfo:
        """What the device is."""
        return PEN_INFO

    def capture(self, stroke: StrokeSink, cancel: threading.Event) -> Ink:
        """The words as ink, at the pace of a hand four times as fast; see `InkPad.capture`."""
        width_um, height_um = 90_000, 30_000
        begun = time.monotonic()
        strokes: list[InkStroke] = []
        for trail in write(self._words, self._font, aspect=width_um / height_um):
            if self._closed:
                raise PadProblem("pad_unplugged", pad=PEN_INFO.name)
            cancel.wait(max(0.0, begun + trail[-1].t_ms / 4000 - time.monotonic()))
            check_cancel(cancel)
            points = tuple(
                InkPoint(
                    x_um=round(p.x * width_um),
                    y_um=round(p.y * height_um),
                    pressure=p.pressure,
                    tilt_x_deg=p.tilt_x_deg,
                    tilt_y_deg=p.tilt_y_deg,
                    device_ms=p.t_ms,
                    offset_ms=p.t_ms,
                )
                for p in trail
            )
            strokes.append(InkStroke(points))
            stroke(strokes[-1])
        return Ink(tuple(strokes), width_um, height_um, PEN_INFO.name, simulated=True)

    def close(self) -> None:
        """As if it were unplugged."""
        self._closed = True


def print_of(seed: int, finger: int = 0, *, touch: float = 1.0, taken: int = 1) -> Fingerprint:
    """The image of an invented finger.

    Args:
        seed: Which invented person.
        finger: Which of their fingers.
        touch: From 0, nothing on the pad, to 1, the whole finger pressed.
        taken: Another capture of the same finger differs in noise and place.
    """
    import numpy as np

    ridges = random.Random(f"{seed}|{finger}")  # noqa: S311 - no secret
    touching = random.Random(f"{seed}|{finger}|{taken}")  # noqa: S311
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    x -= WIDTH / 2 + touching.uniform(-4, 4)
    y -= HEIGHT / 2 + touching.uniform(-4, 4)
    loop = np.hypot(x + 14 * np.tanh(y / 60), y * 0.86 + 30)
    phase = 2 * np.pi * loop / RIDGE_PX
    for _ in range(MINUTIAE):
        mx, my = ridges.uniform(-85, 85), ridges.uniform(-105, 105)
        phase += ridges.choice((-1, 1)) * np.arctan2(y - my, x - mx)
    noise = np.random.default_rng(touching.randrange(1 << 30))
    rough = noise.normal(0, 0.35, (HEIGHT, WIDTH))
    wave = np.sin(phase) + rough
    width, height = 104 * touch + 1e-6, 128 * touch + 1e-6
    edge = np.clip((1 - np.hypot(x / width, y / height)) * 6, 0, 1)
    darkness = np.clip(0.5 + 0.62 * wave, 0, 1) * edge * (touch > 0)
    gray = (248 - 226 * darkness + noise.normal(0, 1.5, (HEIGHT, WIDTH))).clip(0, 255)
    return Fingerprint(
        gray=gray.astype(np.uint8).tobytes(),
        width=WIDTH,
        height=HEIGHT,
        dpi=DPI,
        device=INFO.name,
        serial=INFO.serial,
        simulated=True,
    )
