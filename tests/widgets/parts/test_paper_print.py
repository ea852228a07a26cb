"""The transcript is printed as it stands: each page at its true size, from the file's bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.errors import Refused
from tests.fakes import scenes
from tests.fakes.printers import PdfPrinters
from widgets.paper.pages import page_count, page_image, page_points
from widgets.parts.paper_print import PaperPrintWindow
from widgets.parts.print_job import HandOver

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace

LIMIT_MS = 60_000
LOOK_DPI = 100.0


class Desk:
    """A page with a transcript, and the window over it."""

    def __init__(self, qtbot: QtBot, place: Workplace, folder: Path) -> None:
        self.qtbot = qtbot
        self.place = place
        self.printers = PdfPrinters(folder)
        self.pdf = scenes.at("read_back").paper_pdf()
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.notes: list[str] = []

    @property
    def printed(self) -> bytes:
        return (self.printers.folder / "to file.pdf").read_bytes()

    @contextmanager
    def noted(self, name: str, _pages: range, _copies: int) -> Iterator[None]:
        self.notes.append(f"began {name}")
        yield
        self.notes.append("done")

    def open(self, pdf: bytes | None = None, hand_over: HandOver | None = None) -> PaperPrintWindow:
        pdf = self.pdf if pdf is None else pdf
        asked = hand_over or self.noted
        window = PaperPrintWindow(self.place, pdf, self.page, asked, self.printers)
        window.show()
        self.qtbot.waitUntil(lambda: not self.place.background.busy, timeout=LIMIT_MS)
        return window

    def print(self, window: PaperPrintWindow) -> None:
        window.print.click()
        self.qtbot.waitUntil(lambda: not self.place.background.busy, timeout=LIMIT_MS)


@pytest.fixture
def desk(qtbot: QtBot, place: Workplace, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, place, tmp_path)
    yield made
    made.page.close()


def grey(image: QImage) -> npt.NDArray[np.int16]:
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    bits = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return bits[:, : plain.width()].astype(np.int16)


def shift(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> tuple[int, int]:
    """By how many pixels one has to be moved to look most like the other."""
    moves = [(y, x) for y in range(-3, 4) for x in range(-3, 4)]
    moves.sort(key=lambda move: abs(move[0]) + abs(move[1]))  # of an empty part: none
    return min(moves, key=lambda move: np.abs(np.roll(one, move, (0, 1)) - other).mean())


def assert_same_page(ours: bytes, our_page: int, theirs: bytes, page: int) -> None:
    """Same size, and what stands at the top and at the bottom stands in the same place."""
    one, other = page_points(ours, our_page), page_points(theirs, page)
    assert abs(one.width() - other.width()) < 1
    assert abs(one.height() - other.height()) < 1
    printed = grey(page_image(ours, our_page, LOOK_DPI))
    meant = grey(page_image(theirs, page, LOOK_DPI))
    assert printed.shape == meant.shape
    half = len(meant) // 2
    for part in (slice(None, half), slice(half, None)):
        down, right = shift(printed[part], meant[part])
        assert max(abs(down), abs(right)) <= 1  # pixels: a quarter of a millimetre
    assert np.abs(printed - meant).mean() < 10


def test_all_pages_are_printed_at_true_size_and_look_as_in_the_file(desk: Desk) -> None:
    digest = hashlib.sha256(desk.pdf).digest()
    window = desk.open()
    assert not window.isModal()
    assert window.paper.shows_page == 1
    desk.print(window)
    pages = page_count(desk.pdf)
    assert pages > 1
    assert page_count(desk.printed) == pages
    for page in range(1, pages + 1):
        assert_same_page(desk.printed, page, desk.pdf, page)
    assert hashlib.sha256(window.pdf).digest() == digest
    assert desk.notes == ["began to file", "done"]


def test_some_pages_in_some_copies(desk: Desk) -> None:
    window = desk.open()
    window.all.setChecked(False)
    window.first.setValue(2)
    window.last.setValue(2)
    window.copies.setValue(3)
    assert window.paper.page == 2  # what is chosen is seen
    desk.print(window)
    assert page_count(desk.printed) == 3
    assert_same_page(desk.printed, 3, desk.pdf, 2)


def test_cancelled_while_pages_are_drawn_nothing_leaves(desk: Desk) -> None:
    window = desk.open()
    window.print.click()
    window.task.cancel.click()
    desk.qtbot.waitUntil(lambda: not desk.place.background.busy, timeout=LIMIT_MS)
    assert desk.notes == []
    assert not list(desk.printers.folder.iterdir())
    assert window.print.isEnabled()
    window.close()


def test_what_may_not_leave_does_not_and_says_why(desk: Desk) -> None:
    """L40: a real record's transcript leaves with a reason."""

    @contextmanager
    def refused(_name: str, _pages: range, _copies: int) -> Iterator[None]:
        if not desk.notes:
            raise Refused("reason_missing")
        yield

    window = desk.open(hand_over=refused)
    desk.print(window)
    assert "reason" in window.told.text()
    assert not list(desk.printers.folder.iterdir())
    window.close()


def test_a_printer_that_fails_is_named(desk: Desk) -> None:
    desk.printers.folder = desk.printers.folder / "not there"
    window = desk.open()
    desk.print(window)
    assert window.told.isVisible()
    assert "did not take the transcript" in window.told.text()
    assert window.isVisible()
    window.close()


def test_without_a_printer_and_without_pages_it_says_so(desk: Desk) -> None:
    desk.printers.is_there = False
    window = desk.open()
    assert not window.print.isEnabled()
    assert "No printer" in window.told.text()
    assert window.paper.shows_page == 1
    window.close()
    desk.printers.is_there = True
    window = desk.open(b"no PDF")
    assert not window.print.isEnabled()
    assert "cannot be shown" in window.told.text()
    window.close()
