"""The Records page: find, see, verify and export sealed records; nothing here deletes or edits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.errors import Problem
from app.export.handover import Order
from app.sentences import tell_code
from app.session.snapshot import RecordRow
from widgets.background import plainly
from widgets.icons import IconButton
from widgets.parts import figures, layouts
from widgets.parts.copy_pane import CopyPane
from widgets.parts.custody_line import CustodyLine
from widgets.parts.film_pane import FilmPane
from widgets.parts.reason_bar import ReasonBar
from widgets.parts.record_printing import RecordPrinting
from widgets.parts.records_model import RecordsModel, verified
from widgets.parts.states import StatePane
from widgets.parts.task_bar import TaskBar
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Page, Workplace

if TYPE_CHECKING:
    from app.recorder.film import FilmFile

SEARCH_AFTER_MS = 250
WIDTHS = (136, 0, 240, 80, 80, 64, 120, 152)


class RecordsPage(Page):
    """For the archivist."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._chosen = ""
        self._has_read = False
        self._order = Order()
        self._ask: Callable[[], None] = self._ask_where
        self.reason = ReasonBar()
        self.reason.given.connect(self._on_reason)
        self.printing = RecordPrinting(place, self)
        self.title = layouts.label("title")
        self.count = layouts.label("soft")
        self.search = QLineEdit()
        self.search.setFixedWidth(320)
        self.search.setClearButtonEnabled(True)
        self.table = QTableView()
        self.rows = RecordsModel(self)
        self._build_table()
        self.pane = StatePane(self.table)
        self.task = TaskBar()
        frame, column = layouts.card()
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.pane)
        self.list = QWidget()
        self.film = FilmPane(place)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.film)
        self.copying = CopyPane(place)
        self.stack.addWidget(self.copying)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self.film.closed.connect(self.show_list)
        self.copying.closed.connect(self.show_list)
        outer = layouts.page_column(self.list)
        outer.addLayout(layouts.row(self.title, 8, self.count, None, self.search))
        outer.addWidget(self.reason)
        outer.addWidget(self.task)
        outer.addWidget(frame, 1)
        outer.addWidget(self._build_detail())
        outer.addWidget(CustodyLine(place))
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_AFTER_MS)
        self._wait.timeout.connect(self.reload)
        self.search.textChanged.connect(self._on_search)
        self.pane.retry_asked.connect(self.reload)
        self.retranslate()

    def _build_table(self) -> None:
        self.table.setModel(self.rows)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(40)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in enumerate(WIDTHS):
            if width:
                self.table.setColumnWidth(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)

    def _build_detail(self) -> QFrame:
        self.detail, column = layouts.card()
        self.name = layouts.label("section")
        self.state = layouts.label("", wrap=True)
        self.digest = layouts.label("soft")
        self.verify = IconButton("verify", "primary")
        self.export = IconButton("export")
        self.look = IconButton("play")
        self.copy_films = IconButton("camera")
        self.print = IconButton("printer")
        self.working_copy = IconButton("cover")
        self.working_copy.clicked.connect(self.show_working_copy)
        self.print.clicked.connect(self._on_print)
        self.look.setObjectName("records_look")
        self.working_copy.setObjectName("records_working_copy")
        self.look.clicked.connect(self.show_film)
        self.copy_films.clicked.connect(self._on_copy_films)
        self.table.activated.connect(self.show_film)
        self.verify.clicked.connect(self._on_verify)
        self.export.clicked.connect(self._on_export)
        column.addLayout(layouts.row(self.name, None, self.digest))
        column.addWidget(self.state)
        made = (self.print, self.copy_films, self.working_copy, self.export)
        column.addLayout(layouts.row(self.look, *made, None, self.verify))
        self.detail.hide()
        return self.detail

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Records"))
        self.search.setPlaceholderText(self.tr("Case number, name or record number"))
        self.verify.setText(self.tr("Verify"))
        self.export.setText(self.tr("Export"))
        self.look.setText(self.tr("Look and listen"))
        self.copy_films.setText(self.tr("Films (working copies)"))
        self.print.setText(self.tr("Print the transcript"))
        self.working_copy.setText(self.tr("Redacted working copy…"))
        self.rows.headerDataChanged.emit(self.table.horizontalHeader().orientation(), 0, 7)
        self._show_count()
        self._show_detail()

    def search_for(self, search: str) -> None:
        """Search for this."""
        self.search.setText(search)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    @Slot(str)
    def _on_search(self, _text: str) -> None:
        self._wait.start()

    @Slot()
    def reload(self) -> None:
        """Read the list again."""
        if not self.rows.rowCount():
            self.pane.show_loading()
        self.place.background.start(
            plainly(self.place.room.records, self.search.text().strip()),
            then=self._show_rows,
            failed=self._show_failed,
        )

    @Slot(object)
    def _show_rows(self, found: list[RecordRow]) -> None:
        chosen = self._chosen
        self.rows.show_rows(found)
        self._has_read = True
        self._show_count()
        if found:
            self.pane.show_full()
        row = self.rows.row_of(chosen)
        if row >= 0:
            self.table.selectionModel().setCurrentIndex(
                self.rows.index(row, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )
        self._show_detail()

    def _show_count(self) -> None:
        count = self.rows.rowCount()
        self.count.setText(self.tr("Records: %n", "", count) if self._has_read else "")
        if self._has_read and not count:
            self.pane.show_empty(
                self.tr("No record fits this search.")
                if self.search.text().strip()
                else self.tr("No record was sealed on this workstation yet.")
            )

    @Slot(object)
    def _show_failed(self, problem: Problem) -> None:
        self.pane.show_failed(sentence(problem, self.place.languages.code))

    @Slot()
    def _on_row(self) -> None:
        record = self._record
        self._chosen = record.record_id if record is not None else ""
        self._show_detail()

    @property
    def _record(self) -> RecordRow | None:
        return self.rows.record(self.table.currentIndex().row())

    def _show_detail(self) -> None:
        record = self._record
        self.detail.setVisible(record is not None)
        if record is None:
            return
        self.name.setText(f"{record.suspect}  ·  {record.record_id}")
        self.digest.setText(figures.in_fours(record.root_digest, 16))
        told = verified(record.verified)
        if record.verified not in ("good", "unknown"):
            told = tell_code(record.verified, self.place.languages.code)
        self.state.setText(told)

    @Slot()
    def _on_verify(self) -> None:
        record = self._record
        if record is None:
            return
        work = self.place.background.start(
            partial(self._verify, record.record_id),
            then=self._on_verified,
            failed=self._on_not_verified,
            progress=self.task.show_share,
        )
        self.task.watch(work, self.tr("Verifying"), cancellable=False)

    def _verify(
        self, record_id: str, report: Callable[[float], None], _cancel: threading.Event
    ) -> None:
        self.place.room.verify(record_id, report)

    @Slot(object)
    def _on_verified(self, _: object) -> None:
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("The record is whole: every file is as it was sealed.")
        )
        self.reload()

    @Slot(object)
    def _on_not_verified(self, problem: Problem) -> None:
        self.place.notices.problem(problem)
        self.reload()

    @Slot()
    def show_film(self) -> None:
        """Open the chosen record's films."""
        record = self._record
        if record is not None:
            self.stack.setCurrentWidget(self.film)
            self.film.show_record(record.record_id, f"{record.suspect}  ·  {record.record_id}")
            self.film.setFocus()

    @Slot()
    def show_working_copy(self) -> None:
        """Open what makes a redacted working copy of the chosen record."""
        record = self._record
        if record is not None:
            self.stack.setCurrentWidget(self.copying)
            self.copying.show_record(record.record_id, record.suspect)

    @Slot()
    def show_list(self) -> None:
        """Back to all records."""
        self.stack.setCurrentWidget(self.list)
        self.table.setFocus()

    @Slot()
    def _on_copy_films(self) -> None:
        self._begin_order(self._ask_folder)

    @Slot()
    def _on_print(self) -> None:
        self._begin_order(self._ask_print)

    def _ask_print(self) -> None:
        if self._record is not None:
            self.printing.show(self._record.record_id, self._order)

    @Slot()
    def _on_export(self) -> None:
        self._begin_order(self._ask_where)

    def _begin_order(self, ask: Callable[[], None]) -> None:
        if self._record is None:
            return
        self._ask = ask
        self._order = Order(unit=self.place.room.settings.agency, officer=self.place.desk.officer)
        if self.place.room.settings.production:
            self.reason.ask("reason", self.tr("Why is this record handed out?"))
        else:
            self._ask()

    @Slot(str, str)
    def _on_reason(self, purpose: str, words: str) -> None:
        """A real record leaves with a reason and who approved it (L40)."""
        if purpose == "reason":
            self._order = replace(self._order, reason=words)
            self.reason.ask("approval", self.tr("Who approved that it is handed out?"))
        else:
            self._order = replace(self._order, approved_by=words)
            self._ask()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("A folder for the films"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.copy_films_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def copy_films_to(self, folder: str) -> None:
        """Write the films of the chosen record there."""
        record = self._record
        if record is None:
            return
        work = self.place.background.start(
            partial(self._copy_films, record.record_id, Path(folder)),
            then=self._on_films_copied,
            failed=self.place.notices.problem,
            progress=self.task.show_share,
        )
        self.task.watch(work, self.tr("Writing the films"), cancellable=True)

    def _copy_films(
        self,
        record_id: str,
        folder: Path,
        report: Callable[[float], None],
        cancel: threading.Event,
    ) -> tuple[FilmFile, ...]:
        from app.export.work import ExportCancelled

        try:
            return self.place.room.export_films(record_id, folder, report, cancel, self._order)
        except ExportCancelled:
            return ()

    @Slot(object)
    def _on_films_copied(self, made: tuple[FilmFile, ...]) -> None:
        from app.session.films import damage_of

        problems = [p for film in made for p in damage_of(film.damage, film.unproven_from_ms)]
        if problems:
            self.place.notices.problem(problems[0])
            return
        told = self.tr("Films written and read back: %n. They are working copies.", "", len(made))
        self.place.notices.say(NoticeKind.GOOD, told)

    def _ask_where(self) -> None:
        if self._record is None:
            return
        dialog = QFileDialog(self, self.tr("Export the record to a folder, a ZIP or discs"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("ZIP file (*.zip)"),
                self.tr("Disc image (*.iso)"),
                self.tr("Folder (*)"),
            ]
        )
        dialog.selectFile(f"{self._record.record_id}.zip")
        dialog.fileSelected.connect(self.export_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def export_to(self, path: str) -> None:
        """Copy the chosen record there."""
        record = self._record
        if record is None:
            return
        work = self.place.background.start(
            partial(self._export, record.record_id, Path(path)),
            then=self._on_exported,
            failed=self.place.notices.problem,
            progress=self.task.show_share,
        )
        self.task.watch(work, self.tr("Exporting"), cancellable=True)

    def _export(
        self,
        record_id: str,
        target: Path,
        report: Callable[[float], None],
        cancel: threading.Event,
    ) -> None:
        self.place.room.export(record_id, target, report, cancel, self._order)

    @Slot(object)
    def _on_exported(self, _: object) -> None:
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("The copy was written, read back and verified.")
        )
