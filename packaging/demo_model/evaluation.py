"""The model's figures on what it never saw; run as `python -m demo_model.evaluation`.

- The engine is Shilu's own (`speech.whisper`), one thread, asked as an interrogation asks.
- Each set differs from training in one thing, and its sentences are never training sentences.
- Errors are counted in characters without punctuation, per language, beside their counts.
- Ships nothing and changes nothing: prints the figures and writes them as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from app.demo.script import DEMO, character_errors, read_script
from demo_model.sentences import bare
from speech import models
from speech.engine import RATE, Ask, Sound
from speech.whisper import WhisperEngine, load

SETS = ("sentences", "voices", "speeds", "pitches", "free")
BEFORE_S, AFTER_S = 0.5, 0.2  # as the utterances of a take are cut
IN_A_WINDOW = 3
SILENCES_DBFS = (None, -70.0, -50.0, -35.0)


@dataclass(frozen=True, slots=True)
class Said:
    """One spoken sentence and its words' times in seconds."""

    language: str
    text: str
    sound: Sound
    words: tuple[tuple[int, float, float], ...] = ()


def said_in(corpus: Path, name: str) -> list[Said]:
    """A held-out set."""
    found = []
    for file in sorted(corpus.glob(f"{name}-?.json")):
        samples = np.fromfile(file.with_suffix(".bin"), np.int16).astype(np.float32) / 32768
        for one in json.loads(file.read_text(encoding="utf-8")):
            sound = samples[one["at"] : one["at"] + one["length"]]
            words = tuple((p, a, b) for p, a, b in one["words"])
            found.append(Said(one["language"], one["text"], sound, words))
    return found


def said_in_the_demo() -> list[Said]:
    """The demonstration's own lines."""
    found = []
    for turn in read_script().turns:
        with wave.open(str(DEMO / turn.file)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        found.append(Said(turn.language, turn.text, samples.astype(np.float32) / 32768))
    return found


def cut_off(said: list[Said], seed: int = 6) -> Iterator[Said]:
    """Sentences broken off after a word drawn at random; the last one is never drawn."""
    random = Random(seed)
    for one in said:
        if len(one.words) > 2:
            place = random.randrange(1, len(one.words) - 1)
            end = one.words[place + 1][0]
            yield Said(one.language, one.text[:end], one.sound[: int(one.words[place][2] * RATE)])


def several(said: list[Said]) -> Iterator[Said]:
    """Three sentences of one language in one window, 0.5 s apart."""
    pause = np.zeros(RATE // 2, np.float32)
    for language in ("zh", "en"):
        alike = [one for one in said if one.language == language]
        for begin in range(0, len(alike) - IN_A_WINDOW + 1, IN_A_WINDOW):
            group = alike[begin : begin + IN_A_WINDOW]
            sound = np.concatenate([part for one in group for part in (one.sound, pause)])
            yield Said(language, " ".join(one.text for one in group), sound)


def framed(sound: Sound, after_s: float = AFTER_S) -> Sound:
    """The sound with the silence an utterance has around it."""
    return np.pad(sound, (int(BEFORE_S * RATE), int(after_s * RATE)))


Frame = Callable[[Sound], Sound]


def broken_off(sound: Sound) -> Sound:
    """A sound with nothing after it."""
    return framed(sound, 0.0)


def figures(
    engine: WhisperEngine, said: list[Said], *, whole: bool = True, frame: Frame = framed
) -> dict[str, object]:
    """Counts and error rates per language, and engine seconds per second of sound."""
    counts = {name: [0, 0, 0, 0] for name in ("zh", "en")}
    sound_s = 0.0
    begun = time.process_time()
    wrong_lines = []
    for one in said:
        sound = frame(one.sound)
        sound_s += len(sound) / RATE
        answer = engine.hear(sound, Ask(language=one.language, whole_window=whole))
        wrong, length = character_errors(one.text, answer.text)
        right = int(bare(one.text) == bare(answer.text))
        for place, value in enumerate((1, length, wrong, right)):
            counts[one.language][place] += value
        if wrong:
            wrong_lines.append(f"{one.text} → {answer.text}")
    spent = time.process_time() - begun
    told: dict[str, object] = {
        name: {
            "sentences": n,
            "characters": length,
            "errors": wrong,
            "error_rate": round(wrong / length, 4),
            "sentences_right": right,
        }
        for name, (n, length, wrong, right) in counts.items()
        if n
    }
    return {**told, "real_time_factor": round(spent / sound_s, 4), "wrong": wrong_lines[:12]}


def silence(engine: WhisperEngine, seed: int = 7) -> dict[str, str]:
    """What the engine makes of 5 s without speech, at several levels; nothing is right."""
    random = np.random.default_rng(seed)
    heard = {}
    for level in SILENCES_DBFS:
        for language in ("zh", "en"):
            gain = 0.0 if level is None else 10 ** (level / 20)
            noise = (random.standard_normal(5 * RATE) * gain).astype(np.float32)
            answer = engine.hear(noise, Ask(language=language))
            heard[f"{language} {'digital silence' if level is None else level}"] = answer.text
    return heard


def word_times(engine: WhisperEngine, said: list[Said]) -> dict[str, object]:
    """Median distance of a Chinese character's told begin from its true one, of right lines."""
    apart = []
    for one in said:
        if one.language != "zh":
            continue
        answer = engine.hear(framed(one.sound), Ask(language="zh"))
        told = [word for word in answer.words if bare(word.text)]
        if bare(answer.text) == bare(one.text) and len(told) == len(one.words):
            apart += [
                abs(word.t0_ms / 1000 - BEFORE_S - begin)
                for word, (_, begin, _) in zip(told, one.words, strict=True)
            ]
    if not apart:
        return {"characters": 0}
    return {
        "characters": len(apart),
        "median_s": round(float(np.median(apart)), 3),
        "p95_s": round(float(np.quantile(apart, 0.95)), 3),
    }


def evaluate(folder: Path, corpus: Path, every: int = 1) -> dict[str, object]:
    """All figures of a model folder."""
    engine = load(models.inspect(folder), "cpu")
    sets = {name: said_in(corpus, name)[::every] for name in SETS}
    told: dict[str, object] = {"digest": engine.digest}
    for name, said in sets.items():
        told[name] = figures(engine, said)
    told["demo"] = figures(engine, said_in_the_demo())
    known = sets["sentences"]
    told["trimmed windows"] = figures(engine, known, whole=False)
    told["cut off"] = figures(engine, list(cut_off(known)), frame=broken_off)
    told["several in a window"] = figures(engine, list(several(known)))
    told["silence"] = silence(engine)
    told["word times"] = word_times(engine, known)
    return told


def main() -> None:
    """Print a model's figures and write them beside the corpus."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("model", type=Path)
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--every", type=int, default=1, help="of the held-out sentences")
    given = asked.parse_args()
    told = evaluate(given.model, given.corpus, given.every)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    print(text)
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
