"""Tries a model on this machine: how long an answer takes, and how the model likes to be asked.

- It hears the check clips as an interrogation would, one utterance after the other.
- A way of asking is only allowed when it changes hardly a character and starts no loop: trimmed
  windows (recipes: 2 %), and prompts, which a model that never saw one repeats or is silenced by.
- A model that fills silence and does not doubt it is told, not refused: the guards stand after it.
- It says nothing about accuracy with people: the clips are synthetic voices.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event

import msgspec
import numpy as np

from speech import guards, vocabulary
from speech.activity import FRAME_MS
from speech.engine import RATE, Answer, Ask, Engine, Sound
from speech.problem import ModelProblem
from speech.sound import DecodedSound
from speech.turns import PAUSE_FRAMES

MOST_CHANGED = 0.02  # of the characters, by a way of asking that is to be allowed
SILENCE_S = 5
CLIP_ENDINGS = (".wav", ".flac")

Progress = Callable[[float], None]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; times are of this machine and its load at that moment."""

    device: str
    clips: int
    sound_ms: int  # of all clips together
    answer_p50_ms: int  # from the end of speech to its text, the way it will be used
    answer_p95_ms: int
    whole_p50_ms: int  # the same with whole windows
    real_time_factor: float  # engine seconds per second of sound
    trimmed_changed: float  # share of characters that trimming changes
    prompted_changed: float  # share of characters that a prompt changes
    fills_silence: bool  # with words that it does not even doubt itself
    short_windows: bool  # may be trimmed
    prompts: bool  # may be given prompts


class _Heard(msgspec.Struct, frozen=True):
    texts: list[str]
    times_s: list[float]
    loops: bool


def read_clips(folder: Path) -> list[Sound]:
    """Every sound file of a folder, mono.

    Raises:
        ModelProblem: `model_untried`: there is none.
        SoundProblem: one cannot be read.
    """
    found = sorted(file for file in folder.glob("*") if file.suffix in CLIP_ENDINGS)
    if not found:
        raise ModelProblem("model_untried", name=str(folder))
    return [_read(file) for file in found]


def _read(file: Path) -> Sound:
    decoded = DecodedSound(str(file), name=str(file))
    try:
        blocks = []
        while (block := decoded.read()) is not None:
            blocks.append(block[1].mean(axis=0))
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    finally:
        decoded.close()


def try_model(
    engine: Engine,
    clips: Sequence[Sound],
    language: str,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Trial:
    """Hear the clips three ways, and silence.

    Args:
        engine: the loaded model.
        clips: utterances of a few seconds, float32 mono at 16 kHz.
        language: spoken in them.
        progress: told the share done, 0..1.
        cancel: ends it early when set.

    Raises:
        ModelProblem: `engine_failed`, or `model_untried` when cancelled.
    """
    primer = vocabulary.prompt((), language, engine.count_tokens)
    asks = (
        Ask(language=language),
        Ask(language=language, whole_window=False),
        Ask(language=language, prompt=primer),
    )
    engine.hear(clips[0], asks[0])  # the first call loads and allocates
    told: list[_Heard] = []
    for place, ask in enumerate(asks):

        def on_clip(done: int, *, before: int = place) -> None:
            if progress is not None:
                progress((before * len(clips) + done) / (len(asks) * len(clips)))

        told.append(_hear(engine, clips, ask, on_clip, cancel))
    silence = engine.hear(np.zeros(SILENCE_S * RATE, np.float32), asks[0])
    sound_ms = sum(len(clip) for clip in clips) * 1000 // RATE
    return _judged(engine.device, told, silence, sound_ms)


def _judged(device: str, told: Sequence[_Heard], silence: Answer, sound_ms: int) -> Trial:
    whole, trimmed, prompted = told
    trimmed_changed = _changed(whole.texts, trimmed.texts)
    prompted_changed = _changed(whole.texts, prompted.texts)
    short_windows = trimmed_changed <= MOST_CHANGED and not trimmed.loops
    used = trimmed if short_windows else whole
    return Trial(
        device=device,
        clips=len(whole.texts),
        sound_ms=sound_ms,
        answer_p50_ms=_late_ms(statistics.median(used.times_s)),
        answer_p95_ms=_late_ms(float(np.percentile(used.times_s, 95))),
        whole_p50_ms=_late_ms(statistics.median(whole.times_s)),
        real_time_factor=round(sum(used.times_s) * 1000 / max(1, sound_ms), 3),
        trimmed_changed=round(trimmed_changed, 3),
        prompted_changed=round(prompted_changed, 3),
        fills_silence=bool(guards.bare(silence.text)) and not guards.is_unclear(silence),
        short_windows=short_windows,
        prompts=prompted_changed <= MOST_CHANGED and not prompted.loops,
    )


def _hear(
    engine: Engine,
    clips: Iterable[Sound],
    ask: Ask,
    on_clip: Callable[[int], None],
    cancel: Event | None,
) -> _Heard:
    texts, times_s, loops = [], [], False
    for place, clip in enumerate(clips, 1):
        if cancel is not None and cancel.is_set():
            raise ModelProblem("model_untried", name=engine.model)
        began = time.monotonic()
        answer = engine.hear(clip, ask)
        times_s.append(time.monotonic() - began)
        texts.append(guards.bare(answer.text))
        loops = loops or guards.loops(answer.text, len(clip) / RATE, ask.language)
        on_clip(place)
    return _Heard(texts, times_s, loops)


def _changed(before: Sequence[str], after: Sequence[str]) -> float:
    """Share of characters that differ, over all clips."""
    length = sum(max(len(one), len(other)) for one, other in zip(before, after, strict=True))
    same = sum(
        guards.likeness(one, other) * max(len(one), len(other))
        for one, other in zip(before, after, strict=True)
    )
    return 1.0 - same / length if length else 0.0


def _late_ms(engine_s: float) -> int:
    """The pause that ends an utterance, and the engine's time."""
    return PAUSE_FRAMES * FRAME_MS + round(engine_s * 1000)
