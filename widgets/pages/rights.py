"""The Rights page: mirrors the notice on the tablet and how long it stood, until it is answered.

- The desk points to a page; the tablet shows it and reports how long it stood (L11, L12).
- A refusal is noted with its reason; it loses nothing and the interview may begin.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.phase import Phase
from app.domain.rights import RightsNotice
from app.session import rights_text
from app.session.snapshot import Snapshot
from widgets import words
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.fields import Choice
from widgets.parts.reason_bar import ReasonBar
from widgets.workplace import Page, Workplace


class RightsPage(Page):
    """What the person reads, and whether they acknowledged it."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._page = 1
        self._language = "zh"
        self.title = layouts.label("title")
        self.language = Choice()
        self.language.setMinimumWidth(120)
        self.language_name = layouts.label("soft")
        self.begin = IconButton("next", "primary")
        self.begin.setObjectName("rights_begin_interview")
        self.begin.clicked.connect(self._on_begin)
        self.missing = layouts.label("amber")
        self.reason = ReasonBar()
        self.reason.given.connect(self._on_reason)
        outer = layouts.page_column(self)
        outer.addLayout(
            layouts.row(
                self.title,
                16,
                self.language_name,
                self.language,
                None,
                self.missing,
                self.begin,
            )
        )
        outer.addWidget(self.reason)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._build_notice(), 1)
        columns.addWidget(self._build_side())
        outer.addLayout(columns, 1)
        self.language.currentIndexChanged.connect(self._on_language)
        self.model.tablet.page_shown.connect(self._on_page_shown)
        self.model.tablet.language_chosen.connect(self._on_language_chosen)
        self.retranslate()

    def _build_notice(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        self.mirror_icon = IconLabel("tablet", "accent", 20)
        self.mirror = layouts.label("soft")
        self.notice_title = layouts.label("section")
        self.page_title = layouts.label("title")
        self.items = QVBoxLayout()
        self.items.setSpacing(12)
        self.basis = layouts.label("hint", wrap=True)
        self.back = IconButton("back")
        self.forward = IconButton("next")
        self.number = layouts.label("soft")
        self.back.clicked.connect(self._on_back)
        self.forward.clicked.connect(self._on_forward)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(16)
        inner.addWidget(self.page_title)
        inner.addLayout(self.items)
        inner.addWidget(self.basis)
        inner.addStretch(1)
        column.addLayout(layouts.row(self.mirror_icon, self.mirror, None))
        column.addWidget(self.notice_title)
        column.addWidget(layouts.rule())
        column.addWidget(layouts.scrolled(body), 1)
        column.addWidget(layouts.rule())
        column.addLayout(layouts.row(self.back, self.number, self.forward, None, spacing=16))
        return frame

    def _build_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(344)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        shown, inner = layouts.card()
        self.shown_title = layouts.label("section")
        self.readings = QVBoxLayout()
        self.readings.setSpacing(4)
        inner.addWidget(self.shown_title)
        inner.addLayout(self.readings)
        answer, inner = layouts.card()
        self.answer_title = layouts.label("section")
        self.answer_icon = IconLabel("wait", "ink_soft", 20)
        self.answer = layouts.label("", wrap=True)
        self.ask = IconButton("sign")
        self.refusal = IconButton("refuse")
        self.ask.setObjectName("rights_ask_to_sign")
        self.ask.clicked.connect(self.model.tablet.acknowledge_requested)
        self.refusal.clicked.connect(self._on_refusal)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.answer_icon)
        line.addWidget(self.answer, 1)
        inner.addWidget(self.answer_title)
        inner.addLayout(line)
        inner.addSpacing(8)
        inner.addWidget(self.ask)
        inner.addWidget(self.refusal)
        column.addWidget(shown)
        column.addWidget(answer)
        column.addStretch(1)
        return side

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Rights"))
        self.language_name.setText(self.tr("Language of the notice"))
        self.begin.setText(self.tr("Begin the interview"))
        self.mirror.setText(self.tr("This is what stands on the tablet"))
        self.back.setText(self.tr("Page before"))
        self.forward.setText(self.tr("Next page"))
        self.shown_title.setText(self.tr("How long each page stood"))
        self.answer_title.setText(self.tr("Acknowledgement"))
        self.ask.setText(self.tr("Let the person sign on the tablet"))
        self.refusal.setText(self.tr("Note that the person refuses"))
        self.show_snapshot(self.model.snapshot)

    @property
    def notice(self) -> RightsNotice:
        """The notice in the language chosen."""
        procedure = self.model.snapshot.state.preparation.procedure
        return rights_text.read(procedure, self._language)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        state = now.state
        self.language.offer(
            [(name, code) for code, name in rights_text.languages(state.preparation.procedure)]
        )
        self.language.blockSignals(True)
        self.language.choose(self._language)
        self.language.blockSignals(False)
        self._show_page()
        self._show_readings(state)
        self._show_answer(state)
        here = state.phase is Phase.RIGHTS
        self.begin.setVisible(here)
        missing = now.moves.get(Phase.INTERVIEWING, ()) if here else ()
        self.missing.setText("\n".join(words.missing(code) for code in missing))
        for button in (self.ask, self.refusal):
            button.setVisible(here and state.rights is None)

    def _show_page(self) -> None:
        notice = self.notice
        self._page = min(max(self._page, 1), len(notice.pages))
        page = notice.page(self._page)
        self.notice_title.setText(notice.title)
        self.page_title.setText(page.title)
        self.basis.setText(f"{page.basis}  ·  {notice.version}")
        layouts.clear(self.items)
        for place, item in enumerate(page.items, start=1):
            number, text = layouts.label("soft"), layouts.label("", wrap=True)
            number.setText(f"{place}.")
            number.setFixedWidth(24)
            text.setText(item)
            line = QHBoxLayout()
            line.addWidget(number)
            line.addWidget(text, 1)
            self.items.addLayout(line)
        told = self.tr("Page %1 of %2").replace("%1", str(self._page))
        self.number.setText(told.replace("%2", str(len(notice.pages))))
        self.back.setEnabled(self._page > 1)
        self.forward.setEnabled(self._page < len(notice.pages))

    def _show_readings(self, state: Interrogation) -> None:
        layouts.clear(self.readings)
        for number in range(1, len(self.notice.pages) + 1):
            shown = [reading for reading in state.rights_shown if reading.page == number]
            total = sum(reading.shown_ms for reading in shown)
            icon = IconLabel("good" if shown else "wait", "green" if shown else "ink_faint")
            name, value = layouts.label(), layouts.label("soft")
            name.setText(self.tr("Page %1").replace("%1", str(number)))
            value.setText(figures.short_clock(total) if shown else self.tr("not shown yet"))
            items: list[QWidget | int | None] = [icon, name, None]
            if any(reading.read_aloud for reading in shown):
                aloud = layouts.label("soft")
                aloud.setText(self.tr("read aloud"))
                items += [IconLabel("aloud", "ink_soft"), aloud, 8]
            self.readings.addLayout(layouts.row(*items, value))

    def _show_answer(self, state: Interrogation) -> None:
        if state.rights is None:
            self.answer_icon.show_icon("wait", "ink_soft")
            self.answer.setText(self.tr("The person has not answered yet."))
        elif state.rights.refused:
            self.answer_icon.show_icon("look", "amber")
            told = self.tr("The person refused to acknowledge. Reason noted: %1")
            self.answer.setText(told.replace("%1", state.rights.reason))
        else:
            self.answer_icon.show_icon("good", "green")
            self.answer.setText(self.tr("Acknowledged by hand."))

    def _point(self) -> None:
        self._show_page()
        self.model.tablet.rights_page_changed.emit(self._page, self._language)

    @Slot()
    def _on_back(self) -> None:
        self._page -= 1
        self._point()

    @Slot()
    def _on_forward(self) -> None:
        self._page += 1
        self._point()

    @Slot()
    def _on_language(self) -> None:
        code = str(self.language.currentData() or "zh")
        if code != self._language:
            self._language = code
            self._point()

    @Slot(str)
    def _on_language_chosen(self, code: str) -> None:
        self._language = code
        self.show_snapshot(self.model.snapshot)

    @Slot(str, int)
    def _on_page_shown(self, kind: str, page: int) -> None:
        if kind == "rights":
            self._page = page
            self._show_page()

    @Slot()
    def _on_refusal(self) -> None:
        self.reason.ask("rights", self.tr("Why does the person refuse to acknowledge the notice?"))

    @Slot(str, str)
    def _on_reason(self, _purpose: str, reason: str) -> None:
        self.model.do(self.model.session.acknowledge_rights, None, refused=True, reason=reason)

    @Slot()
    def _on_begin(self) -> None:
        self.model.do(self.model.session.begin_interview)
