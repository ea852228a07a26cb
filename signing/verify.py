"""The strict check of a record: returns nothing, or raises the first thing that is wrong.

- Order: names and files, the signed list, every digest, the seal, both logs, the media, what was
  shown, given, written and signed. Each step relies only on what the steps before have proved.
- A problem is one of a closed set and names the file.
- Stricter than the stock tools, not different: what this accepts, they accept.
- Without certificates to trust it proves that nothing changed, not who sealed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

from signing.digest import Progress
from signing.disc_files import open_copy
from signing.gm import check_gm
from signing.problem import SealProblem
from signing.record_files import RecordFiles
from signing.revocation import RevocationList
from signing.seal import Seal
from signing.verify_bag import Bag, check_bag_info, check_list
from signing.verify_contents import (
    check_counts,
    check_exhibits,
    check_marks,
    check_paper,
    check_transcript,
)
from signing.verify_logs import JournalFacts, RecorderFacts, check_journal, check_recorder
from signing.verify_media import check_media
from signing.verify_payload import Payload
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


def _ignore(_told: object) -> None:
    """Nobody asked."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of what holds, while the check goes on."""

    passed: Callable[[str], None] = _ignore  # each of `STEPS`
    recorder: Callable[[RecorderFacts], None] = _ignore  # what the recorder's log says


NOBODY = Told()


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
        for problem in _examine(files, question, progress, NOBODY):
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
            return tuple(_examine(files, question, progress, NOBODY))
    except SealProblem as problem:
        return (problem,)


def examine_files(
    files: RecordFiles,
    trust: Sequence[x509.Certificate] | None = None,
    *,
    progress: Progress | None = None,
    told: Told = NOBODY,
    require_receipt: bool = False,
    revoked: Sequence[RevocationList] = (),
    officers: Sequence[x509.Certificate] = (),
) -> tuple[SealProblem, ...]:
    """As `examine`, of files that somebody else opened (on discs), telling what holds."""
    question = Question(trust, require_receipt, revoked=revoked, officers=officers)
    try:
        return tuple(_examine(files, question, progress, told))
    except SealProblem as problem:
        return (problem,)


def _examine(
    files: RecordFiles,
    question: Question,
    progress: Progress | None,
    told: Told,
) -> list[SealProblem]:
    """What is wrong with the files; raises what is wrong inside them."""
    bag, problems = check_list(files)
    if bag is None:
        return problems
    inside = _Inside(files, bag, question)
    with Payload(files, bag.listed, progress) as payload:
        changed = payload.documents()
        # Films take by far the longest: what rests on documents alone is looked at meanwhile.
        logs = contents = _Tried()
        if not problems and not changed:
            logs = _try(inside.logs())
            contents = _try(inside.contents()) if logs.problem is None else _Tried()
        changed += payload.films()
    problems += sorted(changed, key=_path_of)
    if not problems:
        check_bag_info(files)
        told.passed("files")
        _tell(logs, told)
        told.recorder(inside.recorder)
        check_media(files, payload.heads, inside.journal, inside.recorder)
        told.passed("media")
        _tell(contents, told)
    return problems


def _path_of(problem: SealProblem) -> str:
    return str(problem.details["path"])


class _Inside:
    """What is behind the list, step by step; a step that holds is named."""

    seal: Seal
    journal: JournalFacts
    recorder: RecorderFacts

    def __init__(self, files: RecordFiles, bag: Bag, question: Question) -> None:
        self._files = files
        self._bag = bag
        self._question = question

    def logs(self) -> Iterator[str]:
        self.seal = check_seal(self._files, self._bag, self._question)
        check_gm(self._files, self.seal.suite, self._bag.listed)
        yield "seal"
        self.journal = check_journal(self._files, self.seal)
        yield "journal"
        self.recorder = check_recorder(self._files, self.seal)
        yield "recorder"

    def contents(self) -> Iterator[str]:
        bag, seal, journal = self._bag, self.seal, self.journal
        check_marks(bag, journal)
        yield "marks"
        check_exhibits(bag, journal)
        yield "exhibits"
        check_transcript(self._files, seal, journal)
        yield "transcript"
        check_paper(self._files, bag, seal, journal, self._question.paper_roots)
        yield "paper"
        check_counts(bag, seal, journal, self.recorder)
        yield "counts"


@dataclass(slots=True)
class _Tried:
    """Steps that held, and the problem of the one that did not; told when their turn comes."""

    passed: list[str] = field(default_factory=list)
    problem: SealProblem | None = None


def _try(steps: Iterator[str]) -> _Tried:
    tried = _Tried()
    try:
        for name in steps:
            tried.passed.append(name)
    except SealProblem as problem:
        tried.problem = problem
    return tried


def _tell(tried: _Tried, told: Told) -> None:
    for name in tried.passed:
        told.passed(name)
    if tried.problem is not None:
        raise tried.problem
