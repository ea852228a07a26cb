"""Who is questioned: an 18-digit ID number fills birth date, sex and age and is checked.

- The digits are checked for themselves only; nobody is looked up anywhere.
"""

from __future__ import annotations

from datetime import date

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from app.domain.people import Person, age_on, read_id_number
from widgets.parts import fields, layouts
from widgets.parts.fields import Choice, Field
from widgets.workplace import Translated

LINES = (
    "name",
    "id_number",
    "birth",
    "ethnicity",
    "education",
    "occupation",
    "household",
    "address",
    "contact",
    "arrived",
)
CITIZEN_CARD = "居民身份证"
ID_TYPES = (CITIZEN_CARD, "护照", "外国人永久居留身份证", "其他")


class PersonForm(Translated):
    """The header of the transcript, as far as it tells who the person is."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = Person()
        self.lines = {name: fields.line() for name in LINES}
        self.id_type = Choice()
        self.sex = Choice()
        self.language = Choice()
        self.choices = {
            "id_type": Field(self.id_type),
            "sex": Field(self.sex),
            "language": Field(self.language),
        }
        self.age = layouts.label("soft")
        self.deputy = QCheckBox()
        self.deaf = QCheckBox()
        cells = fields.grid(
            6,
            (self.lines["name"], 2),
            (self.choices["id_type"], 2),
            (self.lines["id_number"], 2),
            (self.lines["birth"], 2),
            (self.choices["sex"], 1),
            (self._age_field(), 1),
            (self.lines["ethnicity"], 1),
            (self.lines["education"], 1),
            (self.lines["occupation"], 2),
            (self.lines["contact"], 2),
            (self.choices["language"], 2),
            (self.lines["household"], 3),
            (self.lines["address"], 3),
            (self.lines["arrived"], 2),
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(cells)
        outer.addLayout(layouts.row(self.deaf, 16, self.deputy, None))
        self._connect()
        self.retranslate()

    def _age_field(self) -> Field:
        self.age.setMinimumHeight(34)
        self.age_field = Field(self.age)
        return self.age_field

    def _connect(self) -> None:
        for field in self.lines.values():
            assert isinstance(field.edit, QLineEdit)
            field.edit.textEdited.connect(self.edited)
        self._line("id_number").textEdited.connect(self._on_id_number)
        self._line("birth").textEdited.connect(self._on_birth)
        for choice in (self.id_type, self.sex, self.language):
            choice.currentIndexChanged.connect(self.edited)
        for box in (self.deaf, self.deputy):
            box.clicked.connect(self.edited)

    def _line(self, name: str) -> QLineEdit:
        edit = self.lines[name].edit
        assert isinstance(edit, QLineEdit)
        return edit

    @property
    def value(self) -> Person:
        """The person as entered; what the form does not show stays as it was."""
        entered = {name: field.text for name, field in self.lines.items()}
        return msgspec.structs.replace(
            self._told,
            **entered,
            sex=str(self.sex.currentData() or ""),
            id_type=str(self.id_type.currentData() or CITIZEN_CARD),
            language=str(self.language.currentData() or "zh"),
            is_deputy=self.deputy.isChecked(),
            is_deaf=self.deaf.isChecked(),
        )

    def show_person(self, person: Person) -> None:
        """This person, in place of what stood here."""
        self._told = person
        for name, field in self.lines.items():
            field.show_text(str(getattr(person, name)))
        chosen = ((self.id_type, person.id_type), (self.sex, person.sex))
        for choice, value in (*chosen, (self.language, person.language)):
            choice.blockSignals(True)
            choice.choose(value)
            choice.blockSignals(False)
        self.deputy.setChecked(person.is_deputy)
        self.deaf.setChecked(person.is_deaf)
        self._show_age()

    def retranslate(self) -> None:
        """Set every word anew."""
        names = {
            "name": self.tr("Name"),
            "id_number": self.tr("ID number"),
            "birth": self.tr("Date of birth"),
            "ethnicity": self.tr("Ethnicity"),
            "education": self.tr("Education"),
            "occupation": self.tr("Occupation"),
            "household": self.tr("Registered residence"),
            "address": self.tr("Present address"),
            "contact": self.tr("Contact"),
            "arrived": self.tr("Arrived at"),
        }
        for name, text in names.items():
            self.lines[name].name.setText(text)
        self.choices["id_type"].name.setText(self.tr("ID document"))
        self.choices["sex"].name.setText(self.tr("Sex"))
        self.choices["language"].name.setText(self.tr("Language spoken"))
        self.age_field.name.setText(self.tr("Age"))
        self.deputy.setText(self.tr("Deputy of a people's congress or CPPCC member"))
        self.deaf.setText(self.tr("Deaf or mute"))
        self._line("birth").setPlaceholderText("1990-01-31")
        self._line("arrived").setPlaceholderText("13:40")
        self.id_type.offer([(name, name) for name in ID_TYPES])
        self.sex.offer([("", ""), (self.tr("Male"), "male"), (self.tr("Female"), "female")])
        self.language.offer(
            [(self.tr("Chinese"), "zh"), (self.tr("English"), "en"), (self.tr("Other"), "other")]
        )
        self._show_age()
        self._on_id_number(self.lines["id_number"].text, fill=False)

    def _show_age(self) -> None:
        try:
            birth = date.fromisoformat(self.lines["birth"].text)
        except ValueError:
            self.age.setText("")
            return
        years = age_on(birth, date.today())  # noqa: DTZ011 - the age in the room is by local date
        minor = self.tr("%1, under 18").replace("%1", str(years))
        self.age.setText(minor if years < 18 else str(years))

    @Slot(str)
    def _on_id_number(self, number: str, fill: bool = True) -> None:
        field = self.lines["id_number"]
        is_card = self.id_type.currentData() in (CITIZEN_CARD, None)
        read = read_id_number(number)
        if read is None:
            wrong = is_card and len(number.strip()) >= 18
            field.say(self.tr("The check digit does not fit this number.") if wrong else "")
            return
        field.say("")
        if fill and is_card:
            birth, sex = read
            self.lines["birth"].show_text(birth.isoformat())
            self.sex.choose(sex)
            self._show_age()
            self.edited.emit()

    @Slot()
    def _on_birth(self) -> None:
        self._show_age()
