"""Which wordings a person had changed at read-back, and how a line shows the change (L16).

- Only a wording of origin `corrected` is a correction; splitting and joining lines is not.
- Every wording that was corrected away stays visible, in its place, struck.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, pairwise

import msgspec

from app.domain.transcript import Origin, Utterance

Correction = tuple[str, str]
"""The wording before and the wording after."""

SHORTEST_KEPT = 2  # a lone character between two changes is not left standing


class RunStyle(StrEnum):
    """How a stretch of a line is printed."""

    PLAIN = "plain"
    STRUCK = "struck"
    ADDED = "added"


class Run(msgspec.Struct, frozen=True):
    """A stretch of a line in one style."""

    text: str
    style: RunStyle = RunStyle.PLAIN


Marked = list[tuple[str, RunStyle]]


def corrections_of(utterance: Utterance) -> tuple[Correction, ...]:
    """The corrections of a line, oldest first."""
    return tuple(
        (before.text, after.text)
        for before, after in pairwise(utterance.revisions)
        if after.origin is Origin.CORRECTED
        and after.reason not in ("split", "merged")
        and before.text != after.text
    )


def marked_runs(text: str, corrections: tuple[Correction, ...]) -> tuple[Run, ...]:
    """The runs of a line that now says `text`, with what was corrected away struck in place."""
    if not corrections:
        return (Run(text),)
    marked: Marked = [(character, RunStyle.PLAIN) for character in corrections[0][0]]
    for before, after in corrections:
        marked = _changed(marked, before, shown=False)
        marked = _changed(marked, after, shown=True)
    marked = _changed(marked, text, shown=False)
    return tuple(
        Run("".join(character for character, _ in group), style)
        for style, group in groupby(marked, key=_style)
    )


def _style(item: tuple[str, RunStyle]) -> RunStyle:
    return item[1]


def _changed(marked: Marked, target: str, *, shown: bool) -> Marked:
    """`marked` with its live characters saying `target`; a `shown` change strikes the old."""
    live = [place for place, (_, style) in enumerate(marked) if style is not RunStyle.STRUCK]
    result: Marked = []
    done = 0  # places of `marked` already taken over
    for kept, old, new in _differences("".join(marked[place][0] for place in live), target):
        for place in live[kept : kept + len(old)]:
            result += marked[done:place]
            if shown:
                result.append((marked[place][0], RunStyle.STRUCK))
            done = place + 1
        if not old:  # a pure insertion stands before the live character at `kept`
            place = live[kept] if kept < len(live) else len(marked)
            result += marked[done:place]
            done = place
        result += [(char, RunStyle.ADDED if shown else RunStyle.PLAIN) for char in new]
    return result + marked[done:]


def _differences(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """(start in `old`, removed, inserted), with changes that nearly touch made one."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    changes: list[tuple[int, int, int, int]] = []
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if changes and i0 - changes[-1][1] < SHORTEST_KEPT:
            changes[-1] = (changes[-1][0], i1, changes[-1][2], j1)
        else:
            changes.append((i0, i1, j0, j1))
    for i0, i1, j0, j1 in changes:
        yield i0, old[i0:i1], new[j0:j1]
