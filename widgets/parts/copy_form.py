"""What a redacted working copy is asked for with: words, reason, approval and a folder.

- Whatever is missing is named at its place, and the keyboard goes to the first of it.
- A real record leaves only with a reason and who approved it (L40); a simulated one needs neither.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.covering import Cover
from app.export.handover import Order
from app.session.copy_preview import Preview
from widgets.icons import IconButton
from widgets.parts import fields, layouts
from widgets.workplace import Translated

WORDS_HEIGHT = 80


class CopyForm(Translated):
    """The right side of the pane; it scrolls where it is higher than its place."""

    words_changed = Signal()
    folder_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_real = True
        self.editor = QPlainTextEdit()
        self.editor.setFixedHeight(WORDS_HEIGHT)
        self.editor.setTabChangesFocus(True)
        self.words = fields.Field(self.editor)
        self.help = layouts.label("hint", wrap=True)
        self.reason, self.approved_by, self.folder = fields.line(), fields.line(), fields.line()
        self._lines = (self.reason, self.approved_by, self.folder)
        self.choose = IconButton("disk")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        for part in (self.words, self.help, *self._lines):
            column.addWidget(part)
        column.addLayout(layouts.row(None, self.choose))
        column.addStretch(1)
        self.area = layouts.scrolled(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self.editor.textChanged.connect(self.words_changed)
        self.choose.clicked.connect(self._on_choose)
        for field in self._lines:
            _line_of(field).textEdited.connect(self._on_typed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.words.name.setText(self.tr("Words to be covered, one per line"))
        self.help.setText(
            self.tr(
                "Found wherever they stand, also as spoken digits. Misheard words: tick the "
                "line (Space)."
            )
        )
        self.reason.name.setText(self.tr("Why is the copy made?"))
        self.approved_by.name.setText(self.tr("Who approved it?"))
        self.folder.name.setText(self.tr("Folder for the copy"))
        self.choose.setText(self.tr("Choose a folder…"))
        hint = "" if self._is_real else self.tr("Not asked for: the record is simulated")
        for field in (self.reason, self.approved_by):
            _line_of(field).setPlaceholderText(hint)

    def ask_for(self, *, real: bool) -> None:
        """Whether reason and approval are needed."""
        self._is_real = real
        self.retranslate()

    def forget(self) -> None:
        """Another record: only the folder stays."""
        self.editor.clear()
        for field in (self.reason, self.approved_by):
            field.show_text("")
        for field in (self.words, *self._lines):
            field.say("")

    @property
    def typed(self) -> tuple[str, ...]:
        """The words, one of each line."""
        lines = (line.strip() for line in self.editor.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def order(self, unit: str, officer: str) -> Order:
        """What is asked for, why and by whom, as every export tells it."""
        return Order(
            unit=unit,
            officer=officer,
            reason=self.reason.text,
            approved_by=self.approved_by.text,
        )

    @property
    def target(self) -> Path:
        """The folder for the copy."""
        return Path(self.folder.text)

    def show_folder(self, folder: str) -> None:
        """This folder was chosen."""
        self.folder.show_text(folder)
        self.folder.say("")
        self.folder_chosen.emit()

    def tell_wrong_word(self, told: Preview | None) -> None:
        """Name the first word that cannot be covered, while it is typed."""
        if told is None or told.problem is None:
            self.words.say("")
            return
        number = told.problem.details["number"]
        assert isinstance(number, int)
        words = self.tr("“%1” stands nowhere in this transcript; it may be mistyped.")
        if told.problem.code == "cover_word_too_short":
            words = self.tr("“%1” has no letter or digit that could be found.")
        self.words.say(words.replace("%1", told.cover.words[number - 1]))

    def is_complete(self, cover: Cover) -> bool:
        """Whether all is told; what is missing is named, and the keyboard goes to the first."""
        covers_nothing = not (cover.words or cover.lines or cover.header)
        no_reason = self._is_real and not self.reason.text
        no_approval = self._is_real and not self.approved_by.text
        asked = (
            (self.words, covers_nothing,
             self.tr("Tick a line or write a word: nothing is covered yet.")),
            (self.reason, no_reason, self.tr("A real record leaves only with a reason.")),
            (self.approved_by, no_approval,
             self.tr("A real record leaves only with the name of who approved it.")),
            (self.folder, not self.target.is_absolute(),
             self.tr("Choose the folder that the copy is written into.")),
        )  # fmt: skip
        missing = [(field, words) for field, is_missing, words in asked if is_missing]
        for field in self._lines:
            field.say("")
        for field, words in missing:
            field.say(words)
        if missing:
            first = missing[0][0]
            first.edit.setFocus()
            self.area.ensureWidgetVisible(first)
            first.mark(True)
        return not missing

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        for field in self._lines:
            field.say("")

    @Slot()
    def _on_choose(self) -> None:
        dialog = QFileDialog(self, self.tr("A folder for the copy"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.show_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _line_of(field: fields.Field) -> QLineEdit:
    assert isinstance(field.edit, QLineEdit)
    return field.edit
