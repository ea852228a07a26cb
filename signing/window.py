"""A stretch of one or several files read as one file, opened only while it is read."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stretch:
    """`length` bytes of a file from `offset` on."""

    path: Path
    offset: int
    length: int


class Window(io.RawIOBase):
    """Stretches one after another, for reading.

    `told` is given the bytes of each read; it may raise to end the work.
    """

    def __init__(
        self, stretches: Sequence[Stretch], told: Callable[[int], None] | None = None
    ) -> None:
        super().__init__()
        self._stretches = stretches
        self._starts = list(accumulate((one.length for one in stretches), initial=0))
        self._told = told
        self._at = 0
        self._file: io.FileIO | None = None
        self._open_path: Path | None = None

    @property
    def length(self) -> int:
        """Bytes in all."""
        return self._starts[-1]

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; the file is opened when something is read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill as much as there is up to the end of the stretch."""
        if self._at >= self.length:
            self._shut()
            return 0
        number = bisect_right(self._starts, self._at) - 1
        one = self._stretches[number]
        inside = self._at - self._starts[number]
        view = memoryview(buffer)[: one.length - inside]
        file = self._opened(one.path)
        file.seek(one.offset + inside)
        count = file.readinto(view)
        if not count and view:
            raise EOFError(one.path.name)  # shorter than it was
        self._at += count
        if self._at >= self.length:
            self._shut()
        if self._told is not None:
            self._told(count)
        return int(count)

    def close(self) -> None:
        """Give the file back."""
        self._shut()
        super().close()

    def _opened(self, path: Path) -> io.FileIO:
        if self._file is None or self._open_path != path:
            self._shut()
            self._file = io.FileIO(path)
            self._open_path = path
        return self._file

    def _shut(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
