"""The scenes that every contestant hears: two microphones, known words, known moments.

- Built from the demonstration's turns, which the shipped model was not trained on.
- A scene is float32 [2, n] at 16 kHz; channel 0 asks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.fakes import demo_sound
from tests.fakes.demo_sound import RATE, Sound, Spoken


@dataclass(frozen=True)
class Scene:
    """What is heard, and what was said in it."""

    name: str
    language: str
    sound: Sound
    spoken: tuple[Spoken, ...]

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.sound.shape[1] / RATE


def talk(name: str, language: str, rounds: int, *, bleed_db: float | None, gap_s: float) -> Scene:
    """`rounds` times through the demonstration's turns."""
    turns = demo_sound.turns(language) * rounds
    sound, spoken = demo_sound.scene(turns, gap_s=gap_s, noise_dbfs=-55.0, bleed_db=bleed_db)
    return Scene(name, language, sound, tuple(spoken))


def scenes(minutes: float) -> list[Scene]:
    """The standard set: about `minutes` of talk in each."""
    one = talk("", "zh", 1, bleed_db=None, gap_s=0.8).seconds / 60
    rounds = max(1, round(minutes / one))
    return [
        talk("zh, clean", "zh", rounds, bleed_db=None, gap_s=0.8),
        talk("zh, bleed -12 dB", "zh", rounds, bleed_db=-12.0, gap_s=0.8),
        talk("zh, bleed -9 dB, quick", "zh", rounds, bleed_db=-9.0, gap_s=0.3),
        Scene("room noise", "zh", demo_sound.noise(minutes * 60, -50.0), ()),
    ]


def as_pcm(sound: Sound) -> bytes:
    """Interleaved signed 16 bit, little endian."""
    return (np.clip(sound.T, -1, 1) * 32767).astype("<i2").tobytes()
