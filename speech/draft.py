"""The lines heard so far of an existing recording, kept beside it until its text is whole.

- One JSON line each, flushed as it is heard: an interruption costs the utterance being heard.
- It is only gone on from when the recording, the model and the language are the same; otherwise
  hearing begins anew.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import BinaryIO

import msgspec

from speech.service import Line

ENDING = ".hearing.jsonl"


class DraftOf(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines were heard from, and with."""

    bytes: int
    changed_ns: int
    model_digest: str
    language: str

    @classmethod
    def now(cls, file: Path, model_digest: str, language: str) -> DraftOf:
        """As the file is at this moment."""
        told = file.stat()
        return cls(
            bytes=told.st_size,
            changed_ns=told.st_mtime_ns,
            model_digest=model_digest,
            language=language,
        )


class Draft:
    """The kept lines of one recording."""

    def __init__(self, file: Path, of: DraftOf) -> None:
        """Open what was kept of `file`, or begin anew.

        Raises:
            OSError: the folder cannot be written.
        """
        self.path = file.with_name(file.name + ENDING)
        self.lines: list[Line] = []
        sound_bytes = self._read(of)
        self._out: BinaryIO = self.path.open("r+b" if sound_bytes else "wb")
        self._out.truncate(sound_bytes)
        self._out.seek(sound_bytes)
        if not sound_bytes:
            self._write(of)

    @property
    def from_ms(self) -> tuple[int, int]:
        """Where each channel goes on."""
        ends = [0, 0]
        for line in self.lines:
            ends[line.channel] = max(ends[line.channel], line.t1_ms)
        return ends[0], ends[1]

    def keep(self, line: Line) -> None:
        """Add a line."""
        self.lines.append(line)
        self._write(line)

    def close(self, *, done: bool) -> None:
        """Let it go; when the text is `done` the draft is of no use any more."""
        self._out.close()
        if done:
            self.path.unlink()

    def _read(self, of: DraftOf) -> int:
        """Take in what is whole; returns its length in bytes, 0 when it is of something else."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return 0
        whole = content[: content.rfind(b"\n") + 1]
        head, *rest = whole.splitlines() or [b""]
        with contextlib.suppress(msgspec.MsgspecError):
            if msgspec.json.decode(head, type=DraftOf) == of:
                self.lines = [msgspec.json.decode(told, type=Line) for told in rest]
                return len(whole)
        return 0

    def _write(self, told: DraftOf | Line) -> None:
        self._out.write(msgspec.json.encode(told) + b"\n")
        self._out.flush()
