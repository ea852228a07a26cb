"""How far an export is: bytes written, then bytes read back; stops when it is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable

Progress = Callable[[float], None]
WRITING_SHARE = 0.6  # of the work; the rest is reading it back


def unwatched(_share: float) -> None:
    """Progress that nobody looks at and nobody cancels."""


def stoppable(progress: Progress, cancel: threading.Event | None) -> Progress:
    """`progress` that raises `ExportCancelled` once `cancel` is set."""

    def told(share: float) -> None:
        if cancel is not None and cancel.is_set():
            raise ExportCancelled
        progress(share)

    return told


class ExportCancelled(Exception):  # noqa: N818 - asked for, no fault
    """The person cancelled; the half-written copy is gone."""


class Work:
    """Counts bytes for the bar."""

    def __init__(
        self, write_bytes: int, progress: Progress, cancel: threading.Event | None
    ) -> None:
        self._total = max(1, write_bytes)
        self._done = 0
        self._progress = progress
        self._cancel = cancel

    def wrote(self, count: int) -> None:
        """So many bytes more are written. Raises `ExportCancelled`."""
        self._advance(count)
        self._progress(WRITING_SHARE * min(1.0, self._done / self._total))

    def begin_reading(self, read_bytes: int) -> None:
        """From now on the copy is read back."""
        self._total, self._done = max(1, read_bytes), 0

    def read(self, count: int) -> None:
        """So many bytes more are read back. Raises `ExportCancelled`."""
        self._advance(count)
        share = min(1.0, self._done / self._total)
        self._progress(WRITING_SHARE + (1 - WRITING_SHARE) * share)

    def _advance(self, count: int) -> None:
        if self._cancel is not None and self._cancel.is_set():
            raise ExportCancelled
        self._done += count
