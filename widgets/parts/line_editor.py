"""Edits one line of text: Return accepts, Escape leaves it as it was, Ctrl+Return splits.

- What was pasted is told apart from what was typed (principle 6).
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.domain.transcript import Origin
from widgets import theme


class LineEditor(QPlainTextEdit):
    """A small editor without line ends in its text."""

    accepted = Signal(str)
    cancelled = Signal()
    split_asked = Signal(str, int)  # text, number of characters that stay
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font(theme.current().sizes["transcript"]))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._origin = Origin.TYPED

    @property
    def origin(self) -> Origin:
        """Where the words come from that were put in since `begin`."""
        return self._origin

    @property
    def text(self) -> str:
        """The text as one line."""
        return " ".join(self.toPlainText().split("\n")).strip()

    def _characters_before(self) -> int:
        """How many characters of `text` stand before the cursor; Qt itself counts UTF-16 units."""
        cursor = self.textCursor()
        cursor.setPosition(0, cursor.MoveMode.KeepAnchor)
        whole = self.toPlainText()
        indent = len(whole) - len(whole.lstrip())
        return max(0, len(cursor.selectedText()) - indent)

    def begin(self, text: str, origin: Origin = Origin.TYPED) -> None:
        """Start with this text, whose origin is told unless something is pasted."""
        self.setPlainText(text)
        self._origin = origin
        self.moveCursor(self.textCursor().MoveOperation.End)

    def sizeHint(self) -> QSize:
        return QSize(200, 64)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.split_asked.emit(self.text, self._characters_before())
        elif is_return:
            self.accepted.emit(self.text)
        else:
            if self._origin is Origin.TEMPLATE and event.text():
                self._origin = Origin.TYPED  # a changed template is the officer's own wording
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self._origin = Origin.PASTED
        super().insertFromMimeData(source)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()
