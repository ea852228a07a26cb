"""The demonstration's model is built honestly: what it is tested on it never learned."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from demo_model import batches, features, sentences, tokens, words
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer as EngineTokenizer

TEXTS = 16_000


@pytest.fixture(scope="module")
def texts() -> list[sentences.Text]:
    return sentences.training(TEXTS)


@pytest.fixture(scope="module")
def compact(texts: list[sentences.Text]) -> tokens.Compact:
    return tokens.Compact(tokens.build(texts), texts)


def test_no_line_of_the_demo_is_learned(texts: list[sentences.Text]) -> None:
    lines = sentences.spoken_in_the_demo()
    assert len(lines) == 20
    learned = {sentences.bare(text) for _, text in texts}
    assert not lines & learned
    assert not [text for text in learned for line in lines if len(line) >= 5 and line in text]


def test_no_held_out_sentence_is_learned(texts: list[sentences.Text]) -> None:
    learned = {sentences.bare(text) for _, text in texts}
    for language in ("zh", "en"):
        for seed in (11, 12):
            held_out = sentences.kept_out(50, language, seed)
            assert not {sentences.bare(text) for _, text in held_out} & learned
    assert not {sentences.bare(text) for free in words.FREE.values() for text in free} & learned


def test_every_character_of_the_demo_and_the_figures_is_learned(
    texts: list[sentences.Text], compact: tokens.Compact
) -> None:
    script = json.loads(sentences.SCRIPT.read_text(encoding="utf-8"))
    asked = [(turn["language"], turn["text"]) for turn in script["turns"]]
    asked += [("zh", text) for text in words.FREE["zh"]]
    asked += sentences.kept_out(50, "zh") + sentences.kept_out(50, "en")
    for language, text in asked:
        places, _ = compact.encode(language, text)
        assert compact.decode(places).strip() == text


def test_the_same_seed_gives_the_same_texts(texts: list[sentences.Text]) -> None:
    again = sentences.training(200)
    assert again == texts[:200]
    assert sentences.training(200, seed=9) != again


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "零"),
        (10, "十"),
        (16, "十六"),
        (105, "一百零五"),
        (312, "三百一十二"),
        (2005, "二千零五"),
        (3040, "三千零四十"),
        (120_000, "十二万"),
    ],
)
def test_numbers_are_told_as_people_say_them(value: int, told: str) -> None:
    assert sentences.number(value) == told


def test_the_tokenizer_stands_where_the_engine_computes_it_to_be(compact: tokens.Compact) -> None:
    engine = EngineTokenizer(compact.tokenizer, multilingual=True, task="transcribe", language="zh")
    assert engine.sot_sequence == [tokens.START, tokens.LANGUAGE["zh"], tokens.TRANSCRIBE]
    assert (engine.eot, engine.no_speech, engine.no_timestamps) == (
        tokens.END,
        tokens.NO_SPEECH,
        tokens.NO_TIMES,
    )
    assert engine.timestamp_begin == tokens.FIRST_TIME
    assert engine.sot_prev == tokens.START_OF_PREVIOUS
    whole = tokens.without_gaps(compact.tokenizer)
    assert whole.get_vocab_size() == tokens.ENTRIES == 51_865  # the mark of many languages
    assert whole.token_to_id("") == tokens.TEXT_END


def test_one_token_is_one_chinese_character(compact: tokens.Compact) -> None:
    places, ranges = compact.encode("zh", "我叫陈志强。")
    assert len(places) == 6
    assert ranges == list(pairwise(range(7)))


def test_features_are_the_engines_own() -> None:
    sound = np.random.default_rng(1).standard_normal(16_000).astype(np.float32) * 0.1
    theirs = FeatureExtractor()(sound)[:, :-1].T
    ours = features.normalised(features.log_power(sound))
    assert np.allclose(ours[:-2], theirs[: len(ours) - 2], atol=1e-4)


@pytest.fixture
def corpus(tmp_path: Path, compact: tokens.Compact) -> batches.Corpus:
    """Sixty sentences of one second each, every character a tenth of a second."""
    text, frames = "我叫陈志强。", 100
    told = [
        {
            "language": "zh",
            "text": text,
            "at": place * frames,
            "length": frames,
            "words": [(i, 0.2 + i / 10, 0.3 + i / 10) for i in range(5)],
            "sounds": [("_", 0.0), ("a", 0.2), ("_", 0.7)],
        }
        for place in range(60)
    ]
    (tmp_path / "training-0.json").write_text(json.dumps(told), encoding="utf-8")
    np.full((60 * frames, features.BANDS), -3, np.float16).tofile(tmp_path / "training-0.bin")
    return batches.Corpus(tmp_path, compact, ["_", "a"])


def test_a_step_gives_the_same_batch_again(corpus: batches.Corpus) -> None:
    first, again = (batches.Mixer(corpus, 1, 0).batch(7) for _ in range(2))
    other = batches.Mixer(corpus, 1, 1).batch(7)
    assert np.array_equal(first.frames, again.frames)
    assert np.array_equal(first.targets, again.targets)
    assert first.frames.shape != other.frames.shape or not np.array_equal(
        first.frames, other.frames
    )


def test_a_broken_off_sentence_carries_what_was_wholly_said(
    corpus: batches.Corpus, compact: tokens.Compact
) -> None:
    mixer = batches.Mixer(corpus, 3, 0)
    one = corpus.utterances[0]
    assert one.spans == [(20, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 70)]
    random = np.random.default_rng(1)
    told = set()
    for _ in range(30):
        window = mixer.cut_off(random, one, lead=0.1)
        text = compact.decode(window["targets"][:-1])
        said = [span for span in window["spans"] if span[1] >= 0]
        assert text == "我叫陈志强"[: len(said)]
        assert said[-1][1] <= len(window["log"]) <= said[-1][1] + 6  # a piece of the next at most
        told.add(text)
    assert len(told) == 5
