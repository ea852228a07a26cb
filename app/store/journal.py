"""The journal of one interrogation: entries in, entries out, each on disk before it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self, cast

import msgspec

from app.domain.events import Entry
from app.errors import StorageProblem
from app.store.keystore import RecordKeys
from app.store.logfile import LogFile, read_log
from signing import chain

NAME = "journal"
FILE = "journal.enc"


class Journal:
    """The one writer of an interrogation's journal."""

    def __init__(self, log: LogFile) -> None:
        self._log = log

    @classmethod
    def open(cls, folder: Path, keys: RecordKeys) -> Self:
        """Open or create the journal in the record's folder; a torn last line is dropped.

        Raises:
            StorageProblem: `journal_damaged` or `folder_unwritable`.
            SetupProblem: `room_taken` when another desk has it open.
        """
        key = keys.derive(NAME)
        return cls(LogFile.open(folder / FILE, keys.record_id, NAME, key, keys.signing_key))

    @property
    def repaired_bytes(self) -> int:
        """How much of a torn last line was dropped when opening."""
        return self._log.repaired_bytes

    def append(self, entry: Entry) -> chain.Line:
        """Keep one entry; when this returns it is on disk."""
        return self._log.append(cast("chain.Body", msgspec.to_builtins(entry)))

    def close(self) -> None:
        """Let another process open it."""
        self._log.close()


def read_lines(folder: Path, keys: RecordKeys) -> Iterator[chain.Line]:
    """Every checked line of the journal in `folder`."""
    path = folder / FILE
    if path.exists():
        public_key = keys.signing_key.public_key()
        yield from read_log(path, keys.record_id, NAME, keys.derive(NAME), public_key)


def read_entries(folder: Path, keys: RecordKeys) -> Iterator[Entry]:
    """Every entry of the journal in `folder`, oldest first."""
    for line in read_lines(folder, keys):
        yield entry_of(line, folder)


def entry_of(line: chain.Line, folder: Path) -> Entry:
    """The typed entry of a checked line."""
    try:
        return msgspec.convert(line.body, Entry)
    except msgspec.ValidationError as error:
        raise StorageProblem("journal_damaged", path=str(folder), seq=line.seq) from error
