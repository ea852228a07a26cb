"""A page or picture to read closely: fits the width, grows in steps, is pushed by hand.

- What is drawn is the given page and nothing over its words; marks are outlines around them.
- It is drawn on a worker; until then a coarse drawing of it answers the touch.
- Places on it are fractions of its width and height, whatever the zoom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget

from widgets import theme
from widgets.background import Background, plainly

Drawing = Callable[[int], QImage]
"""Draws the page for a width in device pixels."""

COARSE_PX = 420
ZOOMS = (1.0, 1.35, 1.8, 2.4)
STILL_PX = 12  # a touch that moves further scrolls and does not point


class PageCanvas(QWidget):
    """The sheet itself."""

    touched = Signal(QPointF)  # fraction of width and height
    pushed = Signal(QPointF)  # pixels since the last push

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.marks: tuple[QRectF, ...] = ()
        self._pressed: QPointF | None = None  # on the screen, because the sheet itself moves
        self._last = QPointF()
        self._is_pushing = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
            painter.drawImage(QRectF(self.rect()), self.image)
            painter.setPen(QPen(theme.load("light").colour("accent"), 3))
            for mark in self.marks:
                painter.drawRoundedRect(self._placed(mark), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._last = event.globalPosition()
        self._is_pushing = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        here = event.globalPosition()
        far = (here - self._pressed).manhattanLength() >= STILL_PX
        self._is_pushing = self._is_pushing or far
        if self._is_pushing:
            self.pushed.emit(here - self._last)
            self._last = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_still = self._pressed is not None and not self._is_pushing
        self._pressed = None
        if was_still:
            at = event.position()
            self.touched.emit(QPointF(at.x() / self.width(), at.y() / self.height()))

    def _placed(self, mark: QRectF) -> QRectF:
        across, down = self.width(), self.height()
        return QRectF(
            mark.x() * across, mark.y() * down, mark.width() * across, mark.height() * down
        ).adjusted(-3, -1, 3, 3)


class PageView(QScrollArea):
    """Shows one page; the page is drawn anew for each zoom, so it stays sharp."""

    touched = Signal(QPointF)  # fraction of width and height of the page
    zoomed = Signal(int)  # step, 0 fits the width

    def __init__(
        self, background: Background, parent: QWidget | None = None, whole: bool = False
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._draw: Drawing | None = None
        self._whole = whole  # whether step 0 shows the whole page rather than its whole width
        self._step = 0
        self._aspect = 1.0
        self._drawn_px = 0
        self.canvas = PageCanvas(self)
        self.canvas.touched.connect(self.touched)
        self.canvas.pushed.connect(self._on_pushed)
        self.setWidget(self.canvas)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)

    @property
    def is_empty(self) -> bool:
        """Whether no page is shown."""
        return self._draw is None

    @property
    def step(self) -> int:
        """The zoom step; 0 fits."""
        return self._step

    def show_page(self, draw: Drawing | None, aspect: float = 1.414) -> None:
        """Show another page from its top; `aspect` is height over width. None clears it."""
        self._draw, self._aspect = draw, aspect
        self._drawn_px = 0
        self.canvas.marks = ()
        self.canvas.image = QImage()
        self.verticalScrollBar().setValue(0)
        self._fit()

    def mark(self, places: Sequence[QRectF]) -> None:
        """Outline these places."""
        self.canvas.marks = tuple(places)
        self.canvas.update()

    def reveal(self, place: QRectF) -> None:
        """Scroll so that `place` is in sight."""
        middle = place.center()
        self.ensureVisible(
            round(middle.x() * self.canvas.width()),
            round(middle.y() * self.canvas.height()),
            80,
            120,
        )

    def zoom(self, steps: int) -> None:
        """Grow or shrink by steps."""
        self._step = max(0, min(len(ZOOMS) - 1, self._step + steps))
        self._fit()
        self.zoomed.emit(self._step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.maximumViewportSize()
        across = room.width() - (0 if self._whole else self.verticalScrollBar().sizeHint().width())
        if self._whole:
            across = min(across, int(room.height() / self._aspect))
        across = max(1, int(across * ZOOMS[self._step]))
        size = QSize(across, max(1, int(across * self._aspect)))
        if self.canvas.size() != size:
            self.canvas.resize(size)
        wanted_px = int(across * self.devicePixelRatioF())
        if self._draw is not None and self.isVisible() and wanted_px != self._drawn_px:
            self._drawn_px = wanted_px
            if self.canvas.image.isNull():
                self.canvas.image = self._draw(COARSE_PX)
            self._background.start(plainly(_drawn, self._draw, wanted_px), then=self._on_drawn)
        self.canvas.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    @Slot(object)
    def _on_drawn(self, drawn: tuple[Drawing, int, QImage]) -> None:
        draw, width_px, image = drawn
        if draw is self._draw and width_px == self._drawn_px:  # else another page came meanwhile
            self.canvas.image = image
            self.canvas.update()

    @Slot(QPointF)
    def _on_pushed(self, by: QPointF) -> None:
        for bar, step in ((self.horizontalScrollBar(), by.x()), (self.verticalScrollBar(), by.y())):
            bar.setValue(bar.value() - round(step))


def _drawn(draw: Drawing, width_px: int) -> tuple[Drawing, int, QImage]:
    return draw, width_px, draw(width_px)
