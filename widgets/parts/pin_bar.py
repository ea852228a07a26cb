"""Asks an officer for the PIN of their token in the page itself, and forgets it at once.

- What is typed shows as dots, never enters the record, and is gone from the line before it is used.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.workplace import Translated


class PinBar(Translated):
    """Hidden until asked; tells the PIN together with whose token it is for."""

    given = Signal(str, str)  # signer, PIN

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signer = ""
        frame = QFrame(self)
        frame.setProperty("kind", "banner-look")
        self.question = layouts.label("strong", wrap=True)
        self.note = layouts.label("soft", wrap=True)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.confirm = IconButton("tick", "primary")
        self.cancel = IconButton("close", "plain")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(8)
        inner.addLayout(layouts.row(IconLabel("key", "amber"), self.question, None))
        inner.addLayout(layouts.row(self.line, self.confirm, self.cancel))
        inner.addWidget(self.note)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.line.textChanged.connect(self._on_text)
        self.line.returnPressed.connect(self._on_confirm)
        self.confirm.clicked.connect(self._on_confirm)
        self.cancel.clicked.connect(self._on_cancel)
        self.retranslate()
        self.hide()

    def ask(self, signer: str, question: str) -> None:
        """Show the question; `signer` comes back with the PIN."""
        self._signer = signer
        self.question.setText(question)
        self.line.clear()
        self._on_text("")
        self.show()
        self.line.setFocus()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.note.setText(
            self.tr("The PIN goes to the token once and is kept nowhere. Wrong ones may lock it.")
        )
        self.confirm.setText(self.tr("Log in to the token"))
        self.cancel.setText(self.tr("Cancel"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.confirm.setEnabled(bool(text))

    @Slot()
    def _on_confirm(self) -> None:
        if self.confirm.isEnabled() and self.isVisible():
            pin = self.line.text()
            self._on_cancel()
            self.given.emit(self._signer, pin)

    @Slot()
    def _on_cancel(self) -> None:
        self.line.clear()
        self.hide()
