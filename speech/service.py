"""The pipeline: sound of two channels in, lines out; one thread, one utterance at a time.

- It asks for sound only when it has heard what it has: what is not heard yet stays where it was
  recorded, so nothing is dropped and nothing piles up in memory. A slow machine makes text late.
- A line's times come from the sound (utterance ends), words only refine them.
- `from_ms` makes it go on where an earlier process ended: no line twice, none left out.
- Partials are for a model and a machine that keep up; they are the first thing to go. One ends with
  its utterance, whether that became a line or not: a guess never stays.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from speech import guards
from speech.activity import FRAME, FRAME_MS, Activity, open_network
from speech.attribution import Attribution, frame_power
from speech.engine import RATE, Answer, Ask, Engine, Sound, Word
from speech.guards import Flag
from speech.load import Load
from speech.recognition import Options, Recognition, recognise
from speech.sound import JUMP_MS, SoundSource
from speech.turns import Turn, Turns
from speech.vocabulary import tidy

MEMORY_FRAMES = 60_000 // FRAME_MS
BATCH_FRAMES = 31  # about a second per step, so that a late machine still answers each second
WARM_UP_MS = 30_000  # heard before `from_ms`, so that floors and attenuation are known again
PARTIAL_MS = 2_000
LEAST_PARTIAL_MS = 800
SHORTEST_MS = 190


@dataclass(frozen=True, slots=True)
class Line:
    """What was heard of one utterance; times count from recording start."""

    channel: int
    t0_ms: int
    t1_ms: int
    text: str
    answer: Answer
    flags: tuple[Flag, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """Pieces with their places in the recording."""
        return tuple(
            replace(word, t0_ms=self.t0_ms + word.t0_ms, t1_ms=self.t0_ms + word.t1_ms)
            for word in self.answer.words
        )


@dataclass(frozen=True, slots=True)
class Partial:
    """A running guess of an open utterance; an empty one takes the last one back."""

    channel: int
    t0_ms: int
    text: str


@dataclass(slots=True)
class _Memory:
    """The last minute of sound, by frame."""

    channels: int
    _ring: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self._ring = np.zeros((self.channels, MEMORY_FRAMES, FRAME), np.float32)

    def keep(self, first: int, frames: npt.NDArray[np.float32]) -> None:
        count = frames.shape[1] // FRAME
        places = (first + np.arange(count)) % MEMORY_FRAMES
        self._ring[:, places] = frames.reshape(self.channels, count, FRAME)

    def recall(self, channel: int, first: int, end: int) -> Sound:
        places = np.arange(first, end) % MEMORY_FRAMES
        return np.asarray(self._ring[channel, places]).reshape(-1)


class _Run:
    """Everything that is known of one unbroken run of sound."""

    def __init__(self, network: object, channels: int, t0_ms: int) -> None:
        self.t0_ms = t0_ms
        self.channels = channels
        self.frames = 0
        self.rest = np.zeros((channels, 0), np.float32)
        self.memory = _Memory(channels)
        self.activities = [Activity(network) for _ in range(channels)]
        self.attribution = Attribution(channels)
        self.turns = [Turns(channel) for channel in range(channels)]

    @property
    def due_ms(self) -> int:
        """Where the next block begins if nothing is missing."""
        return self.at(self.frames) + self.rest.shape[1] * 1000 // RATE

    def at(self, frame: int) -> int:
        """Recording offset of a frame."""
        return self.t0_ms + frame * FRAME_MS

    def anchor(self, t0_ms: int) -> None:
        """Follow the recording's clock where it drifts from counted samples, between turns."""
        drift = t0_ms - self.due_ms
        if drift and all(turns.open_since is None for turns in self.turns):
            self.t0_ms += drift

    def take_in(self, block: npt.NDArray[np.float32]) -> list[Turn]:
        """Hear more sound; returns the utterances that ended, in the order of their ends."""
        sound = np.hstack([self.rest, block])
        count = sound.shape[1] // FRAME
        self.rest = sound[:, count * FRAME :]
        ended: list[Turn] = []
        for start in range(0, count, BATCH_FRAMES):
            end = min(count, start + BATCH_FRAMES)
            ended += self._step(sound[:, start * FRAME : end * FRAME])
        return ended

    def finish(self) -> list[Turn]:
        """The sound ends here: decide the frames still held back, end what is open."""
        silence = np.zeros((self.channels, 2 * FRAME), np.float32)
        ended = self._step(np.hstack([self.rest, silence])[:, : 2 * FRAME])
        for turns in self.turns:
            ended += turns.finish()
        return ended

    def _step(self, sound: npt.NDArray[np.float32]) -> list[Turn]:
        self.memory.keep(self.frames, sound)
        self.frames += sound.shape[1] // FRAME
        speech = np.vstack(
            [activity.speech(row) for activity, row in zip(self.activities, sound, strict=True)]
        )
        own, others, levels = self.attribution.own(frame_power(sound), speech)
        ended: list[Turn] = []
        for place in range(own.shape[1]):
            for channel, turns in enumerate(self.turns):
                at = channel, place
                ended += turns.feed(bool(own[at]), bool(others[at]), float(levels[at]))
        return ended


class Hearing:
    """Hears one source from beginning to end.

    `lines` is the work; the rest may be asked from another thread while it runs.
    """

    def __init__(
        self,
        engine: Engine,
        source: SoundSource,
        options: Options,
        from_ms: tuple[int, ...] = (0, 0),
    ) -> None:
        self._engine = engine
        self._source = source
        self._options = options
        self._given_ms = [*from_ms, 0, 0][:2]
        self._start_ms = max(0, min(self._given_ms) - WARM_UP_MS)
        self._network = open_network()
        self._run: _Run | None = None
        self._recent: deque[Line] = deque(maxlen=12)
        self._partial_ms = [0, 0]
        self._guessed = [False, False]
        self.load = Load()
        self.until_ms: int | None = None  # may be set while hearing: sound from there on is left
        self.waiting = 0
        self.heard_ms = (0, 0)

    @property
    def attenuation_db(self) -> float | None:
        """How much quieter a person is in the other's microphone, once measured."""
        return None if self._run is None else self._run.attribution.attenuation_db

    def lines(self) -> Iterator[Line | Partial]:
        """All lines in the order in which their utterances ended.

        Raises:
            ModelProblem: `engine_failed`.
            SoundProblem: `sound_unreadable`.
        """
        while (block := self._source.read()) is not None:
            t0_ms, sound = block
            if self.until_ms is not None and t0_ms >= self.until_ms:
                break
            if t0_ms + sound.shape[1] * 1000 // RATE <= self._start_ms:
                continue
            run = self._run
            if run is None or abs(t0_ms - run.due_ms) > JUMP_MS or run.channels != len(sound):
                yield from self._finish_run()
                run = self._run = _Run(self._network, len(sound[:2]), t0_ms)
            run.anchor(t0_ms)
            began = time.monotonic()
            turns = run.take_in(sound[:2])
            lines = list(self._heard(run, turns))
            busy_s = time.monotonic() - began
            yield from lines  # a line never waits for a guess
            yield from self._taken_back(run, {turn.channel for turn in turns})
            began = time.monotonic()
            guesses = list(self._guesses(run))
            busy_s += time.monotonic() - began
            self.load.add(sound.shape[1] * 1000 / RATE, busy_s * 1000)
            yield from guesses
        yield from self._finish_run()

    def _finish_run(self) -> Iterator[Line | Partial]:
        if self._run is not None:
            yield from self._heard(self._run, self._run.finish())
            yield from self._taken_back(self._run, {0, 1})
            self._run = None

    def _heard(self, run: _Run, turns: list[Turn]) -> Iterator[Line]:
        self.waiting = len(turns)
        for turn in turns:
            line = self._hear(run, turn)
            self.waiting -= 1
            if line is not None:
                self._recent.append(line)
                self._given_ms[turn.channel] = line.t1_ms
                yield line
        settled = [run.at(turns.settled) for turns in run.turns]
        self.heard_ms = (settled[0], settled[-1])

    def _hear(self, run: _Run, turn: Turn) -> Line | None:
        t0_ms, t1_ms = run.at(turn.first), run.at(turn.end)
        given_ms = self._given_ms[turn.channel]
        first = turn.first + max(0, -(-(given_ms - t0_ms) // FRAME_MS))
        if (turn.end - first) * FRAME_MS < SHORTEST_MS:
            return None  # an earlier process heard it
        sound = run.memory.recall(turn.channel, first, turn.end)
        told = recognise(self._engine, sound, self._options)
        if told is None:
            return None
        flags = [*told.flags, *self._flags(run, turn, sound, told)]
        line = Line(turn.channel, run.at(first), t1_ms, told.text, told.answer, ())
        if self._is_bleed(line):
            flags.append(Flag.POSSIBLE_BLEED)
        return replace(line, flags=tuple(dict.fromkeys(flags)))

    def _flags(self, run: _Run, turn: Turn, sound: Sound, told: Recognition) -> Iterator[Flag]:
        """What can be said only with the level and the lines before at hand."""
        level_db = float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-10))
        floor_db = run.attribution.floors_db[turn.channel]
        phrase = guards.boilerplate(told.text, level_db, floor_db)
        if phrase is not None:
            yield phrase
        before = [line.text for line in self._recent if line.channel == turn.channel]
        if guards.repeats(told.text, before):
            yield Flag.REPEATED
        if turn.was_cut:
            yield Flag.CUT
        if run.attribution.is_unsure:
            yield Flag.SPEAKER_UNSURE

    def _is_bleed(self, line: Line) -> bool:
        """The same words at the same time in the other channel: the net below attribution."""
        for other in self._recent:
            shared = min(line.t1_ms, other.t1_ms) - max(line.t0_ms, other.t0_ms)
            shorter = min(line.t1_ms - line.t0_ms, other.t1_ms - other.t0_ms)
            if other.channel != line.channel and shared > shorter / 2:
                return guards.likeness(line.text, other.text) > 0.8
        return False

    def _taken_back(self, run: _Run, ended: set[int]) -> Iterator[Partial]:
        """The guesses of utterances that are over."""
        for channel, turns in enumerate(run.turns):
            if self._guessed[channel] and (channel in ended or turns.open_since is None):
                self._guessed[channel] = False
                yield Partial(channel, run.due_ms, "")

    def _guesses(self, run: _Run) -> Iterator[Partial]:
        """Running guesses, while the text keeps up with the sound."""
        keeps_up = self._source.ahead_ms == 0 and not self.load.sheds_partials
        if self._options.partials and keeps_up:
            yield from self._partials(run)

    def _partials(self, run: _Run) -> Iterator[Partial]:
        for channel, turns in enumerate(run.turns):
            first = turns.open_since
            if first is None:
                continue
            end = run.frames
            since = max(run.at(first) + LEAST_PARTIAL_MS, self._partial_ms[channel] + PARTIAL_MS)
            if run.at(end) < since:
                continue
            self._partial_ms[channel] = run.at(end)
            first = max(first, end - 10_000 // FRAME_MS)
            ask = Ask(self._options.language, temperatures=(0.0,), whole_window=False, words=False)
            answer = self._engine.hear(run.memory.recall(channel, first, end), ask)
            if answer.text:
                text = tidy(answer.text, self._options.language)
                self._guessed[channel] = bool(text)
                yield Partial(channel, run.at(first), text)
