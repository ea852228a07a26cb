"""The recorder's own chained log, as several threads of a take write it.

- A line that the disk refuses now is kept in memory and written, in order, with the next one.
- The second media folder gets the log's frames and the wrapped keys too: with either disk alone
  the recording can be read.
"""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path
from typing import Protocol

from app.errors import StorageProblem

LOG_FILE = "recorder.enc"
KEYS_FILE = "keys.json"
MAX_WAITING = 20_000
_log = logging.getLogger(__name__)

Body = dict[str, object]


class Log(Protocol):
    """What is needed of `app.store.logfile.LogFile`."""

    count: int

    def append_many(self, bodies: list[Body]) -> object:
        """Write lines and sync them, all or none."""

    def close(self) -> None:
        """Release the file."""


class Logbook:
    """Writes lines from any thread."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._waiting: list[Body] = []
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
                self._log.append_many(self._waiting)
            except StorageProblem as problem:
                if not self.code:
                    _log.error("log not written: %s", problem)
                self.code = problem.code
                return
            self._waiting = []
            self.code = ""

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._log.close()


def copy_growth(source: Path, target: Path) -> None:
    """Bring a copy of a file that only grows up to date; never raises."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        have = target.stat().st_size if target.exists() else 0
        if have > source.stat().st_size:  # a torn end was cut off at the source
            have = 0
        with source.open("rb") as old, target.open("r+b" if have else "wb") as new:
            old.seek(have)
            new.seek(have)
            shutil.copyfileobj(old, new)
    except OSError as error:
        _log.debug("copy of %s is behind: %s", source.name, error)
