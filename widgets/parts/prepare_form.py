"""The form of the Prepare page: procedure, case, person, participants, place and vocabulary.

- A person under 18 gets a row for the appropriate adult, a foreign or deaf one an interpreter's.
- `focus` leads from a code of what is missing to the field that cures it.
"""

from __future__ import annotations

from datetime import date

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.domain.people import Case, Preparation, Procedure, Role
from app.domain.rules import is_minor
from widgets import words
from widgets.parts import fields, layouts
from widgets.parts.fields import Choice, Field
from widgets.parts.participants import Participants
from widgets.parts.person_form import PersonForm
from widgets.workplace import Translated

LINES = (
    "number",
    "case_name",
    "offence",
    "place",
    "place_reason",
    "guardian_absence_reason",
    "vocabulary",
)


class PrepareForm(Translated):
    """Everything of `Preparation`, as sections."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = Preparation()
        self.lines = {name: fields.line() for name in LINES}
        self.procedure = Choice()
        self.procedure_field = Field(self.procedure)
        self.ordinal = QSpinBox()
        self.ordinal.setRange(1, 99)
        self.ordinal.lineEdit().setTextMargins(6, 0, 6, 0)
        self.ordinal_field = Field(self.ordinal)
        self.person = PersonForm()
        self.participants = Participants()
        self.in_center_room = QCheckBox()
        self.interpreter_declined = QCheckBox()
        self.sections: list[tuple[QFrame, object]] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 8, 0)
        outer.setSpacing(16)
        case = fields.grid(
            6,
            (self.procedure_field, 2),
            (self.ordinal_field, 1),
            (self.lines["offence"], 3),
            (self.lines["number"], 3),
            (self.lines["case_name"], 3),
        )
        self.case_title, self.person_title = layouts.label("section"), layouts.label("section")
        self.people_title, self.place_title = layouts.label("section"), layouts.label("section")
        outer.addWidget(self._section(self.case_title, case))
        outer.addWidget(self._section(self.person_title, self.person))
        outer.addWidget(
            self._section(
                self.people_title,
                self.participants,
                self.lines["guardian_absence_reason"],
                self.interpreter_declined,
            )
        )
        place = fields.grid(2, (self.lines["place"], 1), (self.lines["place_reason"], 1))
        outer.addWidget(
            self._section(self.place_title, self.in_center_room, place, self.lines["vocabulary"])
        )
        outer.addStretch(1)
        self._connect()
        self.retranslate()

    def _section(self, title: QWidget, *items: object) -> QFrame:
        frame, column = layouts.card()
        column.addWidget(title)
        for item in items:
            if isinstance(item, QWidget):
                column.addWidget(item)
            else:
                column.addLayout(item)  # type: ignore[arg-type]
        return frame

    def _connect(self) -> None:
        for field in self.lines.values():
            assert isinstance(field.edit, QLineEdit)
            field.edit.textEdited.connect(self._on_edited)
        self.procedure.currentIndexChanged.connect(self._on_edited)
        self.ordinal.valueChanged.connect(self._on_edited)
        for box in (self.in_center_room, self.interpreter_declined):
            box.clicked.connect(self._on_edited)
        self.person.edited.connect(self._on_edited)
        self.participants.edited.connect(self._on_edited)

    @property
    def value(self) -> Preparation:
        """The form as entered; what it does not show stays as it was."""
        told = self.lines["vocabulary"].text.replace("，", ",").replace("、", ",")
        return msgspec.structs.replace(
            self._told,
            procedure=Procedure(self.procedure.currentData() or Procedure.CRIMINAL),
            ordinal=self.ordinal.value(),
            case=Case(
                number=self.lines["number"].text,
                name=self.lines["case_name"].text,
                offence=self.lines["offence"].text,
            ),
            suspect=self.person.value,
            participants=self.participants.value,
            place=self.lines["place"].text,
            place_reason=self.lines["place_reason"].text,
            in_center_room=self.in_center_room.isChecked(),
            guardian_absence_reason=self.lines["guardian_absence_reason"].text,
            interpreter_declined=self.interpreter_declined.isChecked(),
            vocabulary=tuple(word.strip() for word in told.split(",") if word.strip()),
        )

    def show_preparation(self, told: Preparation) -> None:
        """These values, in place of what stood here."""
        self._told = told
        self.blockSignals(True)
        self.procedure.choose(told.procedure)
        self.ordinal.setValue(told.ordinal)
        texts = {
            "number": told.case.number,
            "case_name": told.case.name,
            "offence": told.case.offence,
            "place": told.place,
            "place_reason": told.place_reason,
            "guardian_absence_reason": told.guardian_absence_reason,
            "vocabulary": "、".join(told.vocabulary),
        }
        for name, text in texts.items():
            self.lines[name].show_text(text)
        self.person.show_person(told.suspect)
        self.participants.show_people(told.participants)
        self.in_center_room.setChecked(told.in_center_room)
        self.interpreter_declined.setChecked(told.interpreter_declined)
        self.blockSignals(False)
        self._show_needs()

    def retranslate(self) -> None:
        """Set every word anew."""
        names = {
            "number": self.tr("Case number"),
            "case_name": self.tr("Case name"),
            "offence": self.tr("Suspected offence"),
            "place": self.tr("Place, as printed in the header"),
            "place_reason": self.tr("Why not in a center's room"),
            "guardian_absence_reason": self.tr("Why no appropriate adult can be present"),
            "vocabulary": self.tr("Names and words of this case, for recognition"),
        }
        for name, text in names.items():
            self.lines[name].name.setText(text)
        self.case_title.setText(self.tr("Procedure and case"))
        self.person_title.setText(self.tr("Person questioned"))
        self.people_title.setText(self.tr("Participants"))
        self.place_title.setText(self.tr("Place and vocabulary"))
        self.procedure_field.name.setText(self.tr("Procedure"))
        self.ordinal_field.name.setText(self.tr("Number of times"))
        self.in_center_room.setText(self.tr("In an interrogation room of a case-handling center"))
        self.interpreter_declined.setText(
            self.tr("The person declared in writing to need no interpreter")
        )
        self.procedure.offer([(words.procedure(kind), kind) for kind in Procedure])

    def focus(self, code: str) -> None:
        """Go to the field that cures `code`, and mark it."""
        roles = {
            "too_few_investigators": Role.INVESTIGATOR,
            "guardian_missing": Role.GUARDIAN,
            "interpreter_missing": Role.INTERPRETER,
        }
        if code in roles or code == "name_missing":
            self.participants.focus(roles.get(code))
            return
        found = {
            "case_missing": self.lines["number"],
            "suspect_missing": self.person.lines["name"],
            "id_number_wrong": self.person.lines["id_number"],
            "place_reason_missing": self.lines["place_reason"],
        }.get(code)
        if found is not None:
            found.mark(True)
            found.edit.setFocus()

    def _show_needs(self) -> None:
        value = self.value
        minor = is_minor(value, date.today())  # noqa: DTZ011 - the age in the room is by local date
        foreign = value.suspect.is_deaf or value.suspect.language not in ("zh", "")
        self.lines["place_reason"].setVisible(not value.in_center_room)
        self.lines["guardian_absence_reason"].setVisible(minor)
        self.interpreter_declined.setVisible(foreign)
        if minor and not value.guardian_absence_reason:
            self.participants.require(Role.GUARDIAN)
        if foreign and not value.interpreter_declined:
            self.participants.require(Role.INTERPRETER)

    @Slot()
    def _on_edited(self) -> None:
        self._show_needs()
        self.edited.emit()
