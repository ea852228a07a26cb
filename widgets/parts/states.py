"""A list or panel in its four states: loading, empty, failed and full."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.workplace import Translated


class Showing(IntEnum):
    """Which of the four is shown."""

    LOADING = 0
    EMPTY = 1
    FAILED = 2
    FULL = 3


class StatePane(Translated):
    """Holds the full content and stands in for it otherwise."""

    retry_asked = Signal()

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stack = QStackedWidget(self)
        self.loading = layouts.label("hint")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.empty = layouts.label("hint", wrap=True)
        self.failed = layouts.label("", wrap=True)
        self.retry = IconButton("refresh")
        self.retry.clicked.connect(self.retry_asked)
        self._add(self.bar, self.loading)
        self._add(IconLabel("info", "ink_faint", 24), self.empty)
        self._add(IconLabel("look", "amber", 24), self.failed, self.retry)
        self.stack.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self.setMinimumHeight(96)
        self.retranslate()
        self.stack.setCurrentIndex(Showing.FULL)

    def _add(self, *items: QWidget) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setSpacing(8)
        column.addStretch(1)
        for item in items:
            if item in (self.empty, self.failed):  # a wrapping label needs the whole width
                self._center(item)
                column.addWidget(item)
            else:
                column.addWidget(item, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.stack.addWidget(side)

    @staticmethod
    def _center(text: QWidget) -> None:
        assert isinstance(text, QLabel)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        text.setContentsMargins(24, 0, 24, 0)

    @property
    def showing(self) -> Showing:
        """Which state is shown."""
        return Showing(self.stack.currentIndex())

    def retranslate(self) -> None:
        """Set every word anew."""
        self.loading.setText(self.tr("Loading"))
        self.retry.setText(self.tr("Try again"))

    def show_loading(self) -> None:
        """Work is under way."""
        self.stack.setCurrentIndex(Showing.LOADING)

    def show_empty(self, sentence: str) -> None:
        """Nothing to show, and what to do about it."""
        self.empty.setText(sentence)
        self.stack.setCurrentIndex(Showing.EMPTY)

    def show_failed(self, sentence: str) -> None:
        """It could not be read: what happened, what is safe, what to do."""
        self.failed.setText(sentence)
        self.stack.setCurrentIndex(Showing.FAILED)

    def show_full(self) -> None:
        """The content itself."""
        self.stack.setCurrentIndex(Showing.FULL)
