"""Lays a transcript out on A4 pages, once; what is read, printed and signed are these pages.

- Every page ends with the strip of those who sign every page; the last has the closing block.
- The last page carries text: at least two lines go with the closing block.
- A page's digest covers all that is drawn on it, page numbers included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.paper import TranscriptPaper
from widgets.paper import strip
from widgets.paper.body import LEFT, WIDTH, Row, flow
from widgets.paper.content import PAGE_HEIGHT, DrawnPaper, Item, Page, Text, moved, rounded
from widgets.paper.draw import draw
from widgets.paper.strip import Places
from widgets.paper.typeset import centered, width_of

TOP: Final = 62.0
FOOT: Final = 44.0  # of the strip, above the page's lower edge
CARRIED: Final = 2  # rows that go to the last page with the closing block
ABOVE_STRIP: Final = 8.0
NOTICE_SIZES: Final = (9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 1.0)


def lay_out(paper: TranscriptPaper) -> DrawnPaper:
    """The pages of a transcript and their PDF. A QGuiApplication must exist."""
    per_page = strip.height_of(strip.page_places(paper, 1))
    closing = strip.closing_places(paper)
    room = PAGE_HEIGHT - FOOT - per_page - ABOVE_STRIP - TOP - strip.LABEL
    cut = _cut(flow(paper), room, strip.height_of(closing) + ABOVE_STRIP)
    pages = []
    for number, rows in enumerate(cut, start=1):
        last = number == len(cut)
        pages.append(_page(paper, rows, number, len(cut), closing if last else []))
    content = tuple(pages)
    title = " ".join((paper.record_id, *paper.notice[:1]))
    return DrawnPaper(pdf=draw(content, title), content=content)


def _cut(rows: list[Row], room: float, closing: float) -> list[list[Row]]:
    """The rows of each page; the last leaves `closing` points free."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for row in rows:
        if used + row.height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.height
    if used + closing > room:
        last = pages[-1]
        carried = min(CARRIED, len(last) - 1) or len(last)
        pages[-1:] = [last[:-carried], last[-carried:]]
    return pages


def _page(
    paper: TranscriptPaper, rows: list[Row], number: int, total: int, closing: Places
) -> Page:
    items: list[Item] = []
    y = TOP
    for row in rows:
        items += [moved(item, y) for item in row.items]
        y += row.height
    places = strip.page_places(paper, number, last=number == total)
    strip_top = PAGE_HEIGHT - FOOT - strip.height_of(places)
    corrected = {row.line_id for row in rows if row.line_id and paper.signers}
    note_top = strip_top - (strip.LABEL if corrected else 0)
    closing_top = note_top - strip.height_of(closing)
    set_items, fields = strip.set_places(closing, closing_top, number)
    page_items, page_fields = strip.set_places(places, strip_top, number)
    if paper.signers:
        items += [strip.rule_above(closing_top - 3), *set_items, *page_items]
    if corrected:
        text = paper.words.corrections_here.format(len(corrected))
        items.append(
            Text(x=LEFT, y=rounded(note_top + 9.5), text=text, size=strip.SMALL, bold=True)
        )
    items += _margins(paper, number, total)
    return Page(items=tuple(items), fields=(*page_fields, *fields))


def _margins(paper: TranscriptPaper, number: int, total: int) -> list[Item]:
    """Page number in the middle of the foot, record id at its right, a warning on top."""
    page = paper.words.page.format(number, total)
    record = paper.words.record.format(paper.record_id)
    y = rounded(PAGE_HEIGHT - 26)
    items: list[Item] = [
        Text(x=centered(page, 9, LEFT, WIDTH), y=y, text=page, size=9),
        Text(
            x=rounded(LEFT + WIDTH - width_of(record, 6.5)),
            y=y,
            text=record,
            size=6.5,
            faint=True,
        ),
    ]
    if paper.simulated:
        x = rounded(LEFT + WIDTH - width_of(paper.words.simulated, 9, bold=True))
        y = 55 if paper.notice else 40
        items.append(Text(x=x, y=y, text=paper.words.simulated, size=9, bold=True))
    return [*_notice(paper), *items]


def _notice(paper: TranscriptPaper) -> Iterator[Text]:
    """What a copy says of itself on every page; a long line is set smaller, never cut."""
    for number, line in enumerate(paper.notice):
        size = next(size for size in NOTICE_SIZES if width_of(line, size, bold=True) <= WIDTH)
        y = rounded(20 + 11 * number)
        yield Text(x=LEFT, y=y, text=line, size=size, bold=True)
