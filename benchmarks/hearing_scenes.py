"""Scenes for the hearing table: bleeding microphones, rooms where nobody speaks, bad sound.

- Speech is the demonstration's, which the shipped model was never trained on.
- Everything is seeded: two runs hear the same samples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.speech_scenes import Scene
from tests.fakes import demo_sound
from tests.fakes.demo_sound import RATE, Sound

LINES = 40
BLEEDS_DB = (-6.0, -9.0, -12.0, -18.0, -24.0)
TURN_S = 0.8  # between two lines
OVERLAP_S = -0.7  # the other begins before the one ends


def lines(count: int) -> list[dict]:
    """So many of the demonstration's turns, question and answer in turn."""
    turns = demo_sound.turns()
    return [turns[number % len(turns)] for number in range(count)]


def bleeding(count: int = LINES) -> list[Scene]:
    """The same talk at five strengths of the other's voice in one's own microphone."""
    return [
        _talk(f"the other at {bleed_db:.0f} dB", count, bleed_db=bleed_db) for bleed_db in BLEEDS_DB
    ]


def overlapping(count: int = LINES) -> Scene:
    """Everybody begins before the other has ended."""
    return _talk("both at once, the other at -18 dB", count, bleed_db=-18.0, gap_s=OVERLAP_S)


def empty_rooms(minutes: float) -> list[Scene]:
    """Where nobody says anything."""
    seconds = minutes * 60
    return [
        Scene(name, "zh", make(seconds), ())
        for name, make in (
            ("digital silence", lambda s: np.zeros((2, int(s * RATE)), np.float32)),
            ("noise at -50 dBFS", lambda s: demo_sound.noise(s, -50.0)),
            ("noise at -35 dBFS", lambda s: demo_sound.noise(s, -35.0)),
            ("mains hum and its harmonics", _hum),
            ("typing", _typing),
            ("music", _music),
        )
    ]


def bad_sound(count: int) -> list[Scene]:
    """The same talk as it should not be recorded."""
    good = _talk("as it should be", count)
    return [good, *(_made(good, name, change) for name, change in _CHANGES.items())]


def _talk(name: str, count: int, *, bleed_db: float | None = None, gap_s: float = TURN_S) -> Scene:
    sound, spoken = demo_sound.scene(lines(count), gap_s=gap_s, bleed_db=bleed_db)
    return Scene(name, "zh", sound, tuple(spoken))


def _made(scene: Scene, name: str, change: Callable[[Sound], Sound]) -> Scene:
    return Scene(name, scene.language, change(scene.sound).astype(np.float32), scene.spoken)


def _telephone(sound: Sound) -> Sound:
    """300 to 3400 Hz."""
    spectrum = np.fft.rfft(sound, axis=1)
    at = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
    spectrum[:, (at < 300) | (at > 3400)] = 0
    return np.fft.irfft(spectrum, sound.shape[1], axis=1).astype(np.float32)


def _one_dead(sound: Sound) -> Sound:
    """The answering person's microphone gives nothing; the other hears both."""
    mixed = sound[0] + 0.3 * sound[1]
    return np.stack([mixed, np.zeros_like(mixed)])


_CHANGES: dict[str, Callable[[Sound], Sound]] = {
    "clipped 20 dB too loud": lambda sound: np.clip(sound * 10, -0.5, 0.5),
    "20 dB too quiet": lambda sound: sound / 10,
    "through a telephone": _telephone,
    "in noise, 20 dB below": lambda sound: (
        sound + demo_sound.noise(sound.shape[1] / RATE, -45.0)[:, : sound.shape[1]]
    ),
    "one microphone on both channels": lambda sound: np.stack([sound.sum(axis=0)] * 2),
    "the suspect's microphone dead": _one_dead,
}


def _hum(seconds: float) -> Sound:
    at = np.arange(int(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in range(1, 8))
    return (0.03 * np.stack([tone, tone])).astype(np.float32) + demo_sound.noise(seconds, -55.0)


def _typing(seconds: float) -> Sound:
    rng = np.random.default_rng(17)
    sound = demo_sound.noise(seconds, -55.0)
    click = rng.standard_normal(RATE // 50) * np.exp(-np.arange(RATE // 50) / (RATE / 400))
    for start in np.cumsum(rng.uniform(0.08, 0.4, int(seconds * 4))):
        place = int(start * RATE)
        if place + len(click) > sound.shape[1]:
            break
        sound[:, place : place + len(click)] += 0.2 * rng.uniform(0.3, 1.0) * click
    return sound.astype(np.float32)


def _music(seconds: float) -> Sound:
    """Chords of plucked strings, a new one every half second."""
    rng = np.random.default_rng(19)
    sound = demo_sound.noise(seconds, -60.0)
    at = np.arange(RATE // 2) / RATE
    for place in range(0, sound.shape[1] - len(at), len(at)):
        notes = 220 * 2 ** (rng.integers(0, 24, 3) / 12)
        chord = sum(np.sin(2 * np.pi * note * at) * np.exp(-4 * at) for note in notes)
        sound[:, place : place + len(at)] += 0.05 * chord
    return sound.astype(np.float32)
