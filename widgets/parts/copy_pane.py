"""Makes a redacted working copy of a sealed record: what is covered, why, for whom, and where to.

- The sealed record is only read; the copy is made anew without what is covered, and says so.
- What the copy will say stands beside the original before anything is written.
- What was chosen stays until another record is opened; leaving ends the work and loses no choice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.errors import Problem
from app.session.copy_preview import Preview, cover_of, preview
from widgets.background import Work, plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.copy_form import CopyForm
from widgets.parts.copy_job import CopyJob, ReadJob
from widgets.parts.cover_lines import CoverLines
from widgets.parts.states import Showing, StatePane
from widgets.parts.task_bar import TaskBar
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Translated, Workplace

if TYPE_CHECKING:
    from app.domain.covering import Cover
    from app.session.working_copy import Sealed

SHOW_AFTER_MS = 200
WORDS_HEIGHT = 80
SIDE_WIDTH = 360


def open_folder(folder: Path) -> bool:
    """Show a folder in the machine's own file window; whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class CopyPane(Translated):
    """One record at a time."""

    closed = Signal()

    def __init__(
        self,
        place: Workplace,
        parent: QWidget | None = None,
        opens: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._opens = opens
        self._record_id = self._person = ""
        self._sealed: Sealed | None = None
        self._preview: Preview | None = None
        self._made: Path | None = None
        self._job: CopyJob | None = None
        self._reading: Work | None = None
        self._looking: Work | None = None
        self._making: Work | None = None
        self.back = IconButton("back", "plain")
        self.title = layouts.label("title")
        self.task = TaskBar()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SHOW_AFTER_MS)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        outer.addLayout(layouts.row(self.back, 8, self.title, None))
        outer.addWidget(self._build_promise())
        outer.addWidget(self.task)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._build_lines(), 1)
        columns.addWidget(self._build_side())
        outer.addLayout(columns, 1)
        self._connect()
        self.retranslate()

    def _build_promise(self) -> QFrame:
        frame, line = layouts.banner("info")
        self.promise = layouts.label("", wrap=True)
        line.addWidget(IconLabel("seal", "accent", 20))
        line.addWidget(self.promise, 1)
        return frame

    def _build_lines(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(1, 1, 1, 1)
        self.lines = CoverLines()
        self.only = QCheckBox()
        self.pane = StatePane(self.lines)
        column.addWidget(self.pane, 1)
        self.count = layouts.label("soft")
        below = layouts.row(self.count, None, self.only)
        below.setContentsMargins(15, 0, 15, 4)
        column.addLayout(below)
        return frame

    def _build_side(self) -> QFrame:
        frame, column = layouts.card()
        frame.setFixedWidth(SIDE_WIDTH)
        column.setContentsMargins(16, 12, 8, 16)
        self.form = CopyForm()
        self.make = IconButton("tick", "primary")
        self.make.setObjectName("working_copy_make")
        self.done, done = layouts.banner("good")
        self.done_text = layouts.label("", wrap=True)
        self.open = IconButton("next")
        done.addLayout(layouts.column(self.done_text, self.open), 1)
        self.done.hide()
        column.addWidget(self.form, 1)
        under = layouts.column(self.make, self.done)
        under.setContentsMargins(0, 0, 8, 0)
        column.addLayout(under)
        return frame

    def _connect(self) -> None:
        self.back.clicked.connect(self.leave)
        self.pane.retry_asked.connect(self._read)
        self.lines.lines.ticked_changed.connect(self._on_changed)
        self.form.words_changed.connect(self._on_changed)
        self.form.folder_chosen.connect(self.make.setFocus)
        self._wait.timeout.connect(self._look)
        self.only.toggled.connect(self.lines.show_only_covered)
        self.make.clicked.connect(self._on_make)
        self.open.clicked.connect(self._on_open)
        for key, slot in (("Esc", self.leave), ("Ctrl+Return", self._on_make)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.back.setText(self.tr("Back to the list (Esc)"))
        self.promise.setText(
            self.tr(
                "The sealed original stays whole and unchanged. The copy is made anew without "
                "what is covered; it names its original and says on every page that it is no "
                "evidence. Recordings, signatures and fingerprints are not in it."
            )
        )
        self.only.setText(self.tr("Only what is covered"))
        self.make.setText(self.tr("Make the copy (Ctrl+Enter)"))
        self.open.setText(self.tr("Open the folder"))
        header = self.lines.header()
        self.lines.lines.headerDataChanged.emit(header.orientation(), 0, 1)
        self._show_state()

    # --- opening and leaving ----------------------------------------------------

    def show_record(self, record_id: str, person: str) -> None:
        """Open the transcript of a sealed record; choices for the same record are still there."""
        if record_id != self._record_id:
            self._forget()
        self._record_id, self._person = record_id, person
        self._made = None
        self.back.setFocus()
        self._read()

    @Slot()
    def leave(self) -> None:
        """Back to where one came from; work under way ends."""
        for work in (self._reading, self._making):
            if work is not None:
                work.cancel()
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wait.start()  # what was chosen last may not be shown yet

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wait.stop()

    def _forget(self) -> None:
        self._sealed, self._preview = None, None
        self.lines.lines.forget_ticks()
        self.lines.show_rows(())
        self.only.setChecked(False)
        self.form.forget()

    @Slot()
    def _read(self) -> None:
        for work in (self._reading, self._looking):
            if work is not None:
                work.cancel()
        self._sealed = self._looking = None
        self.pane.show_loading()
        self._reading = self._place.background.start(
            ReadJob(self._place.room, self._record_id).run,
            then=self._on_read,
            failed=self._on_unread,
            progress=self.task.show_share,
        )
        self.task.watch(self._reading, self.tr("Checking the sealed record"), cancellable=False)
        self._show_state()

    @Slot(object)
    def _on_read(self, sealed: Sealed) -> None:
        self._reading, self._sealed = None, sealed
        self.form.ask_for(real=not sealed.simulated)
        self._look()

    @Slot(object)
    def _on_unread(self, problem: Problem) -> None:
        self._reading = None
        self.pane.show_failed(sentence(problem, self._place.languages.code))
        self._show_state()

    # --- what is covered --------------------------------------------------------

    @property
    def cover(self) -> Cover:
        """What is chosen now."""
        return cover_of(self.form.typed, self.lines.lines.ticked)

    @property
    def covered(self) -> int:
        """How many places the copy would cover, as far as it is shown."""
        return self._preview.covered if self._preview is not None else 0

    @property
    def made(self) -> Path | None:
        """Where the last copy lies."""
        return self._made

    @Slot()
    def _on_changed(self) -> None:
        self._wait.start()
        self._show_state()

    @Slot()
    def _look(self) -> None:
        """Show what the copy would say."""
        if self._looking is not None:
            self._looking.cancel()  # a newer choice is to be shown
        if self._sealed is not None:
            self._looking = self._place.background.start(
                plainly(preview, self._sealed.paper, self.cover),
                then=self._on_preview,
                failed=self._place.notices.problem,
            )

    @Slot(object)
    def _on_preview(self, told: Preview) -> None:
        was_loading = self.pane.showing is Showing.LOADING
        is_first = not self.lines.lines.rows
        self._looking, self._preview = None, told
        self.lines.show_rows(told.rows)
        if is_first and told.rows:
            self.lines.setCurrentIndex(self.lines.lines.index(0, 0))
        if told.rows:
            self.pane.show_full()
            if was_loading and self.back.hasFocus():
                self.lines.setFocus()
        else:
            self.pane.show_empty(self.tr("There is no line in this transcript."))
        self._show_state()

    def _show_state(self) -> None:
        """Title, counts, hints and buttons as they are now."""
        title = (self.tr("Redacted working copy"), self._person, self._record_id)
        self.title.setText("  ·  ".join(title))
        told = self._preview if self._sealed is not None else None
        self.count.setText(self.tr("Places covered: %n", "", told.covered) if told else "")
        self.form.tell_wrong_word(told)
        self.make.setEnabled(self._sealed is not None and self._making is None)
        self.done.setVisible(self._made is not None)
        self.done_text.setText(
            self.tr("The copy lies in %1").replace("%1", str(self._made)) if self._made else ""
        )

    # --- making it --------------------------------------------------------------

    @Slot()
    def _on_make(self) -> None:
        if self._sealed is None or self._making is not None:
            return
        cover = self.cover
        if not self.form.is_complete(cover):
            return
        self._made = None
        self.lines.setFocus()  # the button is off meanwhile
        room = self._place.room
        order = self.form.order(room.settings.agency, self._place.desk.officer)
        self._job = CopyJob(room, self._sealed, cover, self.form.target, order)
        self._making = self._place.background.start(
            self._job.run, failed=self._on_failed, progress=self.task.show_share
        )
        self._making.ended.connect(self._on_ended)
        self.task.watch(self._making, self.tr("Making the copy"), cancellable=True)
        self._show_state()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        if problem.code == "sealed_is_final":
            told = self._tell_among_records
            self._place.notices.say(NoticeKind.LOOK, told(), told)
            return
        self._place.notices.problem(problem)

    def _tell_among_records(self) -> str:
        return self.tr(
            "The folder lies among the sealed records, to which nothing is added; no copy was "
            "made. Choose another folder."
        )

    @Slot()
    def _on_ended(self) -> None:
        job, work, self._job, self._making = self._job, self._making, None, None
        if job is None or work is None:
            return
        self._made = job.made if job.sealed is self._sealed else None
        self._show_state()
        if job.made is not None:
            told = partial(self._tell_made, job.made)
            self._place.notices.say(NoticeKind.GOOD, told(), told)
        elif work.cancelled:
            self._place.notices.say(NoticeKind.INFO, self._tell_cancelled(), self._tell_cancelled)
        if self.isVisible():
            (self.make if job.made is None else self.open).setFocus()

    def _tell_cancelled(self) -> str:
        return self.tr("Cancelled: no copy was made and nothing was left in the folder.")

    def _tell_made(self, made: Path) -> str:
        words = self.tr("The redacted working copy lies in %1; the original is unchanged.")
        return words.replace("%1", str(made))

    @Slot()
    def _on_open(self) -> None:
        if self._made is not None and not self._opens(self._made):
            self._place.notices.say(
                NoticeKind.LOOK,
                self.tr("This machine shows no folders. The copy lies in %1").replace(
                    "%1", str(self._made)
                ),
            )
