"""The languages that the played interrogation is not held in: their clips, heard one by one.

- The same engine, model and way of asking as in an interrogation; only the room is left out.
- Says how the shipped model does, not how a model for people would.
"""

from __future__ import annotations

import wave

import numpy as np

from app.demo.script import DEMO, Turn, character_errors
from app.paths import RESOURCES
from speech import models
from speech.engine import RATE, Ask, Sound
from speech.whisper import load

MODEL = RESOURCES / "models" / "demo"
BEFORE_S, AFTER_S = 0.5, 0.2  # as the utterances of a take are cut


def errors(turns: list[Turn]) -> tuple[int, int]:
    """Wrong characters and all characters of these turns.

    Raises:
        ModelProblem: the shipped model does not load.
    """
    engine = load(models.inspect(MODEL), "cpu")
    wrong = length = 0
    for turn in turns:
        heard = engine.hear(_sound(turn), Ask(language=turn.language))
        more_wrong, more = character_errors(turn.text, heard.text)
        wrong, length = wrong + more_wrong, length + more
    return wrong, length


def _sound(turn: Turn) -> Sound:
    with wave.open(str(DEMO / turn.file)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    around = (int(BEFORE_S * RATE), int(AFTER_S * RATE))
    return np.pad(samples.astype(np.float32) / 32768, around)
