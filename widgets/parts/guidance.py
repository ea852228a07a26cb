"""Guidance beside the transcript: an offence's elements, ticked as answers touch them.

- A tick says that words of an element occur in an answer; it judges neither person nor proof.
- A suggested question goes to the composer and is asked by the officer, never by the machine.
"""

from __future__ import annotations

import tomllib
from functools import cache

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.paths import RESOURCES
from app.session.snapshot import Snapshot
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.states import StatePane
from widgets.workplace import Translated, Workplace

FOLDER = RESOURCES / "offences"
SHOWN = 15  # characters of a question on its button; the whole is its tool tip


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to be asked about."""

    name: str
    words: tuple[str, ...]
    questions: tuple[str, ...]


class Offence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An offence and its elements."""

    name: str
    basis: str
    matches: tuple[str, ...]
    elements: tuple[Element, ...] = msgspec.field(name="element")


@cache
def offences() -> tuple[Offence, ...]:
    """Every offence that has a file."""
    files = sorted(FOLDER.glob("*.toml"))
    return tuple(
        msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Offence) for file in files
    )


def find(told: str) -> Offence | None:
    """The offence that the words of the form mean, or None."""
    for offence in offences():
        if any(word in told for word in offence.matches):
            return offence
    return None


def touched(element: Element, state: Interrogation) -> bool:
    """Whether an answer contains a word of the element."""
    answers = (line.text for line in state.utterances if line.role is Role.SUSPECT)
    return any(word in answer for answer in answers for word in element.words)


class Guidance(Translated):
    """The tab itself."""

    question_chosen = Signal(str)

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = place.model
        self._offence: Offence | None = None
        self._ticked: tuple[bool, ...] = ()
        content = QWidget()
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(4, 8, 8, 8)
        self.rows.setSpacing(4)
        self.pane = StatePane(layouts.scrolled(content))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pane)
        self._model.snapshot_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self._ticked = ()
        self._show(self._model.snapshot)

    @Slot(object)
    def _show(self, now: Snapshot) -> None:
        case = now.state.preparation.case
        offence = find(f"{case.offence} {case.name}")
        if offence is None:
            self.pane.show_empty(self.tr("There is no guidance for this offence."))
            self._offence = None
            return
        ticked = tuple(touched(element, now.state) for element in offence.elements)
        if (offence, ticked) == (self._offence, self._ticked):
            return
        self._offence, self._ticked = offence, ticked
        self._draw(offence, ticked)
        self.pane.show_full()

    def _draw(self, offence: Offence, ticked: tuple[bool, ...]) -> None:
        layouts.clear(self.rows)
        basis = layouts.label("hint")
        basis.setText(f"{offence.name}  ·  {offence.basis}")
        self.rows.addWidget(basis)
        for element, done in zip(offence.elements, ticked, strict=True):
            name = layouts.label("strong", wrap=True)
            name.setText(element.name)
            icon = IconLabel("good" if done else "wait", "green" if done else "ink_faint")
            icon.setToolTip(self.tr("Touched in an answer") if done else self.tr("Not touched yet"))
            line = layouts.row(icon)
            line.addWidget(name, 1)
            self.rows.addSpacing(8)
            self.rows.addLayout(line)
            for question in element.questions:
                self.rows.addWidget(self._question(question))
        self.rows.addStretch(1)

    def _question(self, question: str) -> QPushButton:
        button = IconButton("plus", "link")
        button.setText(question if len(question) <= SHOWN else question[: SHOWN - 1] + "…")
        button.setToolTip(question)
        button.setObjectName(question)
        button.clicked.connect(self._on_question)
        return button

    @Slot()
    def _on_question(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.question_chosen.emit(sender.objectName())
