"""What every page of the tablet has: its sentences, its row of buttons and how it is left.

- A page never writes a text itself: it says a sentence by id, and again in another language.
- A page reports a problem upwards; the window tells the person about it in their language.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QScroller,
    QVBoxLayout,
    QWidget,
)

from app.errors import Problem
from widgets.tablet.texts import TabletText

Told = tuple[str, dict[str, str | int]]


class TabletPage(QWidget):
    """One thing at a time. `buttons` is the page's row of buttons at the foot of the window."""

    KIND: ClassVar[str] = "waiting"  # one of widgets.tablet_link.KINDS

    told = Signal(str, object)  # id of a sentence for the person, its values by name
    went_wrong = Signal(object)  # Problem

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = TabletText()
        self.buttons = QWidget()
        self._row = QHBoxLayout(self.buttons)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._row.addStretch()
        self._said: dict[QLabel | QAbstractButton, Told] = {}

    @property
    def number(self) -> int:
        """The page within its kind, counted from 1; 0 where there is only one."""
        return 0

    def retell(self, text: TabletText) -> None:
        """Say everything again in another language."""
        self.text = text
        for widget, (sentence, values) in self._said.items():
            widget.setText(text(sentence, **values))

    def say(self, widget: QLabel | QAbstractButton, sentence: str, **values: str | int) -> None:
        """Show a sentence on `widget`, now and after every change of language."""
        self._said[widget] = (sentence, values)
        widget.setText(self.text(sentence, **values))

    def line(self, kind: str = "") -> QLabel:
        """An empty label in the tablet's size, for a part that says its own sentences."""
        return self._label(kind=kind)

    def touch_button(self, name: str, sentence: str, kind: str = "") -> QPushButton:
        """A button of the page, for a part of it."""
        return self._button(name, sentence, kind)

    def enter(self) -> None:
        """The page now stands before the person."""

    def leave(self) -> None:
        """The page no longer stands before the person."""

    def _fail(self, problem: Problem) -> None:
        self.went_wrong.emit(problem)

    def _column(self) -> QVBoxLayout:
        """A column that scrolls where a small display or a longer language needs it."""
        sheet = QWidget(self)
        area = QScrollArea(self)
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(64, 24, 64, 16)
        column.setSpacing(16)
        return column

    def _label(self, sentence: str = "", kind: str = "") -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            label.setProperty("kind", kind)
        if sentence:
            self.say(label, sentence)
        return label

    def _button(self, name: str, sentence: str, kind: str = "") -> QPushButton:
        """A touch target; `name` is its object name, which the demo and the tests press."""
        button = QPushButton(self)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a touch leaves no ring behind
        if kind:
            button.setProperty("kind", kind)
        self.say(button, sentence)
        return button
