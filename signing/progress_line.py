"""One line that says how far a check is, for who watches a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

WIDTH = 40


class ProgressLine:
    """Counts bytes of a known whole; draws only on a terminal, and only when the line changes."""

    def __init__(self, total_bytes: int, stream: TextIO) -> None:
        self._total = max(1, total_bytes)
        self._done = 0
        self._stream = stream if stream.isatty() else None
        self._shown = ""

    def __call__(self, count: int) -> None:
        """So many bytes more are read."""
        self._done += count
        share = min(1.0, self._done / self._total)
        line = f"[{'#' * int(WIDTH * share):<{WIDTH}}] {share:4.0%}"
        if self._stream is not None and line != self._shown:
            self._stream.write(f"\r{line}")
            self._stream.flush()
            self._shown = line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None and self._shown:
            self._stream.write("\r" + " " * len(self._shown) + "\r")
