"""The recorder's own chained log, as several threads of a take write it.

- A line that the disk refuses now is kept in memory and written, in order, before the next one.
- Each line is synced by itself: a power cut can tear the last one only, which can be mended.
- The second media folder gets the log's frames and the wrapped keys too: with either disk alone
  the recording can be read.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections import deque
from pathlib import Path
from typing import Protocol

from app.errors import StorageProblem

LOG_FILE = "recorder.enc"
KEYS_FILE = "keys.json"
MAX_WAITING = 20_000
SAME_BYTES = 64 << 10  # compared before a copy goes on; more than one line that may be torn
_log = logging.getLogger(__name__)

Body = dict[str, object]


class Log(Protocol):
    """What is needed of `app.store.logfile.LogFile`."""

    count: int

    def append(self, body: Body) -> object:
        """Write a line and sync it, or leave the log as it was."""

    def close(self) -> None:
        """Release the file."""


class Logbook:
    """Writes lines from any thread."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._waiting: deque[Body] = deque()
        self.code = ""

    @property
    def count(self) -> int:
        """Lines in the log."""
        return self._log.count

    def write(self, kind: str, **fields: object) -> None:
        """Add one line; never raises."""
        with self._lock:
            if len(self._waiting) < MAX_WAITING:
                self._waiting.append({"kind": kind, **fields})
            try:
                while self._waiting:
                    self._log.append(self._waiting[0])
                    self._waiting.popleft()
            except StorageProblem as problem:
                if not self.code:
                    _log.error("log not written: %s", problem)
                self.code = problem.code
                return
            self.code = ""

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._log.close()


def copy_growth(source: Path, target: Path) -> None:
    """Bring a copy of a file that only grows up to date; never raises."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with source.open("rb") as old, target.open("r+b" if target.exists() else "w+b") as new:
            have = new.seek(0, os.SEEK_END)
            same = max(0, have - SAME_BYTES)
            old.seek(same)
            new.seek(same)
            if old.read(have - same) != new.read(have - same):
                # A line that the copy already had was torn at the source and cut off there.
                old.seek(same)
                new.seek(same)
            shutil.copyfileobj(old, new)
            new.truncate()
    except OSError as error:
        _log.debug("copy of %s is behind: %s", source.name, error)
