"""Writes down every operation that real code does on files below a folder, as the disk sees it.

- The operations are done for real too; nothing of the code under test is replaced.
- `acknowledge` notes what somebody was told is kept; a crash after it must not lose it.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

TAPED = (
    *("open", "close", "write", "fsync", "fdatasync", "ftruncate"),
    *("replace", "rename", "unlink", "mkdir", "fdopen"),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `file` numbers the file itself, whatever its name is or becomes."""

    kind: str  # make_folder create write cut sync sync_folder rename remove
    path: str = ""  # relative to the tape's folder
    file: int = 0
    at: int = 0  # byte offset, or the length after a cut
    data: bytes = b""
    to: str = ""


class Tape:
    """Use in a `with`; one at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.operations: list[Operation] = []
        self.acknowledged: list[tuple[int, object]] = []  # operations done by then, and what
        self.folders: list[str] = []  # those that were there before the first operation
        self._lock = threading.RLock()
        self._files: dict[int, int] = {}  # descriptor: file
        self._folders: dict[int, str] = {}  # descriptor: path
        self._numbers: dict[str, int] = {}  # path: file
        self._count = 0
        self._real: dict[str, Callable[..., Any]] = {}
        self._open_stream = io.open

    def acknowledge(self, what: object) -> None:
        """Somebody was told that this is kept."""
        with self._lock:
            self.acknowledged.append((len(self.operations), what))

    def __enter__(self) -> Self:
        there = (path for path in self.root.rglob("*") if path.is_dir())
        self.folders = sorted(str(path.relative_to(self.root)) for path in there)
        for name in TAPED:
            self._real[name] = getattr(os, name)
            setattr(os, name, getattr(self, f"_{name}"))
        io.open = self._stream
        return self

    def __exit__(self, *_: object) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)
        io.open = self._open_stream

    # --- names -----------------------------------------------------------------

    def _inside(self, path: object) -> str | None:
        if not isinstance(path, str | os.PathLike):
            return None
        try:
            return str(Path(os.path.abspath(path)).relative_to(self.root))  # noqa: PTH100
        except (TypeError, ValueError):
            return None

    def _note(self, kind: str, path: str = "", file: int = 0, **more: Any) -> None:
        self.operations.append(Operation(kind, path, file, **more))

    # --- what stands in for `os` -------------------------------------------------

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        inside = self._inside(path)
        with self._lock:
            if inside is None:
                return self._real["open"](path, flags, mode, **more)
            existed = os.path.lexists(path)
            handle = self._real["open"](path, flags, mode, **more)
            self._files.pop(handle, None)
            self._folders.pop(handle, None)
            if os.path.isdir(path):  # noqa: PTH112
                self._folders[handle] = inside
                return handle
            if not existed:
                self._count += 1
                self._numbers[inside] = self._count
                self._note("create", inside, self._count)
            if inside in self._numbers and flags & (os.O_WRONLY | os.O_RDWR):
                self._files[handle] = self._numbers[inside]
                if existed and flags & os.O_TRUNC:
                    self._note("cut", inside, self._numbers[inside])
            return handle

    def _close(self, handle: int) -> None:
        with self._lock:
            self.forget(handle)
            self._real["close"](handle)

    def forget(self, handle: int) -> None:
        """The descriptor is closed; its number may be given to another file."""
        self._files.pop(handle, None)
        self._folders.pop(handle, None)

    def _write(self, handle: int, data: Any) -> int:
        with self._lock:
            file = self._files.get(handle)
            if file is None:
                return self._real["write"](handle, data)
            at = os.lseek(handle, 0, os.SEEK_CUR)
            done = self._real["write"](handle, data)
            self._note("write", "", file, at=at, data=bytes(data[:done]))
            return done

    def wrote(self, handle: int, at: int, data: bytes) -> None:
        """A file object wrote."""
        with self._lock:
            if handle in self._files:
                self._note("write", "", self._files[handle], at=at, data=data)

    def _fsync(self, handle: int) -> None:
        with self._lock:
            self._real["fsync"](handle)
            if handle in self._files:
                self._note("sync", "", self._files[handle])
            elif handle in self._folders:
                self._note("sync_folder", self._folders[handle])

    def _fdatasync(self, handle: int) -> None:
        self._fsync(handle)

    def _ftruncate(self, handle: int, length: int) -> None:
        with self._lock:
            self._real["ftruncate"](handle, length)
            self.was_cut(handle, length)

    def was_cut(self, handle: int, length: int) -> None:
        """A file object was truncated."""
        with self._lock:
            if handle in self._files:
                self._note("cut", "", self._files[handle], at=length)

    def _replace(self, old: Any, new: Any) -> None:
        self._move("replace", old, new)

    def _rename(self, old: Any, new: Any) -> None:
        self._move("rename", old, new)

    def _move(self, how: str, old: Any, new: Any) -> None:
        with self._lock:
            self._real[how](old, new)
            source, target = self._inside(old), self._inside(new)
            if source is None or target is None:
                return
            self._note("rename", source, to=target)
            for path in [p for p in self._numbers if p == source or p.startswith(source + "/")]:
                self._numbers[target + path[len(source) :]] = self._numbers.pop(path)

    def _unlink(self, path: Any, **more: Any) -> None:
        with self._lock:
            self._real["unlink"](path, **more)
            inside = self._inside(path)
            if inside is not None and not more:
                self._numbers.pop(inside, None)
                self._note("remove", inside)

    def _mkdir(self, path: Any, mode: int = 0o777, **more: Any) -> None:
        with self._lock:
            self._real["mkdir"](path, mode, **more)
            inside = self._inside(path)
            if inside is not None:
                self._note("make_folder", inside)

    # --- file objects --------------------------------------------------------------

    def _fdopen(self, handle: int, mode: str = "r", buffering: int = -1, **more: Any) -> Any:
        if handle not in self._files:
            return self._real["fdopen"](handle, mode, buffering, **more)
        raw = TapedFile(handle, mode.replace("x", "w"), self)
        if buffering == 0:
            return raw
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    def _stream(self, path: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        inside = self._inside(path)
        if inside is None or "b" not in mode or not set(mode) & set("wxa+"):
            return self._open_stream(path, mode, *more, **named)
        flags = os.O_RDWR if "+" in mode else os.O_WRONLY
        flags |= os.O_CREAT | os.O_TRUNC if "w" in mode else 0
        flags |= os.O_CREAT | os.O_EXCL if "x" in mode else 0
        return self._fdopen(self._open(path, flags, 0o666), mode)


class TapedFile(io.FileIO):
    """A raw file that tells its tape what it writes."""

    def __init__(self, handle: int, mode: str, tape: Tape) -> None:
        super().__init__(handle, mode)
        self._tape = tape

    def write(self, data: Any) -> int:
        at = self.tell()
        done = super().write(data)
        self._tape.wrote(self.fileno(), at, bytes(data[:done]))
        return done

    def truncate(self, size: int | None = None) -> int:
        length = super().truncate(size)
        self._tape.was_cut(self.fileno(), length)
        return length

    def close(self) -> None:
        if not self.closed:
            self._tape.forget(self.fileno())
        super().close()
