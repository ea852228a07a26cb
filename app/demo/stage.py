"""The demo's hands and eyes: clicks, a pen, a finger and pictures, always on the GUI thread.

- The script runs on a thread of its own, as a person beside the machine does; whatever touches a
  window is carried over to the GUI thread and waited for.
- The pen is real tablet events with pressure, tilt and device times, labelled simulated.
- A picture is taken of each page of both windows in both languages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QPointF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.errors import SetupProblem

if TYPE_CHECKING:
    from app.desk import DeskWindows

T = TypeVar("T")
PATIENCE_S = 60.0
STEP_S = 0.02
SETTLE_ROUNDS = 3
LANGUAGES = ("zh", "en")
Point = tuple[float, float, float, int]
"""x and y in the unit square, pressure 0 to 1, device time in ms."""


class Stage(QObject):
    """Both windows of one desk."""

    ended = Signal()  # the script is over
    _asked = Signal(object)

    def __init__(self, windows: DeskWindows, screens: Path) -> None:
        super().__init__()
        self.windows = windows
        self.pictures: list[str] = []
        self._screens = screens
        self._pen = QPointingDevice(
            "simulated pen",
            1,
            QInputDevice.DeviceType.Stylus,
            QPointingDevice.PointerType.Pen,
            QInputDevice.Capability.Position
            | QInputDevice.Capability.Pressure
            | QInputDevice.Capability.XTilt
            | QInputDevice.Capability.YTilt,
            1,
            3,
        )
        self._asked.connect(self._on_asked, Qt.ConnectionType.BlockingQueuedConnection)

    # --- carrying over ------------------------------------------------------------

    def on_gui(self, work: Callable[[], T]) -> T:
        """Run `work` on the GUI thread and give back its result or its exception."""
        box: list[T | BaseException] = []

        def carried() -> None:
            try:
                box.append(work())
            except Exception as error:  # noqa: BLE001 - handed to the asking thread
                box.append(error)

        self._asked.emit(carried)
        result = box[0]
        if isinstance(result, BaseException):
            raise result
        return result

    @Slot(object)
    def _on_asked(self, work: Callable[[], None]) -> None:
        work()

    def until(self, condition: Callable[[], bool], what: str, limit_s: float = PATIENCE_S) -> None:
        """Wait until `condition`, asked on the GUI thread, holds.

        Raises:
            SetupProblem: `demo_stuck`, naming what did not happen.
        """
        deadline = time.monotonic() + limit_s
        while not self.on_gui(condition):
            if time.monotonic() > deadline:
                raise SetupProblem("demo_stuck", what=what)
            time.sleep(STEP_S)

    # --- hands --------------------------------------------------------------------

    def click(self, window: QWidget, name: str) -> None:
        """Press the button of that object name as soon as it is there and enabled."""
        self.until(lambda: _pressable(window, name) is not None, f"button {name}")

        def press() -> None:
            button = _pressable(window, name)
            assert button is not None
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

        self.on_gui(press)

    def write(self, pad: QWidget, strokes: Sequence[Sequence[Point]]) -> None:
        """Write with the pen on an ink pad, stroke by stroke."""
        for stroke in strokes:
            for number, point in enumerate(stroke):
                kind = QEvent.Type.TabletMove
                if number == 0:
                    kind = QEvent.Type.TabletPress
                elif number == len(stroke) - 1:
                    kind = QEvent.Type.TabletRelease
                self.on_gui(self._pen_event(pad, kind, point))

    def _pen_event(self, pad: QWidget, kind: QEvent.Type, point: Point) -> Callable[[], None]:
        x, y, pressure, device_ms = point
        place = QPointF(x * pad.width(), y * pad.height())
        lifted = kind is QEvent.Type.TabletRelease
        buttons = Qt.MouseButton.NoButton if lifted else Qt.MouseButton.LeftButton

        def send() -> None:
            event = QTabletEvent(
                kind,
                self._pen,
                place,
                QPointF(pad.mapToGlobal(QPoint(0, 0))) + place,
                pressure,
                20.0,
                -10.0,
                0.0,
                0.0,
                0.0,
                Qt.KeyboardModifier.NoModifier,
                Qt.MouseButton.LeftButton,
                buttons,
            )
            event.setTimestamp(device_ms)
            QCoreApplication.sendEvent(pad, event)

        return send

    # --- eyes ---------------------------------------------------------------------

    def photograph(self, name: str, *windows: QWidget) -> None:
        """Keep a picture of each window in both languages as `<name>-<window>-<language>.png`."""
        self.on_gui(lambda: self._photograph(name, windows))

    def _photograph(self, name: str, windows: Sequence[QWidget]) -> None:
        self._screens.mkdir(parents=True, exist_ok=True)
        for language in reversed(LANGUAGES):  # Chinese last, because the desk stays in it
            self.windows.place.languages.use(language)
            if self.windows.tablet in windows and self.windows.tablet.page.KIND != "language":
                self.windows.tablet.choose_language(language)
            for _ in range(SETTLE_ROUNDS):
                QCoreApplication.sendPostedEvents()
                QCoreApplication.processEvents()
            for window in windows:
                part = "tablet" if window is self.windows.tablet else "desk"
                path = self._screens / f"{name}-{part}-{language}.png"
                window.grab().save(str(path))
                self.pictures.append(str(path))


def _pressable(window: QWidget, name: str) -> QAbstractButton | None:
    for button in window.findChildren(QAbstractButton, name):
        if button.isVisible() and button.isEnabled():
            return button
    return None
