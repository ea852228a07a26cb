"""Where a new question or answer is written: who says it, the words, and where they come from."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.people import Role
from app.domain.transcript import Origin
from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.parts.line_editor import LineEditor
from widgets.workplace import Translated


class Composer(Translated):
    """One line in the making; it enters the transcript at Return."""

    composed = Signal(object, str, object)  # Role, text, Origin

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question, self.answer = QPushButton(), QPushButton()
        self._group = QButtonGroup(self)
        for button in (self.question, self.answer):
            button.setCheckable(True)
            button.setMinimumWidth(96)
            self._group.addButton(button)
        self.question.setChecked(True)
        self.editor = LineEditor()
        self.editor.setFixedHeight(60)
        self.add = IconButton("plus", "primary")
        self.add.clicked.connect(self._on_add)
        self.editor.accepted.connect(self._on_accepted)
        self.editor.cancelled.connect(self.editor.clear)
        frame = QFrame(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(layouts.rule())
        column.addLayout(layouts.row(self.question, self.answer, None))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.editor, 1)
        line.addWidget(self.add)
        column.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.retranslate()

    @property
    def role(self) -> Role:
        """Who says the line."""
        return Role.INVESTIGATOR if self.question.isChecked() else Role.SUSPECT

    def begin(self, role: Role, text: str = "", origin: Origin = Origin.TYPED) -> None:
        """Write a line of that speaker; a template's text may be given."""
        asks = role is Role.INVESTIGATOR
        self.question.setChecked(asks)
        self.answer.setChecked(not asks)
        if text or not self.editor.text:
            self.editor.begin(text, origin)
        self.editor.setFocus()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.question.setText(self.tr("Question (Ctrl+1)"))
        self.answer.setText(self.tr("Answer (Ctrl+2)"))
        self.editor.setPlaceholderText(
            self.tr("Write what the microphones did not catch; Return enters it")
        )
        self.add.setText(self.tr("Enter"))

    @Slot()
    def _on_add(self) -> None:
        self._on_accepted(self.editor.text)

    @Slot(str)
    def _on_accepted(self, text: str) -> None:
        if text:
            origin = self.editor.origin
            self.editor.begin("")
            self.composed.emit(self.role, text, origin)
            self.editor.setFocus()
