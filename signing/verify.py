"""The strict check of a record: returns nothing, or raises the first thing that is wrong.

- Order: names and files, the signed list, every digest, the seal, both logs, the media, what was
  shown, given, written and signed. Each step relies only on what the steps before have proved.
- A problem is one of a closed set and names the file.
- Stricter than the stock tools, not different: what this accepts, they accept.
- Without certificates to trust it proves that nothing changed, not who sealed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from signing.digest import Progress
from signing.disc_files import open_copy
from signing.problem import SealProblem
from signing.record_files import RecordFiles
from signing.revocation import RevocationList
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

STEPS = (
    "files",
    "seal",
    "journal",
    "recorder",
    "media",
    "marks",
    "exhibits",
    "transcript",
    "paper",
    "counts",
)
OnStep = Callable[[str], None]  # told each of `STEPS` when it holds


def verify(
    path: Path | str,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    require_receipt: bool = False,
    at: datetime | None = None,
    revoked: Sequence[RevocationList] = (),
    officers: Sequence[x509.Certificate] = (),
) -> None:
    """Check the record at `path`, a folder, a ZIP or a disc image; it is only read.

    Args:
        path: Folder, stored ZIP, or an image of a set whose other images lie beside it.
        trust: Certificates of authorities (of centers and time stamps), or of a workstation
            not enrolled; None checks integrity only.
        progress: Told the bytes of `data/` read since the last call; it may raise.
        require_receipt: Refuse a record that no center has acknowledged.
        at: The moment for certificates where neither time stamp nor receipt proves one; now
            by default.
        revoked: Lists of certificates that the authorities in `trust` took back.
        officers: Authorities of officers' own tokens: believed of a paper's signatures, never
            of a seal.

    Raises:
        SealProblem: The first problem; `details["path"]` names the file.
    """
    question = Question(trust, require_receipt, at, revoked, officers)
    with open_copy(Path(path)) as files:
        for problem in _examine(files, question, progress, _ignore):
            raise problem


def examine(
    path: Path | str,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    require_receipt: bool = False,
    at: datetime | None = None,
    revoked: Sequence[RevocationList] = (),
    officers: Sequence[x509.Certificate] = (),
) -> tuple[SealProblem, ...]:
    """As `verify`, but returns every file that is not as listed; empty for a valid record."""
    question = Question(trust, require_receipt, at, revoked, officers)
    try:
        with open_copy(Path(path)) as files:
            return tuple(_examine(files, question, progress, _ignore))
    except SealProblem as problem:
        return (problem,)


def examine_files(
    files: RecordFiles,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    passed: OnStep | None = None,
    require_receipt: bool = False,
    revoked: Sequence[RevocationList] = (),
    officers: Sequence[x509.Certificate] = (),
) -> tuple[SealProblem, ...]:
    """As `examine`, of files that somebody else opened (on discs), telling each step that holds."""
    question = Question(trust, require_receipt, revoked=revoked, officers=officers)
    try:
        return tuple(_examine(files, question, progress, passed or _ignore))
    except SealProblem as problem:
        return (problem,)


def _examine(
    files: RecordFiles, question: Question, progress: Progress | None, passed: OnStep
) -> list[SealProblem]:
    bag, problems = check_bag(files, progress)
    if bag is not None:
        passed("files")
        seal = check_seal(files, bag, question)
        passed("seal")
        _check_inside(files, bag, seal, question, passed)
    return problems


def _check_inside(
    files: RecordFiles,
    bag: Bag,
    seal: Seal,
    question: Question,
    passed: OnStep,
) -> None:
    journal = check_journal(files, seal)
    passed("journal")
    recorder = check_recorder(files, seal)
    passed("recorder")
    check_media(files, bag, journal, recorder)
    passed("media")
    check_marks(bag, journal)
    passed("marks")
    check_exhibits(bag, journal)
    passed("exhibits")
    check_transcript(files, seal, journal)
    passed("transcript")
    check_paper(files, bag, seal, journal, question.paper_roots)
    passed("paper")
    check_counts(bag, seal, journal, recorder)
    passed("counts")


def _ignore(_step: str) -> None:
    """Nobody asked."""
