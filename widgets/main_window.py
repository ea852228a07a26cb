"""The officer's window: rail, strip, one page at a time, notice bar.

- The page follows the phase when the phase moves, and stays where the officer looks otherwise.
- No dialog is ever in the way: details open under the strip, problems in the notice bar.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.domain.phase import Phase
from app.session.snapshot import Snapshot
from widgets import theme
from widgets.notice_bar import NoticeBar
from widgets.pages.interview import InterviewPage
from widgets.pages.prepare import PreparePage
from widgets.pages.read_back import ReadBackPage
from widgets.pages.records import RecordsPage
from widgets.pages.rights import RightsPage
from widgets.pages.seal import SealPage
from widgets.pages.settings import SettingsPage
from widgets.pages.sign import SignPage
from widgets.pages.start import StartPage
from widgets.parts.phase_rail import PhaseRail
from widgets.parts.strip_detail import StripDetail
from widgets.parts.top_strip import TopStrip
from widgets.problems import NoticeKind
from widgets.workplace import Page, Workplace

PAGES: dict[str, type[Page]] = {
    "start": StartPage,
    "prepare": PreparePage,
    "rights": RightsPage,
    "interview": InterviewPage,
    "read_back": ReadBackPage,
    "sign": SignPage,
    "seal": SealPage,
    "records": RecordsPage,
    "settings": SettingsPage,
}
PAGE_OF = {
    Phase.PREPARED: "prepare",
    Phase.RIGHTS: "rights",
    Phase.INTERVIEWING: "interview",
    Phase.SUSPENDED: "interview",
    Phase.READ_BACK: "read_back",
    Phase.SIGNING: "sign",
    Phase.SEALED: "seal",
    Phase.ABANDONED: "start",
}


class MainWindow(QMainWindow):
    """The desk.

    Object names that a demo or a test may press:

    `start_officer`, `start_new`; `prepare_start`; `rights_ask_to_sign`, `rights_begin_interview`;
    `interview_bookmark`, `interview_read_back`; `read_back_confirm`, `read_back_sign`;
    `<signer id> <field name>` gives a field to the tablet, `refuse <signer id>`, `sign_seal`;
    `seal_seal`, `seal_close`.
    """

    page_changed = Signal(str)

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._phase: Phase | None = None
        self.rail = PhaseRail(place)
        self.strip = TopStrip(place)
        self.detail = StripDetail(place)
        self.notices = NoticeBar(place)
        self.stack = QStackedWidget()
        self.pages = {name: kind(place) for name, kind in PAGES.items()}
        for page in self.pages.values():
            self.stack.addWidget(page)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for part in (self.strip, self.detail):
            right.addWidget(part)
        right.addWidget(self.stack, 1)
        right.addWidget(self.notices)
        whole = QWidget()
        whole.setProperty("kind", "ground")
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(1280, 720)
        self.resize(1440, 900)
        self._connect()
        theme.dress(self)
        self._retranslate()
        self.show_page("start")
        self._follow(place.model.snapshot)

    def _connect(self) -> None:
        place = self._place
        self.rail.page_asked.connect(self.show_page)
        self.strip.detail_asked.connect(self.detail.toggle)
        place.desk.page_asked.connect(self.show_page)
        place.desk.record_asked.connect(self._on_record_asked)
        place.model.snapshot_changed.connect(self._follow)
        place.model.refused.connect(place.notices.problem)
        place.model.tablet.objected.connect(self._on_objected)
        place.model.broke.connect(place.notices.bug)
        place.background.broke.connect(place.notices.bug)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show a page by its name, one of `PAGES`."""
        self.stack.setCurrentWidget(self.pages[name])
        self.rail.select(name)
        self.pages[name].setFocus()
        self.page_changed.emit(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            theme.dress(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the desk stops no recording: recorder and transcriber go on."""
        event.accept()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Shilu"))

    @Slot(object)
    def _follow(self, now: Snapshot) -> None:
        phase = now.state.phase if self._place.model.attached else None
        if phase is not self._phase:
            self._phase = phase
            self.show_page(PAGE_OF[phase] if phase is not None else "start")

    @Slot()
    def _on_objected(self) -> None:
        told = self._objection_words
        self._place.notices.say(NoticeKind.LOOK, told(), again=told)

    def _objection_words(self) -> str:
        return self.tr("The person objected. It stands in the record in their words; see the log.")

    @Slot(str)
    def _on_record_asked(self, search: str) -> None:
        records = self.pages["records"]
        assert isinstance(records, RecordsPage)
        records.search_for(search)
        self.show_page("records")
