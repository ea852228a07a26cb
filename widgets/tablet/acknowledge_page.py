"""Acknowledging the rights notice by hand; a refusal is noted by the investigators, not here.

- An empty pad cannot be confirmed; nothing is written beforehand.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.rights import RightsNotice
from app.errors import Problem
from widgets.session_model import SessionModel
from widgets.tablet.ink_pad import InkPad
from widgets.tablet.page import TabletPage
from widgets.tablet.source_line import SourceLine


class AcknowledgePage(TabletPage):
    """The sentence acknowledged, a place to sign, and the way back to the notice."""

    KIND = "acknowledge"
    again_asked = Signal()
    acknowledged = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._heading = self._label("acknowledge_heading", "heading")
        self._sentence = self._label(kind="subheading")
        self._law = self._label(kind="soft")
        self._hint = self._label("acknowledge_hint", "soft")
        self.pad = InkPad(self, self._offset_ms)
        self._source = SourceLine(self, self.pad)
        self._build_actions()
        column = QVBoxLayout(self)
        column.setContentsMargins(64, 16, 64, 12)
        column.setSpacing(10)
        for label in (self._heading, self._sentence, self._law, self._hint):
            column.addWidget(label)
        column.addWidget(self.pad, 1)
        column.addWidget(self._source.label)
        self.pad.changed.connect(self._on_ink)
        self._on_ink()

    def show_notice(self, notice: RightsNotice) -> None:
        """Say what is acknowledged, in the notice's own words."""
        self._sentence.setText(notice.acknowledgement)
        self._law.setText(notice.law)

    def _build_actions(self) -> None:
        self.again = self._button("rights_again", "rights_again", "plain")
        self.redo = self._button("rights_redo", "ink_redo")
        self.confirm = self._button("rights_acknowledge", "rights_acknowledge", "primary")
        for button in (self.again, self.redo, self.confirm):
            self._row.addWidget(button)
        self.again.clicked.connect(self.again_asked)
        self.redo.clicked.connect(self.pad.redo)
        self.confirm.clicked.connect(self._on_confirm)

    def _offset_ms(self) -> int:
        return self._model.session.offset_ms() if self._model.attached else 0

    @Slot()
    def _on_ink(self) -> None:
        self.redo.setEnabled(not self.pad.is_empty)
        self.confirm.setEnabled(not self.pad.is_empty)

    @Slot()
    def _on_confirm(self) -> None:
        self.confirm.setEnabled(False)
        self._model.do(
            self._model.session.acknowledge_rights,
            self.pad.ink(),
            then=self._on_kept,
            failed=self._on_refused,
        )

    def _on_kept(self, _nothing: object) -> None:
        self.pad.redo()
        self.acknowledged.emit()

    def _on_refused(self, problem: Problem) -> None:
        self._on_ink()
        self._fail(problem)
