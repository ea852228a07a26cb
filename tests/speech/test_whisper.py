"""The real engine keeps to itself: no network, the same answer each time, nothing from noise."""

import os

import numpy as np
import pytest

from speech import models
from speech.engine import RATE, Ask
from speech.problem import ModelProblem
from speech.whisper import load
from tests.fakes import demo_sound
from tests.speech.conftest import DEMO_MODEL

ASK = Ask("zh")


@pytest.fixture(scope="module")
def utterance():
    sound = demo_sound.sound_of(demo_sound.turns()[11])
    quiet = np.zeros(RATE // 4, np.float32)
    return np.concatenate([quiet, sound, quiet])


def test_the_hub_is_switched_off_before_the_library_is_there():
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_the_same_sound_gives_the_same_words(engine, utterance):
    first = engine.hear(utterance, Ask("zh", temperatures=(0.4,)))
    assert engine.hear(utterance, Ask("zh", temperatures=(0.4,))) == first


def test_a_trimmed_window_hears_the_same_sentence(engine, utterance):
    whole = engine.hear(utterance, ASK)
    trimmed = engine.hear(utterance, Ask("zh", whole_window=False))
    said = demo_sound.turns()[11]["text"]
    assert demo_sound.as_said([whole.text, trimmed.text], [said, said])
    assert whole.average_log_probability > -0.5


def test_words_have_times_and_probabilities(engine, utterance):
    words = engine.hear(utterance, ASK).words
    assert len(words) > 8
    assert all(0.0 <= word.probability <= 1.0 for word in words)
    assert [word.t0_ms for word in words] == sorted(word.t0_ms for word in words)


def test_the_language_is_recognised_when_it_is_not_given(engine, utterance):
    assert engine.hear(utterance, Ask("")).language == "zh"


def test_a_model_that_does_not_load_says_so(tmp_path):
    found = models.inspect(DEMO_MODEL)
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (broken / name).write_bytes((DEMO_MODEL / name).read_bytes())
    (broken / "model.bin").write_bytes(b"\x06\x00\x00\x00not a model")
    with pytest.raises(ModelProblem, match="model_not_loading"):
        load(models.Model(folder=broken, facts=found.facts), "cpu")
