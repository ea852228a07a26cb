"""Form fields: a name above its input, and a hint below that says what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from widgets.parts import layouts


class Choice(QComboBox):
    """A combo box that a scrolling wheel does not change by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def offer(self, choices: list[tuple[str, object]]) -> None:
        """These words with the values they stand for; what was chosen stays chosen."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for text, value in choices:
            self.addItem(text, value)
        self.choose(chosen)
        self.blockSignals(False)

    def choose(self, value: object) -> None:
        """Choose by value; an unknown one chooses the first."""
        for place in range(self.count()):
            if self.itemData(place) == value:
                self.setCurrentIndex(place)
                return
        self.setCurrentIndex(0 if self.count() else -1)


class Field(QWidget):
    """A name above an input."""

    def __init__(self, edit: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = edit
        self.name = layouts.label("soft")
        self.hint = layouts.label("amber", wrap=True)
        self.hint.hide()
        self.name.setBuddy(edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.name, edit, self.hint):
            column.addWidget(part)
        column.addStretch(1)
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is self.edit:
            self.mark(False)
        return False

    def mark(self, wanted: bool) -> None:
        """Colour the input as the one that is looked for."""
        if bool(self.edit.property("wanted")) != wanted:
            self.edit.setProperty("wanted", wanted)
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)

    def say(self, hint: str) -> None:
        """A hint below the input; an empty one hides it."""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    @property
    def text(self) -> str:
        """The text of a line input, without the space around it."""
        assert isinstance(self.edit, QLineEdit)
        return self.edit.text().strip()

    def show_text(self, text: str) -> None:
        """Set the text of a line input without telling that it was edited."""
        assert isinstance(self.edit, QLineEdit)
        if self.edit.text() != text:
            self.edit.blockSignals(True)
            self.edit.setText(text)
            self.edit.setCursorPosition(0)
            self.edit.blockSignals(False)


def line() -> Field:
    """A field with one line of text."""
    return Field(QLineEdit())


def grid(columns: int, *cells: tuple[QWidget, int]) -> QGridLayout:
    """Fields in rows of `columns` equal widths; each cell takes as many as it says."""
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(16)
    made.setVerticalSpacing(8)
    row = place = 0
    for widget, span in cells:
        if place + span > columns:
            row, place = row + 1, 0
        made.addWidget(widget, row, place, 1, span)
        place += span
    for column in range(columns):
        made.setColumnStretch(column, 1)
    return made
