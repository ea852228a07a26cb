"""Takes one fingerprint with live guidance: what the pad says, told at once in large words.

- The pad is asked on a worker thread; the window never waits for it.
- Stopping takes effect on the screen at once, and on the pad within 200 ms.
- A print is kept here until the signer confirms; doing it again drops it.
"""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app.errors import Problem
from signing.marks import Fingerprint
from signing.pads.pad import Hint
from widgets import theme
from widgets.background import Background, Work
from widgets.session_model import SessionModel
from widgets.tablet.page import TabletPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.ports import PadPort

PICTURE_PX = 132


class FingerprintPanel(QFrame):
    """Part of the page it is given; `changed` when a print was taken or dropped."""

    changed = Signal()
    hinted = Signal(object)  # Hint
    failed = Signal(object)  # Problem

    def __init__(self, page: TabletPage, model: SessionModel, background: Background) -> None:
        super().__init__(page)
        self._page = page
        self._model = model
        self._background = background
        self._work: Work | None = None
        self._is_letting_go = False  # the pad has been told to stop and has not answered yet
        self.fingerprint: Fingerprint | None = None
        self.setProperty("kind", "card")
        self._picture = QLabel(self)
        self._picture.setFixedSize(PICTURE_PX, PICTURE_PX)
        self._picture.setProperty("kind", "tile")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.guidance = page.line()
        self.guidance.setObjectName("fingerprint_hint")
        self.capture = page.touch_button("fingerprint_capture", "finger_start")
        self.cancel = page.touch_button("fingerprint_cancel", "finger_cancel")
        self._lay_out()
        self.capture.clicked.connect(self._on_capture)
        self.cancel.clicked.connect(self.stop)
        self.clear()

    @property
    def is_capturing(self) -> bool:
        """Whether the pad is being asked."""
        return self._work is not None

    @property
    def has_pad(self) -> bool:
        """Whether a pad is connected."""
        return self._model.pad is not None

    def clear(self) -> None:
        """Ready for another print."""
        self.stop()
        self._keep(None)
        self._guide("finger_ready" if self.has_pad else "sign_without_print")

    @Slot()
    def stop(self) -> None:
        """Stop asking the pad; a print that comes later is not taken."""
        if self._work is None:
            return
        self._work.cancel()
        self._work, self._is_letting_go = None, True
        self._guide("finger_cancelled")
        self._show_buttons()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.guidance, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.capture)
        buttons.addWidget(self.cancel)
        buttons.addStretch()
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._picture)
        row.addLayout(column, 1)

    def _guide(self, sentence: str, kind: str = "") -> None:
        """Say what to do; while the finger is on the pad, larger."""
        theme.set_kind(self.guidance, kind)
        self._page.say(self.guidance, sentence)

    def _keep(self, fingerprint: Fingerprint | None) -> None:
        self.fingerprint = fingerprint
        self._picture.setPixmap(picture(fingerprint) if fingerprint is not None else QPixmap())
        self._show_buttons()
        self.changed.emit()

    def _show_buttons(self) -> None:
        self.capture.setVisible(not self.is_capturing)
        self.capture.setEnabled(self.has_pad and not self._is_letting_go)
        self.cancel.setVisible(self.is_capturing)
        again = self.fingerprint is not None
        self._page.say(self.capture, "finger_again" if again else "finger_start")

    @Slot()
    def _on_capture(self) -> None:
        pad = self._model.pad
        if pad is None or self.is_capturing:
            return
        self._work = self._background.start(
            partial(_capture, pad),
            then=self._on_captured,
            failed=self._on_failed,
            progress=self._on_hint,
        )
        self._work.ended.connect(self._on_ended)
        self._keep(None)
        self._guide("hint_waiting", "subheading")

    @Slot()
    def _on_ended(self) -> None:
        """The pad has answered, however it ended; it may be asked again."""
        self._work, self._is_letting_go = None, False
        self._show_buttons()

    @Slot(object)
    def _on_hint(self, hint: Hint) -> None:
        if self.is_capturing:
            self._guide(f"hint_{hint.value}", "subheading")
            self.hinted.emit(hint)

    @Slot(object)
    def _on_captured(self, fingerprint: Fingerprint) -> None:
        self._work = None
        self._keep(fingerprint)
        self._guide("finger_done", "good")

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._work = None
        self._guide("finger_ready")
        self._show_buttons()
        self.failed.emit(problem)


def picture(fingerprint: Fingerprint) -> QPixmap:
    """The print as it was taken, at the size of its tile."""
    across, down = fingerprint.width, fingerprint.height
    image = QImage(fingerprint.gray, across, down, across, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(image).scaled(
        PICTURE_PX,
        PICTURE_PX,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _capture(pad: PadPort, report: Callable[[Hint], None], cancel: Event) -> Fingerprint:
    return pad.capture(report, cancel)
