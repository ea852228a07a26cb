"""The written forms of a transcript of an existing recording: text, captions, JSON.

- Times count from the file's beginning.
- What the guards flagged stays flagged in JSON; the other forms are for reading.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from speech.condition import Condition
from speech.service import Line

ROLE_MARKS = {"zh": ("问：", "答：")}
ROLE_MARKS_OTHERS = ("Q: ", "A: ")
ROLES = ("investigator", "suspect")


@dataclass(frozen=True, slots=True)
class Transcript:
    """All lines of one file in the order of their beginnings."""

    name: str
    channels: int
    language: str
    model: str
    model_digest: str
    lines: tuple[Line, ...]
    conditions: tuple[Condition, ...] = ()


def marked(transcript: Transcript, line: Line) -> str:
    """The line's text behind its role's mark; mono has no roles."""
    if transcript.channels < 2:
        return line.text
    return ROLE_MARKS.get(transcript.language, ROLE_MARKS_OTHERS)[line.channel] + line.text


def clock(at_ms: int, mark: str = ".") -> str:
    """Hours, minutes, seconds and, after `mark`, thousandths."""
    seconds, thousandths = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{thousandths:03d}"


def as_text(transcript: Transcript) -> str:
    """One line per utterance."""
    return "".join(f"{marked(transcript, line)}\n" for line in transcript.lines)


def as_subrip(transcript: Transcript) -> str:
    """SubRip captions; two roles may overlap in time."""
    return _captions(transcript, ",")


def as_webvtt(transcript: Transcript) -> str:
    """WebVTT captions (W3C WebVTT 1)."""
    return "WEBVTT\n\n" + _captions(transcript, ".", escaped=True)


def _captions(transcript: Transcript, mark: str, *, escaped: bool = False) -> str:
    parts = []
    for number, line in enumerate(transcript.lines, 1):
        times = f"{clock(line.t0_ms, mark)} --> {clock(line.t1_ms, mark)}"
        words = marked(transcript, line)
        if escaped:
            words = words.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"{number}\n{times}\n{words}\n\n")
    return "".join(parts)


def as_json(transcript: Transcript) -> str:
    """Everything that is known of each line, for a machine."""
    told = {
        "file": transcript.name,
        "language": transcript.language,
        "model": transcript.model,
        "model_digest": transcript.model_digest,
        "conditions": [
            {"code": condition.code, "channel": condition.channel}
            for condition in transcript.conditions
        ],
        "lines": [
            {
                "role": ROLES[line.channel] if transcript.channels > 1 else None,
                "t0_ms": line.t0_ms,
                "t1_ms": line.t1_ms,
                "text": line.text,
                "raw_text": line.answer.text,
                "average_log_probability": round(line.answer.average_log_probability, 3),
                "flags": list(line.flags),
                "words": [[w.text, w.t0_ms, w.t1_ms, w.probability] for w in line.words],
            }
            for line in transcript.lines
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


FORMS = {"txt": as_text, "json": as_json, "srt": as_subrip, "vtt": as_webvtt}
"""What a transcript can be written as here, by the ending of its file."""
