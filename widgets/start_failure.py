"""What a person sees when the desk cannot open: the one sentence, and nothing half-working."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import Problem
from widgets import theme
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.problems import sentence
from widgets.workplace import Translated


class StartFailure(Translated):
    """A small window with the sentence and a way out."""

    def __init__(self, problem: Problem, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ground")
        self.title = layouts.label("title")
        self.told = layouts.label("", wrap=True)
        self.told.setText(sentence(problem, language))
        self.leave = IconButton("close", "primary")
        self.leave.clicked.connect(self.close)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(IconLabel("look", "amber", 32))
        line.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(16)
        column.addWidget(self.title)
        column.addLayout(line, 1)
        column.addLayout(layouts.row(None, self.leave))
        self.resize(640, 240)
        theme.dress(self)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.setWindowTitle(self.tr("Shilu"))
        self.title.setText(self.tr("The desk cannot open"))
        self.leave.setText(self.tr("Close"))
