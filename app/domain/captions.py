"""Captions of one take as WebVTT: each line at its place, with who speaks.

Source: W3C WebVTT; times count from the take's own beginning.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.interrogation import Take
from app.domain.people import Role
from app.domain.transcript import Utterance

SPEAKERS = {Role.INVESTIGATOR: "问", Role.SUSPECT: "答"}


def web_vtt(take: Take, utterances: Iterable[Utterance]) -> str:
    """The captions of `take`; a typed line without sound shows for two seconds."""
    until_ms = take.offset_ms + (take.duration_ms or 0)
    cues = ["WEBVTT", ""]
    for line in utterances:
        if not take.offset_ms <= line.t0_ms < until_ms:
            continue
        t0 = line.t0_ms - take.offset_ms
        t1 = max(t0 + 2000 if not line.has_sound else t0 + 1, line.t1_ms - take.offset_ms)
        speaker = SPEAKERS.get(line.role, line.role.value)
        cues += [line.id, f"{_time(t0)} --> {_time(t1)}", f"<v {speaker}>{_plain(line.text)}", ""]
    return "\n".join(cues)


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _plain(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(escaped.split())
