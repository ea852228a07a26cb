"""One media folder of a take: its own thread and queue, so that it can never hold up the other.

- A folder that fails, is nearly full or falls too far behind is left out until the next part.
- Both folders get the same bytes; whoever reads takes each piece from the one that has it.
"""

from __future__ import annotations

import errno
import logging
import queue
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from app.recorder.fragment import PartFile, TakeName

BACKLOG = 24  # pieces
_log = logging.getLogger(__name__)


class Written:
    """What became of one piece in all folders."""

    def __init__(self, folders: int) -> None:
        self._condition = threading.Condition()
        self._open = folders
        self.kept = 0

    def tell(self, *, kept: bool) -> None:
        """One folder is done with it."""
        with self._condition:
            self._open -= 1
            self.kept += kept
            self._condition.notify_all()

    def wait(self, limit_s: float, *, for_first: bool = False) -> bool:
        """Until all folders are done, or (`for_first`) one has kept it or none will."""

        def done() -> bool:
            return self._open <= 0 or (for_first and self.kept > 0)

        with self._condition:
            return self._condition.wait_for(done, limit_s)


@dataclass(frozen=True, slots=True)
class _Job:
    name: TakeName
    part: int
    blob: bytes
    written: Written


@dataclass(slots=True)
class _Open:
    part: int
    file: PartFile | None
    failed: bool = field(default=False)


class FolderWriter:
    """Writes pieces of all streams into one media folder."""

    def __init__(self, media_folder: Path, *, reserve_bytes: int) -> None:
        self.path = media_folder
        self.code = ""  # problem code while it is left out
        self.bytes = 0
        self._reserve_bytes = reserve_bytes
        self._queue: queue.Queue[_Job | None] = queue.Queue(BACKLOG)
        self._open: dict[str, _Open] = {}
        self._given = 0  # counted by the keeper's thread
        self._done = 0  # counted by our own
        self._thread = threading.Thread(target=self._run, name="media-folder", daemon=True)
        self._thread.start()

    def put(self, name: TakeName, part: int, blob: bytes, written: Written) -> None:
        """Queue one piece; never waits."""
        try:
            self._queue.put_nowait(_Job(name, part, blob, written))
            self._given += 1
        except queue.Full:
            self._fail("folder_unwritable", "too slow")
            written.tell(kept=False)

    @property
    def is_behind(self) -> bool:
        """Whether it is still busy with earlier pieces and should not be waited for."""
        return self._given > self._done

    @property
    def free_bytes(self) -> int:
        """Room left on its disk; 0 when it cannot be asked."""
        return free_bytes(self.path)

    def close(self, limit_s: float) -> None:
        """Write what is queued, close the files; a folder that hangs is left behind."""
        try:
            self._queue.put(None, timeout=limit_s)
        except queue.Full:
            return
        self._thread.join(limit_s)

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            kept = self._write(job)
            self._done += 1
            job.written.tell(kept=kept)
        for opened in self._open.values():
            self._close_part(opened)

    def _write(self, job: _Job) -> bool:
        try:
            opened = self._part_of(job)
            if opened.failed or opened.file is None:
                return False
            self._leave_room()
            self._require_in_place(opened.file)
            opened.file.append(job.blob)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            self._fail("disk_full" if full else "folder_unwritable", str(error))
            self._open[job.name.stream].failed = True
            return False
        self.bytes += len(job.blob)
        if not any(other.failed for other in self._open.values()):
            self.code = ""
        return True

    @staticmethod
    def _require_in_place(file: PartFile) -> None:
        # A disk unmounted in use takes writes for ever and nobody finds them.
        if not file.is_in_place:
            raise OSError(errno.ENODEV, "its disk was taken away")

    def _leave_room(self) -> None:
        if self.free_bytes < self._reserve_bytes:
            raise OSError(errno.ENOSPC, "reserve reached")

    def _part_of(self, job: _Job) -> _Open:
        opened = self._open.get(job.name.stream)
        if opened is not None and opened.part == job.part:
            return opened
        if opened is not None:
            self._close_part(opened)
        fresh = self._open[job.name.stream] = _Open(job.part, None)
        fresh.file = PartFile(job.name.folder(self.path), job.part)
        return fresh

    def _close_part(self, opened: _Open) -> None:
        if opened.file is not None:
            try:
                opened.file.close()
            except OSError as error:
                _log.warning("part did not close: %s", error)

    def _fail(self, code: str, why: str) -> None:
        if not self.code:
            _log.error("media folder left out: %s %s", code, why)
        self.code = code


def free_bytes(folder: Path) -> int:
    """Room left on the disk of a folder that may not exist yet; 0 when it cannot be asked."""
    try:
        there = next(p for p in (folder, *folder.parents) if p.exists())
        return shutil.disk_usage(there).free
    except (OSError, StopIteration):
        return 0
