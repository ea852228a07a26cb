"""Captions of one take: each line at its place, with who speaks; also as WebVTT.

Source: W3C WebVTT; times count from the take's own beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.interrogation import Take
from app.domain.people import Role
from app.domain.transcript import Utterance

SPEAKERS = {Role.INVESTIGATOR: "问", Role.SUSPECT: "答"}
UNHEARD_MS = 2000  # how long a typed line without sound shows


@dataclass(frozen=True, slots=True)
class Cue:
    """One line on the picture, in milliseconds of the take."""

    line_id: str
    t0_ms: int
    t1_ms: int
    speaker: str
    text: str


def cues(take: Take, utterances: Iterable[Utterance]) -> Iterator[Cue]:
    """The lines of `take`; of a take that still runs, all since it began."""
    until_ms = None if take.duration_ms is None else take.offset_ms + take.duration_ms
    for line in utterances:
        if line.t0_ms < take.offset_ms or (until_ms is not None and line.t0_ms >= until_ms):
            continue
        t0 = line.t0_ms - take.offset_ms
        least = 1 if line.has_sound else UNHEARD_MS
        t1 = max(t0 + least, line.t1_ms - take.offset_ms)
        speaker = SPEAKERS.get(line.role, line.role.value)
        yield Cue(line.id, t0, t1, speaker, " ".join(line.text.split()))


def web_vtt(take: Take, utterances: Iterable[Utterance]) -> str:
    """The captions of `take` as a file."""
    told = ["WEBVTT", ""]
    for cue in cues(take, utterances):
        times = f"{_time(cue.t0_ms)} --> {_time(cue.t1_ms)}"
        told += [cue.line_id, times, f"<v {cue.speaker}>{_plain(cue.text)}", ""]
    return "\n".join(told)


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
