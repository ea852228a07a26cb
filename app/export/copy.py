"""A sealed record leaves the room: as a folder or a ZIP, read back and verified.

- The target is written under another name and renamed when it is whole and valid.
- Nothing is overwritten; the sealed original is only read.
- An export that was cut off (power, a pulled medium, a killed program) goes on when it is asked
  for again; one that was cancelled, or does not verify, leaves nothing.
- ZIP members are stored, not deflated: media do not shrink and any tool can read them.
"""

from __future__ import annotations

import errno
import shutil
import threading
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from app.errors import SealProblem, StorageProblem
from app.export.partial import PartialFile, make_folder, partial_path
from app.export.work import ExportCancelled, Progress, Work
from signing.manifest import PAYLOAD
from signing.verify import verify

__all__ = ["ExportCancelled", "Progress", "export_record", "payload_bytes", "total_bytes"]
BLOCK_BYTES = 1 << 20


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
    partial = partial_path(target)
    try:
        sources = sorted(path for path in folder.rglob("*") if path.is_file())
        work = Work(sum(path.stat().st_size for path in sources), progress, cancel)
        _write(folder, sources, partial, work)
        work.begin_reading(total_bytes(folder))
        verify(partial, progress=work.read)
        partial.replace(target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            remove_partial(partial)  # the room is worth more than the work
            raise StorageProblem("disk_full", path=str(target), why=str(error)) from error
        raise StorageProblem("folder_unwritable", path=str(target), why=str(error)) from error
    except (SealProblem, ExportCancelled):
        remove_partial(partial)
        raise
    progress(1.0)
    return target


def total_bytes(folder: Path) -> int:
    """Bytes that the strict check tells of when it reads the record in `folder`, at least 1."""
    # Whatever lies there: names and links are judged by the check itself.
    found = (path for path in folder.rglob("*") if path.is_file())
    return payload_bytes({one.relative_to(folder).as_posix(): one.stat().st_size for one in found})


def payload_bytes(sizes: Mapping[str, int]) -> int:
    """Bytes that the strict check tells of, by the sizes of all files, at least 1."""
    return max(1, sum(size for name, size in sizes.items() if name.startswith(PAYLOAD)))


def _write(folder: Path, sources: Sequence[Path], partial: Path, work: Work) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    if partial.suffix == ".zip":
        _write_zip(folder, sources, partial, work)
        return
    for source in sources:
        copy = partial / source.relative_to(folder)
        make_folder(copy.parent, partial)
        with source.open("rb") as reading, PartialFile(copy) as writing:
            while block := reading.read(BLOCK_BYTES):
                writing.write(block)
                work.wrote(len(block))


def _write_zip(folder: Path, sources: Sequence[Path], partial: Path, work: Work) -> None:
    with (
        PartialFile(partial) as file,
        zipfile.ZipFile(cast("BinaryIO", file), "w", zipfile.ZIP_STORED) as bundle,
    ):
        for source in sources:
            name = f"{folder.name}/{source.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo.from_file(source, name)
            with source.open("rb") as reading, bundle.open(info, "w") as writing:
                while block := reading.read(BLOCK_BYTES):
                    writing.write(block)
                    work.wrote(len(block))


def remove_partial(partial: Path) -> None:
    """Take away what was half-written."""
    if partial.is_dir():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)
