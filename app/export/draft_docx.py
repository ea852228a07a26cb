"""The transcript of an existing recording as a DOCX to work on.

- It says on its first page that a machine heard it and that nobody has checked it.
- Doubtful lines carry their mark in words, so that a printed copy keeps it.
"""

from __future__ import annotations

import io
from typing import Any, Final

from app.export.docx import HEAD_FONT, new_document, say
from speech.forms import Transcript, clock, marked
from speech.service import Line

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


def write_draft(transcript: Transcript) -> bytes:
    """The DOCX file of a transcript; in English unless it is Mandarin's."""
    language = "zh" if transcript.language == "zh" else "en"
    document: Any = new_document()
    document.core_properties.title = transcript.name
    document.core_properties.author = ""
    say(document, _TITLE[language], size=18, bold=True, font=HEAD_FONT, align="CENTER")
    about = _ABOUT[language].format(
        name=transcript.name,
        model=transcript.model,
        digest=transcript.model_digest[:16],
        language=transcript.language,
    )
    say(document, about, size=SMALL_PT)
    say(document, _NOTICE[language], size=SMALL_PT, bold=True)
    if not transcript.lines:
        say(document, _NOTHING[language])
    for line in transcript.lines:
        say(document, _told(transcript, line, language))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _told(transcript: Transcript, line: Line, language: str) -> str:
    time = clock(line.t0_ms).partition(".")[0]
    doubt = _DOUBTFUL[language] if line.flags else ""
    return f"{time}  {marked(transcript, line)}{doubt}"
