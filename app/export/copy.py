"""A sealed record leaves the room: as a folder or a ZIP, read back and verified.

- The target is written under another name and renamed when it is whole and valid.
- Nothing is overwritten; the sealed original is only read.
- ZIP members are stored, not deflated: media do not shrink and any tool can read them.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from app.errors import StorageProblem
from signing.verify import verify

Progress = Callable[[float], None]
BLOCK_BYTES = 1 << 20
WRITING_SHARE = 0.6  # of the work; the rest is reading it back


class ExportCancelled(Exception):  # noqa: N818 - asked for, no fault
    """The person cancelled; the half-written copy is gone."""


def export_record(
    folder: Path,
    target: Path,
    progress: Progress,
    cancel: threading.Event | None = None,
) -> Path:
    """Copy the record in `folder` to `target` (a folder, or a file ending in .zip).

    Raises:
        StorageProblem: `target_exists`, `disk_full` or `folder_unwritable`.
        SealProblem: the copy does not verify; it was removed again.
        ExportCancelled: `cancel` was set.
    """
    if target.is_dir() and target.suffix != ".zip":
        target = target / folder.name
    if target.exists():
        raise StorageProblem("target_exists", path=str(target))
    # The name keeps its ending, because the verifier tells a ZIP by it.
    partial = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        _write(folder, partial, _Watched(folder, progress, cancel))
        verify(partial)
        partial.replace(target)
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
        raise StorageProblem(code, path=str(target), why=str(error)) from error
    finally:
        _remove(partial)
    progress(1.0)
    return target


class _Watched:
    """Counts bytes for the bar and stops when cancelled."""

    def __init__(self, folder: Path, progress: Progress, cancel: threading.Event | None) -> None:
        self.files = sorted(path for path in folder.rglob("*") if path.is_file())
        self._total = sum(path.stat().st_size for path in self.files) or 1
        self._done = 0
        self._progress = progress
        self._cancel = cancel

    def advance(self, count: int) -> None:
        if self._cancel is not None and self._cancel.is_set():
            raise ExportCancelled
        self._done += count
        self._progress(WRITING_SHARE * self._done / self._total)


def total_bytes(folder: Path) -> int:
    """Bytes that the strict check of a record reads: all files, and the media once more."""
    sizes = [(path, path.stat().st_size) for path in folder.rglob("*") if path.is_file()]
    media = sum(size for path, size in sizes if path.suffix == ".mp4")
    return max(1, media + sum(size for _, size in sizes))


def _write(folder: Path, partial: Path, watched: _Watched) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    if partial.suffix == ".zip":
        _write_zip(folder, partial, watched)
        return
    for source in watched.files:
        copy = partial / source.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as reading, copy.open("xb") as writing:
            while block := reading.read(BLOCK_BYTES):
                writing.write(block)
                watched.advance(len(block))
            writing.flush()
            os.fsync(writing.fileno())


def _write_zip(folder: Path, partial: Path, watched: _Watched) -> None:
    with partial.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
        for source in watched.files:
            name = f"{folder.name}/{source.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo.from_file(source, name)
            with source.open("rb") as reading, bundle.open(info, "w") as writing:
                while block := reading.read(BLOCK_BYTES):
                    writing.write(block)
                    watched.advance(len(block))


def _remove(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)
