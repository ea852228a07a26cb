"""Takes a hand's writing: every point as the device gave it; the picture is only a view of them.

- Raw points are kept with pressure, tilt, the device's own time and ours; nothing is smoothed.
- Each stroke is marked as pen, finger or mouse; the latter two know no pressure and get 0.5.
- While a pen writes, fingers and the mouse are the resting hand and leave nothing.
- A device whose name begins with "simulated" makes simulated ink.
- Only the new piece is drawn and updated, so that ink follows the pen.
- The first stroke fixes the area written in. When the pad changes its size after that, the drawing
  is scaled to fit, and what is added lands where the person sees it land.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEventPoint,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from signing.marks import Ink, InkPoint, InkStroke
from widgets import theme

PEN, FINGER, MOUSE = "pen", "finger", "mouse"  # as in signing.marks.InkStroke.pointer
NO_PRESSURE = 0.5
THINNEST_PX = 1.2
PRESSED_PX = 4.0  # added at full pressure
PEN_RESTS_NS = 700_000_000  # how long after the pen a touch still counts as the resting hand
LINE_AT = 0.78  # of the height: where the writing line stands
SIMULATED = "simulated"
USUAL_DPI = 96.0
INK = QColor("#10182B")  # ink on paper, the same in every theme: it is what the record shows


def not_recorded() -> int:
    """The offset of a pad that stands in no recording."""
    return 0


@dataclass(slots=True)
class Stroke:
    """One stroke as it grows: the raw points, and their places in pixels of the area."""

    pointer: str
    base_ms: int  # offset from recording start when the stroke began
    base_ns: int
    um_per_px: float
    points: list[InkPoint] = field(default_factory=list)
    places: list[QPointF] = field(default_factory=list)


class InkPad(QWidget):
    """An empty place to write in; `changed` after every stroke and redo."""

    changed = Signal()
    began = Signal()

    def __init__(
        self, parent: QWidget | None = None, offset_ms: Callable[[], int] = not_recorded
    ) -> None:
        super().__init__(parent)
        self._offset_ms = offset_ms
        self._strokes: list[Stroke] = []
        self._writing: Stroke | None = None
        self._devices: list[str] = []
        self._pen_left_ns = 0
        self._image = QImage()
        self._area = QSizeF()  # in pixels, as the first stroke found it
        self.setObjectName("ink_pad")
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 120)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self._strokes

    @property
    def pointers(self) -> frozenset[str]:
        """What wrote: any of pen, finger and mouse."""
        return frozenset(stroke.pointer for stroke in self._strokes)

    def ink(self) -> Ink:
        """Everything written, in micrometres from the area's upper left."""
        strokes = tuple(InkStroke(tuple(s.points), s.pointer) for s in self._strokes)
        scale = self._strokes[0].um_per_px if self._strokes else self._um_per_px()
        area = self._area if self._strokes else QSizeF(self.size())
        points = [point for stroke in strokes for point in stroke.points]
        return Ink(
            strokes=strokes,
            width_um=max([round(area.width() * scale), *(point.x_um for point in points)]),
            height_um=max([round(area.height() * scale), *(point.y_um for point in points)]),
            device=", ".join(self._devices),
            simulated=any(name.startswith(SIMULATED) for name in self._devices),
        )

    @Slot()
    def redo(self) -> None:
        """Begin again on an empty place; what was written was never given."""
        self._strokes.clear()
        self._devices.clear()
        self._writing = None
        self._draw_all()
        self.changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    # --- what devices send ------------------------------------------------------

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()  # otherwise Qt sends mouse events for it as well
        if event.type() == QEvent.Type.TabletPress:
            self._drop_resting_hand()
            self._begin(PEN, event.pointingDevice())
        if self._writing is None or self._writing.pointer != PEN:
            return
        tilt = (round(event.xTilt()), round(event.yTilt()))
        self._add(event.position(), event.pressure(), tilt, event.timestamp())
        if event.type() == QEvent.Type.TabletRelease:
            self._end()
            self._pen_left_ns = time.monotonic_ns()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            event.accept()
            finger = event.points()[0]
            if finger.state() == QEventPoint.State.Pressed:
                self._begin(FINGER, event.pointingDevice())
            self._follow(FINGER, finger.position(), event.timestamp())
            if finger.state() == QEventPoint.State.Released and self._is_writing(FINGER):
                self._end()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(MOUSE, event.pointingDevice())
            self._follow(MOUSE, event.position(), event.timestamp())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(MOUSE, event.position(), event.timestamp())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._follow(MOUSE, event.position(), event.timestamp())
        if self._is_writing(MOUSE):
            self._end()

    # --- strokes ----------------------------------------------------------------

    def _is_writing(self, pointer: str) -> bool:
        return self._writing is not None and self._writing.pointer == pointer

    def _begin(self, pointer: str, device: QPointingDevice) -> None:
        now_ns = time.monotonic_ns()
        pen_is_near = now_ns - self._pen_left_ns < PEN_RESTS_NS
        if self._writing is not None or (pointer != PEN and pen_is_near):
            return
        if not self._strokes:
            self._area = QSizeF(self.size())
        self._writing = Stroke(pointer, max(0, self._offset_ms()), now_ns, self._um_per_px())
        self._strokes.append(self._writing)
        name = device.name() or pointer
        if name not in self._devices:
            self._devices.append(name)
        self.began.emit()

    def _follow(self, pointer: str, at: QPointF, device_ms: int) -> None:
        if self._is_writing(pointer):
            self._add(at, NO_PRESSURE, (0, 0), device_ms)

    def _add(self, at: QPointF, pressure: float, tilt: tuple[int, int], device_ms: int) -> None:
        stroke = self._writing
        assert stroke is not None
        scale, at = stroke.um_per_px, at / self._shrunk()
        since_ms = (time.monotonic_ns() - stroke.base_ns) // 1_000_000
        stroke.places.append(at)
        stroke.points.append(
            InkPoint(
                x_um=round(at.x() * scale),
                y_um=round(at.y() * scale),
                pressure=round(pressure, 4),
                tilt_x_deg=tilt[0],
                tilt_y_deg=tilt[1],
                device_ms=device_ms,
                offset_ms=stroke.base_ms + since_ms,
            )
        )
        self._show(_piece(stroke.places, len(stroke.places)), _width(stroke.points[-1]))

    def _end(self) -> None:
        stroke, self._writing = self._writing, None
        assert stroke is not None
        self._show(_tail(stroke.places), _width(stroke.points[-1]))
        self.changed.emit()

    def _drop_resting_hand(self) -> None:
        """A touch under way when the pen comes down was the hand, not the writing."""
        if self._writing is not None and self._writing.pointer != PEN:
            self._strokes.remove(self._writing)
            self._writing = None
            self._draw_all()

    def _um_per_px(self) -> float:
        dpi = self.screen().physicalDotsPerInch()
        return 25400 / (dpi if 40 <= dpi <= 800 else USUAL_DPI)

    def _shrunk(self) -> float:
        """What the area's pixels are multiplied by to fit into the pad as it is now."""
        if not self._strokes or self._area.isEmpty():
            return 1.0
        return min(self.width() / self._area.width(), self.height() / self._area.height())

    # --- the view ---------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), Qt.GlobalColor.white)
            painter.setPen(QPen(theme.load("light").colour("line_strong"), 1))
            level = round(self.height() * LINE_AT)
            painter.drawLine(24, level, self.width() - 24, level)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.drawImage(0, 0, self._image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self._image = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.setDevicePixelRatio(ratio)
        self._draw_all()

    def _draw_all(self) -> None:
        self._image.fill(Qt.GlobalColor.transparent)
        for stroke in self._strokes:
            for count, point in enumerate(stroke.points, start=1):
                self._paint(_piece(stroke.places, count), _width(point))
            self._paint(_tail(stroke.places), _width(stroke.points[-1]))
        self.update()

    def _show(self, path: QPainterPath, width_px: float) -> None:
        self._paint(path, width_px)
        margin = width_px + 1
        piece = path.boundingRect().adjusted(-margin, -margin, margin, margin)
        shrunk = self._shrunk()
        self.update(QTransform.fromScale(shrunk, shrunk).mapRect(piece).toAlignedRect())

    def _paint(self, path: QPainterPath, width_px: float) -> None:
        if self._image.isNull():
            return
        with QPainter(self._image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self._shrunk(), self._shrunk())
            ends, joins = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(INK, width_px, Qt.PenStyle.SolidLine, ends, joins))
            painter.drawPath(path)


def _width(point: InkPoint) -> float:
    return THINNEST_PX + PRESSED_PX * point.pressure


def _piece(places: list[QPointF], count: int) -> QPainterPath:
    """What place `count` adds: a quadratic from midpoint to midpoint, round the place before."""
    here = places[count - 1]
    if count == 1:
        path = QPainterPath(here)
        path.lineTo(here + QPointF(0.1, 0))
        return path
    before = places[count - 2]
    middle = (before + here) / 2
    if count == 2:
        path = QPainterPath(before)
        path.lineTo(middle)
        return path
    path = QPainterPath((places[count - 3] + before) / 2)
    path.quadTo(before, middle)
    return path


def _tail(places: list[QPointF]) -> QPainterPath:
    """From the last midpoint to where the device was lifted; without it a stroke ends short."""
    if len(places) < 2:
        return QPainterPath()
    path = QPainterPath((places[-2] + places[-1]) / 2)
    path.lineTo(places[-1])
    return path
