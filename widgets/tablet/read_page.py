"""Reading the transcript back, page by page, with the time each page stood before the reader.

- The pages are those that will be signed; nothing is shown that is not on them.
- Leaving a page reports its time and whether it was read out (L15); short reading blocks nobody.
- Touching a line asks what is wrong with it; the agreed wording is changed at the desk alone.
- Only when every page has stood before the reader can they say that it is what was said.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.errors import Problem
from widgets.background import Background
from widgets.paper.content import PAGE_WIDTH
from widgets.session_model import SessionModel
from widgets.tablet import line_places
from widgets.tablet.exhibit_page import draw_page
from widgets.tablet.line_places import LinePlace
from widgets.tablet.page import TabletPage
from widgets.tablet.page_view import PageView
from widgets.tablet.stopwatch import Stopwatch

READERS = (Role.SUSPECT, Role.GUARDIAN)


class ReadPage(TabletPage):
    """One page of the paper, as wide as the screen."""

    KIND = "read"
    turned = Signal(int)
    line_touched = Signal(object)  # Utterance
    confirmed = Signal()

    def __init__(
        self, model: SessionModel, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._stopwatch = Stopwatch()
        self._pdf = b""
        self._digest = ""
        self._places: tuple[LinePlace, ...] = ()
        self._pages = 0
        self._number = 1
        self._seen: set[int] = set()
        self._agreed: set[Role] = set()
        self._heading = self._label("read_heading", "subheading")
        self._hint = self._label("read_hint", "soft")
        self._of = self._label(kind="soft")
        self.view = PageView(background, self)
        self.view.setObjectName("read_view")
        self._lay_out()
        self._build_actions()
        self.view.touched.connect(self._on_touched)
        self._show_state()

    @property
    def number(self) -> int:
        return self._number

    @property
    def reader(self) -> Role:
        """Who reads now: first the person, then the adult beside them (L24)."""
        present = self._model.snapshot.state.preparation
        for role in READERS:
            if role not in self._agreed and (role is Role.SUSPECT or present.with_role(role)):
                return role
        return Role.SUSPECT

    @property
    def is_agreed(self) -> bool:
        """Whether everyone who reads has said that the pages are as spoken."""
        present = self._model.snapshot.state.preparation
        wanted = {r for r in READERS if r is Role.SUSPECT or present.with_role(r)}
        return bool(self._digest) and wanted <= self._agreed

    def begin_again(self) -> None:
        """Read-back begins (anew): nobody has agreed and nothing counts as seen."""
        self._forget("")

    def show_state(self, state: Interrogation) -> None:
        """Fetch the paper when another one stands; outline the lines objected to."""
        if state.paper is None:
            return
        if state.paper.digest != self._digest:
            is_second = bool(self._digest)
            self._forget(state.paper.digest)
            self._model.do(fetch, self._model, then=self._on_fetched, failed=self._fail)
            if is_second:
                self.told.emit("paper_changed", {})
        self._mark_lines()

    def go_to(self, number: int) -> None:
        """Show page `number`, counted from 1; the page left is reported."""
        if not 1 <= number <= self._pages:
            return
        self._report()
        self._number = number
        self.aloud.setChecked(False)
        self.view.show_page(partial(draw_page, self._pdf, number, PAGE_WIDTH))
        self._resume()
        self._mark_lines()
        self._show_state()
        self.turned.emit(number)

    def enter(self) -> None:
        self._resume()
        self._show_state()

    def leave(self) -> None:
        self._report()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(24)
        for label in (self._heading, self._of):
            label.setWordWrap(False)
        head.addWidget(self._heading)
        head.addWidget(self._hint, 1)
        head.addWidget(self._of)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 24, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _build_actions(self) -> None:
        self.aloud = self._button("read_aloud", "read_aloud")
        self.aloud.setCheckable(True)
        self.smaller = self._button("read_zoom_out", "zoom_out")
        self.larger = self._button("read_zoom_in", "zoom_in")
        self.previous = self._button("read_back", "back")
        self.onward = self._button("read_next", "next", "primary")
        self.confirm = self._button("read_confirm", "read_confirm", "primary")
        for button in (
            self.aloud,
            self.smaller,
            self.larger,
            self.previous,
            self.onward,
            self.confirm,
        ):
            self._row.addWidget(button)
        self.smaller.clicked.connect(partial(self.view.zoom, -1))
        self.larger.clicked.connect(partial(self.view.zoom, 1))
        self.previous.clicked.connect(self._on_previous)
        self.onward.clicked.connect(self._on_onward)
        self.confirm.clicked.connect(self._on_confirm)

    def _forget(self, digest: str) -> None:
        """Another paper stands; time spent on the former must not count for the new one."""
        self._stopwatch.stop()
        self._digest = digest
        self._number = 1
        self._pdf, self._places, self._pages = b"", (), 0
        self._seen.clear()
        self._agreed.clear()
        self.view.show_page(None)

    def _on_fetched(self, fetched: tuple[str, bytes, tuple[LinePlace, ...], int]) -> None:
        digest, self._pdf, self._places, self._pages = fetched
        if digest == self._digest:
            self.go_to(1)

    def _report(self) -> None:
        if not self._stopwatch.is_running:
            return
        page, shown_ms = self._stopwatch.page, self._stopwatch.stop()
        if self._model.attached:
            self._model.do(
                self._model.session.page_read,
                page,
                self.reader,
                shown_ms,
                read_aloud=self.aloud.isChecked(),
                failed=self._fail,
            )

    def _resume(self) -> None:
        if self.isVisible() and self._pages:
            self._stopwatch.start(self._number)
            self._seen.add(self._number)

    def _show_state(self) -> None:
        is_last = self._number >= self._pages
        unread = self._pages - len(self._seen)
        is_guardian = self.reader is Role.GUARDIAN
        self.say(self._hint, "read_hint_guardian" if is_guardian else "read_hint")
        self._of.setVisible(bool(self._pages))
        self.say(self._of, "page_of", page=self._number, pages=self._pages)
        self.previous.setEnabled(self._number > 1)
        self.onward.setVisible(not is_last)
        self.confirm.setVisible(is_last)
        self.confirm.setEnabled(bool(self._pages) and not unread)
        if is_last and unread == 1:
            self.say(self._hint, "read_unfinished_one")
        elif is_last and unread:
            self.say(self._hint, "read_unfinished", count=unread)

    def _mark_lines(self) -> None:
        objected = {one.page for one in self._model.snapshot.state.objections}
        here = [place for place in self._places if place.page == self._number]
        self.view.mark([p.rectangle for p in here if f"line:{p.utterance_id}" in objected])

    @Slot(QPointF)
    def _on_touched(self, at: QPointF) -> None:
        for place in self._places:
            reach = place.rectangle.adjusted(-0.02, -0.004, 0.02, 0.004)
            if place.page == self._number and reach.contains(at):
                self.line_touched.emit(self._model.snapshot.state.utterance(place.utterance_id))
                return

    @Slot()
    def _on_previous(self) -> None:
        self.go_to(self._number - 1)

    @Slot()
    def _on_onward(self) -> None:
        self.go_to(self._number + 1)

    @Slot()
    def _on_confirm(self) -> None:
        self._report()
        self.confirm.setEnabled(False)
        reader = self.reader
        self._model.do(
            self._model.session.confirm_read_back,
            reader,
            then=partial(self._on_agreed, reader),
            failed=self._on_refused,
        )

    def _on_agreed(self, reader: Role, _nothing: object) -> None:
        self._agreed.add(reader)
        self._seen.clear()
        if not self.is_agreed:
            self.go_to(1)
        self.confirmed.emit()

    def _on_refused(self, problem: Problem) -> None:
        self._resume()
        self._show_state()
        self._fail(problem)


def fetch(model: SessionModel) -> tuple[str, bytes, tuple[LinePlace, ...], int]:
    """On the worker: the paper's digest, its PDF, where its lines stand and how many pages."""
    state = model.session.snapshot.state
    assert state.paper is not None
    pdf = model.session.paper_pdf()
    places = line_places.find(pdf, state.utterances)
    return state.paper.digest, pdf, places, state.paper.pages
