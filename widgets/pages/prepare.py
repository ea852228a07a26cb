"""The Prepare page: the form on the left, the device check on the right, and the way to Start.

- Start is never just grey: it lists what is missing and jumps to it.
- A room with a pre-roll says so here before it begins; leaving the page forgets what was held.
- The form is kept as one value a moment after the last keystroke, and before anything begins.
"""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.people import Participant, Preparation, Role
from app.domain.phase import Phase
from app.errors import Problem
from app.session.snapshot import Live, Snapshot
from widgets import words
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.device_check import DeviceCheck
from widgets.parts.prepare_form import PrepareForm
from widgets.parts.reason_bar import ReasonBar
from widgets.problems import NoticeKind
from widgets.workplace import Page, Workplace

KEEP_AFTER_MS = 600


class PreparePage(Page):
    """From an empty form to a running recording."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._shown_record = ""
        self._is_dirty = False
        self._codes: tuple[object, ...] = ()
        self.title = layouts.label("title")
        self.state = layouts.label("soft")
        self.form = PrepareForm()
        self.form.edited.connect(self._on_edited)
        self.form_area = layouts.scrolled(self.form)
        self.check = DeviceCheck(place)
        self.check.checked.connect(self._on_checked)
        self.check.lent.connect(self._on_lent)
        self.pre_roll = layouts.label("banner-look", wrap=True)
        self.pre_roll.setContentsMargins(12, 8, 12, 8)
        self.pre_roll.setObjectName("prepare_pre_roll")
        self.model.live_changed.connect(self._show_pre_roll)
        self.missing_title = layouts.label("strong")
        self.missing = QVBoxLayout()
        self.missing.setSpacing(0)
        self.start = IconButton("record", "primary")
        self.start.setObjectName("prepare_start")
        self.start.clicked.connect(self._on_start)
        self.abandon = IconButton("close", "plain")
        self.abandon.clicked.connect(self._on_abandon)
        self.reason = ReasonBar()
        self.reason.given.connect(self._on_reason)
        outer = layouts.page_column(self)
        outer.addLayout(layouts.row(self.title, 8, self.state, None, self.abandon))
        outer.addWidget(self.reason)
        outer.addWidget(self.pre_roll)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.check, 1)
        right.addWidget(self._build_start())
        side = QWidget()
        side.setFixedWidth(344)
        side.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.form_area, 1)
        columns.addWidget(side)
        outer.addLayout(columns, 1)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_AFTER_MS)
        self._keep.timeout.connect(self.keep)
        self.retranslate()
        self.show_snapshot(self.model.snapshot)

    def _build_start(self) -> QWidget:
        frame, column = layouts.card()
        self.missing_icon = IconLabel("look", "amber")
        column.addLayout(layouts.row(self.missing_icon, self.missing_title, None))
        column.addLayout(self.missing)
        column.addWidget(self.start)
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Prepare"))
        self.start.setText(self.tr("Start recording and show the rights"))
        self.abandon.setText(self.tr("Abandon"))
        self._codes = ("",)
        self.show_snapshot(self.model.snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        is_open = self.model.attached
        prepared = is_open and now.state.phase is Phase.PREPARED
        self.form.setEnabled(prepared)
        self.abandon.setVisible(prepared)
        self.start.setVisible(prepared)
        if now.state.record_id != self._shown_record:
            self._shown_record = now.state.record_id
            self.form.show_preparation(self._with_room(now.state.preparation))
            self.start.setEnabled(True)
            self._on_checked()
        self.state.setText(self._state_words(is_open, prepared, now))
        self._show_pre_roll(self.model.live)
        self._show_missing(now.moves.get(Phase.RIGHTS, ()) if prepared else ())

    def _state_words(self, is_open: bool, prepared: bool, now: Snapshot) -> str:
        if not is_open:
            return self.tr("No interrogation is open. Begin one on the Start page.")
        if not prepared:
            return self.tr("Fixed since recording began.")
        return self.tr("Record %1").replace("%1", now.state.record_id)

    def _with_room(self, told: Preparation) -> Preparation:
        """An empty form begins with what the room's settings and the officer's name tell."""
        settings = self.place.room.settings
        if not told.place:
            told = replace(told, place=settings.place)
        if not told.participants:
            officer = self.model.session.officer if self.model.attached else ""
            first = Participant(role=Role.INVESTIGATOR, name=officer, unit=settings.agency)
            told = replace(told, participants=(first, replace(first, name="")))
        return told

    def _show_missing(self, codes: tuple[str, ...]) -> None:
        shown = (self.model.attached, *codes)
        if shown == self._codes:
            return
        self._codes = shown
        layouts.clear(self.missing)
        self.missing_icon.show_icon(*(("look", "amber") if codes else ("good", "green")))
        told = self.tr("Still needed:") if codes else self.tr("The form is complete.")
        if not self.model.attached:
            told = self.tr("Nothing to start yet.")
            self.missing_icon.show_icon("info", "ink_faint")
        self.missing_title.setText(told)
        for code in codes:
            link = IconButton("next", "link")
            link.setText(words.missing(code))
            link.setObjectName(code)
            link.clicked.connect(self._on_missing)
            self.missing.addWidget(link)

    @property
    def _is_prepared(self) -> bool:
        return self.model.attached and self.model.snapshot.state.phase is Phase.PREPARED

    @Slot(object)
    def _show_pre_roll(self, live: Live) -> None:
        seconds = self.place.room.settings.pre_roll_s
        self.pre_roll.setVisible(bool(seconds) and self._is_prepared)
        if live.pre_roll.is_held:
            told = self.tr(
                "Pre-roll runs: what is said and seen now is held in memory, never more than the "
                "last %1 seconds. Start makes all of it the beginning of the recording; "
                "without a start it is forgotten."
            )
        else:
            told = self.tr(
                "This room keeps a pre-roll: when the devices are checked, the last %1 seconds "
                "before Start are held in memory and join the recording. Tell everyone present."
            )
        self.pre_roll.setText(told.replace("%1", str(seconds)))

    @Slot()
    def _on_checked(self) -> None:
        is_kept = bool(self.place.room.settings.pre_roll_s)
        if is_kept and self._is_prepared and self.isVisible() and self.check.is_ready:
            self.check.lend()

    @Slot()
    def _on_lent(self) -> None:
        if self._is_prepared:
            seconds = self.place.room.settings.pre_roll_s
            self.model.do(self.model.session.stand_by, seconds, failed=self._on_no_pre_roll)

    def _on_no_pre_roll(self, problem: Problem) -> None:
        self.check.keep()
        self.place.notices.problem(problem)

    @Slot()
    def _on_edited(self) -> None:
        self._is_dirty = True
        self._keep.start()

    @Slot()
    def keep(self) -> None:
        """Journal the form as it stands now."""
        self._keep.stop()
        if self._is_dirty and self.model.attached:
            self._is_dirty = False
            self.model.do(self.model.session.prepare, self.form.value)

    @Slot()
    def _on_missing(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.jump_to(sender.objectName())

    def jump_to(self, code: str) -> None:
        """Go to the field that cures what is missing."""
        self.form.focus(code)
        field = self.form.focusWidget()
        if field is not None:
            self.form_area.ensureWidgetVisible(field, 0, 80)

    @Slot()
    def _on_start(self) -> None:
        self._keep.stop()
        self._is_dirty = False
        self.start.setEnabled(False)
        self.model.do(
            self.model.session.prepare,
            self.form.value,
            then=self._on_kept,
            failed=self._on_not_started,
        )

    def _on_kept(self, _: object) -> None:
        missing = self.model.snapshot.moves.get(Phase.RIGHTS, ())
        if missing:
            self.start.setEnabled(True)
            self.place.notices.say(
                NoticeKind.LOOK,
                self.tr("Recording has not begun: something is missing. The field is marked."),
            )
            self.jump_to(missing[0])
            return
        self.place.notices.say(
            NoticeKind.INFO, self.tr("Starting: cameras and microphones are being opened.")
        )
        self.model.do(self.model.session.begin, then=self._on_started, failed=self._on_not_started)

    def _on_started(self, _: object) -> None:
        self.start.setEnabled(True)
        takes = self.model.snapshot.state.takes
        if self.place.room.settings.pre_roll_s and takes and not takes[0].pre_roll_ms:
            self.place.notices.say(
                NoticeKind.LOOK,
                self.tr(
                    "Recording runs from Start on: no pre-roll was held. Tell everyone present, "
                    "then show the rights notice to the person."
                ),
            )
            return
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("Recording runs. Show the rights notice to the person now.")
        )

    def _on_not_started(self, problem: Problem) -> None:
        self.start.setEnabled(True)
        self.place.notices.problem(problem)

    @Slot()
    def _on_abandon(self) -> None:
        self.reason.ask("abandon", self.tr("Why is this interrogation abandoned?"))

    @Slot(str, str)
    def _on_reason(self, _purpose: str, reason: str) -> None:
        self.model.do(self.model.session.abandon, reason)
