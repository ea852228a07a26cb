"""The faster-whisper engine: the only module that imports that library.

- The model is a folder; the hub is switched off before the library is imported.
- One thread, one utterance, one window: the library's loop that listens again to the tail of a
  window when time stamps end early is never entered.
- The graphics card is tried with a real decode at load; a card that fails costs a notice only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from speech.engine import RATE, Answer, Ask, Sound, Word
from speech.models import Model
from speech.problem import ModelProblem

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # must stand before the import below

import ctranslate2
from faster_whisper import WhisperModel

LONGEST_S = 28
SHORT_WINDOW_FRAMES = 1000  # 10 s of 10 ms mel frames; shorter ones lose accuracy
MARGIN_FRAMES = 256  # zero frames after speech matter most when trimming


class _TrimmingModel(WhisperModel):  # type: ignore[misc]
    """Encodes little more than the utterance when told to: five times less work, more risk."""

    trims = False

    def encode(self, features: Any) -> Any:
        """Cut the zero padding down to the content and a margin."""
        if self.trims:
            heard = np.flatnonzero(np.abs(features).sum(axis=0))
            content = int(heard[-1]) + 1 if len(heard) else 0
            wanted = max(SHORT_WINDOW_FRAMES, math.ceil((content + MARGIN_FRAMES) / 100) * 100)
            features = np.ascontiguousarray(features[:, : min(wanted, features.shape[-1])])
        return super().encode(features)


def load(model: Model, device: str = "auto", threads: int = 1) -> WhisperEngine:
    """Load a checked model on the best device that works; `device`: "auto", "cpu" or "cuda".

    Raises:
        ModelProblem: `model_not_loading`.
    """
    if device != "cpu" and _cards() > 0:
        try:
            engine = WhisperEngine(model, "cuda", threads)
            engine.hear(np.zeros(RATE, np.float32), Ask(language="en", temperatures=(0.0,)))
        except ModelProblem:
            return WhisperEngine(model, "cpu", threads, told_as="cpu (cuda refused)")
        return engine
    return WhisperEngine(model, "cpu", threads)


def _cards() -> int:
    return int(ctranslate2.get_cuda_device_count())


class WhisperEngine:
    """A loaded Whisper model behind the `Engine` protocol."""

    def __init__(self, model: Model, device: str, threads: int, told_as: str = "") -> None:
        self._facts = model.facts
        self._device = told_as or device
        try:
            self._whisper = _TrimmingModel(
                str(model.folder),
                device=device,
                compute_type="int8" if device == "cpu" else "int8_float16",
                cpu_threads=threads,
                num_workers=1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelProblem(
                "model_not_loading", name=model.facts.name, why=str(error)[:200]
            ) from error

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._facts.name

    @property
    def digest(self) -> str:
        """SHA-256 over the model's files."""
        return self._facts.digest

    @property
    def device(self) -> str:
        """Where it runs."""
        return self._device

    def count_tokens(self, text: str) -> int:
        """How much of a prompt's room `text` takes."""
        return len(self._whisper.hf_tokenizer.encode(text, add_special_tokens=False).ids)

    def hear(self, sound: Sound, ask: Ask) -> Answer:
        """Recognise one utterance of at most 28 s.

        Raises:
            ModelProblem: `engine_failed`.
        """
        sound = sound[: LONGEST_S * RATE]
        seconds = len(sound) / RATE
        self._whisper.trims = not ask.whole_window
        ctranslate2.set_random_seed(1)  # a second try gives the same text each time it is made
        try:
            heard, about = self._whisper.transcribe(
                sound,
                language=ask.language or None,
                initial_prompt=ask.prompt or None,
                temperature=list(ask.temperatures),
                beam_size=ask.beams,
                condition_on_previous_text=False,
                no_speech_threshold=None,  # the guards decide, and a doubtful line is kept
                without_timestamps=True,  # one segment per window, so `next` is the whole answer
                word_timestamps=ask.words,
                max_new_tokens=int(12 + 8 * seconds),
            )
            segment = next(iter(heard), None)
        except (RuntimeError, ValueError) as error:
            raise ModelProblem("engine_failed", name=self.model, why=str(error)[:200]) from error
        if segment is None:
            return Answer(text="", language=str(about.language))
        return Answer(
            text=str(segment.text).strip(),
            words=tuple(_words(segment.words or ())),
            average_log_probability=float(segment.avg_logprob),
            no_speech_probability=float(segment.no_speech_prob),
            compression_ratio=float(segment.compression_ratio),
            language=str(about.language),
        )


def _words(told: Iterable[Any]) -> Iterable[Word]:
    for word in told:
        yield Word(
            text=str(word.word).strip(),
            t0_ms=round(float(word.start) * 1000),
            t1_ms=round(float(word.end) * 1000),
            probability=round(float(word.probability), 3),
        )
