"""The slip is seen before it is printed, and what is printed is what was seen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPageSize
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QWidget

from app.session.snapshot import SealedRecord
from tests.fakes.printers import PdfPrinters
from widgets import fonts
from widgets.parts import receipt
from widgets.parts.print_window import PrintWindow, Sheet

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace

LIMIT_MS = 60_000

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
def printers(tmp_path: Path) -> Iterator[PdfPrinters]:
    made = PdfPrinters(tmp_path)
    yield made
    made.answers.set()


@pytest.fixture
def open_window(
    qtbot: QtBot, place: Workplace, printers: PdfPrinters
) -> Iterator[Callable[[], PrintWindow]]:
    fonts.load()
    page = QWidget()
    qtbot.addWidget(page)

    def opened() -> PrintWindow:
        paper = receipt.document(RECORD, "讯问室 1")
        sheet = Sheet(paper, QPageSize(QPageSize.PageSizeId.A5))
        window = PrintWindow(place, sheet, page, printers)
        window.show()
        qtbot.waitUntil(lambda: window.preview.shows_page == 1, timeout=LIMIT_MS)
        return window

    yield opened
    page.close()


def test_the_slip_prints_as_previewed(
    qtbot: QtBot, place: Workplace, printers: PdfPrinters, open_window: Callable[[], PrintWindow]
) -> None:
    """C6: number and digest in groups of four, on one A5 page."""
    window = open_window()
    qtbot.waitUntil(window.print.isEnabled, timeout=LIMIT_MS)
    assert not window.isModal()
    assert not window.told.isVisible()
    with qtbot.waitSignal(window.destroyed, timeout=LIMIT_MS):
        window.print.click()
    assert printers.asked_on
    assert threading.get_ident() not in printers.asked_on
    printed = QPdfDocument()
    printed.load(str(printers.folder / "to file.pdf"))
    assert printed.pageCount() == 1
    points = printed.pagePointSize(0).toSize()
    assert points.width() < points.height() < 600  # A5, not A4
    words = printed.getAllText(0).text()
    assert RECORD.record_id in words
    assert "0123 4567 89AB CDEF" in words.replace("\xa0", " ")
    printed.close()


def test_a_silent_print_server_keeps_nobody_from_looking(
    qtbot: QtBot, printers: PdfPrinters, open_window: Callable[[], PrintWindow]
) -> None:
    printers.answers.clear()
    window = open_window()  # the page is there although no printer is known yet
    assert not window.print.isEnabled()
    assert "being asked for" in window.told.text()
    printers.answers.set()
    qtbot.waitUntil(window.print.isEnabled, timeout=LIMIT_MS)
    assert not window.told.isVisible()
    window.close()


def test_a_window_closed_before_the_server_answers_is_forgotten(
    qtbot: QtBot,
    place: Workplace,
    printers: PdfPrinters,
    open_window: Callable[[], PrintWindow],
) -> None:
    printers.answers.clear()
    window = open_window()
    with qtbot.waitSignal(window.destroyed, timeout=LIMIT_MS):
        window.close()
    printers.answers.set()
    qtbot.waitUntil(lambda: not place.background.busy, timeout=LIMIT_MS)


def test_without_a_printer_it_says_so(
    qtbot: QtBot, printers: PdfPrinters, open_window: Callable[[], PrintWindow]
) -> None:
    printers.is_there = False
    window = open_window()
    qtbot.waitUntil(lambda: "No printer" in window.told.text(), timeout=LIMIT_MS)
    assert not window.print.isEnabled()
    assert not window.printers.isVisible()
    window.close()


def test_a_printer_that_fails_is_named_and_can_be_tried_again(
    qtbot: QtBot, printers: PdfPrinters, open_window: Callable[[], PrintWindow]
) -> None:
    kept, printers.folder = printers.folder, printers.folder / "not there"
    window = open_window()
    qtbot.waitUntil(window.print.isEnabled, timeout=LIMIT_MS)
    window.print.click()
    assert not window.print.isEnabled()
    qtbot.waitUntil(window.print.isEnabled, timeout=LIMIT_MS)
    assert "to file did not take the receipt" in window.told.text()
    printers.folder = kept
    with qtbot.waitSignal(window.destroyed, timeout=LIMIT_MS):
        window.print.click()
    assert (kept / "to file.pdf").exists()
