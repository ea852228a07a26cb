"""Says the texts and keeps sound, features and times; run as `python -m demo_model.synthesis`.

- What is said how follows from the seed and the sentence's place in the list alone.
- Always two processes with every second sentence each: eSpeak NG's own noise goes on from one
  sentence to the next, so another split would give other samples.
- Training voices are bent by resampling (pitch, speed and the throat's length together); held-out
  sets are not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import soxr

from demo_model import espeak, features, sentences, words
from demo_model.plan import add_plan
from demo_model.sentences import Text

SPEEDS, PITCHES = (130, 210), (15, 85)
AUDIBLE = 0.005
LEAD, TAIL = 480, 800  # samples kept around what is audible
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Way:
    """How a set is said."""

    voices: tuple[str, ...]
    speeds: tuple[int, ...]
    pitches: tuple[int, ...]
    bent: bool = False


def ways() -> dict[str, Way]:
    """Training and the four held-out ways; each held-out way differs in one thing."""
    voices, out = tuple(espeak.VARIANTS), espeak.KEPT_OUT_VARIANTS
    speeds, pitches = tuple(range(*SPEEDS)), tuple(range(*PITCHES))
    return {
        "training": Way(voices, speeds, pitches, bent=True),
        "sentences": Way(voices, speeds, pitches),
        "voices": Way(out, speeds, pitches),
        "speeds": Way(voices, (115, 120, 220, 225), pitches),
        "pitches": Way(voices, speeds, (2, 7, 92, 97)),
        "free": Way(voices, speeds, pitches),
    }


def held_out_texts(name: str) -> list[Text]:
    """The sentences of a held-out set: 100 Chinese and 50 English; `free` has fewer."""
    if name == "free":
        free = words.FREE
        return [(language, text) for language in free for text in free[language]]
    seed = 10 + list(ways()).index(name)
    return sentences.kept_out(100, "zh", seed) + sentences.kept_out(50, "en", seed)


def say(job: tuple[int, Text, Way, int], speaker: espeak.Speaker) -> dict[str, object]:
    """Say one text; its samples are int16 at 16 kHz and its times in seconds from their begin."""
    index, (language, text), way, seed = job
    random = Random(f"{seed} {index}")
    variant = random.choice(way.voices)
    voice = random.choice(espeak.BASE[language]) + (f"+{variant}" if variant else "")
    speed, pitch = random.choice(way.speeds), random.choice(way.pitches)
    bend = random.uniform(0.9, 1.1) if way.bent and random.random() < 0.6 else 1.0
    said = speaker.say(text, voice, speed, pitch)
    ratio = Fraction(bend).limit_denominator(100)
    sound = said.samples.astype(np.float32) / 32768
    sound = soxr.resample(sound, espeak.RATE * ratio.numerator, features.RATE * ratio.denominator)
    heard = np.flatnonzero(np.abs(sound) > AUDIBLE)
    begin = max(0, int(heard[0]) - LEAD)
    sound = sound[begin : int(heard[-1]) + TAIL]
    sound = sound / np.sqrt(np.mean(sound**2)) * 10 ** (features.LEVEL_DBFS / 20)
    scale, offset = 1 / float(ratio), begin / features.RATE
    return {
        "language": language,
        "text": text,
        "voice": voice,
        "speed": speed,
        "pitch": pitch,
        "words": [
            (p, round(a * scale - offset, 3), round(b * scale - offset, 3))
            for p, a, b in said.words
        ],
        "sounds": [(name, round(t * scale - offset, 3)) for name, t in said.sounds],
        "samples": (sound * 32767).clip(-32767, 32767).astype(np.int16),
    }


def _share(task: tuple[list[tuple[int, Text, Way, int]], Path, bool]) -> None:
    jobs, path, keep_sound = task
    speaker, told, at = espeak.Speaker(), [], 0
    with path.with_suffix(".bin").open("wb") as file:
        for job in jobs:
            one = say(job, speaker)
            samples = one.pop("samples")
            assert isinstance(samples, np.ndarray)
            kept = samples
            if not keep_sound:
                kept = features.log_power(samples.astype(np.float32) / 32768).astype(np.float16)
            file.write(kept.tobytes())
            told.append({**one, "at": at, "length": len(kept)})
            at += len(kept)
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def make(folder: Path, name: str, texts: list[Text], seed: int, *, keep_sound: bool) -> None:
    """Write `<name>-<share>.bin` (int16 sound, or float16 features) and `.json` for each share."""
    folder.mkdir(parents=True, exist_ok=True)
    way = ways()[name]
    jobs = [(index, text, way, seed) for index, text in enumerate(texts)]
    tasks = [
        (jobs[share::PROCESSES], folder / f"{name}-{share}", keep_sound)
        for share in range(PROCESSES)
    ]
    # Not a pool: each share has its own library from its first sentence on.
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_share, args=(task,)) for task in tasks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise OSError("a synthesis process failed")


def main() -> None:
    """Make everything the training and the figures need."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("folder", type=Path)
    add_plan(asked)
    given = asked.parse_args()
    for name in ways():
        if name == "training" or (given.folder / f"{name}-1.json").exists():
            continue
        make(given.folder, name, held_out_texts(name), seed=3, keep_sound=True)
    if not (given.folder / "training-1.json").exists():
        texts = sentences.training(given.texts)
        make(given.folder, "training", texts, seed=4, keep_sound=False)
        print("texts", len(texts), sentences.digest(texts))


if __name__ == "__main__":
    main()
