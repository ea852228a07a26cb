"""What the model is told before it hears, and how its text is brought into one form.

- The prompt is made anew for each utterance from a primer and the case's names; text heard
  before is never in it, so that one error cannot breed the next.
- The prompt has at most 100 tokens: longer ones crash the decoder or are taken for speech.
- Text is simplified and gets full-width punctuation; the raw text is kept beside it.
- Numerals are never rewritten: a name may contain one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

PRIMER = {
    "zh": "以下是普通话的讯问对话，使用简体中文和标点。问：你叫什么名字？答：我叫陈平。",
    "en": "An interview, with punctuation. Q: What is your name? A: My name is Ann Poe.",
}
MOST_TOKENS = 100

_FULL_WIDTH = str.maketrans({",": "，", "?": "？", "!": "！", ":": "：", ";": "；"})
_HAN = r"[\u3400-\u9fff]"
_NUMBER_MARK = re.compile(r"(?<=\d)([,.:])(?=\d)")
_STOP = re.compile(rf"(?<={_HAN})\.(?!\d)")
_GAP = re.compile(rf"(?<={_HAN})\s+(?={_HAN})|(?<=[，。？！：；])\s+")


def prompt(words: Sequence[str], language: str, count_tokens: Callable[[str], int]) -> str:
    """Primer and as many of the case's words as fit, the first ones first."""
    told = PRIMER.get(language, "")
    lead, between, stop = ("涉及：", "、", "。") if language == "zh" else ("Names: ", ", ", ".")
    kept: list[str] = []
    for word in dict.fromkeys(word.strip() for word in words):
        if not word:
            continue
        longer = told + lead + between.join([*kept, word]) + stop
        if count_tokens(longer) > MOST_TOKENS:
            break
        kept.append(word)
    return told + lead + between.join(kept) + stop if kept else told


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def tidy(text: str, language: str) -> str:
    """Simplified characters and Chinese punctuation for Mandarin; others only stripped."""
    if language != "zh":
        return text.strip()
    simple = str(_converter().convert(text)).strip()
    parts = _NUMBER_MARK.split(simple)  # marks inside numbers stay as they are
    wide = "".join(
        part if place % 2 else part.translate(_FULL_WIDTH) for place, part in enumerate(parts)
    )
    return _GAP.sub("", _STOP.sub("。", wide))
