"""A trial says how long an answer takes here, and allows only asking that changes nothing."""

import threading
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.paths import RESOURCES
from app.session.model_trial import tell_trial
from speech import models
from speech.engine import RATE, Answer, Ask
from speech.problem import ModelProblem
from speech.trial import read_clips, try_model
from tests.speech.conftest import DEMO_MODEL

SAID = "你叫什么名字我叫陈平"


@dataclass
class SpokenEngine:
    """Answers every clip with one text, and otherwise as it was made."""

    trimmed: str = SAID
    prompted: str = SAID
    silence: str = ""
    model: str = "small"
    digest: str = "0" * 64
    device: str = "cpu"
    asked: list[Ask] = field(default_factory=list)

    def count_tokens(self, text: str) -> int:
        return len(text)

    def hear(self, sound: np.ndarray, ask: Ask) -> Answer:
        self.asked.append(ask)
        if not sound.any():
            return Answer(self.silence)
        if ask.prompt:
            return Answer(self.prompted)
        return Answer(SAID if ask.whole_window else self.trimmed)


CLIPS = [np.full(RATE * 3, 0.1, np.float32)] * 4


def test_a_model_that_bears_everything_may_be_asked_in_every_way():
    shares = []
    trial = try_model(SpokenEngine(), CLIPS, "zh", shares.append)
    assert (trial.short_windows, trial.prompts, trial.fills_silence) == (True, True, False)
    assert (trial.clips, trial.sound_ms) == (4, 12_000)
    assert 480 <= trial.answer_p50_ms <= trial.answer_p95_ms
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_changes_the_text_is_not_allowed():
    worse = SpokenEngine(trimmed="你叫什么我叫", prompted="以下是普通话的讯问对话")
    trial = try_model(worse, CLIPS, "zh")
    assert not trial.short_windows
    assert not trial.prompts
    assert trial.trimmed_changed > 0.2


def test_a_loop_is_not_allowed_however_short():
    assert not try_model(SpokenEngine(trimmed=SAID + "好好好好好好"), CLIPS, "zh").short_windows


def test_words_in_silence_are_said_to_the_person_who_imports():
    trial = try_model(SpokenEngine(silence="谢谢观看"), CLIPS, "zh")
    assert trial.fills_silence
    assert "编造" in tell_trial(trial)[-1]
    assert "makes up words" in tell_trial(trial, "en")[-1]


def test_a_stopped_trial_finds_nothing():
    stop = threading.Event()
    stop.set()
    with pytest.raises(ModelProblem, match="model_untried"):
        try_model(SpokenEngine(), CLIPS, "zh", cancel=stop)


def test_what_was_found_is_kept_beside_an_imported_model(tmp_path):
    made = models.import_model(DEMO_MODEL, tmp_path / "models")
    trial = try_model(SpokenEngine(), CLIPS, "zh")
    models.keep_trial(made, trial)
    again = models.find("demo", tmp_path / "models")
    assert again.facts.trial == trial
    assert not again.facts.prompts  # its card says so, whatever a trial with other clips finds
    assert again.facts.digest == made.facts.digest


def test_the_shipped_model_is_tried_on_the_shipped_clips(engine):
    clips = read_clips(RESOURCES / "demo" / "zh")[:3]
    trial = try_model(engine, clips, "zh")
    assert not trial.fills_silence
    assert trial.real_time_factor > 0
    assert not trial.prompts  # it never heard one


def test_a_folder_without_clips_is_refused(tmp_path):
    with pytest.raises(ModelProblem, match="model_untried"):
        read_clips(tmp_path)
