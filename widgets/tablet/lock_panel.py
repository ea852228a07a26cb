"""Gives the only screen back to an officer who takes part; nothing else on the tablet does.

- It keeps the person from wandering into the desk; it is no proof of identity, and says none.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.people import Role
from widgets.session_model import SessionModel
from widgets.tablet.page import TabletPage

OFFICERS = (Role.INVESTIGATOR, Role.CLERK)


class LockPanel(TabletPage):
    """Asks for the name of an officer of this interrogation."""

    closed = Signal()
    opened = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.name = QLineEdit(self)
        self.name.setObjectName("unlock_name")
        self._state = self._label(kind="look")
        column = QVBoxLayout(self)
        column.setContentsMargins(96, 64, 96, 48)
        column.setSpacing(24)
        column.addWidget(self._label("lock_heading", "heading"))
        column.addWidget(self._label("lock_lead", "lead"))
        column.addWidget(self.name)
        column.addWidget(self._state)
        column.addStretch()
        self.back = self._button("unlock_close", "objection_close")
        self.confirm = self._button("unlock_confirm", "lock_open", "primary")
        self._row.addWidget(self.back)
        self._row.addWidget(self.confirm)
        self.back.clicked.connect(self.closed)
        self.confirm.clicked.connect(self._on_confirm)
        self.name.returnPressed.connect(self._on_confirm)

    def open(self) -> None:
        """Begin with an empty field."""
        self.name.clear()
        self._state.setText("")
        self._said.pop(self._state, None)
        self.name.setFocus()

    @Slot()
    def _on_confirm(self) -> None:
        people = self._model.snapshot.state.preparation.participants
        officers = {person.name.strip() for person in people if person.role in OFFICERS}
        if not officers or self.name.text().strip() in officers:
            self.opened.emit()
        else:
            self.say(self._state, "lock_wrong")
