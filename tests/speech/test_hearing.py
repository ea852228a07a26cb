"""The whole pipeline with the real model: whose line, when, and only what was said."""

from itertools import pairwise

import numpy as np
import pytest

from speech import guards
from speech.attribution import Attribution
from speech.engine import Answer
from speech.guards import Flag
from speech.recognition import Options
from speech.service import Hearing, Line, Partial
from speech.sound import ArraySound
from tests.fakes import demo_sound
from tests.fakes.demo_sound import RATE

DEMO = Options(prompts=False)


def hear(engine, sound, options=DEMO, **more):
    told = Hearing(engine, ArraySound(sound, more.pop("t0_ms", 0)), options, **more).lines()
    return list(told)


def distance(one, other):
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def errors(lines, spoken):
    """Share of wrong characters of what was said, each turn against the lines of its time."""
    wrong = 0
    for said in spoken:
        of_turn = (
            line.text
            for line in lines
            if line.channel == said.channel
            and min(line.t1_ms, said.t1_ms) - max(line.t0_ms, said.t0_ms) > 0
        )
        wrong += distance(guards.bare(said.text), guards.bare("".join(of_turn)))
    return wrong / sum(len(guards.bare(said.text)) for said in spoken)


@pytest.mark.slow
def test_the_demonstration_is_heard_with_both_roles(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns(), noise_dbfs=-45.0)
    lines = hear(engine, sound)
    assert [line.channel for line in lines] == [said.channel for said in spoken]
    assert errors(lines, spoken) <= 0.05


def test_the_english_pair_is_heard(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns("en"))
    assert errors(hear(engine, sound, Options("en", prompts=False)), spoken) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("bleed_db", [-9.0, -18.0])
def test_the_other_microphones_sound_makes_no_ghost_lines(engine, bleed_db):
    """Both microphones hear everything; each line appears once, in its speaker's channel."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:12], bleed_db=bleed_db)
    lines = hear(engine, sound)
    assert [line.channel for line in lines] == [said.channel for said in spoken]
    for line, said in zip(lines, spoken, strict=True):
        assert line.t0_ms <= said.t0_ms + 200
        assert line.t1_ms >= said.t1_ms - 200


@pytest.mark.parametrize("kind", ["noise", "digital silence", "hum"])
def test_where_nobody_speaks_no_line_appears(engine, kind):
    sound = demo_sound.noise(30, -35.0)
    if kind == "digital silence":
        sound = np.zeros_like(sound)
    if kind == "hum":
        times = np.arange(sound.shape[1]) / RATE
        sound = (0.05 * np.sin(2 * np.pi * 100 * times) + sound * 0.1).astype(np.float32)
    assert hear(engine, sound) == []


def test_times_count_from_recording_start(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns()[3:4])
    (line,) = hear(engine, sound, t0_ms=3_600_000)
    assert abs(line.t0_ms - 3_600_000 - spoken[0].t0_ms) < 400
    assert all(word.t0_ms > 3_600_000 for word in line.words)


def test_hearing_goes_on_from_where_it_ended_without_a_line_twice(engine):
    sound, _ = demo_sound.scene(demo_sound.turns()[2:8])
    whole = hear(engine, sound)
    for done in (1, 3):
        ends = tuple(max([0, *(x.t1_ms for x in whole[:done] if x.channel == c)]) for c in (0, 1))
        rest = hear(engine, sound, from_ms=ends)
        assert [(x.channel, x.t0_ms, x.text) for x in whole[done:]] == [
            (x.channel, x.t0_ms, x.text) for x in rest
        ]


class SoundWithHole:
    """Ten seconds of the recording are missing in the middle of it."""

    ahead_ms = 0

    def __init__(self, sound, hole_at):
        first, second = sound[:, :hole_at], sound[:, hole_at:]
        self._sources = [
            ArraySound(first),
            ArraySound(second, hole_at * 1000 // RATE + 10_000),
        ]

    def read(self):
        while self._sources:
            block = self._sources[0].read()
            if block is not None:
                return block
            self._sources.pop(0)
        return None


def test_a_gap_in_the_recording_shifts_nothing_and_joins_nothing(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns()[3:6:2])
    hole_at = (spoken[0].t1_ms + 300) * RATE // 1000
    lines = list(Hearing(engine, SoundWithHole(sound, hole_at), DEMO).lines())
    assert demo_sound.as_said([line.text for line in lines], [said.text for said in spoken])
    assert abs(lines[1].t0_ms - 10_000 - spoken[1].t0_ms) < 400


def test_one_voice_in_a_mono_file(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns()[3:4])
    lines = hear(engine, sound[1:])
    assert [line.channel for line in lines] == [0]
    assert demo_sound.as_said([line.text for line in lines], [said.text for said in spoken])


def test_one_microphone_on_both_channels_doubles_nothing_and_says_so(engine):
    sound, spoken = demo_sound.scene(demo_sound.turns()[0:4])
    both = np.repeat(sound.sum(axis=0, keepdims=True), 2, axis=0)
    lines = hear(engine, both)
    assert [line.channel for line in lines] == [0] * len(spoken)
    assert Flag.SPEAKER_UNSURE in lines[-1].flags


def test_partials_come_before_their_line_and_are_replaced(engine):
    sound, _ = demo_sound.scene(demo_sound.turns()[0:1])

    class Live(ArraySound):
        ahead_ms = 0

    told = list(Hearing(engine, Live(sound), Options(prompts=False, partials=True)).lines())
    *guesses, line, last = told
    assert guesses
    assert all(isinstance(guess, Partial) and guess.text for guess in guesses)
    assert isinstance(line, Line)
    assert (last.channel, last.text) == (line.channel, "")


def test_a_guess_does_not_outlive_its_sound():
    sound, spoken = demo_sound.scene(demo_sound.turns()[0:1])
    begun = sound[:, : (spoken[0].t0_ms + 1500) * RATE // 1000]

    class Live(ArraySound):
        ahead_ms = 0

    class OnlyGuesses:
        def hear(self, _sound, ask):
            return Answer("" if ask.words else "我们是")

    hearing = Hearing(OnlyGuesses(), Live(begun), Options(prompts=False, partials=True))
    told = [one for one in hearing.lines() if isinstance(one, Partial)]
    assert [one.text for one in told][:1] == ["我们是"]
    assert told[-1].text == ""


def test_own_speech_is_decided_alike_in_whatever_pieces_it_comes():
    rng = np.random.default_rng(3)
    power = rng.uniform(1e-7, 1e-2, (2, 400))
    speech = rng.uniform(size=(2, 400)) > 0.3
    whole, others, levels = Attribution(2).own(power, speech)
    pieces = Attribution(2)
    cuts = [0, 1, 2, 7, 100, 101, 400]
    told = [pieces.own(power[:, a:b], speech[:, a:b]) for a, b in pairwise(cuts)]
    assert np.array_equal(np.hstack([part[0] for part in told]), whole)
    assert np.array_equal(np.hstack([part[1] for part in told]), others)
    assert np.allclose(np.hstack([part[2] for part in told]), levels)
