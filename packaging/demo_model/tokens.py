"""The tokenizer: Whisper's exact layout of ids, with our few words in the text's places.

- Text 0..50256, end 50257, start 50258, 99 languages from 50259, then task and note tokens, then
  1,501 times from 50364. Software that knows Whisper computes these ids, so none may move.
- One token per Chinese character; one token per English word that the texts hold.
- Training uses the ids that occur and nothing else (`Compact`): a softmax of two thousand
  instead of fifty-two thousand entries.
"""

# ruff: noqa: SIM905  (words in a line are read at a glance, lists of strings are not)
from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from demo_model.sentences import Text

TEXT_END, END, START, FIRST_LANGUAGE = 50_256, 50_257, 50_258, 50_259
TRANSLATE, TRANSCRIBE, START_OF_LM, START_OF_PREVIOUS = 50_358, 50_359, 50_360, 50_361
NO_SPEECH, NO_TIMES, FIRST_TIME, TIMES = 50_362, 50_363, 50_364, 1501
ENTRIES = FIRST_TIME + TIMES  # 51,865: one entry less and the engine takes it for English only
LANGUAGE = {"en": 50_259, "zh": 50_260}
# Whisper's languages in the order of their ids.
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th "
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr "
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt "
    "haw ln ha ba jw su"
).split()


def special_tokens() -> dict[str, int]:
    """Name and id of each token that is neither text nor time."""
    names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{name}|>" for name in LANGUAGES)]
    names += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    names += ["<|nospeech|>", "<|notimestamps|>"]
    return {name: END + place for place, name in enumerate(names)}


def time_tokens() -> dict[str, int]:
    """Name and id of each time token, 20 ms apart."""
    return {f"<|{place * 0.02:.2f}|>": FIRST_TIME + place for place in range(TIMES)}


def build(texts: list[Text]) -> Tokenizer:
    """A byte-level tokenizer of these texts in Whisper's layout."""
    english = [form for language, text in texts if language == "en" for form in (text, " " + text)]
    learning = Tokenizer(models.BPE())
    learning.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=5000, min_frequency=1, initial_alphabet=alphabet, show_progress=False
    )
    learning.train_from_iterator(english, trainer)
    learnt = [tuple(pair) for pair in json.loads(learning.to_str())["model"]["merges"]]
    vocabulary = {letter: place for place, letter in enumerate(alphabet)}
    merges: list[tuple[str, str]] = []
    characters = {c for language, text in texts if language == "zh" for c in text if ord(c) > 127}
    spelling = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for size in (2, 3):
        for character in sorted(characters):
            letters = spelling.pre_tokenize_str(character)[0][0]
            pair = (letters[: size - 1], letters[size - 1 : size])
            if pair[1] and pair not in merges:
                merges.append(pair)
                vocabulary.setdefault("".join(pair), len(vocabulary))
    for pair in learnt:
        merges.append(pair)
        vocabulary.setdefault("".join(pair), len(vocabulary))
    tokenizer = Tokenizer(models.BPE({**vocabulary, **special_tokens(), **time_tokens()}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in special_tokens()]
    )
    return tokenizer


class Compact:
    """The ids that training uses, and places for them from 0."""

    def __init__(self, tokenizer: Tokenizer, texts: list[Text]) -> None:
        self.tokenizer = tokenizer
        encoded = tokenizer.encode_batch(
            [text if language == "zh" else " " + text for language, text in texts],
            add_special_tokens=False,
        )
        self.text_ids = sorted({id_ for one in encoded for id_ in one.ids})
        notes = [END, START, *LANGUAGE.values(), TRANSCRIBE, NO_SPEECH, NO_TIMES]
        self.ids = self.text_ids + notes + list(range(FIRST_TIME, ENTRIES))
        self.place = {id_: place for place, id_ in enumerate(self.ids)}
        self.end = self.place[END]

    @property
    def texts(self) -> int:
        """How many places are text; they come first."""
        return len(self.text_ids)

    def encode(self, language: str, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Places and character ranges of one sentence; English begins with a space."""
        told = self.tokenizer.encode(
            text if language == "zh" else " " + text, add_special_tokens=False
        )
        shift = 0 if language == "zh" else 1
        ranges = [(max(0, a - shift), b - shift) for a, b in told.offsets]
        return [self.place[id_] for id_ in told.ids], ranges

    def decode(self, places: list[int]) -> str:
        """The text of places; notes and times are left out."""
        ids = [self.ids[place] for place in places if 0 <= place < self.texts]
        return str(self.tokenizer.decode(ids))


def write_for_engine(tokenizer: Tokenizer, path: Path) -> None:
    """Keep the tokenizer as the engine reads it."""
    tokenizer.save(str(path), pretty=False)


def without_gaps(tokenizer: Tokenizer) -> Tokenizer:
    """The same with every unused id named, as the converter wants; id 50256 is the empty token."""
    told = json.loads(tokenizer.to_str())
    vocabulary = told["model"]["vocab"]
    used = set(vocabulary.values())
    for id_ in range(ENTRIES):
        if id_ not in used:
            vocabulary["" if id_ == TEXT_END else f"<unused{id_}>"] = id_
    return Tokenizer.from_str(json.dumps(told))
