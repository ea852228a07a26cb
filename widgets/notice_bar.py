"""The one line at the bottom of the desk that tells what happened and what to do now.

- Nothing here covers the page or takes the keyboard.
- A notice stays until it is closed or a newer one comes; what loses something stays on top.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets import theme
from widgets.icons import IconButton, IconLabel
from widgets.problems import Notice, NoticeKind, sentence
from widgets.workplace import Translated, Workplace

LOOKS = {
    NoticeKind.INFO: ("info", "accent"),
    NoticeKind.GOOD: ("good", "green"),
    NoticeKind.LOOK: ("look", "amber"),
    NoticeKind.STOP: ("stop", "red"),
}


class NoticeBar(Translated):
    """Shows the newest notice."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._languages = place.languages
        self._notice: Notice | None = None
        self.frame = QFrame(self)
        self.icon = IconLabel("info", "ink_faint", 20)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.dismiss = IconButton("close", "plain")
        self.dismiss.clicked.connect(self._on_dismiss)
        row = QHBoxLayout(self.frame)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        self.setMinimumHeight(44)
        place.notices.posted.connect(self.show_notice)
        self.retranslate()

    @property
    def notice(self) -> Notice | None:
        """What is being told."""
        return self._notice

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Tell this; whatever stood here before goes."""
        self._notice = notice
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.dismiss.setText(self.tr("Close"))
        self.dismiss.setVisible(self._notice is not None)
        if self._notice is None:
            self.icon.show_icon("info", "ink_faint")
            self.text.setText(self.tr("Nothing needs your attention."))
            theme.set_kind(self.frame, "notice-none")
            return
        self.icon.show_icon(*LOOKS[self._notice.kind])
        self.text.setText(self._words(self._notice))
        theme.set_kind(self.frame, f"notice-{self._notice.kind.value}")

    def _words(self, notice: Notice) -> str:
        if notice.problem is not None:
            return sentence(notice.problem, self._languages.code)
        if notice.is_bug:
            return self.tr(
                "Something unexpected happened and was written to the log. Recording is not "
                "affected and nothing accepted is lost. Please repeat the last step."
            )
        return notice.again() if notice.again is not None else notice.text

    @Slot()
    def _on_dismiss(self) -> None:
        self._notice = None
        self.retranslate()
