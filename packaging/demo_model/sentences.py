"""The texts: for training, and kept out of it for the figures.

- The demonstration's own lines (`resources/demo/script.json`) are in no training text, neither
  whole nor inside a longer one.
- Whether a sentence is kept out is decided by its digest, so no list must be kept and a sentence
  can never be on both sides.
- A share of the training texts are phrases in no order: they teach sounds, not the templates.
- The same seed gives the same list; its digest stands in the model card.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from demo_model import words

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "resources" / "demo" / "script.json"
ENGLISH_SHARE = 0.32
JUMBLED_SHARE = 0.18
KEPT_OUT_OF = 16  # one of so many sentences is never trained
SHORT = 5  # a spoken line shorter than this may lie inside another sentence, not begin it

Text = tuple[str, str]  # language, sentence


def bare(text: str) -> str:
    """The sentence without punctuation, spaces and capitals: what is compared and counted."""
    return re.sub(r"[\s，。？！、,.?!]", "", text).lower()


def spoken_in_the_demo() -> frozenset[str]:
    """The demonstration's lines, bare."""
    script = json.loads(SCRIPT.read_text(encoding="utf-8"))
    return frozenset(bare(turn["text"]) for turn in script["turns"])


def is_spoken_in_the_demo(text: str, lines: frozenset[str]) -> bool:
    """Whether a text is, begins with, or (from five characters on) holds a line of the demo."""
    told = bare(text)
    return any(told.startswith(line) or (len(line) >= SHORT and line in told) for line in lines)


def is_kept_out(text: str) -> bool:
    """Whether a sentence belongs to the held-out ones; short ones are too few to be split."""
    told = bare(text)
    return len(told) > 7 and hashlib.sha256(told.encode()).digest()[0] % KEPT_OUT_OF == 0


def number(value: int) -> str:
    """A Chinese number word for 0..999,999."""
    d = words.DIGITS
    if value < 10:
        return d[value]
    if value < 20:
        return "十" + (d[value - 10] if value > 10 else "")
    for unit, sign in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= unit:
            head, rest = divmod(value, unit)
            if not rest:
                return number(head) + sign
            gap = "零" if rest < unit // 10 else ""
            tail = "一" + number(rest) if unit > 10 and 10 <= rest < 20 else number(rest)
            return number(head) + sign + gap + tail
    raise AssertionError(value)


class Writer:
    """Writes sentences by one random number generator."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._made = {
            "name": self._name,
            "date": self._date,
            "clock": self._clock,
            "amount": self._amount,
            "phone": self._phone,
            "plate": self._plate,
        }

    def sentence(self, language: str) -> str:
        """One sentence from the templates."""
        pairs = {
            "zh": (words.CHINESE_QUESTIONS, words.CHINESE_ANSWERS),
            "en": (words.ENGLISH_QUESTIONS, words.ENGLISH_ANSWERS),
        }[language]
        line = self.random.choice(self.random.choice(pairs))
        return re.sub(r"{(\w+)}", self._filled, self.random.choice(line.split("|")))

    def jumbled(self, language: str) -> str:
        """Pieces of sentences in no order."""
        count = self.random.randint(2, 5)
        if language == "en":
            some = [self.sentence("en").rstrip(".?").replace(",", "").split() for _ in range(count)]
            pieces = [self._slice(told, 1, 3) for told in some]
            return " ".join(word for piece in pieces for word in piece) + "."
        told = [re.sub(r"[，。？]", "", self.sentence("zh")) for _ in range(count)]
        text = "".join("".join(self._slice(list(one), 2, 5)) for one in told)
        return text + self.random.choice("。？")

    def text(self) -> Text:
        """A training text before anything is kept out."""
        language = "en" if self.random.random() < ENGLISH_SHARE else "zh"
        jumbled = self.random.random() < JUMBLED_SHARE
        return language, self.jumbled(language) if jumbled else self.sentence(language)

    def _slice(self, of: list[str], least: int, most: int) -> list[str]:
        begin = self.random.randint(0, max(0, len(of) - least))
        return of[begin : begin + self.random.randint(least, most)]

    def _filled(self, slot: re.Match[str]) -> str:
        name = slot.group(1)
        if name in self._made:
            return self._made[name]()
        return self.random.choice(words.CHINESE.get(name) or words.ENGLISH[name])

    def _name(self) -> str:
        return self.random.choice(words.SURNAMES) + self.random.choice(words.GIVEN)

    def _date(self) -> str:
        month, day = number(self.random.randint(1, 12)), number(self.random.randint(1, 28))
        week = "上个星期" + self.random.choice("一二三四五六天")
        return self.random.choice(
            (
                f"{month}月{day}号",
                f"{month}月{day}号",
                "昨天",
                "前天",
                "今天",
                week,
                f"去年{month}月",
            )
        )

    def _clock(self) -> str:
        hour = number(self.random.randint(1, 12))
        choose = self.random.choice
        return choose(words.CHINESE["when"]) + hour + "点" + choose(words.CHINESE["minutes"])

    def _amount(self) -> str:
        r = self.random.randint
        sums = (number(r(1, 99) * 100), number(r(1, 9) * 1000), number(r(1, 50)) + "万")
        return self.random.choice((*sums, number(r(2, 99)))) + "元"

    def _phone(self) -> str:
        return "一" + "".join(self.random.choice(words.DIGITS) for _ in range(10))

    def _plate(self) -> str:
        number_of = "".join(self.random.choice(words.DIGITS) for _ in range(5))
        return self.random.choice("京沪粤浙苏") + self.random.choice("ABCDEFG") + number_of


def training(count: int, seed: int = 1) -> list[Text]:
    """`count` texts to train on; at most twelve times the same."""
    return list(_training(count, Writer(seed)))


def _training(count: int, writer: Writer) -> Iterator[Text]:
    lines = spoken_in_the_demo()
    times: dict[str, int] = {}
    given = 0
    while given < count:
        language, text = writer.text()
        if is_kept_out(text) or is_spoken_in_the_demo(text, lines) or times.get(text, 0) >= 12:
            continue
        times[text] = times.get(text, 0) + 1
        given += 1
        yield language, text


def kept_out(count: int, language: str, seed: int = 2) -> list[Text]:
    """`count` different template sentences of one language that no training text is."""
    writer, lines = Writer(seed), spoken_in_the_demo()
    found: dict[str, None] = {}
    while len(found) < count:
        text = writer.sentence(language)
        if is_kept_out(text) and bare(text) not in lines:
            found[text] = None
    return [(language, text) for text in found]


def digest(texts: list[Text]) -> str:
    """SHA-256 over `<language><tab><text>` lines."""
    told = "".join(f"{language}\t{text}\n" for language, text in texts)
    return hashlib.sha256(told.encode()).hexdigest()
