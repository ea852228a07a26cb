"""Finds where each line of the transcript stands on the pages, from the pages themselves.

- Read from the PDF that is shown, so a touch means what the person sees.
- Rows follow the order of the lines; a row that cannot be told is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtPdf import QPdfDocument

from app.domain.transcript import Utterance

LABEL = re.compile(r"^[^：:]{1,12}[：:]\s*")
SURE = 10  # characters that tell a line apart


class LinePlace(msgspec.Struct, frozen=True, kw_only=True):
    """One printed row of an utterance; `box` is (x, y, width, height) in fractions of the page."""

    page: int
    utterance_id: str
    box: tuple[float, float, float, float]

    @property
    def rectangle(self) -> QRectF:
        """The box for painting."""
        return QRectF(*self.box)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A printed row with its text, white space taken out."""

    page: int
    label: str
    body: str
    box: tuple[float, float, float, float]


def find(pdf: bytes, utterances: Sequence[Utterance]) -> tuple[LinePlace, ...]:
    """Where the utterances stand, row by row. May be called on a worker thread."""
    return tuple(match(rows(pdf), utterances))


def rows(pdf: bytes) -> list[Row]:
    """Every printed row of every page, in reading order."""
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    found = [row for page in range(document.pageCount()) for row in _rows(document, page)]
    document.close()
    return found


def match(printed: Sequence[Row], utterances: Sequence[Utterance]) -> Iterator[LinePlace]:
    """Give each row to its utterance; a labelled row begins one, others go on with it."""
    texts = [squeezed(line.text) for line in utterances]
    current = -1
    for row in printed:
        begins = _beginning(row, texts, current + 1)
        if begins is not None:
            current = begins
        elif current < 0 or not _goes_on(row, texts[current]):
            continue
        yield LinePlace(page=row.page, utterance_id=utterances[current].id, box=row.box)


def squeezed(text: str) -> str:
    """The text without white space, which pages add and drop."""
    return "".join(text.split())


def _beginning(row: Row, texts: Sequence[str], start: int) -> int | None:
    """The next utterance this row begins, or None."""
    if not row.label or not row.body:
        return None
    for place in range(start, len(texts)):
        text = texts[place]
        if text.startswith(row.body[:SURE]) or (len(text) < SURE and row.body.startswith(text)):
            return place
    return None


def _goes_on(row: Row, text: str) -> bool:
    whole = row.label + row.body
    return len(whole) > 1 and whole in text


def _rows(document: QPdfDocument, page: int) -> Iterator[Row]:
    text = document.getAllText(page).text()
    size = document.pagePointSize(page)
    for found in re.finditer(r"[^\r\n]+", text):
        box = document.getSelectionAtIndex(page, found.start(), len(found[0])).boundingRectangle()
        if box.isEmpty():
            continue
        label = LABEL.match(found[0])
        head = label[0] if label else ""
        yield Row(
            page=page + 1,
            label=squeezed(head),
            body=squeezed(found[0][len(head) :]),
            box=(
                box.x() / size.width(),
                box.y() / size.height(),
                box.width() / size.width(),
                box.height() / size.height(),
            ),
        )
