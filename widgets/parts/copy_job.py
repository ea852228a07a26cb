"""Makes one redacted working copy on a worker; a cancel that came too late is told as done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.covering import Cover
    from app.export.handover import Order
    from app.session.working_copy import Sealed
    from widgets.ports import RoomPort

Report = Callable[[float], None]


class ReadJob:
    """Checks a sealed record and reads its transcript."""

    def __init__(self, room: RoomPort, record_id: str) -> None:
        self._room = room
        self._record_id = record_id

    def run(self, report: Report, cancel: threading.Event) -> Sealed | None:
        """The record; None when it was cancelled."""
        from app.export.work import ExportCancelled

        try:
            return self._room.read_sealed(self._record_id, report, cancel)
        except ExportCancelled:
            return None


class CopyJob:
    """Writes one copy."""

    def __init__(
        self, room: RoomPort, sealed: Sealed, cover: Cover, folder: Path, order: Order
    ) -> None:
        self._room = room
        self.sealed = sealed
        self._asked = (sealed, cover, folder)
        self._order = order
        self.made: Path | None = None  # the copy's own folder, once it is whole

    def run(self, report: Report, cancel: threading.Event) -> None:
        """Write it; what a cancel finds half-written goes again."""
        from app.export.work import ExportCancelled

        try:
            self.made = self._room.working_copy(*self._asked, report, cancel, self._order)
        except ExportCancelled:
            return
