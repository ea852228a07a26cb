"""Takes an objection in the person's own choice of words; nobody at the desk can close it.

- Nothing is chosen beforehand and nothing is written into the field (principle 3).
- The page below may change while the panel is open: the panel stays until the person leaves it.
- What was kept is shown with its time, and stays in the list (C12).
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.domain.interrogation import Interrogation, Objection
from app.domain.people import Role
from app.domain.signers import EVERY_PAGE
from app.domain.transcript import Utterance
from app.errors import Problem
from widgets.session_model import SessionModel
from widgets.tablet.page import TabletPage
from widgets.tablet.texts import TabletText

GENERAL = (
    "objection_treatment",
    "objection_rest",
    "objection_counsel",
    "objection_withdrawal",
    "objection_translation",
    "objection_record",
)
EARLIER = 2  # objections shown from before
ABOUT_LINE = ("line_not_said", "line_detail_wrong", "line_incomplete")


class ObjectionPanel(TabletPage):
    """One large panel over the page; `closed` when the person goes back."""

    closed = Signal()
    raised = Signal(str)  # the page objected on

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._page = ""
        self._heading = self._label("objection_heading", "heading")
        self._lead = self._label("objection_lead")
        self._quoted = self._label(kind="subheading")
        self._choices = self._build_choices()
        self._people = self._build_people()
        self.words = QPlainTextEdit(self)
        self.words.setObjectName("objection_words")
        self.words.setFixedHeight(80)
        self._state = self._label("objection_choose", "soft")
        self._earlier = self._label(kind="soft")
        self._earlier.setWordWrap(False)
        self._lay_out()
        self._build_actions()
        self.words.textChanged.connect(self._on_changed)
        model.snapshot_changed.connect(self._show_earlier)

    def open(self, page: str, line: Utterance | None = None) -> None:
        """Ask what the person objects to on `page`, or about one line of the transcript."""
        self._page = f"line:{line.id}" if line is not None else page
        self._clear()
        self.say(self._heading, "line_heading" if line is not None else "objection_heading")
        self._quoted.setVisible(line is not None)
        if line is not None:
            self._quoted.setText(f"「{line.text}」")
        offered = ABOUT_LINE if line is not None else GENERAL
        for sentence, button in self._choices.items():
            button.setVisible(sentence in offered)
        self._show_people(self._model.snapshot.state)
        self.say(self._state, "objection_choose" if self._model.attached else "objection_not_begun")
        self._show_earlier()
        self._on_changed()

    def retell(self, text: TabletText) -> None:
        super().retell(text)
        self.words.setPlaceholderText(text("objection_own_words"))
        self._show_earlier()

    @property
    def statement(self) -> str:
        """What will stand in the record: the chosen sentence and the person's own words."""
        chosen = [self.text(s) for s, button in self._choices.items() if button.isChecked()]
        return "\n".join([*chosen, *filter(None, [self.words.toPlainText().strip()])])

    def _build_choices(self) -> dict[str, QPushButton]:
        self._exclusive = QButtonGroup(self)
        choices = {}
        for sentence in (*GENERAL, *ABOUT_LINE):
            button = self._button(sentence, sentence, "choice")
            button.setCheckable(True)
            button.toggled.connect(self._on_changed)
            self._exclusive.addButton(button)
            choices[sentence] = button
        return choices

    def _build_people(self) -> dict[Role, QPushButton]:
        group = QButtonGroup(self)
        people = {}
        for role in (Role.SUSPECT, Role.GUARDIAN, Role.INTERPRETER):
            button = self._button(f"objection_by_{role.value}", f"role_{role.value}")
            button.setCheckable(True)
            group.addButton(button)
            people[role] = button
        people[Role.SUSPECT].setChecked(True)
        return people

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(16)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for place, sentence in enumerate(GENERAL):
            grid.addWidget(self._choices[sentence], place // 2, place % 2)
        for place, sentence in enumerate(ABOUT_LINE):
            grid.addWidget(self._choices[sentence], 3 + place, 0, 1, 2)
        who = QHBoxLayout()
        who.setSpacing(16)
        self._who = self._label("objection_by", "soft")
        self._who.setWordWrap(False)
        who.addWidget(self._who)
        for button in self._people.values():
            who.addWidget(button)
        who.addStretch()
        column = self._column()
        for label in (self._heading, self._lead, self._quoted):
            column.addWidget(label)
        column.addLayout(grid)
        column.addLayout(who)
        column.addWidget(self.words)
        column.addWidget(self._state)
        column.addStretch(1)
        column.addWidget(self._earlier)

    def _build_actions(self) -> None:
        self.back = self._button("objection_close", "objection_close")
        self.send = self._button("objection_send", "objection_send", "primary")
        self._row.addWidget(self.back)
        self._row.addWidget(self.send)
        self.back.clicked.connect(self.closed)
        self.send.clicked.connect(self._on_send)

    def _show_people(self, state: Interrogation) -> None:
        present = {person.role for person in state.preparation.participants} & EVERY_PAGE
        for role, button in self._people.items():
            button.setVisible(bool(present) and (role is Role.SUSPECT or role in present))
        self._who.setVisible(bool(present))

    def _clear(self) -> None:
        self._exclusive.setExclusive(False)
        for button in self._choices.values():
            button.setChecked(False)
        self._exclusive.setExclusive(True)
        self.words.clear()

    @Slot()
    def _on_changed(self) -> None:
        self.send.setEnabled(bool(self.statement) and self._model.attached)

    @Slot()
    def _on_send(self) -> None:
        by = next(role for role, button in self._people.items() if button.isChecked())
        self.send.setEnabled(False)
        self._model.do(
            self._model.session.object,
            by,
            self.statement,
            self._page,
            then=self._on_kept,
            failed=self._fail_to_keep,
        )

    def _on_kept(self, _nothing: object) -> None:
        self._clear()
        kept = self._model.session.snapshot.state.objections[-1]
        if self._page.startswith("line:"):
            self.told.emit("line_kept", {})
        else:
            self.told.emit("objection_kept", {"time": local_time(kept)})
        self.raised.emit(self._page)

    def _fail_to_keep(self, problem: Problem) -> None:
        self._on_changed()
        self._fail(problem)

    @Slot()
    def _show_earlier(self) -> None:
        kept = self._model.snapshot.state.objections[-EARLIER:]
        rows = [f"{local_time(one)}  {one.text.replace(chr(10), '  ')}" for one in kept]
        self._earlier.setText("\n".join([self.text("objection_earlier"), *rows]))
        self._earlier.setVisible(bool(kept))


def local_time(objection: Objection) -> str:
    """The wall clock's time of an objection, to the second."""
    return datetime.fromisoformat(objection.utc).astimezone().strftime("%H:%M:%S")
