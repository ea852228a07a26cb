"""The Read-back page: the pages as they will print, corrections at the person's request.

- A correction keeps the former wording in sight and makes new pages; nothing is overwritten (L16).
- A line or a word of it is heard and seen again while recording goes on.
- Reading aloud at the desk counts as reading, and says so (L15).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.phase import Phase
from app.ipc.messages import Preview
from app.session.snapshot import Snapshot
from signing.digest import digest_of
from widgets import words
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.correction import Correction
from widgets.parts.paper_print import PaperPrintWindow
from widgets.parts.paper_view import PaperView
from widgets.parts.picture import Picture
from widgets.parts.replay import Replay
from widgets.parts.transcript_view import TranscriptView
from widgets.ports import SessionPort
from widgets.workplace import Page, Workplace

PICTURE_PX = 256


class ReadBackPage(Page):
    """The person checks what was written."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.picture = Picture()
        self.player = Replay(place, self.picture, self)
        self._page = 1
        self._digest = ""
        self._pdf = b""
        self._aloud_since = 0.0
        self._aloud_page = 0
        self.title = layouts.label("title")
        self.missing = layouts.label("amber")
        self.back = IconButton("back")
        self.confirm = IconButton("tick")
        self.sign = IconButton("next", "primary")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        outer.addLayout(
            layouts.row(self.title, None, self.missing, self.back, self.confirm, self.sign)
        )
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._build_paper(), 5)
        columns.addWidget(self._build_lines(), 6)
        outer.addLayout(columns, 1)
        self._connect()
        self.retranslate()

    def _build_paper(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(12, 12, 12, 12)
        self.paper = PaperView(self.place.background)
        self.before, self.after = IconButton("back"), IconButton("next")
        self.number = layouts.label("soft")
        self.aloud = IconButton("aloud")
        self.aloud.setCheckable(True)
        column.addWidget(self.paper, 1)
        self.print = IconButton("printer")
        column.addLayout(
            layouts.row(self.before, self.number, self.after, None, self.print, self.aloud)
        )
        return frame

    def _build_lines(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        frame, inner = layouts.card()
        inner.setContentsMargins(1, 8, 1, 1)
        self.lines_title = layouts.label("section")
        self.lines_title.setContentsMargins(12, 0, 0, 0)
        self.transcript = TranscriptView(editable=False)
        inner.addWidget(self.lines_title)
        inner.addWidget(self.transcript, 1)
        self.correction = Correction()
        inner.addWidget(self.correction)
        times, inner = layouts.card()
        self.picture.setFixedWidth(PICTURE_PX)
        self.times_title = layouts.label("section")
        self.times = QVBoxLayout()
        self.times.setSpacing(2)
        told = QHBoxLayout()
        told.addLayout(layouts.column(self.times_title, self.times, None), 1)
        told.addWidget(self.picture)
        inner.addLayout(told)
        column.addWidget(frame, 1)
        column.addWidget(times)
        return side

    def _connect(self) -> None:
        self.model.tablet.page_shown.connect(self._on_page_shown)
        self.transcript.play_asked.connect(self.player.play)
        self.transcript.word_asked.connect(self.player.play_word)
        self.model.preview.connect(self._on_preview)
        self.transcript.line_chosen.connect(self._on_line)
        self.correction.asked.connect(self._on_correct)
        self.before.clicked.connect(self._on_before)
        self.after.clicked.connect(self._on_after)
        self.aloud.toggled.connect(self._on_aloud)
        self.print.clicked.connect(self._on_print)
        self.back.clicked.connect(self._on_back)
        self.confirm.setObjectName("read_back_confirm")
        self.confirm.clicked.connect(self._on_confirm)
        self.sign.setObjectName("read_back_sign")
        self.sign.clicked.connect(self._on_sign)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Read-back"))
        self.back.setText(self.tr("Ask further questions"))
        self.confirm.setText(self.tr("The person agrees"))
        self.confirm.setToolTip(
            self.tr("The person said here, not on the tablet, that it is as spoken.")
        )
        self.sign.setText(self.tr("Go to signing"))
        self.before.setText(self.tr("Before"))
        self.after.setText(self.tr("Next"))
        self.print.setText(self.tr("Print"))
        self.lines_title.setText(self.tr("Choose the line the person wants corrected"))
        self.times_title.setText(self.tr("Reading time"))
        self.transcript.redraw()
        self.show_snapshot(self.model.snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        state = now.state
        here = state.phase is Phase.READ_BACK
        for button in (self.back, self.sign):
            button.setVisible(here)
        self.confirm.setVisible(here and not state.read_back_confirmed)
        self.transcript.show_lines(state.utterances if state.paper else ())
        self.correction.set_open(here)
        codes = now.moves.get(Phase.SIGNING, ()) if here else ()
        self.missing.setText("\n".join(words.missing(code) for code in codes))
        self._show_paper(state)
        self._show_times(state)

    def _show_paper(self, state: Interrogation) -> None:
        if state.paper is None:
            self._digest, self._pdf = "", b""
            self.paper.forget()
        elif state.paper.digest != self._digest:
            self._digest = state.paper.digest
            self._page = min(self._page, state.paper.pages)
            self.model.do(self.model.session.paper_pdf, then=self._on_pdf)
        pages = state.paper.pages if state.paper else 0
        told = self.tr("Page %1 of %2").replace("%1", str(self._page if pages else 0))
        self.number.setText(told.replace("%2", str(pages)))
        self.before.setEnabled(self._page > 1)
        self.after.setEnabled(self._page < pages)
        self.print.setEnabled(bool(pages) and bool(self._pdf))
        self.aloud.setEnabled(bool(pages) and state.phase is Phase.READ_BACK)
        reading = self.aloud.isChecked()
        self.aloud.setText(self.tr("End reading aloud") if reading else self.tr("Read aloud"))

    def _on_pdf(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.paper.show_page(pdf, self._page)
        self.print.setEnabled(bool(pdf))

    def _show_times(self, state: Interrogation) -> None:
        layouts.clear(self.times)
        digests = state.paper.page_digests if state.paper else ()
        for number, digest in enumerate(digests, start=1):
            read = [reading for reading in state.readings if reading.page_digest == digest]
            total = sum(reading.shown_ms for reading in read)
            name, value = layouts.label(), layouts.label("soft")
            name.setText(self.tr("Page %1").replace("%1", str(number)))
            value.setText(figures.short_clock(total) if read else self.tr("not read yet"))
            icon = IconLabel("good" if read else "wait", "green" if read else "ink_faint")
            items: list[QWidget | int | None] = [icon, name, None]
            if any(reading.read_aloud for reading in read):
                aloud = layouts.label("soft")
                aloud.setText(self.tr("read aloud"))
                items += [IconLabel("aloud", "ink_soft"), aloud, 8]
            self.times.addLayout(layouts.row(*items, value))

    def _point(self, page: int) -> None:
        self.aloud.setChecked(False)
        self._page = page
        self.paper.show_page(self._pdf, page)
        self._show_paper(self.model.snapshot.state)

    @Slot(object)
    def _on_preview(self, preview: Preview) -> None:
        if self.isVisible():
            self.picture.show_preview(preview)

    @Slot(str, int)
    def _on_page_shown(self, kind: str, page: int) -> None:
        paper = self.model.snapshot.state.paper
        if kind == "read" and paper is not None and 1 <= page <= paper.pages:
            self._point(page)

    @Slot()
    def _on_before(self) -> None:
        self._point(self._page - 1)
        self.model.tablet.read_page_changed.emit(self._page)

    @Slot()
    def _on_after(self) -> None:
        self._point(self._page + 1)
        self.model.tablet.read_page_changed.emit(self._page)

    @Slot()
    def _on_print(self) -> None:
        """The pages as they stand now; they are no part of a sealed record yet."""
        noted = partial(_noted, self.model.session, digest_of(self._pdf))
        PaperPrintWindow(self.place, self._pdf, self, noted).show()

    @Slot(bool)
    def _on_aloud(self, reading: bool) -> None:
        if reading:
            self._aloud_since, self._aloud_page = monotonic(), self._page
        elif self.model.attached and self._aloud_page:
            shown_ms = round((monotonic() - self._aloud_since) * 1000)
            self.model.do(
                self.model.session.page_read, self._aloud_page, Role.SUSPECT, shown_ms, True
            )
        self._show_paper(self.model.snapshot.state)

    @Slot(str)
    def _on_line(self, line_id: str) -> None:
        self.correction.show_line(self.transcript.chosen if line_id else None)

    @Slot(str, str, object)
    def _on_correct(self, line_id: str, text: str, by: Role) -> None:
        self.model.do(self.model.session.correct, line_id, text, by)

    @Slot()
    def _on_back(self) -> None:
        self.model.do(self.model.session.back_to_interview)

    @Slot()
    def _on_confirm(self) -> None:
        self.model.do(self.model.session.confirm_read_back, Role.SUSPECT)

    @Slot()
    def _on_sign(self) -> None:
        self.model.do(self.model.session.begin_signing)


@contextmanager
def _noted(
    session: SessionPort, digest: str, printer: str, pages: range, copies: int
) -> Iterator[None]:
    """On a worker: the journal knows of it before a page leaves; after sealing none does."""
    session.paper_printed(digest, tuple(pages), copies, printer)
    yield
