"""Notices what a recogniser made up: each guard names one known way of failing.

- A guarded line is kept and flagged; a person decides. Only sound without own speech (guard 1, in
  `speech.turns`) makes no line.
- Guards read text, times and confidence alone, so each has its own test.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from enum import StrEnum

from speech.engine import Answer, Word

UNCLEAR_TEXT = {"zh": "[听不清]"}
UNCLEAR_TEXT_OTHERS = "[unclear]"

_BOILERPLATE = (
    "字幕",
    "amara",
    "明镜",
    "明鏡",
    "点点栏目",
    "點點欄目",
    "点赞",
    "點贊",
    "订阅",
    "訂閱",
    "打赏",
    "打賞",
    "索兰娅",
    "谢谢观看",
    "謝謝觀看",
    "谢谢大家",
    "謝謝大家",
    "音乐",
    "音樂",
    "thanks for watching",
    "subscribe",
)
_MARKS = re.compile(r"[\s,.?!:;，。？！、：；…“”‘’\"'()（）\[\]-]")
_NUMERALS = frozenset("0123456789零〇一二三四五六七八九幺")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[A-Za-z\u3040-\u30ff\uac00-\ud7af]")


class Flag(StrEnum):
    """What a line is flagged with; stable names in the record."""

    LOOP = "loop"
    PROMPT_ECHO = "prompt_echo"
    UNCLEAR = "unclear"
    BOILERPLATE = "boilerplate"
    QUIET_BOILERPLATE = "quiet_boilerplate"  # hidden until a person asks for it
    POSSIBLE_OMISSION = "possible_omission"
    OTHER_LANGUAGE = "other_language"
    REPEATED = "repeated"
    POSSIBLE_BLEED = "possible_bleed"
    SPEAKER_UNSURE = "speaker_unsure"
    CUT = "cut"


def bare(text: str) -> str:
    """Text without spaces and punctuation, lower case: what is compared."""
    return _MARKS.sub("", text).lower()


def likeness(one: str, other: str) -> float:
    """0..1: how alike two texts are once bare."""
    return SequenceMatcher(None, bare(one), bare(other), autojunk=False).ratio()


def loops(text: str, seconds: float, language: str) -> bool:
    """Guard 3: up to 12 characters four times in a row, or more than can be spoken.

    Numerals may repeat (a telephone number has 8888): they count from eight on.
    """
    letters = bare(text)
    fastest = 9.0 if language in {"zh", "ja", "ko"} else 28.0
    if len(letters) > 8 and len(letters) > fastest * max(seconds, 0.3):
        return True
    for found in re.finditer(r"(.{1,12}?)\1{3,}", letters):
        if set(found[0]) <= _NUMERALS and len(found[0]) < 8:
            continue
        return True
    return False


def echoes(text: str, prompt: str) -> bool:
    """Guard 4: the text is what the model was told before, or a piece of it."""
    said = bare(text)
    if not said or not prompt:
        return False
    told = bare(prompt)
    return likeness(text, prompt) > 0.7 or (len(said) >= 8 and said in told)


def boilerplate(text: str, level_db: float, floor_db: float) -> Flag | None:
    """Guard 2: credits of films in the training data; on loud speech they may be meant."""
    said = text.lower()
    if not any(phrase in said for phrase in _BOILERPLATE):
        return None
    return Flag.QUIET_BOILERPLATE if level_db < floor_db + 6.0 else Flag.BOILERPLATE


def is_unclear(answer: Answer) -> bool:
    """Guard 5: the model itself doubts that anything was said."""
    return answer.average_log_probability < -1.0 and answer.no_speech_probability > 0.6


def omits(text: str, seconds: float) -> bool:
    """Guard 6: long speech, hardly any text."""
    return seconds > 4.0 and len(bare(text)) < 0.5 * seconds


def is_other_script(text: str, language: str) -> bool:
    """Guard 7: a Mandarin interrogation with mostly Latin, kana or hangul."""
    if language != "zh":
        return False
    others, han = len(_OTHER_SCRIPT.findall(text)), len(_HAN.findall(text))
    return others > 3 and others > 0.6 * (others + han)


def clamped(words: Sequence[Word], length_ms: int) -> tuple[Word, ...]:
    """Guard 8: word times brought into -200..+300 ms of the utterance, and into order."""
    out: list[Word] = []
    latest = -200
    for word in words:
        t0 = min(max(word.t0_ms, latest), length_ms + 300)
        t1 = min(max(word.t1_ms, t0), length_ms + 300)
        out.append(replace(word, t0_ms=t0, t1_ms=t1))
        latest = t0
    return tuple(out)


def repeats(text: str, before: Sequence[str]) -> bool:
    """Guard 9: the same as the last three lines of this channel; short answers may repeat."""
    said = bare(text)
    return len(said) > 4 and len(before) >= 3 and all(bare(line) == said for line in before[-3:])
