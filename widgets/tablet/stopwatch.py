"""Measures how long a page stands before a person; the time goes into the record (L15).

- Time counts on the monotonic clock and only while the page is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Stopwatch:
    """Times one page at a time."""

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._began_ns: int | None = None
        self.page = 0

    @property
    def is_running(self) -> bool:
        """Whether a page is being timed."""
        return self._began_ns is not None

    def start(self, page: int) -> None:
        """Begin with `page`; a running measurement is dropped, so stop it first."""
        self.page = page
        self._began_ns = self._now_ns()

    def stop(self) -> int:
        """Milliseconds since the start, or 0 if nothing was running."""
        if self._began_ns is None:
            return 0
        shown_ms = (self._now_ns() - self._began_ns) // 1_000_000
        self._began_ns = None
        return shown_ms
