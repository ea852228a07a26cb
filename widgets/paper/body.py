"""The printed matter of a transcript as a flow of rows, before it is cut into pages.

- A row is never divided: it is one line of type, or one line of the form's header.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from app.domain.corrections import Run, RunStyle
from app.domain.paper import HeaderRow, LineKind, PaperLine, TranscriptPaper
from widgets.paper.content import PAGE_WIDTH, Item, Rule, Text, rounded
from widgets.paper.typeset import broken, centered, width_of

LEFT: Final = 79.0  # 28 mm: room for binding
WIDTH: Final = rounded(PAGE_WIDTH - LEFT - 62)
BODY_SIZE: Final = 12.0
BODY_LEADING: Final = 21.0
HEADER_SIZE: Final = 10.5
HEADER_LEADING: Final = 19.5
NOTE_SIZE: Final = 10.5


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the flow: its height and its items, measured from its top."""

    height: float
    items: tuple[Item, ...]
    line_id: str = ""  # utterance that has a correction here
    corrections: int = 0


def flow(paper: TranscriptPaper) -> list[Row]:
    """Every row from the heading to the note that the rest is blank."""
    rows = [*_heading(paper)]
    for header_row in paper.header:
        rows += _header_row(header_row, paper.words.colon)
    rows.append(Row(height=12, items=(Rule(x0=LEFT, y0=7, x1=LEFT + WIDTH, y1=7, width=0.8),)))
    if paper.rights:
        rows += _rights(paper)
    for line in paper.lines:
        rows += _line(line, paper.words.colon)
    blank = paper.words.blank_below
    x = centered(blank, NOTE_SIZE, LEFT, WIDTH)
    rows.append(
        Row(height=BODY_LEADING, items=(Text(x=x, y=14, text=blank, size=NOTE_SIZE, faint=True),))
    )
    return rows


def _heading(paper: TranscriptPaper) -> Iterator[Row]:
    for text, size, height in ((paper.agency, 14.0, 24.0), (paper.title, 20.0, 40.0)):
        if text:
            x = centered(text, size, LEFT, WIDTH, bold=True)
            told = Text(x=x, y=rounded(size * 1.25), text=text, size=size, bold=True)
            yield Row(height=height, items=(told,))


def _header_row(header_row: HeaderRow, colon: str) -> Iterator[Row]:
    """A row of labels and underlined values; a value too long goes on below its own line."""
    cells: list[list[Item]] = []
    left, gap = LEFT, 8.0
    deepest = 1
    for item in header_row:
        right = rounded(left + item.share * WIDTH)
        end = right if right > LEFT + WIDTH - 1 else right - gap
        label = item.label + colon
        start = rounded(left + width_of(label, HEADER_SIZE))
        lines = _fitted(item.value, start, end)
        cell: list[Item] = [Text(x=rounded(left), y=13.5, text=label, size=HEADER_SIZE)]
        for number, line in enumerate(lines or [[]]):
            y = rounded(13.5 + number * HEADER_LEADING)
            cell += [msgspec.structs.replace(text, y=y) for text in line]
            cell.append(Rule(x0=start, y0=y + 3.5, x1=rounded(end), y1=y + 3.5))
        deepest = max(deepest, len(lines))
        cells.append(cell)
        left = right
    items = tuple(item for cell in cells for item in cell)
    yield Row(height=HEADER_LEADING * deepest, items=items)


def _fitted(value: str, start: float, end: float) -> list[list[Text]]:
    """The value in its cell, a little smaller if that keeps it on one line."""
    place = (rounded(start + 3), rounded(end - start - 5))
    for size in (HEADER_SIZE, 9.5, 8.5):
        lines = broken((Run(value),), size, place, place)
        if len(lines) <= 1:
            return lines
    return broken((Run(value),), HEADER_SIZE, place, place)


def _rights(paper: TranscriptPaper) -> Iterator[Row]:
    title = paper.words.rights
    x = centered(title, BODY_SIZE, LEFT, WIDTH, bold=True)
    yield Row(height=22, items=(Text(x=x, y=15, text=title, size=BODY_SIZE, bold=True),))
    for paragraph in paper.rights:
        place = (LEFT, WIDTH)
        indented = (LEFT + 2 * HEADER_SIZE, WIDTH - 2 * HEADER_SIZE)
        for line in broken((Run(paragraph),), HEADER_SIZE, indented, place):
            yield Row(height=17, items=_on_baseline(line, 12.5))
    yield Row(height=12, items=(Rule(x0=LEFT, y0=6, x1=LEFT + WIDTH, y1=6),))


def _line(line: PaperLine, colon: str) -> Iterator[Row]:
    if line.kind is LineKind.NOTE:
        place = (LEFT + 2 * BODY_SIZE, WIDTH - 2 * BODY_SIZE)
        for texts in broken((Run(line.text),), NOTE_SIZE, place, place):
            yield Row(height=18, items=_on_baseline(texts, 13))
        return
    label = line.speaker + colon
    hang = 2 * BODY_SIZE
    start = max(hang, width_of(label, BODY_SIZE, bold=True))
    runs = line.runs
    changed = any(run.style is not RunStyle.PLAIN for run in runs)
    for number, texts in enumerate(
        broken(runs, BODY_SIZE, (LEFT + start, WIDTH - start), (LEFT + hang, WIDTH - hang))
    ):
        items = _on_baseline(texts, 15.5)
        if number == 0:
            said = Text(x=LEFT, y=15.5, text=label, size=BODY_SIZE, bold=True)
            items = (said, *items)
        marked = changed and any(text.style is not RunStyle.PLAIN for text in texts)
        yield Row(height=BODY_LEADING, items=items, line_id=line.id if marked else "")


def _on_baseline(texts: list[Text], y: float) -> tuple[Item, ...]:
    return tuple(msgspec.structs.replace(text, y=y) for text in texts)
