"""Fourth part of the check: sound and picture, piece by piece against the recorder's log.

- The pieces of a take cover its file exactly, from the first byte to the last.
- The chain of heads is computed again from the file's bytes: SHA-256(head before || piece).
- Time only goes forward, and a hole of 100 ms or more between two pieces of a stream is stated
  by a gap line; silence about missing media is refused (L37).
- Heads that the journal took in while recording are in the recorder's log, so that neither log
  was written anew without the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from signing.digest import Progress
from signing.manifest import THREADS, OneAtATime
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_blocks
from signing.verify_bag import JOURNAL, RECORDER
from signing.verify_logs import Fragment, Gap, JournalFacts, RecorderFacts

STATED_FROM_MS = 100
MEDIA = re.compile(r"data/media/(?P<stream>[a-z0-9-]+)-take-(?P<take>[0-9]{3,})\.mp4")


def check_media(
    files: RecordFiles,
    journal: JournalFacts,
    recorder: RecorderFacts,
    progress: Progress | None = None,
) -> None:
    """Check every media file.

    Raises:
        SealProblem: `file_missing`, `file_unlisted`, `fragment_changed`, `gap_unstated`,
            `chain_malformed` or `chain_head_wrong`.
    """
    wanted = {media_name(*key): pieces for key, pieces in recorder.fragments.items()}
    for name in sorted(files.sizes):
        if MEDIA.fullmatch(name) and name not in wanted:
            raise SealProblem("file_unlisted", path=name)
    told = None if progress is None else OneAtATime(progress)

    def check_one(name: str) -> None:
        if name not in files.sizes:
            raise SealProblem("file_missing", path=name)
        _check_order(wanted[name])
        _check_pieces(files, name, wanted[name], told)
        _check_gaps(name, wanted[name], recorder.gaps)

    with ThreadPoolExecutor(THREADS, "media") as pool:
        for _ in pool.map(check_one, sorted(wanted)):  # raises the first by name
            pass
    _check_pins(journal, recorder)


def media_name(stream: str, take: int) -> str:
    """Where the media of a stream's take lies."""
    return f"data/media/{stream}-take-{take:03d}.mp4"


def _check_order(pieces: Sequence[Fragment]) -> None:
    for index, piece in enumerate(pieces):
        is_right = piece.index == index and piece.bytes > 0 and piece.t0_ms <= piece.t1_ms
        if not is_right:
            raise SealProblem("chain_malformed", path=RECORDER, fragment=index)
    for before, after in pairwise(pieces[1:]):
        if after.t0_ms < before.t0_ms:
            raise SealProblem("chain_malformed", path=RECORDER, fragment=after.index)


def _check_pieces(
    files: RecordFiles, name: str, pieces: Sequence[Fragment], progress: Progress | None
) -> None:
    if sum(piece.bytes for piece in pieces) != files.sizes[name]:
        raise SealProblem("fragment_changed", path=name, fragment=len(pieces))
    stream = _Pieces(read_blocks(files, name, progress))
    head = bytes(32)
    for piece in pieces:
        state = hashlib.sha256(head)
        for block in stream.take(piece.bytes):
            state.update(block)
        head = state.digest()
        if head.hex() != piece.head:
            raise SealProblem("fragment_changed", path=name, fragment=piece.index)


class _Pieces:
    """Gives a stream of blocks again in lengths of another choice."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")

    def take(self, count: int) -> Iterator[memoryview]:
        """The next `count` bytes, or fewer at the end."""
        while count:
            if not self._left:
                self._left = memoryview(next(self._blocks, b""))
                if not self._left:
                    return
            part, self._left = self._left[:count], self._left[count:]
            count -= len(part)
            yield part


def _check_gaps(name: str, pieces: Sequence[Fragment], gaps: Sequence[Gap]) -> None:
    # Piece 0 is the film's opening and has no time of its own.
    for before, after in pairwise(pieces[1:]):
        hole_ms = after.t0_ms - before.t1_ms
        if hole_ms >= STATED_FROM_MS and not any(
            gap.stream in {"", before.stream}
            and gap.take == before.take
            and gap.t0_ms < before.t1_ms + STATED_FROM_MS
            and gap.t1_ms > after.t0_ms - STATED_FROM_MS
            for gap in gaps
        ):
            raise SealProblem("gap_unstated", path=name, t0_ms=before.t1_ms, t1_ms=after.t0_ms)


def _check_pins(journal: JournalFacts, recorder: RecorderFacts) -> None:
    heads = {
        (piece.take, piece.stream, piece.head): piece.index
        for pieces in recorder.fragments.values()
        for piece in pieces
    }
    for pin in journal.pins:
        if heads.get((pin.take, pin.stream, pin.head)) != pin.index:
            raise SealProblem("chain_head_wrong", path=JOURNAL, stream=pin.stream, take=pin.take)
    for ended in journal.ended:
        for stream, head in ended.heads.items():
            if (ended.take, stream, head) not in heads:
                raise SealProblem("chain_head_wrong", path=JOURNAL, stream=stream, take=ended.take)
