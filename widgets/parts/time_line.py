"""The whole recording as one line: both channels, lines, bookmarks, breaks, gaps, and where we are.

- Times are milliseconds from recording start, over all takes; a gap is drawn, never closed up.
- What is from before the interrogation was begun stands shaded, by its name, up to its end.
- A click or a drag goes there; the wheel comes nearer, and the view follows what plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.interrogation import Interrogation
from widgets import theme
from widgets.parts import figures
from widgets.workplace import Translated

HEIGHT_PX = 136
AXIS_PX = 20
MARKS_PX = 12
SIDE_PX = 5
LEAST_MS = 10_000  # shown when nearest
TICK_MS = (1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000)
HOUR_MS = 3_600_000
TICK_PX = 72
FULL_SCALE = 127


class SoundDrawing(Protocol):
    """What is drawn; `app.recorder.pyramid.Pyramid` is one."""

    @property
    def duration_ms(self) -> int:
        """How much there is."""

    def look(self, t0_ms: int, t1_ms: int, columns: int, /) -> Any:
        """Least and greatest of both channels for each column, -127 to 127."""


class TimeLine(Translated):
    """Shows; tells where a person wants to go."""

    sought = Signal(int)  # milliseconds from recording start

    def __init__(self, height_px: int = HEIGHT_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height_px = height_px
        self._state = Interrogation()
        self._sounds: list[tuple[int, SoundDrawing]] = []
        self._damage: list[tuple[int, int]] = []
        self._length_ms = 1000
        self._shown = (0, 1000)
        self._at_ms = 0
        self._ground: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.setAccessibleName(self.tr("Time line of the recording"))
        self.setToolTip(self.tr("Click to go there; turn the wheel to see more or less"))
        self._redraw()

    def sizeHint(self) -> QSize:
        return QSize(240, self._height_px)

    def show_state(self, state: Interrogation, length_ms: int) -> None:
        """What happened, and how long the recording is."""
        self._state = state
        self._length_ms = max(1000, length_ms)
        self._shown = (0, self._length_ms)
        self._redraw()

    def show_growth(
        self, state: Interrogation, length_ms: int, sounds: Sequence[tuple[int, SoundDrawing]]
    ) -> None:
        """A recording that goes on: its end is where we are, and all of it stays in sight."""
        self._sounds = list(sounds)
        self._at_ms = length_ms
        self.show_state(state, length_ms)

    def show_sounds(self, sounds: Sequence[tuple[int, SoundDrawing]]) -> None:
        """The sound of each take and where it begins."""
        self._sounds = list(sounds)
        self._redraw()

    def show_damage(self, holes: Sequence[tuple[int, int]]) -> None:
        """Stretches that cannot be read."""
        self._damage = list(holes)
        self._redraw()

    @Slot()
    def renew(self) -> None:
        """More sound came."""
        self._redraw()

    @Slot(int)
    def go_to(self, at_ms: int) -> None:
        """Where we are."""
        self._at_ms = at_ms
        begin, end = self._shown
        if not begin <= at_ms <= end:
            length = end - begin
            begin = min(max(0, at_ms - length // 10), self._length_ms - length)
            self._shown = (begin, begin + length)
            self._ground = None
        self.update()

    def moment_at(self, x: float) -> int:
        """The moment that stands at a place of the widget."""
        begin, end = self._shown
        share = (x - SIDE_PX) / max(1, self.width() - 2 * SIDE_PX)
        return round(begin + min(1.0, max(0.0, share)) * (end - begin))

    def place_of(self, at_ms: float) -> float:
        """Where a moment stands."""
        begin, end = self._shown
        return SIDE_PX + (at_ms - begin) / (end - begin) * (self.width() - 2 * SIDE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(self.moment_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.moment_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther, around the pointer."""
        begin, end = self._shown
        factor = 0.8 if event.angleDelta().y() > 0 else 1.25
        length = round(min(self._length_ms, max(LEAST_MS, (end - begin) * factor)))
        length = min(length, self._length_ms)
        middle = self.moment_at(event.position().x())
        share = (middle - begin) / max(1, end - begin)
        begin = round(min(max(0, middle - share * length), self._length_ms - length))
        self._shown = (begin, begin + length)
        self._redraw()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        self._ground = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._ground is None:
            self._ground = self._draw_ground()
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._ground)
        x = self.place_of(self._at_ms)
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.drawLine(QLineF(x, MARKS_PX - 4, x, self.height() - AXIS_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent"))
        painter.drawEllipse(QPointF(x, MARKS_PX - 4), 4, 4)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._ground = None

    def _draw_ground(self) -> QPixmap:
        """Everything but where we are: drawn anew only when it changes."""
        ratio = self.devicePixelRatioF()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        box = self._box
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(box, 4, 4)
        for t0_ms, t1_ms in self._pre_rolls():
            self._band(painter, t0_ms, t1_ms, look.colour("accent_wash"))
        for rest in self._state.breaks:
            until = self._length_ms if rest.t1_ms is None else rest.t1_ms
            self._band(painter, rest.t0_ms, until, look.colour("amber_wash"))
        for channel, colour in enumerate(("accent", "ink_faint")):
            self._draw_channel(painter, channel, look.colour(colour))
        for gap in self._state.gaps:
            self._hole(painter, gap.t0_ms, gap.t1_ms)
        for t0_ms, t1_ms in self._damage:
            self._hole(painter, t0_ms, t1_ms)
        for t0_ms, t1_ms in self._pre_rolls():
            self._name_pre_roll(painter, t0_ms, t1_ms)
        self._draw_lines(painter)
        self._draw_axis(painter)
        painter.end()
        return ground

    @property
    def _box(self) -> QRectF:
        return QRectF(
            SIDE_PX, MARKS_PX, self.width() - 2 * SIDE_PX, self.height() - AXIS_PX - MARKS_PX
        )

    def _band(self, painter: QPainter, t0_ms: int, t1_ms: int, colour: QColor) -> QRectF:
        box = self._box
        left = max(box.left(), self.place_of(t0_ms))
        right = min(box.right(), max(self.place_of(t1_ms), left + 2))
        band = QRectF(left, box.top(), right - left, box.height())
        if right > left:
            painter.fillRect(band, colour)
        return band

    def _pre_rolls(self) -> list[tuple[int, int]]:
        """Those in sight."""
        begin, end = self._shown
        found = [(t.offset_ms, t.offset_ms + t.pre_roll_ms) for t in self._state.takes]
        return [(t0_ms, t1_ms) for t0_ms, t1_ms in found if t0_ms < t1_ms > begin and t0_ms < end]

    def _name_pre_roll(self, painter: QPainter, t0_ms: int, t1_ms: int) -> None:
        """Its end as a line; of a long recording it is so narrow that its name goes beyond."""
        look, box, end = theme.current(), self._box, self.place_of(t1_ms)
        painter.setPen(QPen(look.colour("line_strong"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(end, box.top(), end, box.bottom()))
        painter.setFont(theme.font(look.sizes["small"]))
        told = self.tr("Pre-roll %1 s").replace("%1", str(round((t1_ms - t0_ms) / 1000)))
        left = max(box.left(), self.place_of(t0_ms))
        width = painter.fontMetrics().horizontalAdvance(told) + 8
        name = QRectF(left, box.top(), width, painter.fontMetrics().height())
        painter.fillRect(name, look.colour("accent_wash"))
        painter.setPen(look.colour("ink"))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, told)

    def _hole(self, painter: QPainter, t0_ms: int, t1_ms: int) -> None:
        look = theme.current()
        band = self._band(painter, t0_ms, t1_ms, look.colour("red_wash"))
        if band.width() > 0:
            painter.fillRect(band, QBrush(look.colour("red"), Qt.BrushStyle.BDiagPattern))

    def _draw_channel(self, painter: QPainter, channel: int, colour: QColor) -> None:
        box, (begin, end) = self._box, self._shown
        half = box.height() / 2
        middle = box.top() + half * (channel + 0.5)
        columns = int(box.width())
        painter.setPen(QPen(theme.current().colour("line_strong"), 0.5))
        painter.drawLine(QLineF(box.left(), middle, box.right(), middle))
        painter.setPen(QPen(colour, 1))
        reach = half / 2 - 3
        strokes: list[QLineF] = []
        for offset_ms, sound in self._sounds:
            seen = sound.look(begin - offset_ms, end - offset_ms, columns)
            for column, both in enumerate(seen):
                low, high = both[channel]
                if low or high:
                    x = box.left() + column + 0.5
                    strokes.append(
                        QLineF(
                            x,
                            middle - max(0.5, int(high) / FULL_SCALE * reach),
                            x,
                            middle - min(-0.5, int(low) / FULL_SCALE * reach),
                        )
                    )
        painter.drawLines(strokes)

    def _draw_lines(self, painter: QPainter) -> None:
        look, box = theme.current(), self._box
        painter.setPen(QPen(look.colour("line_strong"), 1))
        begin, end = self._shown
        for line in self._state.utterances:
            if begin <= line.t0_ms <= end:
                x = self.place_of(line.t0_ms)
                middle = box.center().y()
                painter.drawLine(QLineF(x, middle - 3, x, middle + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("amber"))
        for bookmark in self._state.bookmarks:
            if begin <= bookmark.at_ms <= end:
                x, top = self.place_of(bookmark.at_ms), box.top()
                painter.drawPolygon(
                    QPolygonF(
                        [QPointF(x - 4, top - 8), QPointF(x + 4, top - 8), QPointF(x, top - 1)]
                    )
                )
                painter.drawRect(QRectF(x - 0.5, top, 1, box.height()))

    def _draw_axis(self, painter: QPainter) -> None:
        begin, end = self._shown
        box, per_px = self._box, (end - begin) / max(1.0, self._box.width())
        steps = (*TICK_MS, HOUR_MS, 2 * HOUR_MS)
        every = next((step for step in steps if step / per_px >= TICK_PX), steps[-1])
        painter.setPen(theme.current().colour("ink_faint"))
        painter.setFont(theme.font(theme.current().sizes["small"]))
        for at_ms in range(-(-begin // every) * every, end + 1, every):
            x = self.place_of(at_ms)
            painter.drawLine(QLineF(x, box.bottom(), x, box.bottom() + 4))
            left = min(max(0.0, x - TICK_PX / 2), self.width() - TICK_PX)
            align = Qt.AlignmentFlag.AlignHCenter
            if x - TICK_PX / 2 < 0:
                left, align = box.left(), Qt.AlignmentFlag.AlignLeft
            elif x + TICK_PX / 2 > self.width():
                left, align = box.right() - TICK_PX, Qt.AlignmentFlag.AlignRight
            words = QRectF(left, box.bottom() + 3, TICK_PX, AXIS_PX - 3)
            painter.drawText(
                words, align | Qt.AlignmentFlag.AlignVCenter, figures.short_clock(at_ms)
            )
