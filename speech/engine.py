"""What a speech engine is asked and what it answers; no engine is imported here.

- Sound is mono float32 in -1..1 at 16 kHz; all times are milliseconds.
- An engine hears one utterance per call, keeps nothing between calls, and fetches nothing.
- Its answer is raw: simplification, punctuation width and guards come after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16_000  # samples per second everywhere in this package

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised piece (a character in Chinese); times count from the utterance's start."""

    text: str
    t0_ms: int
    t1_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Ask:
    """How one utterance is to be heard."""

    language: str  # "zh", "en", ... or "" to let the model say which
    prompt: str = ""
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4)
    whole_window: bool = True  # False: encode little more than the utterance; faster, riskier
    words: bool = True
    beams: int = 1  # readings followed at once; more are slower and a little better


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine made of one utterance; empty `text` means it heard no words."""

    text: str
    words: tuple[Word, ...] = ()
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0
    compression_ratio: float = 0.0
    language: str = ""


class Engine(Protocol):
    """A loaded speech model. Not for two threads at once."""

    @property
    def model(self) -> str:
        """Name of the model, as people know it."""

    @property
    def digest(self) -> str:
        """SHA-256 over the model's files, hex."""

    @property
    def device(self) -> str:
        """Where it runs: "cpu", "cuda", or "cpu (cuda refused)"."""

    def hear(self, sound: Sound, ask: Ask) -> Answer:
        """Recognise one utterance of at most 28 s.

        Raises:
            ModelProblem: `engine_failed`.
        """

    def count_tokens(self, text: str) -> int:
        """How much of a prompt's room `text` takes."""
