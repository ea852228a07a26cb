"""Who took which record out of this workstation: when, why, approved by whom, and where to (L40).

- Lines are chained, signed and encrypted as a journal's; there is no way to change or drop one.
- A line is on disk before the first byte leaves, and another says how it ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import msgspec

from app.errors import SetupProblem, StorageProblem
from app.store.keystore import KeyRing
from app.store.logfile import LogFile, read_log
from signing import chain
from signing.digest import key_id

NAME: Final = "custody"
FILE: Final = "custody.enc"
WAIT_S: Final = 5.0  # another process of this workstation may be writing its line
PAUSE_S: Final = 0.05


class CustodyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line: an export `began`, is `done`, was `cancelled` or `failed` with a code."""

    utc: str
    act: str
    record_id: str
    root_digest: str
    officer: str  # as the person told it
    account: str  # of the operating system
    reason: str
    approved_by: str
    target: str
    code: str = ""
    what: str = "record"  # or "film": playable copies of its takes; or "redacted_copy"


class CustodyLog:
    """The custody log of one workstation."""

    def __init__(
        self, data: Path, ring: KeyRing, on_grown: Callable[[], None] | None = None
    ) -> None:
        """Use the log of this workstation.

        Args:
            data: The workstation's data folder.
            ring: Its keys.
            on_grown: Called after each line that was noted here.
        """
        self._on_grown = on_grown
        self._path = data / FILE
        keys = ring.workstation
        self._key = keys.custody_key
        self._signing_key = keys.first.journal_key  # one key from the first line to the last

    @property
    def name(self) -> str:
        """What the center calls it; a machine set up anew begins another one."""
        return f"{NAME}:{key_id(self._signing_key.public_key())}"

    def note(self, entry: CustodyEntry) -> chain.Line:
        """Keep one entry; when this returns it is on disk.

        Raises:
            StorageProblem: `journal_damaged`, `disk_full` or `folder_unwritable`.
            SetupProblem: `room_taken`: another process holds the log for long.
        """
        with self._open() as log:
            line = log.append(cast("chain.Body", msgspec.to_builtins(entry)))
        if self._on_grown is not None:
            self._on_grown()
        return line

    def entries(self, record_id: str = "") -> list[CustodyEntry]:
        """All entries, or those of one record, oldest first; the whole chain is checked.

        Raises:
            StorageProblem: `journal_damaged`.
            SealProblem: `chain_*`: a line is not as it was written.
        """
        if not self._path.exists():
            return []
        public_key = self._signing_key.public_key()
        lines = read_log(self._path, NAME, NAME, self._key, public_key)
        entries = [self._entry(line) for line in lines]
        return [one for one in entries if not record_id or one.record_id == record_id]

    def heads(self) -> list[str]:
        """The digest of every line, oldest first; the last one pins all of them.

        Raises:
            As `entries`.
        """
        if not self._path.exists():
            return []
        public_key = self._signing_key.public_key()
        return [one.digest for one in read_log(self._path, NAME, NAME, self._key, public_key)]

    def _entry(self, line: chain.Line) -> CustodyEntry:
        try:
            return msgspec.convert(line.body, CustodyEntry)
        except msgspec.ValidationError as error:
            raise StorageProblem("journal_damaged", path=str(self._path), seq=line.seq) from error

    def _open(self) -> LogFile:
        give_up = time.monotonic() + WAIT_S
        while True:
            try:
                return LogFile.open(self._path, NAME, NAME, self._key, self._signing_key)
            except SetupProblem:
                if time.monotonic() > give_up:
                    raise
            time.sleep(PAUSE_S)
