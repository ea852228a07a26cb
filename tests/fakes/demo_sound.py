"""The demonstration's turns as sound: scenes with two microphones, with or without bleed."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from app.demo.script import character_errors
from app.paths import RESOURCES

RATE = 16_000
LARGEST_ERROR = 0.3  # a small model rounds otherwise on another processor, and mishears otherwise
DEMO = RESOURCES / "demo"
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spoken:
    """One turn as it lies in a scene."""

    channel: int
    text: str
    t0_ms: int
    t1_ms: int


def as_said(heard: Iterable[str], said: Iterable[str]) -> bool:
    """Whether these are those lines, but for some misheard characters."""
    pairs = list(zip_longest(heard, said))
    return all(
        None not in pair and wrong <= LARGEST_ERROR * length
        for pair in pairs
        for wrong, length in [character_errors(pair[1] or "", pair[0] or "")]
    )


def turns(language: str = "zh") -> list[dict]:
    script = json.loads((DEMO / "script.json").read_text(encoding="utf-8"))
    return [turn for turn in script["turns"] if turn["language"] == language]


def sound_of(turn: dict) -> Sound:
    with wave.open(str(DEMO / turn["file"])) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return samples.astype(np.float32) / 32768


def noise(seconds: float, dbfs: float, channels: int = 2) -> Sound:
    rng = np.random.default_rng(7)
    shape = (channels, int(seconds * RATE))
    return (rng.standard_normal(shape) * 10 ** (dbfs / 20)).astype(np.float32)


def scene(
    told: list[dict],
    *,
    gap_s: float = 0.8,
    lead_s: float = 1.0,
    noise_dbfs: float = -55.0,
    bleed_db: float | None = None,
) -> tuple[Sound, list[Spoken]]:
    """The turns one after the other, each in its own person's channel: float32 [2, n]."""
    spoken: list[Spoken] = []
    place = int(lead_s * RATE)
    placed: list[tuple[int, int, Sound]] = []
    for turn in told:
        sound = sound_of(turn)
        channel = 0 if turn["role"] == "investigator" else 1
        t0_ms = place * 1000 // RATE
        spoken.append(Spoken(channel, turn["text"], t0_ms, t0_ms + len(sound) * 1000 // RATE))
        placed.append((channel, place, sound))
        place += len(sound) + int(gap_s * RATE)
    end = max([place, *(at + len(sound) for _, at, sound in placed)])  # the gap may be an overlap
    clean = np.zeros((2, end + RATE // 2), np.float32)
    for channel, at, sound in placed:
        clean[channel, at : at + len(sound)] += sound
    heard = clean.copy()
    if bleed_db is not None:
        heard += 10 ** (bleed_db / 20) * np.stack([_reflected(clean[1]), _reflected(clean[0])])
    return heard + noise(heard.shape[1] / RATE, noise_dbfs)[:, : heard.shape[1]], spoken


def _reflected(sound: Sound) -> Sound:
    """As it comes across a table: 6 ms late, with early reflections."""
    rng = np.random.default_rng(11)
    out = np.zeros_like(sound)
    paths = [
        (96, 1.0),
        *(
            (96 + int(d), g)
            for d, g in zip(rng.integers(20, 1400, 12), rng.uniform(-0.25, 0.25, 12), strict=True)
        ),
    ]
    for delay, gain in paths:
        out[delay:] += np.float32(gain) * sound[:-delay]
    return out
