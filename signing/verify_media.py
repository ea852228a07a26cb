"""Fourth part of the check: sound and picture, piece by piece against the recorder's log.

- The pieces of a take cover its file exactly, from the first byte to the last.
- The chain of heads, computed from the file's bytes when they were read, is that of the log.
- Time only goes forward, and a hole of 100 ms or more between two pieces of a stream is stated
  by a gap line; silence about missing media is refused (L37).
- Heads that the journal took in while recording are in the recorder's log, so that neither log
  was written anew without the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, zip_longest

from signing.heads import media_name
from signing.problem import SealProblem
from signing.record_files import RecordFiles
from signing.verify_bag import JOURNAL, RECORDER
from signing.verify_logs import Fragment, Gap, JournalFacts, RecorderFacts

STATED_FROM_MS = 100
MEDIA = re.compile(r"data/media/(?P<stream>[a-z0-9-]+)-take-(?P<take>[0-9]{3,})\.mp4")


def check_media(
    files: RecordFiles,
    heads: Mapping[str, Sequence[str]],
    journal: JournalFacts,
    recorder: RecorderFacts,
) -> None:
    """Check every media file; `heads` are those of its pieces as they were read.

    Raises:
        SealProblem: `file_missing`, `file_unlisted`, `fragment_changed`, `gap_unstated`,
            `chain_malformed` or `chain_head_wrong`.
    """
    wanted = {media_name(*key): pieces for key, pieces in recorder.fragments.items()}
    for name in sorted(files.sizes):
        if MEDIA.fullmatch(name) and name not in wanted:
            raise SealProblem("file_unlisted", path=name)
    for name, pieces in sorted(wanted.items(), key=_name_of):
        if name not in files.sizes:
            raise SealProblem("file_missing", path=name)
        _check_order(pieces)
        if sum(piece.bytes for piece in pieces) != files.sizes[name]:
            raise SealProblem("fragment_changed", path=name, fragment=len(pieces))
        _check_heads(name, pieces, heads.get(name, ()))
        _check_gaps(name, pieces, recorder.gaps)
    _check_pins(journal, recorder)


def _name_of(item: tuple[str, Sequence[Fragment]]) -> str:
    return item[0]


def _check_order(pieces: Sequence[Fragment]) -> None:
    for index, piece in enumerate(pieces):
        is_right = piece.index == index and piece.bytes > 0 and piece.t0_ms <= piece.t1_ms
        if not is_right:
            raise SealProblem("chain_malformed", path=RECORDER, fragment=index)
    for before, after in pairwise(pieces[1:]):
        if after.t0_ms < before.t0_ms:
            raise SealProblem("chain_malformed", path=RECORDER, fragment=after.index)


def _check_heads(name: str, pieces: Sequence[Fragment], heads: Sequence[str]) -> None:
    told = (piece.head for piece in pieces)
    for index, (said, found) in enumerate(zip_longest(told, heads)):
        if said != found:
            raise SealProblem("fragment_changed", path=name, fragment=index)


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
