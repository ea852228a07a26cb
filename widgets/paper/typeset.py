"""Breaks text into lines with Qt's own line breaking, in points.

- Qt counts UTF-16 units and Python characters; rare names have two units for one character.
- Glyph widths are taken without hinting, so that a page is the same on every screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine, QTextOption

from app.domain.corrections import Run
from widgets import fonts
from widgets.paper.content import Text, rounded

UNITS = 10  # layout pixels in a point


def font(size: float, *, bold: bool = False) -> QFont:
    """The paper's typeface with `size` points, in layout pixels."""
    made = fonts.for_paper(size)
    made.setPixelSize(round(size * UNITS))
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the words are, in points."""
    return QFontMetricsF(font(size, bold=bold)).horizontalAdvance(text) / UNITS


def centered(text: str, size: float, left: float, width: float, *, bold: bool = False) -> float:
    """The x at which the words stand in the middle."""
    return rounded(left + (width - width_of(text, size, bold=bold)) / 2)


def broken(
    runs: Sequence[Run], size: float, first: tuple[float, float], rest: tuple[float, float]
) -> list[list[Text]]:
    """Lines of texts with baseline 0; `first` and `rest` are (left, width) of lines."""
    layout = QTextLayout("".join(run.text for run in runs), font(size))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[list[Text]] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        left, width = rest if lines else first
        line.setLineWidth(width * UNITS)
        line.setPosition(QPointF(0, 0))
        lines.append(list(_texts(line, runs, size, left)))
    layout.endLayout()
    return lines


def _texts(line: QTextLine, runs: Sequence[Run], size: float, left: float) -> Iterator[Text]:
    """The pieces of each run that fall into a line."""
    start = 0  # of the run, in UTF-16 units
    begin, end = line.textStart(), line.textStart() + line.textLength()
    for run in runs:
        units = run.text.encode("utf-16-le")
        low, high = max(begin, start), min(end, start + len(units) // 2)
        if low < high:
            piece = units[2 * (low - start) : 2 * (high - start)].decode("utf-16-le")
            x = rounded(left + _x_of(line, low) / UNITS)
            said = piece.rstrip() if high == end else piece
            yield Text(x=x, y=0.0, text=said, size=size, style=run.style)
        start += len(units) // 2


def _x_of(line: QTextLine, unit: int) -> float:
    place = line.cursorToX(unit)
    return place[0] if isinstance(place, tuple) else place  # type: ignore[return-value]
