"""A copy being written that may have been begun before: what is there already stays.

- Bytes that are there and right are read, not written again; all others are written over. What an
  earlier try left is never believed, so no crash can leave a wrong byte.
- A link in the place of the copy is refused.
- The file has exactly the bytes given when it is finished, and they are on disk.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

WINDOW_BYTES = 1 << 20


class PartialFile(io.RawIOBase):
    """Writes `path`, or goes on with it."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: It cannot be opened, or is no plain file.
        """
        super().__init__()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o666)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileExistsError(path)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        self._there = self._file.seek(0, io.SEEK_END)  # bytes of the earlier try
        self._at = self._end = 0
        self.kept_bytes = 0  # that were right already

    def readable(self) -> bool:
        """A copy is only written."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next bytes go."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; the end is that of what was given in this try."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(0, start + offset)
        return self._at

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take in all of `data`."""
        view = memoryview(data).cast("B")
        for start in range(0, len(view), WINDOW_BYTES):
            self._put(view[start : start + WINDOW_BYTES])
        return len(view)

    def _put(self, view: memoryview) -> None:
        self._file.seek(self._at)
        if self._at + len(view) <= self._there and self._file.read(len(view)) == view:
            self.kept_bytes += len(view)
        else:
            self._file.seek(self._at)
            left = view
            while left:
                left = left[self._file.write(left) :]
        self._at += len(view)
        self._end = max(self._end, self._at)

    def finish(self) -> None:
        """Cut off what was there beyond the end, and have all of it on disk."""
        self._file.truncate(self._end)
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Give the file back, finished or not."""
        self._file.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.finish()
        self.close()


def partial_path(target: Path) -> Path:
    """Where a copy is written until it is whole; the same in every try."""
    # The name keeps its ending, because the verifier tells a ZIP by it.
    return target.with_name(f".{target.stem}.part{target.suffix}")


def make_folder(folder: Path, top: Path) -> None:
    """Make `folder` under `top`; a link on the way is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in (folder, *folder.parents):
        if one.is_symlink():
            raise FileExistsError(one)
        if one == top:
            return
