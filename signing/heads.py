"""Recomputes the chain of heads of a take while its file is digested: one pass, one digest.

- The head of a piece is the SHA-256 of the film up to the piece's end; the last is the file's.
- Where the pieces end is taken from the recorder's log before that log is checked. That is safe:
  these lengths only say where to cut, and the heads are compared with the checked log later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_whole

Blocks = bytes | memoryview


class _Body(msgspec.Struct, frozen=True):
    kind: str = ""
    stream: str = ""
    take: int = 0
    bytes: int = 0


class _Line(msgspec.Struct, frozen=True):
    body: _Body


class HeadChain:
    """The digest of a file, and on the way the heads of its pieces."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.heads: list[str] = []  # of the whole pieces so far, hexadecimal
        self._lengths = iter(lengths)
        self._state = hashlib.sha256()
        self._left = next(self._lengths, 0)

    def update(self, block: Blocks) -> None:
        """Take in the next bytes of the file."""
        view = memoryview(block)
        while self._left > 0 and view:
            part, view = view[: self._left], view[self._left :]
            self._state.update(part)
            self._left -= len(part)
            if not self._left:
                self._end_piece()
        self._state.update(view)  # behind the last piece

    def hexdigest(self) -> str:
        """The digest of all bytes so far, 64 hexadecimal characters."""
        return self._state.hexdigest()

    def _end_piece(self) -> None:
        self.heads.append(self._state.hexdigest())
        self._left = next(self._lengths, 0)


def media_name(stream: str, take: int) -> str:
    """Where the media of a stream's take lies."""
    return f"data/media/{stream}-take-{take:03d}.mp4"


def planned_lengths(files: RecordFiles, log: str) -> Mapping[str, Sequence[int]]:
    """The lengths of the pieces of each media file as an unchecked log tells them.

    A log that cannot be read gives none; its own check says what is wrong with it.
    """
    found: dict[str, list[int]] = {}
    try:
        lines = read_whole(files, log).splitlines()
        decode = msgspec.json.Decoder(_Line).decode
        bodies = (decode(line).body for line in lines if b'"fragment"' in line)
        for body in bodies:
            if body.kind == "fragment":
                found.setdefault(media_name(body.stream, body.take), []).append(body.bytes)
    except (SealProblem, msgspec.DecodeError, RecursionError):
        return {}
    return found
