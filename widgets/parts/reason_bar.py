"""Asks for a reason in the page itself: one line, confirm, cancel; never a dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.workplace import Translated


class ReasonBar(Translated):
    """Hidden until asked; tells the reason together with what it was asked for."""

    given = Signal(str, str)  # what for, the reason

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._purpose = ""
        self._may_be_empty = False
        frame = QFrame(self)
        frame.setProperty("kind", "banner-look")
        self.question = layouts.label("strong", wrap=True)
        self.line = QLineEdit()
        self.confirm = IconButton("tick", "primary")
        self.cancel = IconButton("close", "plain")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(IconLabel("edit", "amber"))
        top.addWidget(self.question, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.line, 1)
        bottom.addWidget(self.confirm)
        bottom.addWidget(self.cancel)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(8)
        inner.addLayout(top)
        inner.addLayout(bottom)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.line.textChanged.connect(self._on_text)
        self.line.returnPressed.connect(self._on_confirm)
        self.confirm.clicked.connect(self._on_confirm)
        self.cancel.clicked.connect(self._on_cancel)
        self.retranslate()
        self.hide()

    def ask(self, purpose: str, question: str, may_be_empty: bool = False) -> None:
        """Show the question; `purpose` comes back with the reason."""
        self._purpose, self._may_be_empty = purpose, may_be_empty
        self.question.setText(question)
        self.line.clear()
        self._on_text("")
        self.show()
        self.line.setFocus()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.line.setPlaceholderText(self.tr("It enters the record as written here"))
        self.confirm.setText(self.tr("Enter in the record"))
        self.cancel.setText(self.tr("Cancel"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.confirm.setEnabled(self._may_be_empty or bool(text.strip()))

    @Slot()
    def _on_confirm(self) -> None:
        if self.confirm.isEnabled() and self.isVisible():
            self.hide()
            self.given.emit(self._purpose, self.line.text().strip())

    @Slot()
    def _on_cancel(self) -> None:
        self.hide()
