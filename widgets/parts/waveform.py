"""The last minute of both channels, with lines, bookmarks and breaks marked.

- Upper half: the investigator; lower half: the suspect. Silence is a flat line, not nothing.
- A minimum and a maximum for each piece are drawn, never raw samples (one core's sixth at 30 fps).
"""

from __future__ import annotations

from collections import deque

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.session.snapshot import Live, Snapshot
from widgets import theme
from widgets.parts import figures

WINDOW_S = 60.0
PIECE_MS = 100
FULL_SCALE = 32_768.0
REDRAW_MS = 50


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Seconds of the recording as people read them."""

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """The clock of each tick."""
        return [figures.short_clock(int(value * 1000)) if value >= 0 else "" for value in values]


class Waveform(QWidget):
    """A scrolling picture of the sound; shows, plays nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pieces = int(WINDOW_S * 1000 / PIECE_MS)
        self._times: deque[float] = deque(maxlen=pieces)
        self._pieces: deque[tuple[tuple[int, int], ...]] = deque(maxlen=pieces)
        self._state = Interrogation()
        self._last: tuple[tuple[int, int], ...] = ()
        self._is_stale = False
        self.plot = pg.PlotWidget(
            parent=self, background=None, axisItems={"bottom": TimeAxis("bottom")}
        )
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.plot.hideAxis("left")
        self.plot.setYRange(-2.1, 2.1, padding=0)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.getAxis("bottom").setHeight(20)
        self._curves = tuple(pg.PlotCurveItem(skipFiniteCheck=True) for _ in range(2))
        for curve in self._curves:
            self.plot.addItem(curve)
        self._marks: list[pg.GraphicsObject] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._timer = QTimer(self)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        self.setMinimumHeight(120)
        self._dress()

    @Slot(object)
    def show_live(self, live: Live) -> None:
        """One more piece of sound."""
        if not live.recording or len(live.waveform) < 2 or live.waveform is self._last:
            return
        self._last = live.waveform
        # Levels come ten times a second, the elapsed time once: pieces between are counted on.
        counted = self._times[-1] + PIECE_MS / 1000 if self._times else 0.0
        told = live.elapsed_ms / 1000
        self._times.append(counted if told <= counted < told + 1.5 else max(told, counted - 0.1))
        self._pieces.append(live.waveform[:2])
        self._wake()

    @Slot(object)
    def show_snapshot(self, now: Snapshot) -> None:
        """Lines, bookmarks and breaks to mark."""
        if now.state.record_id != self._state.record_id:
            self._times.clear()
            self._pieces.clear()
        self._state = now.state
        self._wake()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wake()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _wake(self) -> None:
        self._is_stale = True
        if not self._timer.isActive():
            self._timer.start()

    def _dress(self) -> None:
        look = theme.current()
        for curve, name in zip(self._curves, ("accent", "ink_soft"), strict=True):
            curve.setPen(pg.mkPen(look.colours[name], width=1))
        axis = self.plot.getAxis("bottom")
        axis.setPen(pg.mkPen(look.colours["line"]))
        axis.setTextPen(pg.mkPen(look.colours["ink_faint"]))
        self._wake()

    @Slot()
    def _draw(self) -> None:
        if not self._is_stale or not self.isVisible():
            self._timer.stop()
            return
        self._is_stale = False
        end = self._times[-1] if self._times else WINDOW_S
        self.plot.setXRange(end - WINDOW_S, end, padding=0)
        if self._times:
            times = np.repeat(np.asarray(self._times), 2)
            whole = np.asarray(self._pieces, dtype=np.float32) / FULL_SCALE
            for channel, curve in enumerate(self._curves):
                middle = 1.05 if channel == 0 else -1.05
                curve.setData(times, whole[:, channel, :].reshape(-1) + middle)
        else:
            for curve in self._curves:
                curve.setData([], [])
        self._draw_marks(end)

    def _draw_marks(self, end: float) -> None:
        for mark in self._marks:
            self.plot.removeItem(mark)
        self._marks.clear()
        look, begin = theme.current(), end - WINDOW_S
        for rest in self._state.breaks:
            until = end if rest.t1_ms is None else rest.t1_ms / 1000
            if until >= begin:
                brush = look.colour("amber_wash")
                region = pg.LinearRegionItem(
                    (rest.t0_ms / 1000, until), movable=False, brush=brush, pen=pg.mkPen(None)
                )
                region.setZValue(-10)
                self._keep(region)
        for line in self._state.utterances:
            if line.t0_ms / 1000 >= begin:
                pen = pg.mkPen(look.colours["line_strong"], width=1, style=Qt.PenStyle.DotLine)
                self._keep(pg.InfiniteLine(line.t0_ms / 1000, pen=pen))
        for bookmark in self._state.bookmarks:
            if bookmark.at_ms / 1000 >= begin:
                pen = pg.mkPen(look.colours["amber"], width=2)
                self._keep(pg.InfiniteLine(bookmark.at_ms / 1000, pen=pen))

    def _keep(self, mark: pg.GraphicsObject) -> None:
        self._marks.append(mark)
        self.plot.addItem(mark)
