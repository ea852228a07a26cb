"""Prints the signed transcript of a sealed record: from Seal when it is made, from Records later.

- The record's own file is shown and printed, and that it left is noted (L40).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.export.handover import Order
from widgets.background import plainly
from widgets.parts.paper_print import PaperPrintWindow
from widgets.ports import RoomPort
from widgets.workplace import Workplace


class RecordPrinting(QObject):
    """Opens a window for one record after another."""

    def __init__(self, place: Workplace, page: QWidget) -> None:
        super().__init__(page)
        self._place = place
        self._page = page

    def show(self, record_id: str, order: Order) -> None:
        """Read the transcript and show it before it is printed."""
        self._place.background.start(
            plainly(_read, self._place.room, record_id, order),
            then=self._on_read,
            failed=self._place.notices.problem,
        )

    @Slot(object)
    def _on_read(self, told: tuple[bytes, str, Order]) -> None:
        pdf, record_id, order = told
        hand_over = partial(_noted, self._place.room, record_id, order)
        PaperPrintWindow(self._place, pdf, self._page, hand_over).show()


def _noted(
    room: RoomPort, record_id: str, order: Order, printer: str, _pages: range, _copies: int
) -> AbstractContextManager[None]:
    return room.printing(record_id, printer, order)


def _read(room: RoomPort, record_id: str, order: Order) -> tuple[bytes, str, Order]:
    return room.paper_pdf(record_id), record_id, order
