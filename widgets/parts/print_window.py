"""What will come out of the printer, before it does; a window of its own that blocks nothing.

- What is previewed and what is printed are laid out by the same call.
- Asking for printers may wait for a print server, so it is never done on the GUI thread.
- Without a printer the page can still be seen; saving it as PDF is the page's own button.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Slot
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.errors import DeviceProblem, Problem
from widgets.background import Work, plainly
from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.parts.paper_view import PaperView
from widgets.parts.print_job import Printers, SystemPrinters
from widgets.problems import sentence
from widgets.workplace import Translated, Workplace


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of one page and the paper it is meant for."""

    document: QTextDocument
    size: QPageSize


class PrintWindow(Translated):
    """The page of a document, a choice of printers and a button."""

    def __init__(
        self, place: Workplace, sheet: Sheet, parent: QWidget, printers: Printers | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "ground")
        self._place = place
        self._sheet = sheet
        self._known: Printers = printers or SystemPrinters()
        self._names: list[str] | None = None  # nobody answered yet
        self._work: Work | None = None
        self._problem: Problem | None = None
        self._is_broken = False
        self.preview = PaperView(place.background)
        self.printers = QComboBox()
        self.told = layouts.label("hint", wrap=True)
        self.print = IconButton("printer", "primary")
        self.print.clicked.connect(self._on_print)
        column = QVBoxLayout(self)
        column.addWidget(self.preview, 1)
        column.addWidget(self.told)
        column.addLayout(layouts.row(self.printers, None, self.print))
        self.resize(620, 800)
        self.retranslate()
        background = place.background
        drawing = background.start(plainly(_as_pdf, sheet), then=self._on_pdf)
        asking = background.start(plainly(self._known.names), then=self._on_names)
        for work in (drawing, asking):
            work.broke.connect(self._on_broke)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.setWindowTitle(self.tr("Print"))
        self.print.setText(self.tr("Print"))
        self._show()

    @Slot(object)
    def _on_pdf(self, pdf: bytes) -> None:
        self.preview.show_page(pdf, 1)

    @Slot(object)
    def _on_names(self, names: list[str]) -> None:
        self._names = names
        self.printers.addItems(names)
        self._show()

    @Slot()
    def _show(self) -> None:
        has_printer = bool(self._names)
        self.printers.setVisible(has_printer)
        self.print.setEnabled(has_printer and self._work is None)
        told = self._state()
        self.told.setText(told)
        self.told.setVisible(bool(told))

    def _state(self) -> str:
        if self._problem is not None:
            return sentence(self._problem, self._place.languages.code)
        if self._is_broken:
            return self.tr("The page cannot be printed. The record itself is untouched.")
        if self._names is None:
            return self.tr("The printers are being asked for.")
        if not self._names:
            return self.tr("No printer is set up on this machine. Save the page as PDF.")
        return self.tr("The printer is being given the page.") if self._work is not None else ""

    @Slot()
    def _on_print(self) -> None:
        if self._work is not None:
            return
        self._problem, self._is_broken = None, False
        self._work = self._place.background.start(
            plainly(_print, self._sheet, self.printers.currentText(), self._known),
            then=self._on_printed,
            failed=self._on_failed,
        )
        self._work.broke.connect(self._on_broke)
        self._work.ended.connect(self._on_ended)
        self._show()

    @Slot(object)
    def _on_printed(self, _nothing: object) -> None:
        self.close()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._problem = problem

    @Slot(object)
    def _on_broke(self, _error: object) -> None:
        self._is_broken = True
        self._show()

    @Slot()
    def _on_ended(self) -> None:
        self._work = None
        self._show()


def _as_pdf(sheet: Sheet) -> bytes:
    """The sheet as a file of one page, without asking any printer."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(sheet.size)
    sheet.document.clone().print_(writer)  # its own copy: a document belongs to one thread
    buffer.close()
    return bytes(kept.data())


def _print(sheet: Sheet, name: str, printers: Printers) -> None:
    printer = printers.open(name)
    printer.setPageSize(sheet.size)
    sheet.document.clone().print_(printer)
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise DeviceProblem("slip_not_printed", name=name)
