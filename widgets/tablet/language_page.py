"""The first thing a person sees: the choice of their language, in each language's own name."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.people import Procedure
from app.session import rights_text
from widgets.tablet.page import TabletPage
from widgets.tablet.texts import TabletText


class LanguagePage(TabletPage):
    """Offers every language the rights notice is written in."""

    KIND = "language"
    chosen = Signal(str)  # language code

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._heading = self._label("language_heading", "heading")
        self._heading_other = self._label(kind="lead")
        self._lead = self._label("language_lead", "lead")
        self._lead_other = self._label(kind="soft")
        self._next = self._label("language_next", "soft")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(32)
        self._lay_out()
        self.offer(Procedure.CRIMINAL)
        self.retell(self.text)

    def offer(self, procedure: Procedure) -> None:
        """Show one large button for each language of that procedure's notice."""
        for code, name in rights_text.languages(procedure):
            if code in self._choices:
                continue
            button = QPushButton(name, self)
            button.setObjectName(f"language_{code}")
            button.setProperty("kind", "large")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.chosen.emit, code))
            self._group.addButton(button)
            self._choices[code] = button
            self._buttons.insertWidget(self._buttons.count() - 1, button)

    def ask_again(self) -> None:
        """Another person sits here: nothing is chosen."""
        self._group.setExclusive(False)
        for button in self._choices.values():
            button.setChecked(False)
        self._group.setExclusive(True)
        self.say(self._next, "language_next")

    def choose(self, code: str) -> None:
        """Mark the language that was chosen."""
        if code in self._choices:
            self._choices[code].setChecked(True)
        self.say(self._next, "language_chosen")

    def retell(self, text: TabletText) -> None:
        super().retell(text)
        other = text.other()
        self._heading_other.setText(other("language_heading"))
        self._lead_other.setText(other("language_lead"))

    def _lay_out(self) -> None:
        self._buttons.addStretch()
        self._buttons.insertStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(64, 16, 64, 16)
        column.setSpacing(16)
        column.addStretch(2)
        for label in (self._heading, self._heading_other):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(16)
        column.addLayout(self._buttons)
        column.addSpacing(16)
        for label in (self._lead, self._lead_other, self._next):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)
