"""The Interview page: transcript in the middle, sound and picture left, guidance and room right.

- Everything has a key; no slot knows the law: the session refuses what is not allowed.
- A break is entered while recording goes on; suspending asks for its reason first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QTabWidget, QVBoxLayout, QWidget

from app.domain.events import BreakKind
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Origin
from app.session.snapshot import Live, Snapshot
from widgets import words
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.composer import Composer
from widgets.parts.guidance import Guidance
from widgets.parts.line_tools import LineTools
from widgets.parts.name_hint import NameHint
from widgets.parts.picture import Picture
from widgets.parts.reason_bar import ReasonBar
from widgets.parts.replay import Replay
from widgets.parts.second_tab import SecondTab
from widgets.parts.side_tabs import ExhibitsTab, LogTab, PeopleTab
from widgets.parts.time_line import TimeLine
from widgets.parts.transcript_view import TranscriptView
from widgets.parts.waveform import Waveform
from widgets.problems import NoticeKind
from widgets.workplace import Page, Workplace

if TYPE_CHECKING:
    from app.recorder.pyramid import Pyramid

DRAW_EVERY_MS = 2000
OVERVIEW_PX = 84
OTHER = {Role.INVESTIGATOR: Role.SUSPECT, Role.SUSPECT: Role.INVESTIGATOR}


class InterviewPage(Page):
    """Questions and answers."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.picture = Picture()
        self.player = Replay(place, self.picture, self)
        self.title = layouts.label("title")
        self.state = layouts.label("soft")
        self.suspend = IconButton("pause")
        self.read_back = IconButton("next", "primary")
        self.reason = ReasonBar()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        outer.addLayout(layouts.row(self.title, 8, self.state, None, self.suspend, self.read_back))
        outer.addWidget(self.reason)
        outer.addWidget(self._build_break())
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._build_left(), 5)
        columns.addWidget(self._build_middle(), 11)
        columns.addWidget(self._build_right(), 5)
        outer.addLayout(columns, 1)
        self._connect()
        self._add_keys()
        self.retranslate()

    def _build_break(self) -> QFrame:
        self.break_bar, line = layouts.banner("look")
        self.break_text = layouts.label("strong")
        self.end_break = IconButton("play")
        line.addWidget(IconLabel("rest", "amber", 20))
        line.addWidget(self.break_text, 1)
        line.addWidget(self.end_break)
        return self.break_bar

    def _build_left(self) -> QWidget:
        frame, column = layouts.card()
        column.setContentsMargins(12, 12, 12, 12)
        self.waveform = Waveform()
        self.overview = TimeLine(OVERVIEW_PX)
        self.wave_names = (layouts.label("caption"), layouts.label("caption"))
        self.bookmark = IconButton("bookmark")
        self.rest = IconButton("rest")
        self.exhibit = IconButton("exhibit")
        column.addWidget(self.picture)
        column.addWidget(self.wave_names[0])
        column.addWidget(self.waveform, 1)
        column.addWidget(self.wave_names[1])
        column.addWidget(self.overview)
        for button in (self.bookmark, self.rest, self.exhibit):
            column.addWidget(button)
        frame.setMinimumWidth(248)
        frame.setMaximumWidth(400)
        return frame

    def _build_middle(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(1, 4, 1, 1)
        column.setSpacing(4)
        self.tools = LineTools()
        self.name_hint = NameHint(self.place)
        self.transcript = TranscriptView()
        self.composer = Composer()
        column.addWidget(self.tools)
        column.addWidget(layouts.rule())
        column.addWidget(self.name_hint)
        column.addWidget(self.transcript, 1)
        column.addWidget(self.composer)
        return frame

    def _build_right(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(8, 4, 8, 8)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.tabBar().setDrawBase(False)
        self.guidance = Guidance(self.place)
        self.exhibits = ExhibitsTab(self.place)
        self.people = PeopleTab(self.place)
        self.log = LogTab(self.place)
        self.second = SecondTab(self.place)
        for tab in (self.guidance, self.exhibits, self.people, self.log, self.second):
            self.tabs.addTab(tab, "")
        column.addWidget(self.tabs)
        frame.setMinimumWidth(300)
        frame.setMaximumWidth(400)
        return frame

    def _connect(self) -> None:
        model = self.model
        model.live_changed.connect(self._show_live)
        model.live_changed.connect(self.waveform.show_live)
        model.snapshot_changed.connect(self.waveform.show_snapshot)
        model.preview.connect(self.picture.show_preview)
        self.overview.sought.connect(self.player.play_moment)
        self._drawing = False
        self._draw = QTimer(self)
        self._draw.setInterval(DRAW_EVERY_MS)
        self._draw.timeout.connect(self._on_draw)
        self._draw.start()
        self.transcript.play_asked.connect(self.player.play)
        self.transcript.word_asked.connect(self.player.play_word)
        self.transcript.revised.connect(self._on_revised)
        self.transcript.split_asked.connect(self._on_split)
        self.transcript.line_chosen.connect(self._look_for_names)
        self.name_hint.accepted.connect(self._on_name)
        self.tools.asked.connect(self._on_tool)
        self.tools.digits_toggled.connect(self.transcript.show_digits)
        self.composer.composed.connect(self._on_composed)
        self.guidance.question_chosen.connect(self._on_question)
        self.reason.given.connect(self._on_reason)
        self.read_back.setObjectName("interview_read_back")
        self.read_back.clicked.connect(self._on_read_back)
        self.suspend.clicked.connect(self._on_suspend)
        self.bookmark.setObjectName("interview_bookmark")
        self.bookmark.clicked.connect(self._on_bookmark)
        self.rest.clicked.connect(self._on_rest)
        self.end_break.clicked.connect(self._on_end_break)
        self.exhibit.clicked.connect(self._on_exhibit)

    def _add_keys(self) -> None:
        keys = {
            "Ctrl+1": self._on_new_question,
            "Ctrl+2": self._on_new_answer,
            "Ctrl+M": self._on_merge,
            "Ctrl+T": self._on_swap,
            "Ctrl+B": self._on_bookmark,
            "Ctrl+P": self._on_rest,
            "Ctrl+E": self._on_exhibit,
        }
        for key, slot in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Interview"))
        self.read_back.setText(self.tr("Go to read-back"))
        self.wave_names[0].setText(self.tr("Investigator"))
        self.wave_names[1].setText(self.tr("Suspect"))
        self.bookmark.setText(self.tr("Bookmark (Ctrl+B)"))
        self.rest.setText(self.tr("Break (Ctrl+P)"))
        self.exhibit.setText(self.tr("Exhibit (Ctrl+E)"))
        self.end_break.setText(self.tr("End the break"))
        names = (
            self.tr("Guide"),
            self.tr("Exhibits"),
            self.tr("People"),
            self.tr("Log"),
            self.tr("Again"),
        )
        for place, name in enumerate(names):
            self.tabs.setTabText(place, name)
        self.transcript.redraw()
        self.show_snapshot(self.model.snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        state = now.state
        talking = state.phase is Phase.INTERVIEWING
        suspended = state.phase is Phase.SUSPENDED
        self.transcript.show_lines(state.utterances, self.model.live.partials if talking else ())
        count = self.tr("Lines: %n", "", len(state.utterances))
        self.state.setText(self.tr("Suspended, nothing is recorded") if suspended else count)
        self.suspend.setVisible(talking or suspended)
        self.suspend.setText(self.tr("Resume") if suspended else self.tr("Suspend"))
        self.suspend.show_icon("play" if suspended else "pause")
        self.read_back.setVisible(talking or suspended)
        self.composer.setEnabled(talking)
        for button in (self.bookmark, self.rest, self.exhibit):
            button.setEnabled(talking)
        rest = state.open_break
        self.break_bar.setVisible(rest is not None)
        if rest is not None:
            told = self.tr("Break: %1. Recording goes on.")
            self.break_text.setText(told.replace("%1", words.break_kind(rest.kind)))
        self.rest.setEnabled(talking and rest is None)
        self._look_for_names()

    @Slot(object)
    def _show_live(self, live: Live) -> None:
        if self.model.snapshot.state.phase is Phase.INTERVIEWING:
            self.transcript.show_lines(self.model.snapshot.state.utterances, live.partials)

    @Slot()
    def _on_draw(self) -> None:
        """The overview grows with the recording; its sound is read beside the GUI."""
        live = self.model.live
        if not self.isVisible() or not self.model.attached or self._drawing or not live.recording:
            return
        self._drawing = True
        job = plainly(self.model.session.sounds)
        work = self.place.background.start(job, then=self._on_sounds)
        work.ended.connect(self._on_drawn)

    @Slot(object)
    def _on_sounds(self, sounds: list[tuple[int, Pyramid]]) -> None:
        length_ms = self.model.live.elapsed_ms
        self.overview.show_growth(self.model.snapshot.state, length_ms, sounds)

    @Slot()
    def _on_drawn(self) -> None:
        self._drawing = False

    # --- lines ------------------------------------------------------------------

    @Slot(object, str, object)
    def _on_composed(self, role: Role, text: str, origin: Origin) -> None:
        self.model.do(self.model.session.add_line, role, text, origin)

    @Slot(str, str, object)
    def _on_revised(self, line_id: str, text: str, origin: Origin) -> None:
        self.model.do(self.model.session.revise, line_id, text, origin)

    @Slot(str, int)
    def _on_split(self, line_id: str, at: int) -> None:
        self.model.do(self.model.session.split_line, line_id, at)

    @Slot()
    def _look_for_names(self) -> None:
        talking = self.model.snapshot.state.phase is Phase.INTERVIEWING
        line = self.transcript.chosen if talking else None
        self.name_hint.look_at(line, self.model.snapshot.state.preparation.names)

    @Slot(str, str)
    def _on_name(self, line_id: str, text: str) -> None:
        self.model.do(self.model.session.revise, line_id, text, Origin.TYPED)

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        chosen = self.transcript.chosen_id
        if not chosen:
            self.place.notices.say(NoticeKind.INFO, self.tr("Choose a line first."))
        elif name == "play":
            self.player.play(chosen)
        elif name == "edit":
            self.transcript.edit_chosen()
        elif name == "split":
            self.transcript.edit_chosen()
            self.place.notices.say(
                NoticeKind.INFO, self.tr("Put the cursor where to split, then press Ctrl+Return.")
            )
        elif name == "merge":
            self._on_merge()
        else:
            self._on_swap()

    @Slot()
    def _on_merge(self) -> None:
        first, second = self.transcript.chosen_id, self.transcript.next_id
        if first and second:
            self.model.do(self.model.session.merge_lines, first, second)

    @Slot()
    def _on_swap(self) -> None:
        line = self.transcript.chosen
        if line is not None:
            role = OTHER.get(line.role, Role.SUSPECT)
            self.model.do(self.model.session.change_speaker, line.id, role)

    @Slot()
    def _on_new_question(self) -> None:
        self.composer.begin(Role.INVESTIGATOR)

    @Slot()
    def _on_new_answer(self) -> None:
        self.composer.begin(Role.SUSPECT)

    @Slot(str)
    def _on_question(self, question: str) -> None:
        self.composer.begin(Role.INVESTIGATOR, question, Origin.TEMPLATE)

    # --- the room ---------------------------------------------------------------

    @Slot()
    def _on_bookmark(self) -> None:
        label = self.tr("Bookmark %1").replace(
            "%1", figures.short_clock(self.model.live.elapsed_ms)
        )
        self.model.do(self.model.session.bookmark, label)

    @Slot()
    def _on_rest(self) -> None:
        if self.model.snapshot.state.open_break is not None:
            self._on_end_break()
            return
        menu = QMenu(self)
        for kind in BreakKind:
            action = QAction(words.break_kind(kind), menu)
            action.setData(kind)
            menu.addAction(action)
        menu.triggered.connect(self._on_break_kind)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.rest.mapToGlobal(self.rest.rect().topLeft()))

    @Slot(QAction)
    def _on_break_kind(self, action: QAction) -> None:
        self.model.do(self.model.session.start_break, BreakKind(action.data()))

    @Slot()
    def _on_end_break(self) -> None:
        self.reason.ask(
            "break",
            self.tr("What happened in the break? Ask whether the case was spoken of."),
            may_be_empty=True,
        )

    @Slot()
    def _on_exhibit(self) -> None:
        self.tabs.setCurrentWidget(self.exhibits)
        self.exhibits.ask()

    @Slot()
    def _on_suspend(self) -> None:
        if self.model.snapshot.state.phase is Phase.SUSPENDED:
            self.reason.ask("resume", self.tr("Why does the interrogation go on now?"))
        else:
            self.reason.ask(
                "suspend",
                self.tr("Why is it suspended? Recording stops and the gap stands in the record."),
            )

    @Slot(str, str)
    def _on_reason(self, purpose: str, reason: str) -> None:
        session = self.model.session
        commands: dict[str, Callable[[str], None]] = {
            "break": session.end_break,
            "suspend": session.suspend,
            "resume": session.resume,
        }
        self.model.do(commands[purpose], reason)

    @Slot()
    def _on_read_back(self) -> None:
        self.place.notices.say(
            NoticeKind.INFO,
            self.tr("The last sound is being transcribed and the pages are being laid out."),
        )
        self.read_back.setEnabled(False)
        self.model.do(
            self.model.session.begin_read_back, then=self._on_read, failed=self._on_not_read
        )

    def _on_read(self, _: object) -> None:
        self.read_back.setEnabled(True)
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("The pages are ready. They stand on the tablet now.")
        )

    def _on_not_read(self, problem: object) -> None:
        self.read_back.setEnabled(True)
        self.model.refused.emit(problem)
