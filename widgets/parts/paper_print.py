"""A transcript before it is printed: its pages, a printer, which pages and how many copies.

- The file is printed as it is; this window cannot change, save or scale it.
- Nothing leaves before it is noted that it does, by whoever opened the window.
- A window of its own that blocks nothing; closing it while pages are still drawn prints nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QVBoxLayout, QWidget

from app.errors import Problem
from widgets.background import Background, Work, plainly
from widgets.icons import IconButton
from widgets.paper.pages import page_count
from widgets.parts import layouts
from widgets.parts.paper_view import PaperView
from widgets.parts.print_job import DRAWN_SHARE, HandOver, Printers, PrintJob, SystemPrinters
from widgets.parts.task_bar import TaskBar
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Translated, Workplace

MOST_COPIES = 20


@dataclass(frozen=True, slots=True)
class _Facts:
    pages: int
    printers: list[str]


class PaperPrintWindow(Translated):
    """Of one PDF."""

    def __init__(
        self,
        place: Workplace,
        pdf: bytes,
        parent: QWidget,
        hand_over: HandOver,
        printers: Printers | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "ground")
        self.pdf = pdf
        self._place = place
        self._background: Background = place.background
        self._hand_over = hand_over
        self._printers: Printers = printers or SystemPrinters()
        self._facts: _Facts | None = None
        self._page = 1
        self._job: PrintJob | None = None
        self._work: Work | None = None
        self.paper = PaperView(self._background)
        self.before, self.after = IconButton("back"), IconButton("next")
        self.number = layouts.label("soft")
        self.printers = QComboBox()
        self.printers.setMinimumWidth(220)
        self.all = QCheckBox()
        self.all.setChecked(True)
        self.first, self.last, self.copies = QSpinBox(), QSpinBox(), QSpinBox()
        self.names = {part: layouts.label("soft") for part in ("printer", "to", "copies")}
        self.hint = layouts.label("hint", wrap=True)
        self.told = layouts.label("amber", wrap=True)
        self.print = IconButton("printer", "primary")
        self.task = TaskBar()
        self._build()
        self._connect()
        self.retranslate()
        self.resize(700, 860)
        self._background.start(plainly(_facts_of, pdf, self._printers), then=self._on_facts)

    def _build(self) -> None:
        self.copies.setRange(1, MOST_COPIES)
        for box in (self.first, self.last, self.copies):
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.paper, 1)
        column.addLayout(layouts.row(None, self.before, self.number, self.after, None))
        column.addWidget(layouts.rule())
        column.addLayout(
            layouts.row(
                self.names["printer"], self.printers, None, self.names["copies"], self.copies
            )
        )
        column.addLayout(
            layouts.row(self.all, 16, self.first, self.names["to"], self.last, None, self.print)
        )
        column.addWidget(self.hint)
        column.addWidget(self.told)
        column.addWidget(self.task)

    def _connect(self) -> None:
        self.before.clicked.connect(self._on_before)
        self.after.clicked.connect(self._on_after)
        self.all.toggled.connect(self._show)
        self.first.valueChanged.connect(self._on_first)
        self.last.valueChanged.connect(self._on_last)
        self.print.clicked.connect(self._on_print)
        keys = (
            ("PgUp", self._on_before), ("PgDown", self._on_after), ("Esc", self.close),
            ("Ctrl+P", self.print.click),
        )  # fmt: skip
        for key, slot in keys:
            QShortcut(QKeySequence(key), self).activated.connect(slot)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.setWindowTitle(self.tr("Print the transcript"))
        self.names["printer"].setText(self.tr("Printer"))
        self.names["copies"].setText(self.tr("Copies"))
        self.names["to"].setText(self.tr("to"))
        self.all.setText(self.tr("All pages"))
        self.first.setPrefix(self.tr("from page "))
        self.print.setText(self.tr("Print"))
        self.before.setText(self.tr("Before"))
        self.after.setText(self.tr("Next"))
        self.hint.setText(
            self.tr("Printed at true size, from the file as it stands: nothing is scaled or added.")
        )
        self._show()

    @Slot(object)
    def _on_facts(self, facts: _Facts) -> None:
        self._facts = facts
        self.printers.addItems(facts.printers)
        for box in (self.first, self.last):
            box.setRange(1, max(1, facts.pages))
        self.last.setValue(facts.pages)
        if facts.pages:
            self.paper.show_page(self.pdf, self._page)
        self._show()

    @Slot()
    def _show(self) -> None:
        pages = self._facts.pages if self._facts else 0
        told = self.tr("Page %1 of %2").replace("%1", str(self._page if pages else 0))
        self.number.setText(told.replace("%2", str(pages)))
        self.before.setEnabled(self._page > 1)
        self.after.setEnabled(self._page < pages)
        for box in (self.first, self.last):
            box.setEnabled(not self.all.isChecked())
        has_printer = self.printers.count() > 0
        self.printers.setEnabled(has_printer)
        self.print.setEnabled(bool(pages) and has_printer and self._work is None)
        if self._facts is None:
            self._tell("")
        elif not pages:
            self._tell(self.tr("The pages cannot be shown, so they are not printed."))
        elif not has_printer:
            self._tell(self.tr("No printer is set up on this machine. Ask whoever looks after it."))

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _point(self, page: int) -> None:
        if self._facts is not None and 1 <= page <= self._facts.pages:
            self._page = page
            self.paper.show_page(self.pdf, page)
            self._show()

    @Slot()
    def _on_before(self) -> None:
        self._point(self._page - 1)

    @Slot()
    def _on_after(self) -> None:
        self._point(self._page + 1)

    @Slot(int)
    def _on_first(self, page: int) -> None:
        self.last.setValue(max(self.last.value(), page))
        self._point(page)

    @Slot(int)
    def _on_last(self, page: int) -> None:
        self.first.setValue(min(self.first.value(), page))

    @Slot()
    def _on_print(self) -> None:
        if self._facts is None or self._work is not None:
            return
        chosen = range(self.first.value(), self.last.value() + 1)
        pages = range(1, self._facts.pages + 1) if self.all.isChecked() else chosen
        name = self.printers.currentText()
        self._job = PrintJob(self.pdf, pages, self.copies.value(), name, self._printers)
        self._work = self._background.start(
            partial(self._job.run, self._hand_over),
            failed=self._on_failed,
            progress=self._on_share,
        )
        self._work.broke.connect(self._on_broke)
        self._work.ended.connect(self._on_ended)
        self._tell("")
        self.task.watch(self._work, self.tr("Drawing the pages"), cancellable=True)
        self._show()

    @Slot(object)
    def _on_share(self, share: float) -> None:
        self.task.show_share(share)
        if share >= DRAWN_SHARE:
            self.task.cancel.hide()
            self.task.sentence.setText(self.tr("Handing them to the printer"))

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._tell(sentence(problem, self._place.languages.code))

    @Slot(object)
    def _on_broke(self, _error: object) -> None:
        self._tell(self.tr("The pages cannot be shown, so they are not printed."))

    @Slot()
    def _on_ended(self) -> None:
        job, self._job, self._work = self._job, None, None
        self._show()
        if job is not None and job.handed_over:
            self._place.notices.say(NoticeKind.GOOD, self.tr("The printer has the transcript."))
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._work is not None:
            self._work.cancel()
        super().closeEvent(event)


def _facts_of(pdf: bytes, printers: Printers) -> _Facts:
    return _Facts(page_count(pdf), printers.names())
