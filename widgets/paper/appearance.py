"""Draws what a signer left, as a small PDF that becomes the look of their signature field.

- Ink is drawn from its own points, the fingerprint from its own pixels at its own size.
- Names and times are outlines: the field needs no typeface of its own and stays small.
- It is a view; the originals are kept beside it in the record (marks).
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Final

import msgspec
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPageSize,
    QPainter,
    QPainterPath,
    QPen,
)

from signing.marks import Fingerprint, Ink, InkStroke
from widgets.paper.draw import POINTS_PER_INCH, open_writer
from widgets.paper.typeset import UNITS, font, width_of

CINNABAR: Final = QColor(178, 34, 34)
PEN: Final = QColor(12, 18, 60)
GREY: Final = QColor(90, 90, 90)
UM_PER_POINT: Final = 25400 / POINTS_PER_INCH
PRINT_SHARE: Final = 0.34  # of the box's width, where there is ink beside the print
CAPTION: Final = 6.0
SHADES: Final = 4  # of a fingerprint's ink; the original keeps all 256


class Appearance(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a signature field; width and height of the field in points."""

    width: float
    height: float
    name: str
    moment: datetime  # local time, printed
    ink: Ink | None = None
    fingerprint: Fingerprint | None = None
    note: str = ""  # in place of marks: why somebody else signs here (L18)


def to_pdf(appearance: Appearance) -> bytes:
    """A one-page PDF of the field's size. A QGuiApplication must exist."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size = QPageSize(
        QSizeF(appearance.width, appearance.height),
        QPageSize.Unit.Point,
        "field",
        QPageSize.SizeMatchPolicy.ExactMatch,
    )
    writer = open_writer(buffer, size, "")
    with QPainter(writer) as painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.scale(UNITS, UNITS)
        draw(painter, appearance)
    return bytes(buffer.data().data())


def draw(painter: QPainter, appearance: Appearance) -> None:
    """Draw into the rectangle (0, 0, width, height) of a painter whose unit is a point."""
    bottom = appearance.height - CAPTION - 3
    split = appearance.width
    if appearance.fingerprint is not None:
        alone = appearance.ink is None and not appearance.note
        split = 0.0 if alone else appearance.width * (1 - PRINT_SHARE)
        place = QRectF(split, 1, appearance.width - split, appearance.height - 2)
        _draw_print(painter, appearance.fingerprint, place)
    if appearance.ink is not None:
        _draw_ink(painter, appearance.ink, QRectF(3, 2, split - 6, bottom - 3))
    elif appearance.note:
        _draw_note(painter, appearance.note, QRectF(3, 2, split - 6, bottom - 3))
    caption = f"{appearance.name}  {appearance.moment:%Y-%m-%d %H:%M:%S}"
    _draw_words(painter, caption, CAPTION, QPointF(3, appearance.height - 3))


def _draw_ink(painter: QPainter, ink: Ink, place: QRectF) -> None:
    """The strokes at their own size, made smaller where they would not fit."""
    points = [point for stroke in ink.strokes for point in stroke.points]
    if not points:
        return
    left, top = min(p.x_um for p in points), min(p.y_um for p in points)
    width = max(max(p.x_um for p in points) - left, 1) / UM_PER_POINT
    height = max(max(p.y_um for p in points) - top, 1) / UM_PER_POINT
    scale = min(place.width() / width, place.height() / height, 1.0)
    painter.save()
    painter.translate(
        place.x() + (place.width() - width * scale) / 2,
        place.y() + (place.height() - height * scale) / 2,
    )
    painter.scale(scale / UM_PER_POINT, scale / UM_PER_POINT)
    painter.translate(-left, -top)
    for stroke in ink.strokes:
        _draw_stroke(painter, stroke, scale)
    painter.restore()


def _draw_stroke(painter: QPainter, stroke: InkStroke, scale: float) -> None:
    """Quadratic curves through the midpoints, the pen's pressure as their width."""
    pen = QPen(PEN)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    points = stroke.points
    spots = [QPointF(p.x_um, p.y_um) for p in points]
    middles = [spots[0], *((a + b) / 2 for a, b in pairwise(spots)), spots[-1]]
    for number, control in enumerate(spots):
        pen.setWidthF((0.35 + 0.9 * points[number].pressure) * UM_PER_POINT / scale)
        painter.setPen(pen)
        if len(spots) == 1:
            painter.drawPoint(control)
            continue
        path = QPainterPath(middles[number])
        path.quadTo(control, middles[number + 1])
        painter.drawPath(path)


def _draw_print(painter: QPainter, fingerprint: Fingerprint, place: QRectF) -> None:
    """The print in red ink at its own size, made smaller where it would not fit."""
    image = _red(fingerprint)
    points = POINTS_PER_INCH / fingerprint.dpi
    width, height = fingerprint.width * points, fingerprint.height * points
    scale = min(place.width() / width, place.height() / height, 1.0)
    target = QRectF(0, 0, width * scale, height * scale)
    target.moveCenter(place.center())
    painter.drawImage(target, image)


def _red(fingerprint: Fingerprint) -> QImage:
    """One colour whose opacity is the darkness of the ridges."""
    step = 256 // SHADES
    darkness = bytes((255 - value) // step * 255 // (SHADES - 1) for value in range(256))
    opacity = QImage(
        fingerprint.gray.translate(darkness),
        fingerprint.width,
        fingerprint.height,
        fingerprint.width,
        QImage.Format.Format_Alpha8,
    )
    image = QImage(fingerprint.width, fingerprint.height, QImage.Format.Format_ARGB32)
    image.fill(CINNABAR)
    image.setAlphaChannel(opacity)
    return image


def _draw_note(painter: QPainter, note: str, place: QRectF) -> None:
    size = 8.0
    lines: list[str] = [""]
    for character in note:
        if width_of(lines[-1] + character, size) > place.width():
            lines.append("")
        lines[-1] += character
    for number, line in enumerate(lines[: int(place.height() // (size * 1.25))]):
        _draw_words(painter, line, size, QPointF(place.x(), place.y() + (number + 1) * size * 1.25))


def _draw_words(painter: QPainter, words: str, size: float, baseline: QPointF) -> None:
    path = QPainterPath()
    path.addText(QPointF(0, 0), font(size), words)
    painter.save()
    painter.translate(baseline)
    painter.scale(1 / UNITS, 1 / UNITS)
    painter.fillPath(path, GREY)
    painter.restore()
