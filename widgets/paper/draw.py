"""Draws laid-out pages into a PDF.

- The typeface is embedded; the file opens alike on a machine without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from app.domain.corrections import RunStyle
from widgets.paper.content import Frame, Item, Page, Rule, Text
from widgets.paper.typeset import UNITS, font, width_of

INK: Final = QColor(0, 0, 0)
FAINT: Final = QColor(110, 110, 110)
POINTS_PER_INCH: Final = 72


def draw(pages: Sequence[Page], title: str) -> bytes:
    """The PDF of the pages, A4, written as PDF/A-1b (ISO 19005-1)."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = open_writer(buffer, QPageSize(QPageSize.PageSizeId.A4), title)
    with QPainter(writer) as painter:
        for number, page in enumerate(pages):
            if number:
                writer.newPage()
            for item in page.items:
                _draw_item(painter, item)
    return bytes(buffer.data().data())


def open_writer(buffer: QBuffer, size: QPageSize, title: str) -> QPdfWriter:
    """A PDF writer without margins whose pixel is a tenth of a point."""
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPagedPaintDevice.PdfVersion.PdfVersion_A1b)  # decision 0081
    writer.setResolution(POINTS_PER_INCH * UNITS)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setTitle(title)
    writer.setCreator("Shilu")
    return writer


def _draw_item(painter: QPainter, item: Item) -> None:
    match item:
        case Text():
            _draw_text(painter, item)
        case Rule():
            painter.setPen(_pen(item.width, faint=item.faint))
            painter.drawLine(_point(item.x0, item.y0), _point(item.x1, item.y1))
        case Frame():
            pen = _pen(0.5, faint=item.dashed)
            if item.dashed:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRect(
                QRectF(_point(item.x, item.y), _point(item.x + item.width, item.y + item.height))
            )


def _draw_text(painter: QPainter, item: Text) -> None:
    painter.setFont(font(item.size, bold=item.bold))
    painter.setPen(FAINT if item.faint else INK)
    painter.drawText(_point(item.x, item.y), item.text)
    if item.style is RunStyle.PLAIN:
        return
    end = item.x + width_of(item.text, item.size, bold=item.bold)
    height = item.size * 0.38 if item.style is RunStyle.STRUCK else -item.size * 0.2
    painter.setPen(_pen(0.9 if item.style is RunStyle.STRUCK else 0.6, faint=False))
    painter.drawLine(_point(item.x, item.y - height), _point(end, item.y - height))


def _pen(width: float, *, faint: bool) -> QPen:
    return QPen(FAINT if faint else INK, width * UNITS)


def _point(x: float, y: float) -> QPointF:
    return QPointF(x * UNITS, y * UNITS)
