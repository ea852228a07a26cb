"""The slip is seen before it is printed, and what is printed is what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPageSize
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.session.snapshot import SealedRecord
from widgets import fonts
from widgets.parts import receipt
from widgets.parts.print_window import PrintWindow

RECORD = SealedRecord(
    record_id="R20261122-101010-0A1B2C",
    folder="",
    root_digest="0123456789abcdef" * 4,
    started_utc="2026-11-22T02:00:00Z",
    ended_utc="2026-11-22T03:00:00Z",
    pages=3,
    time_proven=True,
)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[PrintWindow]:
    fonts.load()
    page = QWidget()
    qtbot.addWidget(page)
    paper = receipt.document(RECORD, "讯问室 1")
    made = PrintWindow(paper, QPageSize(QPageSize.PageSizeId.A5), page)
    made.show()
    qtbot.waitUntil(lambda: made.preview.pageCount() == 1)
    yield made
    page.close()


def test_the_slip_prints_as_previewed(window: PrintWindow, tmp_path: Path) -> None:
    """C6: number and digest in groups of four, on one A5 page."""
    assert not window.isModal()
    file = tmp_path / "slip.pdf"
    window.printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    window.printer.setOutputFileName(str(file))
    window.print.setEnabled(True)
    window.print.click()
    printed = QPdfDocument()
    printed.load(str(file))
    assert printed.pageCount() == 1
    points = printed.pagePointSize(0).toSize()
    assert points.width() < points.height() < 600  # A5, not A4
    words = printed.getAllText(0).text()
    assert RECORD.record_id in words
    assert "0123 4567 89AB CDEF" in words.replace("\xa0", " ")
    printed.close()


def test_without_a_printer_it_says_so(window: PrintWindow) -> None:
    has_printer = window.printers.count() > 0
    assert window.print.isEnabled() == has_printer
    assert window.none.isVisibleTo(window) != has_printer
    window.close()
