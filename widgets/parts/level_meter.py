"""A level meter of one channel: green up to normal speech, amber where it is too loud or silent.

- The figure stands beside the bar, so that the meter is read without colour.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme

FLOOR_DBFS = -60.0
LOUD_DBFS = -3.0
BLOCKS = 24


class LevelMeter(QWidget):
    """A row of blocks from -60 dBFS to 0."""

    def __init__(self, parent: QWidget | None = None, height_px: int = 10) -> None:
        super().__init__(parent)
        self._dbfs = -120.0
        self._height_px = height_px
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def dbfs(self) -> float:
        """The level shown."""
        return self._dbfs

    def show_level(self, dbfs: float) -> None:
        """A new peak level."""
        if round(dbfs, 1) != round(self._dbfs, 1):
            self._dbfs = dbfs
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, self._height_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self._height_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        share = min(max((self._dbfs - FLOOR_DBFS) / -FLOOR_DBFS, 0.0), 1.0)
        lit = round(share * BLOCKS)
        step = self.width() / BLOCKS
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        for block in range(BLOCKS):
            name = "line"
            if block < lit:
                is_loud = FLOOR_DBFS * (1 - (block + 1) / BLOCKS) > LOUD_DBFS
                name = "amber" if is_loud else "green"
            painter.setBrush(look.colour(name))
            painter.drawRect(QRectF(block * step, 0, max(step - 1.5, 1), self.height()))
        painter.end()
