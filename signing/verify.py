"""The strict check of a record: returns nothing, or raises the first thing that is wrong.

- Order: names and files, the signed list, every digest, the seal, both logs, the media, what was
  shown, given, written and signed. Each step relies only on what the steps before have proved.
- A problem is one of a closed set and names the file.
- Stricter than the stock tools, not different: what this accepts, they accept.
- Without certificates to trust it proves that nothing changed, not who sealed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from signing.digest import Progress
from signing.problem import SealProblem
from signing.record_files import RecordFiles, open_record
from signing.seal import Seal
from signing.verify_bag import Bag, check_bag
from signing.verify_contents import (
    check_counts,
    check_exhibits,
    check_marks,
    check_paper,
    check_transcript,
)
from signing.verify_logs import check_journal, check_recorder
from signing.verify_media import check_media
from signing.verify_seal import Question, check_seal


def verify(
    path: Path | str,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    require_receipt: bool = False,
    at: datetime | None = None,
) -> None:
    """Check the record at `path`, a folder or a ZIP; it is only read, never unpacked.

    Args:
        path: Folder or stored ZIP.
        trust: Certificates of authorities (of centers and time stamps), or of a workstation
            not enrolled; None checks integrity only.
        progress: Told the bytes read so far, twice the record's media in all; it may raise.
        require_receipt: Refuse a record that no center has acknowledged.
        at: The moment for certificates where neither time stamp nor receipt proves one; now
            by default.

    Raises:
        SealProblem: The first problem; `details["path"]` names the file.
    """
    question = Question(trust, require_receipt, at)
    for problem in _examine(Path(path), question, progress):
        raise problem


def examine(
    path: Path | str,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    require_receipt: bool = False,
    at: datetime | None = None,
) -> tuple[SealProblem, ...]:
    """As `verify`, but returns every file that is not as listed; empty for a valid record."""
    try:
        return tuple(_examine(Path(path), Question(trust, require_receipt, at), progress))
    except SealProblem as problem:
        return (problem,)


def _examine(path: Path, question: Question, progress: Progress | None) -> list[SealProblem]:
    with open_record(path) as files:
        bag, problems = check_bag(files, progress)
        if bag is not None:
            seal = check_seal(files, bag, question)
            _check_inside(files, bag, seal, question, progress)
        return problems


def _check_inside(
    files: RecordFiles, bag: Bag, seal: Seal, question: Question, progress: Progress | None
) -> None:
    journal = check_journal(files, seal)
    recorder = check_recorder(files, seal)
    check_media(files, journal, recorder, progress)
    check_marks(bag, journal)
    check_exhibits(bag, journal)
    check_transcript(files, seal, journal)
    check_paper(files, bag, seal, journal, question.trust)
    check_counts(bag, seal, journal, recorder)
