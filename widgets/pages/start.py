"""The Start page: sign in, continue what is unfinished, begin anew or find a record.

- A recorder that still runs in this room is said first: the room returns to it.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.session.snapshot import Unfinished
from widgets import words
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.states import StatePane
from widgets.ports import SessionPort
from widgets.problems import sentence
from widgets.workplace import Page, Translated, Workplace


class UnfinishedRow(Translated):
    """One open interrogation of this workstation, with the way back to it."""

    def __init__(self, told: Unfinished, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told = told
        self.icon = IconLabel("record" if told.recorder_running else "wait", "ink_soft", 20)
        if told.recorder_running:
            self.icon.show_icon("record", "red")
        self.name = layouts.label("strong")
        self.state = layouts.label("soft", wrap=True)
        self.resume = IconButton("next", "primary" if told.recorder_running else "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(12)
        row.addWidget(self.icon)
        row.addLayout(layouts.column(self.name, self.state, spacing=2), 1)
        row.addWidget(self.resume)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.name.setText(
            f"{self.told.suspect or self.tr('Not named yet')}  {self.told.case_number}"
        )
        if self.told.recorder_running:
            self.state.setText(
                self.tr("The recorder is still running in this room. Return to the interrogation.")
            )
            self.resume.setText(self.tr("Return"))
            return
        told = self.tr("Opened %1, phase: %2")
        told = told.replace("%1", figures.local_day(self.told.opened_utc))
        self.state.setText(told.replace("%2", words.phase(self.told.phase)))
        self.resume.setText(self.tr("Continue"))


class StartPage(Page):
    """Where an officer begins."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.title = layouts.label("title")
        self.room = layouts.label("soft")
        outer = layouts.page_column(self)
        outer.addLayout(layouts.column(self.title, self.room, spacing=4))
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(self._build_new())
        left.addWidget(self._build_find())
        left.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(left, 2)
        columns.addWidget(self._build_unfinished(), 3)
        outer.addLayout(columns, 1)
        self.retranslate()
        self.setFocusProxy(self.officer)

    def _build_new(self) -> QFrame:
        frame, column = layouts.card()
        self.new_title = layouts.label("section")
        self.officer_label = layouts.label("soft")
        self.officer = QLineEdit()
        self.officer.setObjectName("start_officer")
        self.officer.textChanged.connect(self._on_officer)
        self.begin = IconButton("plus", "primary")
        self.begin.setObjectName("start_new")
        self.begin.clicked.connect(self._on_begin)
        self.begin_hint = layouts.label("hint", wrap=True)
        column.addWidget(self.new_title)
        column.addWidget(self.officer_label)
        column.addWidget(self.officer)
        column.addSpacing(8)
        column.addWidget(self.begin)
        column.addWidget(self.begin_hint)
        return frame

    def _build_find(self) -> QFrame:
        frame, column = layouts.card()
        self.find_title = layouts.label("section")
        self.search = QLineEdit()
        self.search.returnPressed.connect(self._on_find)
        self.find_it = IconButton("search")
        self.find_it.clicked.connect(self._on_find)
        column.addWidget(self.find_title)
        column.addLayout(layouts.row(self.search, self.find_it))
        return frame

    def _build_unfinished(self) -> QFrame:
        frame, column = layouts.card()
        self.unfinished_title = layouts.label("section")
        content = QWidget()
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(0, 0, 8, 0)
        self.rows.setSpacing(0)
        self.pane = StatePane(layouts.scrolled(content))
        self.pane.retry_asked.connect(self.reload)
        column.addWidget(self.unfinished_title)
        column.addWidget(self.pane, 1)
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Start"))
        settings = self.place.room.settings
        self.room.setText("  ·  ".join(t for t in (settings.room, settings.place) if t))
        self.new_title.setText(self.tr("New interrogation"))
        self.officer_label.setText(self.tr("Your name, as it enters the record"))
        self.officer.setPlaceholderText(self.tr("Name"))
        self.begin.setText(self.tr("Prepare a new interrogation"))
        self.begin_hint.setText(
            self.tr("Nothing is recorded until the form is complete and you press Start.")
        )
        self.find_title.setText(self.tr("Find a record"))
        self.search.setPlaceholderText(self.tr("Case number, name or record number"))
        self.find_it.setText(self.tr("Find"))
        self.unfinished_title.setText(self.tr("Unfinished on this workstation"))
        if self.pane.showing == 1:
            self._show([])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Look for unfinished interrogations again."""
        if not self.rows.count():
            self.pane.show_loading()
        self.place.background.start(
            plainly(self.place.room.unfinished), then=self._show, failed=self._show_failed
        )

    @Slot(object)
    def _show(self, found: list[Unfinished]) -> None:
        layouts.clear(self.rows)
        if not found:
            self.pane.show_empty(
                self.tr("No interrogation is open here. Begin a new one on the left.")
            )
            return
        for told in sorted(found, key=_running_first):
            row = UnfinishedRow(told)
            row.resume.setObjectName(told.record_id)
            row.resume.clicked.connect(self._on_resume)
            self.rows.addWidget(row)
            self.rows.addWidget(layouts.rule())
        self.rows.addStretch(1)
        self.pane.show_full()

    @Slot(object)
    def _show_failed(self, problem: object) -> None:
        self.pane.show_failed(sentence(problem, self.place.languages.code))  # type: ignore[arg-type]

    @Slot(str)
    def _on_officer(self, name: str) -> None:
        self.place.desk.officer_changed.emit(name.strip())

    def _officer_or_ask(self) -> str:
        name = self.officer.text().strip()
        self.officer.setProperty("wanted", not name)
        self.officer.style().polish(self.officer)
        if not name:
            self.officer.setFocus()
        return name

    @Slot()
    def _on_begin(self) -> None:
        name = self._officer_or_ask()
        if name:
            self.begin.setEnabled(False)
            self.model.do(
                self.place.room.new, name, then=self._on_opened, failed=self._on_not_opened
            )

    @Slot()
    def _on_resume(self) -> None:
        name, button = self._officer_or_ask(), self.sender()
        if name and isinstance(button, QPushButton):
            self.model.do(
                self.place.room.open,
                button.objectName(),
                name,
                then=self._on_opened,
                failed=self._on_not_opened,
            )

    def _on_opened(self, session: SessionPort) -> None:
        self.begin.setEnabled(True)
        self.model.attach(session)

    def _on_not_opened(self, problem: object) -> None:
        self.begin.setEnabled(True)
        self.model.refused.emit(problem)

    @Slot()
    def _on_find(self) -> None:
        self.place.desk.record_asked.emit(self.search.text().strip())


def _running_first(told: Unfinished) -> tuple[bool, str]:
    return (not told.recorder_running, told.opened_utc)
