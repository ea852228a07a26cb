"""The transcript of an existing recording as a DOCX to work on.

- It says on its first page that a machine heard it and that nobody has checked it.
- Doubtful lines carry their mark in words, so that a printed copy keeps it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.export.docx import HEAD_FONT, new_document, say

_TITLE: Final = {"zh": "录音转写草稿", "en": "Draft transcript of a recording"}
_NOTICE: Final = {
    "zh": "本稿由语音模型自动转写，未经核对，不得作为笔录使用；以录音为准。",
    "en": "A speech model wrote this draft and nobody has checked it; the recording decides.",
}
_ABOUT: Final = {
    "zh": "录音：{name}　　模型：{model}（{digest}）　　语言：{language}",
    "en": "Recording: {name}    Model: {model} ({digest})    Language: {language}",
}
_DOUBTFUL: Final = {"zh": "（存疑）", "en": " (doubtful)"}
_NOTHING: Final = {"zh": "没有听到说话。", "en": "No speech was heard."}
SMALL_PT: Final = 9.0


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One utterance with its role's mark before it."""

    time: str  # from the recording's beginning
    text: str
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, and by what."""

    name: str
    model: str
    digest: str
    language: str


def write_draft(heard: Heard, lines: Sequence[DraftLine]) -> bytes:
    """The DOCX file; in English unless Mandarin was heard."""
    language = "zh" if heard.language == "zh" else "en"
    document: Any = new_document()
    document.core_properties.title = heard.name
    document.core_properties.author = ""
    say(document, _TITLE[language], size=18, bold=True, font=HEAD_FONT, align="CENTER")
    about = _ABOUT[language].format(
        name=heard.name,
        model=heard.model,
        digest=heard.digest[:16],
        language=heard.language,
    )
    say(document, about, size=SMALL_PT)
    say(document, _NOTICE[language], size=SMALL_PT, bold=True)
    if not lines:
        say(document, _NOTHING[language])
    for line in lines:
        doubt = _DOUBTFUL[language] if line.is_doubtful else ""
        say(document, f"{line.time}  {line.text}{doubt}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
