"""Training batches: utterances put into windows, with noise, levels, cuts and neighbours.

- A batch follows from seed, process and step alone, so a run goes on exactly where it stopped.
- Noise and level are put in before the window is normalised, as a microphone would.
- Cut-off sentences carry the text that was wholly said; windows may hold several sentences, or
  nothing but noise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from demo_model import features, tokens
from demo_model.tokens import Compact

PLACES_IN_BATCH = 4400  # of 20 ms, over all windows of a batch
NOISE_S = 30
DRAWN = 24  # padding places that stand for all
PLACES_PER_S = 50
IGNORED = -100

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence: frames (log power), tokens with their times in mel frames, label per frame."""

    language: str
    frames: npt.NDArray[np.float16]
    tokens: list[int]
    spans: list[tuple[int, int]]  # mel frames; equal ends for what is not said
    sounds: Labels
    said: Labels  # token per frame; the number of texts where none is


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of one step; `spans` holds the begin and end place of each target token, or -1."""

    frames: npt.NDArray[np.float32]
    inputs: Ints
    targets: Ints
    spans: Ints
    sounds: Ints
    said: Ints
    padding: Ints
    each: float


class Corpus:
    """The training utterances, mapped from disk, shortest first."""

    def __init__(
        self, folder: Path, compact: Compact, sounds: list[str], most: int | None = None
    ) -> None:
        self.compact = compact
        self._sound_place = {name: place for place, name in enumerate(sounds)}
        self.utterances: list[Utterance] = []
        for told_file in sorted(folder.glob("training-*.json")):
            mapped = np.memmap(told_file.with_suffix(".bin"), np.float16, "r")
            frames = mapped.reshape(-1, features.BANDS)
            for one in json.loads(told_file.read_text(encoding="utf-8"))[:most]:
                part = frames[one["at"] : one["at"] + one["length"]]
                self.utterances.append(self._utterance(one, part))
        self.utterances.sort(key=_length)

    def _utterance(self, one: dict, frames: npt.NDArray[np.float16]) -> Utterance:  # type: ignore[type-arg]
        places, ranges = self.compact.encode(one["language"], one["text"])
        spans = _spans(one["words"], ranges, one["text"], len(frames))
        said = np.full(len(frames), self.compact.texts, np.int16)
        for place, (begin, end) in zip(places, spans, strict=True):
            said[begin:end] = place
        sounds = np.zeros(len(frames), np.int16)
        last = 0
        for name, time_s in one["sounds"]:
            if name != "_|":  # the end of a word belongs to its last sound
                last = self._sound_place[name]
            sounds[max(0, round(time_s * features.FRAMES_PER_S)) :] = last
        return Utterance(one["language"], frames, places, spans, sounds, said)


def sound_names(folder: Path) -> list[str]:
    """All sounds of the corpus; silence first."""
    names: set[str] = set()
    for told_file in sorted(folder.glob("training-*.json")):
        for one in json.loads(told_file.read_text(encoding="utf-8")):
            names.update(name for name, _ in one["sounds"])
    return ["_", *sorted(names - {"_", "_|"})]


def _length(utterance: Utterance) -> int:
    return len(utterance.frames)


def _spans(
    said: list[tuple[int, float, float]], ranges: list[tuple[int, int]], text: str, length: int
) -> list[tuple[int, int]]:
    """Begin and end frame of each token, from the times of the words that hold it."""
    at = np.full((len(text) + 1, 2), -1.0)
    places = [place for place, _, _ in said] + [len(text)]
    for (place, begin, end), following in zip(said, places[1:], strict=True):
        letters = [i for i in range(place, following) if text[i].isalnum() or text[i] == "'"]
        step = (end - begin) / max(1, len(letters))
        for count, letter in enumerate(letters):
            at[letter] = (begin + count * step, begin + (count + 1) * step)
    spans, last = [], 0
    for begin_at, end_at in ranges:
        told = at[begin_at:end_at]
        told = told[told[:, 0] > -1.0]
        if len(told):
            begin, end = (round(x * features.FRAMES_PER_S) for x in (told[0, 0], told[-1, 1]))
            last = min(length, max(begin, end, 0))
            spans.append((min(length, max(0, begin)), last))
        else:
            spans.append((last, last))
    return spans


def noise_bank(seed: int) -> npt.NDArray[np.float32]:
    """Log power of white, pink and brown noise at the speech's level; kinds x frames x 80."""
    random = np.random.default_rng(seed)
    count = NOISE_S * features.RATE
    kinds = []
    for slope in (0.0, 0.5, 1.0):
        spectrum = np.fft.rfft(random.standard_normal(count))
        spectrum[1:] /= np.arange(1, len(spectrum)) ** slope
        sound = np.fft.irfft(spectrum)
        sound *= 10 ** (features.LEVEL_DBFS / 20) / np.sqrt(np.mean(sound**2))
        kinds.append(features.log_power(sound.astype(np.float32)))
    return np.stack(kinds)


class Mixer:
    """Draws batches from a corpus."""

    def __init__(self, corpus: Corpus, seed: int, process: int) -> None:
        self._corpus = corpus
        self._texts = corpus.compact.texts
        self._seed = (seed, process)
        self._noise = noise_bank(seed)
        self._by_language = {
            language: [u for u in corpus.utterances if u.language == language]
            for language in tokens.LANGUAGE
        }

    def batch(self, step: int) -> Batch:
        """The batch of one step."""
        random = np.random.default_rng((*self._seed, step))
        several = random.random() < 0.1
        groups = self._several(random) if several else self._alike(random)
        early, late = random.random(2) < 0.35
        windows = []
        for group in groups:
            lead = random.uniform(0.15, 0.7) if early else random.uniform(0, 0.15)
            tail = random.uniform(0.3, 0.9) if late else random.uniform(0.03, 0.3)
            if random.random() < 0.03:
                windows.append(self._nothing(random, len(group[0].frames)))
            elif not several and random.random() < 0.12:
                windows.append(self.cut_off(random, group[0], lead))
            else:
                windows.append(self._window(random, group, lead, tail))
        return self._joined(random, windows)

    def _alike(self, random: np.random.Generator) -> list[list[Utterance]]:
        every = self._corpus.utterances
        middle = int(random.integers(len(every)))
        low, high = max(0, middle - 300), min(len(every), middle + 300)
        places = len(every[high - 1].frames) // 2 + 20 + DRAWN
        chosen = random.choice(high - low, max(4, PLACES_IN_BATCH // places), replace=False)
        return [[every[low + int(one)]] for one in chosen]

    def _several(self, random: np.random.Generator) -> list[list[Utterance]]:
        longest = (600, 900, 1500, 2700)[int(random.choice(4, p=(0.4, 0.4, 0.15, 0.05)))]
        groups = []
        for _ in range(max(2, PLACES_IN_BATCH * 2 // (longest + 100))):
            language = "en" if random.random() < 0.3 else "zh"
            every, room = self._by_language[language], longest
            group: list[Utterance] = []
            while len(group) < 8:
                one = every[int(random.integers(len(every)))]
                room -= len(one.frames) + 50
                if room < 0 and group:
                    break
                group.append(one)
            groups.append(group)
        return groups

    def _window(
        self, random: np.random.Generator, group: list[Utterance], lead: float, tail: float
    ) -> dict:  # type: ignore[type-arg]
        gaps = [round(lead * 100)]
        gaps += [int(random.integers(15, 90)) for _ in group[1:]] + [round(tail * 100)]
        length = sum(gaps) + sum(len(one.frames) for one in group)
        window = self._empty(length)
        timed = random.random() < 0.25
        language = tokens.LANGUAGE[group[0].language]
        ids = [tokens.START, language, tokens.TRANSCRIBE] + ([] if timed else [tokens.NO_TIMES])
        inputs = [self._corpus.compact.place[id_] for id_ in ids]
        targets, spans = [inputs[1], *[IGNORED] * (len(inputs) - 2)], [(-1, -1)] * (len(inputs) - 1)
        told: list[tuple[int, tuple[int, int]]] = []
        at = 0
        for gap, one in zip(gaps, group, strict=False):
            at += gap
            end = at + len(one.frames)
            window["log"][at:end] = one.frames
            window["sounds"][at:end], window["said"][at:end] = one.sounds, one.said
            moved = [
                (t, (a + at, b + at) if b > a else (-1, -1))
                for t, (a, b) in zip(one.tokens, one.spans, strict=True)
            ]
            if timed:
                moved = [(self._time(at), (-1, -1)), *moved, (self._time(end), (-1, -1))]
            told += moved
            at = end
        self._tell(window, inputs, targets, spans, told)
        window["log"] = self._heard(random, window["log"])
        return window

    def cut_off(self, random: np.random.Generator, one: Utterance, lead: float) -> dict:  # type: ignore[type-arg]
        """The sentence broken off inside or just after a word."""
        ends = [place for place, (a, b) in enumerate(one.spans) if b > a]
        keep = ends[int(random.integers(len(ends)))]
        following = next((b for a, b in one.spans[keep + 1 :] if b > a), len(one.frames))
        end = one.spans[keep][1]
        end = min(end + int(random.integers(0, 6)), (end + following) // 2 + 1, len(one.frames))
        part = Utterance(
            one.language,
            one.frames[:end],
            one.tokens[: keep + 1],
            one.spans[: keep + 1],
            one.sounds[:end],
            one.said[:end],
        )
        return self._window(random, [part], lead, 0.0)

    def _nothing(self, random: np.random.Generator, length: int) -> dict:  # type: ignore[type-arg]
        """Noise or silence: no speech is told at the start, and the end right after the notes."""
        window = self._empty(length)
        place = self._corpus.compact.place
        language = list(tokens.LANGUAGE.values())[int(random.integers(2))]
        ids = [tokens.START, language, tokens.TRANSCRIBE, tokens.NO_TIMES]
        window["inputs"] = [place[id_] for id_ in ids]
        window["targets"] = [place[tokens.NO_SPEECH], IGNORED, IGNORED, place[tokens.END]]
        window["spans"] = [(-1, -1)] * 4
        window["log"] = self._heard(random, window["log"])
        return window

    def _empty(self, length: int) -> dict:  # type: ignore[type-arg]
        return {
            "log": np.full((length, features.BANDS), features.FLOOR, np.float32),
            "sounds": np.zeros(length, np.int16),
            "said": np.full(length, self._texts, np.int16),
        }

    def _tell(
        self,
        window: dict,  # type: ignore[type-arg]
        inputs: list[int],
        targets: list[int],
        spans: list[tuple[int, int]],
        told: list[tuple[int, tuple[int, int]]],
    ) -> None:
        window["inputs"] = inputs + [token for token, _ in told]
        window["targets"] = targets + [token for token, _ in told] + [self._corpus.compact.end]
        window["spans"] = spans + [span for _, span in told] + [(-1, -1)]

    def _time(self, frame: int) -> int:
        return self._corpus.compact.place[tokens.FIRST_TIME + min(tokens.TIMES - 1, frame // 2)]

    def _heard(
        self, random: np.random.Generator, log: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Room, noise and level; then what the engine's encoder would be given."""
        across = np.linspace(-1, 1, features.BANDS, dtype=np.float32)
        log = log + across * np.float32(random.uniform(-0.4, 0.4))
        log += np.cos(across * random.uniform(1, 6) + random.uniform(0, 6)) * random.uniform(0, 0.2)
        if random.random() < 0.75:
            kind = self._noise[int(random.integers(len(self._noise)))]
            begin = int(random.integers(len(kind) - len(log))) if len(log) < len(kind) else 0
            noise = np.resize(kind[begin : begin + len(log)], log.shape)
            below = np.float32(random.uniform(1.0, 5.0))  # 10 to 50 dB
            log = np.maximum(log, noise - below) + np.log10(1 + 10 ** -np.abs(log - noise + below))
        log = np.maximum(log + random.uniform(-1.4, 0.8), features.FLOOR)
        heard = features.normalised(log.astype(np.float32))
        if random.random() < 0.4:
            self._masked(random, heard)
        return heard

    @staticmethod
    def _masked(random: np.random.Generator, heard: npt.NDArray[np.float32]) -> None:
        for _ in range(2):
            width, mean = int(random.integers(0, 10)), heard.mean()
            begin = int(random.integers(features.BANDS - width))
            heard[:, begin : begin + width] = mean
            width = min(int(random.integers(0, 8)), len(heard) // 10)
            begin = int(random.integers(len(heard) - width))
            heard[begin : begin + width] = mean

    def _joined(self, random: np.random.Generator, windows: list[dict]) -> Batch:  # type: ignore[type-arg]
        count, end = len(windows), self._corpus.compact.end
        places = (max(len(one["log"]) for one in windows) + 1) // 2 + int(random.integers(0, 4))
        longest = max(len(one["inputs"]) for one in windows)
        frames = np.zeros((count, features.BANDS, places * 2), np.float32)
        sounds = np.zeros((count, places), np.int64)
        said = np.full((count, places), self._texts)
        inputs = np.full((count, longest), end)
        targets = np.full((count, longest), IGNORED)
        spans = np.full((count, longest, 2), -1)
        for row, one in enumerate(windows):
            length, told = len(one["log"]), len(one["inputs"])
            frames[row, :, :length] = one["log"].T
            half = len(one["sounds"][::2])
            sounds[row, :half], said[row, :half] = one["sounds"][::2], one["said"][::2]
            inputs[row, :told], targets[row, :told] = one["inputs"], one["targets"]
            spans[row, :told] = np.array(one["spans"]) // 2
        padding, each = self._padding(random, places)
        return Batch(frames, inputs, targets, spans, sounds, said, padding, each)

    @staticmethod
    def _padding(random: np.random.Generator, places: int) -> tuple[Ints, float]:
        """Places of the window's zeros after the batch, a few for all; often the whole 30 s."""
        window = 1500
        if random.random() < 0.3:
            window = min(1500, max(500, -(-(places + 128) // 50) * 50))
        rest = window - places
        if rest <= 0:
            return np.zeros(0, np.int64), 1.0
        drawn = min(DRAWN, rest)
        edges = np.linspace(places, window, drawn + 1)
        where = (edges[:-1] + random.random(drawn) * np.diff(edges)).astype(np.int64)
        return np.minimum(where, window - 1), rest / drawn
