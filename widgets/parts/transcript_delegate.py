"""Draws one line of the transcript: time, speaker, words with doubt underlined, their origin.

- Where words come from is a word in an outline, not a colour (principle 6).
- Doubtful words are underlined only while the wording is the recogniser's own.
- A correction shows the former wording struck through above the new one (L16).
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.domain.corrections import corrections_of
from app.domain.numerals import as_digits
from app.domain.people import Role
from app.domain.spoken_words import words_of
from app.domain.transcript import Origin, Utterance
from app.ipc.messages import PartialHeard
from widgets import theme, words
from widgets.parts import figures
from widgets.parts.transcript_model import CHANNEL_ROLES, Part

Index = QModelIndex | QPersistentModelIndex
PAD = 8
TIME_WIDTH = 64
SPEAKER_WIDTH = 32
ORIGIN_WIDTH = 88
LINE_PX = 24
DOUBT = 0.5  # words less probable than this are underlined


def doubtful(line: Utterance) -> list[tuple[int, int]]:
    """(start, length) of words of low confidence in the text, where it is still as heard."""
    if line.hearing is None or line.origin is not Origin.HEARD:
        return []
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words_of(line):
        found = line.text.find(word.text, at)
        if found < 0:
            continue
        at = found + len(word.text)
        if word.probability < DOUBT:
            spans.append((found, len(word.text)))
    return spans


class TranscriptDelegate(QStyledItemDelegate):
    """Lays out and draws rows; heights are exact and kept until something changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[tuple[object, ...], int] = {}
        self.shows_digits = False

    def forget(self) -> None:
        """Measure everything anew: another width, font or language."""
        self._heights.clear()

    def text_rect(self, row: QRect) -> QRect:
        """Where the words of a row stand."""
        left = PAD + TIME_WIDTH + SPEAKER_WIDTH + PAD
        return row.adjusted(left, PAD, -ORIGIN_WIDTH - PAD, -PAD)

    def character_at(self, row: QRect, line: Utterance, point: QPoint) -> int:
        """Which character of the line's wording is drawn at `point`; -1 beside them.

        Shown as digits or under a former wording no character stands where it was heard.
        """
        if self._shown(line.text) != line.text or self._former(line):
            return -1
        box = self.text_rect(row)
        layout, _ = self._layout(line.text, box.width())
        place = QPointF(point - box.topLeft())
        for number in range(layout.lineCount()):
            drawn = layout.lineAt(number)
            width = drawn.naturalTextWidth()
            if QRectF(0, drawn.y(), width, LINE_PX).contains(place):
                on_character = QTextLine.CursorPosition.CursorOnCharacter
                return int(drawn.xToCursor(place.x(), on_character))
        return -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = option.widget
        width = view.viewport().width() if hasattr(view, "viewport") else option.rect.width()
        line, partial = index.data(Part.UTTERANCE), index.data(Part.PARTIAL)
        text = self._shown(line.text if line is not None else partial.text)
        former = self._former(line)
        key = (width, text, former)
        if key not in self._heights:
            room = self.text_rect(QRect(0, 0, width, 0)).width()
            height = self._layout(text, room)[1]
            if former:
                height += self._layout(former, room)[1] + 2
            self._heights[key] = max(int(height + 0.99), 24) + 2 * PAD
        return QSize(width, self._heights[key])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, partial = index.data(Part.UTTERANCE), index.data(Part.PARTIAL)
        look = theme.current()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, look.colour("accent_wash"))
            painter.fillRect(
                QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                look.colour("accent"),
            )
        if line is not None:
            self._paint_line(painter, option.rect, line, look)
        elif partial is not None:
            self._paint_partial(painter, option.rect, partial, look)
        painter.restore()

    def _paint_line(
        self, painter: QPainter, row: QRect, line: Utterance, look: theme.Theme
    ) -> None:
        self._paint_head(painter, row, line.t0_ms, line.role, look)
        box = self.text_rect(row)
        top = float(box.top())
        former = self._former(line)
        if former:
            struck = QTextCharFormat()
            struck.setFontStrikeOut(True)
            layout, height = self._layout(former, box.width(), [(0, len(former))], struck)
            painter.setPen(look.colour("ink_faint"))
            layout.draw(painter, QPointF(box.left(), top))
            top += height + 2
        doubt = QTextCharFormat()
        doubt.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        doubt.setUnderlineColor(look.colour("amber"))
        text = self._shown(line.text)
        spans = doubtful(line) if text == line.text else []
        layout, _ = self._layout(text, box.width(), spans, doubt)
        painter.setPen(look.colour("ink"))
        layout.draw(painter, QPointF(box.left(), top))
        self._paint_origin(painter, row, line, look)

    def _paint_partial(
        self, painter: QPainter, row: QRect, guess: PartialHeard, look: theme.Theme
    ) -> None:
        role = CHANNEL_ROLES[min(max(guess.channel, 0), 1)]
        self._paint_head(painter, row, guess.t0_ms, role, look, "ink_faint")
        box = self.text_rect(row)
        layout, _ = self._layout(self._shown(guess.text), box.width())
        painter.setPen(look.colour("ink_faint"))
        layout.draw(painter, QPointF(box.topLeft()))
        painter.setFont(theme.font(look.sizes["small"]))
        tag = QRect(row.right() - ORIGIN_WIDTH, row.top() + PAD + 2, ORIGIN_WIDTH - PAD, 20)
        painter.drawText(tag, Qt.AlignmentFlag.AlignRight, self.tr("listening"))

    def _paint_head(
        self,
        painter: QPainter,
        row: QRect,
        t0_ms: int,
        role: Role,
        look: theme.Theme,
        colour: str = "",
    ) -> None:
        asks = role in (Role.INVESTIGATOR, Role.CLERK)
        painter.setFont(theme.font(look.sizes["small"]))
        painter.setPen(look.colour("ink_faint"))
        time_box = QRect(row.left() + PAD, row.top() + PAD, TIME_WIDTH, 24)
        painter.drawText(time_box, Qt.AlignmentFlag.AlignVCenter, figures.clock(t0_ms))
        painter.setFont(theme.font(look.sizes["transcript"], bold=True))
        painter.setPen(look.colour(colour or ("accent" if asks else "ink")))
        box = QRect(time_box.right() + 4, row.top() + PAD, SPEAKER_WIDTH, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words.speaks_as(role))

    def _paint_origin(
        self, painter: QPainter, row: QRect, line: Utterance, look: theme.Theme
    ) -> None:
        text = words.origin(line.origin)
        painter.setFont(theme.font(look.sizes["small"]))
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        box = QRect(row.right() - PAD - width, row.top() + PAD + 2, width, 20)
        if line.origin is not Origin.HEARD:
            painter.setPen(look.colour("line_strong"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)
        painter.setPen(look.colour("ink_soft" if line.origin is not Origin.HEARD else "ink_faint"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _shown(self, text: str) -> str:
        return as_digits(text) if self.shows_digits else text

    def _former(self, line: Utterance | None) -> str:
        changes = corrections_of(line) if line is not None else ()
        return changes[-1][0] if changes else ""

    def _layout(
        self,
        text: str,
        width: int,
        spans: list[tuple[int, int]] | None = None,
        form: QTextCharFormat | None = None,
    ) -> tuple[QTextLayout, float]:
        """The words broken into lines of `width` px, and their height."""
        layout = QTextLayout(text, theme.font(theme.current().sizes["transcript"]))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        if spans and form is not None:
            ranges = []
            for start, length in spans:
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = start, length, form
                ranges.append(part)
            layout.setFormats(ranges)
        layout.beginLayout()
        height = 0.0
        while (broken := layout.createLine()).isValid():
            broken.setLineWidth(max(width, 40))
            broken.setPosition(QPointF(0, height))
            height += LINE_PX
        layout.endLayout()
        return layout, height
