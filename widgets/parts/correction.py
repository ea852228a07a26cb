"""Corrects one line at the person's request: the wording that stands above, the new one below."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.people import Role
from app.domain.transcript import Utterance
from widgets import words
from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.parts.fields import Choice
from widgets.parts.line_editor import LineEditor
from widgets.workplace import Translated

WHO = (Role.SUSPECT, Role.GUARDIAN, Role.INTERPRETER)


class Correction(Translated):
    """Hidden until a line is chosen."""

    asked = Signal(str, str, object)  # utterance id, new text, Role who asks

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: Utterance | None = None
        self._is_open = False
        self.stands = layouts.label("soft")
        self.old = layouts.label("", wrap=True)
        self.new_title = layouts.label("soft")
        self.editor = LineEditor()
        self.editor.setFixedHeight(72)
        self.who_title = layouts.label("soft")
        self.who = Choice()
        self.enter = IconButton("edit", "primary")
        self.cancel = IconButton("close", "plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(6)
        for part in (layouts.rule(), self.stands, self.old, self.new_title, self.editor):
            column.addWidget(part)
        column.addLayout(layouts.row(self.who_title, self.who, None, self.cancel, self.enter))
        self.editor.accepted.connect(self._on_accepted)
        self.editor.cancelled.connect(self._on_cancel)
        self.editor.textChanged.connect(self._on_text)
        self.enter.clicked.connect(self._on_enter)
        self.cancel.clicked.connect(self._on_cancel)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.stands.setText(self.tr("As it stands"))
        self.new_title.setText(self.tr("As the person wants it"))
        self.who_title.setText(self.tr("At the request of"))
        self.enter.setText(self.tr("Correct"))
        self.cancel.setText(self.tr("Cancel"))
        self.who.offer([(words.role(role), role) for role in WHO])

    def set_open(self, is_open: bool) -> None:
        """Whether corrections are taken in this phase."""
        self._is_open = is_open
        if not is_open:
            self.hide()

    def show_line(self, line: Utterance | None) -> None:
        """Correct this line."""
        self._line = line
        self.setVisible(line is not None and self._is_open)
        if line is not None:
            self.old.setText(line.text)
            self.editor.begin(line.text)

    @Slot()
    def _on_text(self) -> None:
        text = self.editor.text
        self.enter.setEnabled(bool(text) and self._line is not None and text != self._line.text)

    @Slot(str)
    def _on_accepted(self, text: str) -> None:
        if self._line is not None and text and text != self._line.text:
            self.asked.emit(self._line.id, text, Role(self.who.currentData()))
            self.hide()

    @Slot()
    def _on_enter(self) -> None:
        self._on_accepted(self.editor.text)

    @Slot()
    def _on_cancel(self) -> None:
        self.hide()
