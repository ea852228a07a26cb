"""Prints pages of a PDF at their true size on a worker: all are drawn, then handed over together.

- Until they are handed over nothing has left, and cancelling leaves nothing behind.
- What a printing system was given it does not give back: handing over is not cancelled.
- Nothing is scaled: a point of the file is a point on the paper, measured from the sheet's corner.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.errors import DeviceProblem
from widgets.paper.pages import POINTS_PER_INCH, page_image, page_points

DPI = 300.0
DRAWN_SHARE = 0.7  # of the work; the rest is handing over
QUICK = 1  # of zlib: a page is mostly white
HandOver = Callable[[str, range, int], AbstractContextManager[object]]
"""Called with the printer's name, the pages (from 1) and how many copies of them; what it gives is
entered while they leave, and what it raises keeps them here."""


class Printers(Protocol):
    """The printers of a machine."""

    def names(self) -> list[str]:
        """All of them, the default one first."""

    def open(self, name: str) -> QPrinter:
        """One of them."""


class SystemPrinters:
    """Those the operating system knows."""

    def names(self) -> list[str]:
        """All of them, the default one first; may wait for a server."""
        first = QPrinterInfo.defaultPrinterName()
        return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: name != first)

    def open(self, name: str) -> QPrinter:
        """One of them."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPrinterName(name)
        return printer


@dataclass(frozen=True, slots=True)
class _Drawn:
    bits: bytes  # zlib
    width: int
    height: int
    line_bytes: int
    points: QSizeF

    def image(self) -> QImage:
        form = QImage.Format.Format_RGB888
        bits = zlib.decompress(self.bits)
        return QImage(bits, self.width, self.height, self.line_bytes, form).copy()


class PrintJob:
    """Some pages, some copies, one printer."""

    def __init__(
        self, pdf: bytes, pages: range, copies: int, printer: str, printers: Printers
    ) -> None:
        self._pdf = pdf
        self._pages = pages
        self._copies = copies
        self._name = printer
        self._printers = printers
        self.handed_over = False  # whether the printer has it all

    def run(
        self,
        hand_over: HandOver,
        report: Callable[[float], None],
        cancel: threading.Event,
    ) -> None:
        """Draw, then print.

        Raises:
            DeviceProblem: `printer_failed`, or `printer_paper`: it has no sheets of this size.
            ValueError: the file is no PDF.
        """
        drawn: list[_Drawn] = []
        for page in self._pages:
            if cancel.is_set():
                return
            drawn.append(_draw(self._pdf, page))
            report(DRAWN_SHARE * len(drawn) / len(self._pages))
        printer = self._printers.open(self._name)
        if not _set_paper(printer, drawn[0].points):
            raise DeviceProblem("printer_paper", name=self._name)
        if cancel.is_set():
            return
        report(DRAWN_SHARE)
        with hand_over(self._name, self._pages, self._copies):
            self._print(printer, drawn, report)
        self.handed_over = True
        report(1.0)

    def _print(
        self, printer: QPrinter, drawn: list[_Drawn], report: Callable[[float], None]
    ) -> None:
        turns = self._copies
        if printer.supportsMultipleCopies():
            printer.setCopyCount(self._copies)
            printer.setCollateCopies(True)
            turns = 1
        sheets = [page for _ in range(turns) for page in drawn]
        painter = QPainter()
        is_good = painter.begin(printer)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        for number, page in enumerate(sheets):
            is_good = is_good and (number == 0 or printer.newPage())
            if not is_good:
                break
            scale = printer.resolution() / POINTS_PER_INCH
            size = QRectF(0, 0, page.points.width() * scale, page.points.height() * scale)
            painter.drawImage(size, page.image())
            report(DRAWN_SHARE + (1 - DRAWN_SHARE) * (number + 1) / (len(sheets) + 1))
        is_good = painter.end() and is_good
        if not is_good or printer.printerState() == QPrinter.PrinterState.Error:
            raise DeviceProblem("printer_failed", name=self._name)


def _draw(pdf: bytes, page: int) -> _Drawn:
    image = page_image(pdf, page, DPI).convertToFormat(QImage.Format.Format_RGB888)
    bits = zlib.compress(image.constBits(), QUICK)
    points = page_points(pdf, page)
    return _Drawn(bits, image.width(), image.height(), image.bytesPerLine(), points)


def _set_paper(printer: QPrinter, points: QSizeF) -> bool:
    """Whether the printer takes sheets of this size; edge to edge, so that nothing is scaled."""
    size = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setFullPage(True)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF())
    layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(layout)
    printer.setColorMode(QPrinter.ColorMode.Color)  # a fingerprint is red
    return printer.pageLayout().pageSize().isEquivalentTo(size)
