"""A printer that keeps its sheets in a file."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter


class PdfPrinters:
    """One printer, or none; while `answers` is clear the print server is silent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_there = True
        self.answers = threading.Event()
        self.answers.set()
        self.asked_on: set[int] = set()  # threads

    def names(self) -> list[str]:
        self.asked_on.add(threading.get_ident())
        self.answers.wait()
        return ["to file"] if self.is_there else []

    def open(self, name: str) -> QPrinter:
        self.asked_on.add(threading.get_ident())
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(self.folder / f"{name}.pdf"))
        # What it had before is changed.
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
        return printer
