"""A pen, a finger and a mouse that send the events a device would (no screen needed)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QWidget

Spot = tuple[float, float, float]  # x, y, pressure


def device(name: str = "Wacom One 13") -> QPointingDevice:
    """A pen with pressure and tilt."""
    can = QInputDevice.Capability
    return QPointingDevice(
        name,
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        can.Position | can.Pressure | can.XTilt | can.YTilt,
        1,
        3,
    )


def stroke(
    pad: QWidget, spots: Sequence[Spot], pen: QPointingDevice | None = None, start_ms: int = 1000
) -> None:
    """Press, move and release a pen."""
    pen = pen or device()
    last = len(spots) - 1
    for number, (x, y, pressure) in enumerate(spots):
        kind = QEvent.Type.TabletMove
        if number == 0:
            kind = QEvent.Type.TabletPress
        elif number == last:
            kind = QEvent.Type.TabletRelease
        at = QPointF(x, y)
        event = QTabletEvent(
            kind,
            pen,
            at,
            pad.mapToGlobal(at),
            pressure,
            12.0,
            -7.0,
            0.0,
            0.0,
            0.0,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
        )
        event.setTimestamp(start_ms + 8 * number)
        QCoreApplication.sendEvent(pad, event)


def mouse_stroke(pad: QWidget, spots: Sequence[tuple[float, float]]) -> None:
    """Press, move and release a mouse."""
    last = len(spots) - 1
    for number, (x, y) in enumerate(spots):
        kind = QEvent.Type.MouseMove
        if number == 0:
            kind = QEvent.Type.MouseButtonPress
        elif number == last:
            kind = QEvent.Type.MouseButtonRelease
        at = QPointF(x, y)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind, at, pad.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier
        )
        QCoreApplication.sendEvent(pad, event)
