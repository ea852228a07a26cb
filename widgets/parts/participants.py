"""The people in the room besides the person questioned: rows to add and remove."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.domain.people import Participant, Role
from widgets import words
from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.parts.fields import Choice
from widgets.workplace import Translated

OFFERED = (Role.INVESTIGATOR, Role.CLERK, Role.GUARDIAN, Role.INTERPRETER, Role.COUNSEL)


class ParticipantRow(Translated):
    """Role, name, unit, number and note of one participant."""

    edited = Signal()
    removed = Signal(object)  # this row

    def __init__(self, told: Participant, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role = Choice()
        self.name, self.unit, self.number, self.note = (QLineEdit() for _ in range(4))
        self.remove = IconButton("close", "plain")
        self.remove.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.role.setFixedWidth(128)
        row = layouts.row(self.role, spacing=8)
        for edit, stretch in ((self.name, 3), (self.unit, 4), (self.number, 3), (self.note, 3)):
            row.addWidget(edit, stretch)
            edit.setMinimumWidth(64)
        row.addWidget(self.remove)
        self.setLayout(row)
        self.retranslate()
        self.role.choose(told.role)
        texts = (told.name, told.unit, told.number, told.note)
        for edit, text in zip(self._edits(), texts, strict=True):
            edit.setText(text)
            edit.textEdited.connect(self.edited)
        self.role.currentIndexChanged.connect(self.edited)
        self.remove.clicked.connect(self._on_remove)

    def _edits(self) -> tuple[QLineEdit, ...]:
        return (self.name, self.unit, self.number, self.note)

    @property
    def value(self) -> Participant:
        """The participant as entered."""
        name, unit, number, note = (edit.text().strip() for edit in self._edits())
        role = self.role.currentData() or Role.INVESTIGATOR
        return Participant(role=Role(role), name=name, unit=unit, number=number, note=note)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.role.offer([(words.role(role), role) for role in OFFERED])
        self.name.setPlaceholderText(self.tr("Name"))
        self.unit.setPlaceholderText(self.tr("Unit"))
        self.number.setPlaceholderText(self.tr("Number"))
        self.note.setPlaceholderText(self.tr("Note"))
        self.remove.setToolTip(self.tr("Take this participant out of the form"))
        self.remove.setAccessibleName(self.remove.toolTip())

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self)


class Participants(Translated):
    """All rows, in the order they were entered."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ParticipantRow] = []
        self.add = IconButton("plus")
        self.add.clicked.connect(self._on_add)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(self._column)
        outer.addLayout(layouts.row(self.add, None))
        self.retranslate()

    @property
    def value(self) -> tuple[Participant, ...]:
        """Everybody as entered."""
        return tuple(row.value for row in self.rows)

    def show_people(self, people: tuple[Participant, ...]) -> None:
        """These people, in place of all that stood here."""
        for row in tuple(self.rows):
            self._drop(row)
        for person in people:
            self._append(person)

    def require(self, role: Role) -> None:
        """An empty row for that role unless somebody has it."""
        if all(row.value.role is not role for row in self.rows):
            self._append(Participant(role=role, name=""))

    def focus(self, role: Role | None = None) -> None:
        """Go to the first row of that role (or of any) without a name, adding one if need be."""
        for row in self.rows:
            if not row.name.text().strip() and role in (None, row.value.role):
                row.name.setFocus()
                return
        if role is not None:
            self._append(Participant(role=role, name=""))
            self.rows[-1].name.setFocus()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.add.setText(self.tr("Add a participant"))

    def _append(self, person: Participant) -> None:
        row = ParticipantRow(person)
        row.edited.connect(self.edited)
        row.removed.connect(self._on_removed)
        self.rows.append(row)
        self._column.addWidget(row)

    def _drop(self, row: ParticipantRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    @Slot()
    def _on_add(self) -> None:
        self._append(Participant(role=Role.INVESTIGATOR, name=""))
        self.rows[-1].name.setFocus()
        self.edited.emit()

    @Slot(object)
    def _on_removed(self, row: ParticipantRow) -> None:
        self._drop(row)
        self.edited.emit()
