"""The Seal page: steps with progress, then the person's receipt and where the record is going.

- Sealing is not cancelled half-way; after a fault it may be begun again and loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPageSize, QPdfWriter
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.phase import Phase
from app.errors import Problem, Refused
from app.export.handover import Order
from app.session.snapshot import RecordRow, SealedRecord, SealStep, Snapshot
from widgets import theme, words
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts, receipt
from widgets.parts.print_window import PrintWindow, Sheet
from widgets.parts.reason_bar import ReasonBar
from widgets.parts.record_printing import RecordPrinting
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Page, Translated, Workplace

STEPS = ("media", "documents", "digests", "signature", "timestamp", "check", "catalogue")
DELIVERY_EVERY_MS = 2_000


class StepRow(Translated):
    """One step of sealing, its bar and figure."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.icon = IconLabel("wait", "ink_faint", 20)
        self.text = layouts.label()
        self.text.setMinimumWidth(240)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.figure = layouts.label("soft")
        self.figure.setFixedWidth(48)
        row = layouts.row(self.icon, self.text, spacing=12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.figure)
        self.setLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.text.setText(words.seal_step(self._name))

    def show_share(self, share: float) -> None:
        """How much of it is done, 0 to 1."""
        self.bar.setValue(round(share * 1000))
        self.figure.setText(f"{share * 100:.0f} %" if share else "")
        done = share >= 1
        self.icon.show_icon("good" if done else "wait", "green" if done else "ink_faint")


class SealPage(Page):
    """From the last signature to the receipt."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._record: SealedRecord | None = None
        self._is_sealing = False
        self._asks = False
        self._delivery = "none"
        self._order = Order()
        self.printing = RecordPrinting(place, self)
        self.reason = ReasonBar()
        self.reason.given.connect(self._on_reason)
        self.title = layouts.label("title")
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_steps())
        self.stack.addWidget(self._build_receipt())
        outer = layouts.page_column(self)
        outer.addWidget(self.title)
        outer.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(DELIVERY_EVERY_MS)
        self._timer.timeout.connect(self._on_delivery_time)
        self.model.attached_changed.connect(self._on_attached)
        self.model.tablet.receipt_ready.connect(self._on_receipt)
        self.retranslate()

    def _build_steps(self) -> QWidget:
        frame, column = layouts.card()
        column.setSpacing(16)
        self.steps_title = layouts.label("section")
        self.steps_hint = layouts.label("hint", wrap=True)
        self.steps = {name: StepRow(name) for name in STEPS}
        self.failure, line = layouts.banner("look")
        self.failure_text = layouts.label("", wrap=True)
        line.addWidget(IconLabel("look", "amber", 20))
        line.addWidget(self.failure_text, 1)
        self.failure.hide()
        self.seal = IconButton("seal", "primary")
        self.seal.setObjectName("seal_seal")
        self.seal.clicked.connect(self._on_seal)
        column.addWidget(self.steps_title)
        column.addWidget(self.steps_hint)
        for step in self.steps.values():
            column.addWidget(step)
        column.addWidget(self.failure)
        column.addLayout(layouts.row(self.seal, None))
        column.addStretch(1)
        return frame

    def _build_receipt(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.sealed = layouts.label("section")
        self.digest_title = layouts.label("soft")
        self.digest = layouts.label("digest")
        self.digest_hint = layouts.label("hint", wrap=True)
        self.facts = layouts.label("", wrap=True)
        self.code = receipt.CodeView()
        self.delivery_icon = IconLabel("wait", "ink_soft", 20)
        self.delivery = layouts.label()
        self.print, self.save = IconButton("printer", "primary"), IconButton("export")
        self.print_paper = IconButton("printer")
        self.print_paper.clicked.connect(self._on_print_paper)
        self.close_record = IconButton("start")
        self.print.clicked.connect(self._on_print)
        self.save.clicked.connect(self._on_save)
        self.close_record.setObjectName("seal_close")
        self.close_record.clicked.connect(self._on_close)
        left = QVBoxLayout()
        left.setSpacing(12)
        for part in (self.digest_title, self.digest, self.digest_hint, self.facts):
            left.addWidget(part)
        left.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(32)
        middle.addLayout(left, 1)
        middle.addLayout(layouts.column(self.code, None))
        column.addLayout(layouts.row(IconLabel("verify", "green", 24), self.sealed, None))
        column.addWidget(layouts.rule())
        column.addLayout(middle)
        column.addWidget(layouts.rule())
        column.addLayout(layouts.row(self.delivery_icon, self.delivery, None))
        column.addStretch(1)
        column.addWidget(self.reason)
        column.addLayout(
            layouts.row(self.print, self.save, self.print_paper, None, self.close_record)
        )
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Seal"))
        self.steps_title.setText(self.tr("What sealing does"))
        self.steps_hint.setText(
            self.tr(
                "Recording ends, everything is signed together and checked as a stranger would "
                "check it. After that nothing in the record can be changed by anybody."
            )
        )
        self.sealed.setText(self.tr("Sealed and checked"))
        self.digest_title.setText(self.tr("Root digest of the record"))
        self.digest_hint.setText(
            self.tr("The person takes these characters along. They stand for the whole record.")
        )
        self.print.setText(self.tr("Print the receipt"))
        self.save.setText(self.tr("Save it as PDF"))
        self.print_paper.setText(self.tr("Print the transcript"))
        self.close_record.setText(self.tr("Close and go to Start"))
        self._show_record()
        self.show_snapshot(self.model.snapshot)

    @Slot(bool)
    def _on_attached(self, _attached: bool) -> None:
        self._record, self._is_sealing = None, False
        self._timer.stop()
        self.failure.hide()
        for step in self.steps.values():
            step.show_share(0)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        sealed = now.state.phase is Phase.SEALED
        waits = self.model.attached and self._record is None and not self._is_sealing
        self.seal.setVisible(waits and (now.may(Phase.SEALED) or sealed))
        self.seal.setText(self.tr("Seal again") if sealed else self.tr("End recording and seal"))
        self.stack.setCurrentIndex(0 if self._record is None else 1)

    @Slot()
    def _on_seal(self) -> None:
        now = self.model.snapshot
        if now.state.phase is not Phase.SEALED and not now.may(Phase.SEALED):
            self.place.notices.problem(Refused("marks_missing"))
            return
        self._is_sealing = True
        self.failure.hide()
        self.seal.hide()
        self.place.background.start(
            self._run, then=self._on_sealed, failed=self._on_failed, progress=self._on_step
        )

    def _run(self, report: Callable[[object], None], _cancel: threading.Event) -> SealedRecord:
        return self.model.session.seal(report)

    @Slot(object)
    def _on_step(self, step: SealStep) -> None:
        if step.name in self.steps:
            self.steps[step.name].show_share(step.done)

    @Slot(object)
    def _on_sealed(self, record: SealedRecord) -> None:
        self.model.tablet.receipt_ready.emit(record)
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("The record is sealed and was checked. Give the receipt now.")
        )

    @Slot(object)
    def _on_receipt(self, record: SealedRecord) -> None:
        self._is_sealing = False
        self._record = record
        for step in self.steps.values():
            step.show_share(1.0)
        self._show_record()
        self.show_snapshot(self.model.snapshot)
        self._timer.start()
        self._on_delivery_time()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._is_sealing = False
        self.failure_text.setText(sentence(problem, self.place.languages.code))
        self.failure.show()
        self.show_snapshot(self.model.snapshot)

    def _show_record(self) -> None:
        record = self._record
        if record is None:
            return
        self.digest.setText(figures.in_fours(record.root_digest))
        self.code.show_text(receipt.code_text(record))
        told = self.tr("Record %1, pages: %2, from %3 to %4.").replace("%1", record.record_id)
        told = told.replace("%2", str(record.pages))
        told = told.replace("%3", figures.local_day(record.started_utc))
        told = told.replace("%4", figures.local_day(record.ended_utc))
        proof = (
            self.tr("Its time is proven by a time-stamping authority.")
            if record.time_proven
            else self.tr("No time-stamping authority answered; the center's receipt dates it.")
        )
        self.facts.setText(f"{told}\n{proof}")
        self._show_delivery(self._delivery)

    def _show_delivery(self, state: str) -> None:
        self._delivery = state
        icons = {"acknowledged": ("good", "green"), "rejected": ("look", "amber")}
        self.delivery_icon.show_icon(*icons.get(state, ("wait", "ink_soft")))
        self.delivery.setText(words.delivery(state))
        theme.set_kind(self.delivery, "green" if state == "acknowledged" else "")

    @Slot()
    def _on_delivery_time(self) -> None:
        if self._record is not None and not self._asks and self.isVisible():
            self._asks = True
            self.place.background.start(
                plainly(self.place.room.records, self._record.record_id),
                then=self._on_rows,
                failed=self._on_no_rows,
            )

    @Slot(object)
    def _on_rows(self, rows: list[RecordRow]) -> None:
        self._asks = False
        for row in rows:
            if self._record is not None and row.record_id == self._record.record_id:
                self._show_delivery(row.delivery)

    @Slot(object)
    def _on_no_rows(self, _problem: Problem) -> None:
        self._asks = False  # asked again in two seconds; the record itself is safe

    @Slot()
    def _on_print(self) -> None:
        if self._record is not None:
            paper = receipt.document(self._record, self.place.room.settings.room)
            sheet = Sheet(paper, QPageSize(QPageSize.PageSizeId.A5))
            PrintWindow(self.place, sheet, self).show()

    @Slot()
    def _on_print_paper(self) -> None:
        """A real record's transcript leaves with a reason and who approved it (L40)."""
        self._order = Order(unit=self.place.room.settings.agency)
        if self.place.room.settings.production:
            self.reason.ask("reason", self.tr("Why is the transcript printed?"))
        else:
            self._show_print()

    @Slot(str, str)
    def _on_reason(self, purpose: str, words: str) -> None:
        if purpose == "reason":
            self._order = replace(self._order, reason=words)
            self.reason.ask("approval", self.tr("Who approved that it is handed out?"))
        else:
            self._order = replace(self._order, approved_by=words)
            self._show_print()

    def _show_print(self) -> None:
        if self._record is not None:
            self.printing.show(self._record.record_id, self._order)

    @Slot()
    def _on_save(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the receipt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Write the receipt as PDF."""
        if self._record is None:
            return
        writer = QPdfWriter(path)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
        receipt.document(self._record, self.place.room.settings.room).print_(writer)

    @Slot()
    def _on_close(self) -> None:
        self.model.do(self.model.session.leave, then=self._on_left)

    def _on_left(self, _: object) -> None:
        self.model.detach()
