"""The person's window: one thing at a time, large, and never a view of the desk.

- The journaled state decides which page stands here; the desk points, it does not draw.
- An open objection stays until the person sends it or goes back; nothing at the desk closes it.
- The language chosen here is the tablet's alone.
- With one display the window covers the screen until an officer of the interrogation unlocks it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QScreen,
    QShortcut,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.events import ExhibitShown
from app.domain.interrogation import Interrogation
from app.domain.phase import Phase
from app.domain.transcript import Utterance
from app.errors import Problem
from app.session.snapshot import SealedRecord
from widgets.background import Background
from widgets.problems import NoticeKind, kind_of, sentence
from widgets.session_model import SessionModel
from widgets.tablet import look
from widgets.tablet.acknowledge_page import AcknowledgePage
from widgets.tablet.exhibit_page import ExhibitPage
from widgets.tablet.frame import TOP_PX, BottomStrip, ToldBar, TopStrip
from widgets.tablet.language_page import LanguagePage
from widgets.tablet.lock_panel import LockPanel
from widgets.tablet.objection_panel import ObjectionPanel
from widgets.tablet.page import TabletPage
from widgets.tablet.read_page import ReadPage
from widgets.tablet.receipt_page import ReceiptPage
from widgets.tablet.rights_page import RightsPage
from widgets.tablet.sign_page import SignPage
from widgets.tablet.texts import TabletText
from widgets.tablet.waiting_page import WaitingPage

UNLOCK_KEYS = "Ctrl+Alt+U"
KINDS_OF_TELLING = {NoticeKind.STOP: "told-stop", NoticeKind.LOOK: "told-look"}
SENTENCE_KINDS = {
    "sign_thanks": "told-good",
    "objection_kept": "told-good",
    "line_kept": "told-good",
    "paper_changed": "told-look",
    "sign_withdrawn": "told-look",
}


class TabletWindow(QWidget):
    """All pages of the tablet, and the names of what a demo or a test may press or write in.

    - every page: `objection`, `language_switch`; labels `recording_line`, `told`
    - language: `language_zh`, `language_en`
    - rights: `rights_back`, `rights_next`, `rights_read_aloud`
    - acknowledge: `ink_pad`, `rights_again`, `rights_redo`, `rights_acknowledge`
    - exhibit: `exhibit_zoom_in`, `exhibit_zoom_out`, `exhibit_back`, `exhibit_next`
    - reading: `read_view`, `read_aloud`, `read_zoom_in`, `read_zoom_out`, `read_back`,
      `read_next`, `read_confirm` (shown on the last page once every page was shown)
    - signing: `ink_pad`, `sign_redo`, `sign_confirm`, `sign_zoom_in`, `sign_zoom_out`,
      `fingerprint_capture`, `fingerprint_cancel`; label `fingerprint_hint`
    - objection: `objection_<matter>` or `line_<matter>`, `objection_words`,
      `objection_by_<role>`, `objection_send`, `objection_close`
    - lock: `unlock_name`, `unlock_confirm`, `unlock_close`

    `ink_pad` exists once on the acknowledge and once on the sign page: find it below the current
    `page`. It takes QTabletEvents sent to it; a device named "simulated..." makes simulated ink.
    """

    page_changed = Signal(str)  # kind
    screen_lost = Signal()  # the display the window stood on is gone; the window hid itself

    def __init__(
        self, model: SessionModel, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._link = model.tablet
        self.text = TabletText()
        self._language = self.text.language
        self._phase = Phase.PREPARED
        self._wants_acknowledge = False
        self._is_signing = False
        self._has_receipt = False
        self.is_locked = False
        self.setObjectName("tablet")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.top = TopStrip(self)
        self.told = ToldBar(self)
        self.bottom = BottomStrip(self)
        self._stack = QStackedWidget(self)
        self._build_pages(background)
        self._lay_out()
        self._connect_pages()
        self._connect_link()
        self._unlock = QShortcut(QKeySequence(UNLOCK_KEYS), self)
        self._unlock.activated.connect(self._on_unlock_keys)
        self.setMinimumSize(1280, 720)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.dress(self)
        self._retell()
        self.bottom.show_actions(self.page.buttons)
        self._follow()

    # --- where it stands --------------------------------------------------------

    @property
    def page(self) -> TabletPage:
        """What the person sees now: a page, or a panel over it."""
        page = self._stack.currentWidget()
        assert isinstance(page, TabletPage)
        return page

    @property
    def language(self) -> str:
        """The code of the language the person chose."""
        return self._language

    def stand_on(self, screen: QScreen) -> None:
        """Fill a display of the person's own."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._on_screen_removed, Qt.ConnectionType.UniqueConnection)

    def cover(self) -> None:
        """Take the only display; an officer gives it back."""
        self.is_locked = True
        self.setGeometry(self.screen().geometry())  # a desktop without a window manager asks it
        self.showFullScreen()
        self.raise_()
        self.activateWindow()

    @Slot()
    def release(self) -> None:
        """The desk has its display again."""
        if self.is_locked:
            self.is_locked = False
            self._show(self._wanted())
            self.hide()

    def shut(self) -> None:
        """Close for good, with the desk."""
        self.is_locked = False
        self.sign_page.finger.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(not self.is_locked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.told.place(TOP_PX, self.width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            look.dress(self)

    # --- building ---------------------------------------------------------------

    def _build_pages(self, background: Background) -> None:
        model = self._model
        self.language_page = LanguagePage(self)
        self.rights_page = RightsPage(model, self)
        self.acknowledge_page = AcknowledgePage(model, self)
        self.waiting_page = WaitingPage(self)
        self.exhibit_page = ExhibitPage(model, background, self)
        self.read_page = ReadPage(model, background, self)
        self.sign_page = SignPage(model, background, self)
        self.receipt_page = ReceiptPage(self)
        self.objection_panel = ObjectionPanel(model, self)
        self.lock_panel = LockPanel(model, self)
        self._panels = (self.objection_panel, self.lock_panel)
        self._pages: tuple[TabletPage, ...] = (
            self.language_page,
            self.rights_page,
            self.acknowledge_page,
            self.waiting_page,
            self.exhibit_page,
            self.read_page,
            self.sign_page,
            self.receipt_page,
            *self._panels,
        )
        for page in self._pages:
            self._stack.addWidget(page)
            self.bottom.add(page.buttons)
            page.told.connect(self.tell)
            page.went_wrong.connect(self.tell_problem)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bottom)

    def _connect_pages(self) -> None:
        self.top.language_asked.connect(self._on_language_asked)
        self.bottom.objection.clicked.connect(self._on_objection)
        self.language_page.chosen.connect(self.choose_language)
        self.rights_page.finished.connect(self._on_rights_finished)
        self.rights_page.turned.connect(self._announce)
        self.acknowledge_page.again_asked.connect(self._on_rights_again)
        self.read_page.turned.connect(self._announce)
        self.read_page.line_touched.connect(self._on_line_touched)
        self.read_page.confirmed.connect(self._follow)
        self.sign_page.given.connect(self._on_marks_given)
        self.sign_page.refused.connect(self._link.marks_refused)
        self.sign_page.finger.hinted.connect(self._link.hint_given)
        self.objection_panel.closed.connect(self._on_panel_closed)
        self.objection_panel.raised.connect(self._on_objected)
        self.lock_panel.closed.connect(self._on_panel_closed)
        self.lock_panel.opened.connect(self._link.unlock_asked)

    def _connect_link(self) -> None:
        link = self._link
        link.rights_page_changed.connect(self._on_rights_page_changed)
        link.acknowledge_requested.connect(self._on_rights_finished)
        link.read_page_changed.connect(self.read_page.go_to)
        link.sign_requested.connect(self._on_sign_requested)
        link.sign_withdrawn.connect(self._on_sign_withdrawn)
        link.exhibit_changed.connect(self._follow)
        link.receipt_ready.connect(self._on_receipt_ready)
        link.unlocked.connect(self.release)
        self._model.snapshot_changed.connect(self._follow)
        self._model.attached_changed.connect(self._on_attached_changed)
        self._model.live_changed.connect(self._show_recording)

    # --- what is said -----------------------------------------------------------

    @Slot(str, object)
    def tell(self, said: str, values: dict[str, str | int]) -> None:
        """Tell a sentence of the catalogue by its id."""
        self.told.tell(self.text(said, **values), SENTENCE_KINDS.get(said, "told"))

    @Slot(object)
    def tell_problem(self, problem: Problem) -> None:
        """Tell a problem in the person's language."""
        kind = KINDS_OF_TELLING.get(kind_of(problem.code), "told-look")
        self.told.tell(sentence(problem, self.text.language), kind)

    @Slot(str)
    def choose_language(self, code: str) -> None:
        """Speak another language on this window, and on this window alone."""
        self._language = code
        self.text = TabletText(code)
        self.rights_page.set_language(code, self._model.snapshot.state.preparation.procedure)
        self._retell()
        self.language_page.choose(code)
        self._link.language_chosen.emit(code)

    def _retell(self) -> None:
        self.told.clear()
        for page in self._pages:
            page.retell(self.text)
        self.bottom.objection.setText(self.text("objection"))
        self.acknowledge_page.show_notice(self.rights_page.notice)
        self._show_recording()

    @Slot()
    def _show_recording(self) -> None:
        self.top.show_state(self.text, self._model.snapshot.state, self._model.live)

    # --- which page -------------------------------------------------------------

    def _wanted(self) -> TabletPage:
        """The page that the journaled state puts before the person."""
        state = self._model.snapshot.state
        match state.phase:
            case Phase.PREPARED | Phase.ABANDONED:
                return self.language_page
            case Phase.RIGHTS if state.rights is None:
                return self.acknowledge_page if self._wants_acknowledge else self.rights_page
            case Phase.INTERVIEWING if _exhibit_of(state):
                return self.exhibit_page
            case Phase.READ_BACK if state.paper is not None and not self.read_page.is_agreed:
                return self.read_page
            case Phase.SIGNING if self._is_signing:
                return self.sign_page
            case Phase.SEALED if self._has_receipt:
                return self.receipt_page
        return self.waiting_page

    @Slot()
    def _follow(self) -> None:
        state = self._model.snapshot.state
        if state.phase is not self._phase:
            self._phase = state.phase
            self._enter_phase(state)
        self.waiting_page.show_state(state)
        exhibit = _exhibit_of(state)
        if exhibit is not None:
            self.exhibit_page.show_exhibit(exhibit)
        else:
            self.exhibit_page.clear()
        if state.phase is Phase.READ_BACK:
            self.read_page.show_state(state)
        self._show_recording()
        if self.page not in self._panels:
            self._show(self._wanted())

    def _enter_phase(self, state: Interrogation) -> None:
        procedure = state.preparation.procedure
        self._is_signing = False
        if state.phase is Phase.PREPARED:
            self._wants_acknowledge = self._has_receipt = False
            self.language_page.offer(procedure)
        elif state.phase is Phase.RIGHTS:
            self._wants_acknowledge = False
            self.rights_page.set_language(self._language, procedure)
            self.acknowledge_page.show_notice(self.rights_page.notice)
        elif state.phase is Phase.READ_BACK:
            self.read_page.begin_again()

    def _show(self, page: TabletPage) -> None:
        before = self.page
        if page is before:
            return
        before.leave()
        if page not in self._panels and before not in self._panels:
            self.told.clear()
        self._stack.setCurrentWidget(page)
        self.bottom.show_actions(page.buttons)
        self.bottom.objection.setVisible(page not in self._panels)
        self.setFocus()
        page.enter()
        self.page_changed.emit(page.KIND)
        self._announce()

    @Slot()
    def _announce(self) -> None:
        if self.page not in self._panels:
            self._link.page_shown.emit(self.page.KIND, self.page.number)

    # --- slots ------------------------------------------------------------------

    @Slot()
    def _on_language_asked(self) -> None:
        self.choose_language(self.text.other().language)

    @Slot()
    def _on_objection(self) -> None:
        self.objection_panel.open(f"{self.page.KIND}:{self.page.number}")
        self._show(self.objection_panel)

    @Slot(object)
    def _on_line_touched(self, line: Utterance) -> None:
        self.objection_panel.open(f"{self.page.KIND}:{self.page.number}", line)
        self._show(self.objection_panel)

    @Slot(str)
    def _on_objected(self, _page: str) -> None:
        wanted = self._wanted()
        self._link.objected.emit(wanted.KIND, wanted.number)

    @Slot()
    def _on_panel_closed(self) -> None:
        self._show(self._wanted())

    @Slot()
    def _on_rights_finished(self) -> None:
        self._wants_acknowledge = True
        self._follow()

    @Slot()
    def _on_rights_again(self) -> None:
        self._wants_acknowledge = False
        self.rights_page.go_to(1)
        self._follow()

    @Slot(int, str)
    def _on_rights_page_changed(self, number: int, code: str) -> None:
        if code != self._language:
            self.choose_language(code)
        self._wants_acknowledge = False
        self._follow()
        self.rights_page.go_to(number)

    @Slot(str, str)
    def _on_sign_requested(self, signer_id: str, field_name: str) -> None:
        self._is_signing = self.sign_page.ask(signer_id, field_name)
        self._follow()
        self._announce()

    @Slot()
    def _on_sign_withdrawn(self) -> None:
        self._is_signing = False
        self._follow()
        self.sign_page.withdraw()

    @Slot(str, str)
    def _on_marks_given(self, signer_id: str, field_name: str) -> None:
        self._is_signing = False
        self._link.marks_given.emit(signer_id, field_name)
        self._follow()
        self.tell("sign_thanks", {})

    @Slot(object)
    def _on_receipt_ready(self, sealed: SealedRecord) -> None:
        self._has_receipt = True
        objections = len(self._model.snapshot.state.objections)
        self.receipt_page.show_record(sealed, objections)
        self._follow()

    @Slot(bool)
    def _on_attached_changed(self, _attached: bool) -> None:
        self._wants_acknowledge = self._is_signing = self._has_receipt = False
        self.language_page.ask_again()
        self.acknowledge_page.pad.redo()
        self.sign_page.withdraw()
        self.rights_page.go_to(1)
        if self.page in self._panels:
            self._show(self._wanted())

    @Slot()
    def _on_unlock_keys(self) -> None:
        if self.is_locked:
            self.lock_panel.open()
            self._show(self.lock_panel)

    @Slot(QScreen)
    def _on_screen_removed(self, screen: QScreen) -> None:
        if screen is self.screen() and not self.is_locked:
            self.hide()  # the person's view never jumps onto the officer's display
            self.screen_lost.emit()


def _exhibit_of(state: Interrogation) -> ExhibitShown | None:
    shown = [one for one in state.exhibits if one.exhibit_id == state.exhibit_on_tablet]
    return shown[-1] if shown else None
