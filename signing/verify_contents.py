"""Last part of the check: marks, exhibits, the agreed text and the paper are what was journaled.

- Each mark's original has the digest journaled when it was given, and there is no other mark;
  beside it lie sensor data and copies of known kinds only.
- Each exhibit is named by its own digest and was shown.
- `transcript.json` has the lines, speakers and words that the journal leads to.
- The paper is the one of the last signing step, with exactly the signatures the seal expects.
- There is as much of everything as the seal says.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from cryptography import x509

from signing.digest import digest_of
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_whole
from signing.seal import Seal
from signing.verify_bag import JOURNAL, PAPER, TRANSCRIPT, Bag
from signing.verify_logs import JournalFacts, RecorderFacts

MARKS = "data/marks/"
EXHIBITS = "data/exhibits/"
ORIGINALS = {"ink": "inkml", "fingerprint": "png"}
# What else may lie beside an original: sensor data, and copies for other programs.
BESIDE = {"ink": ("json", "sdi", "png"), "fingerprint": ("json", "wsq")}


class Revision(msgspec.Struct, frozen=True):
    """One wording."""

    text: str


class Utterance(msgspec.Struct, frozen=True):
    """One line of the agreed text, with all its wordings."""

    id: str
    role: str
    revisions: tuple[Revision, ...]


class Transcript(msgspec.Struct, frozen=True):
    """What of `transcript.json` is checked; the rest is for readers."""

    version: int
    record_id: str
    utterances: tuple[Utterance, ...]


def check_marks(bag: Bag, journal: JournalFacts) -> None:
    """Check `data/marks`; raises `SealProblem` `mark_mismatch` or `file_missing`."""
    for mark in journal.marks:
        name = f"{MARKS}{mark.mark_id}.{ORIGINALS.get(mark.mark_kind, '')}"
        if name not in bag.listed:
            raise SealProblem("file_missing", path=name)
        if bag.listed[name] != mark.digest:
            raise SealProblem("mark_mismatch", path=name)
    given = {
        f"{MARKS}{mark.mark_id}.{extension}"
        for mark in journal.marks
        for extension in (ORIGINALS[mark.mark_kind], *BESIDE[mark.mark_kind])
    }
    for name in sorted(bag.listed):
        if name.startswith(MARKS) and name not in given:
            raise SealProblem("mark_mismatch", path=name)


def check_exhibits(bag: Bag, journal: JournalFacts) -> None:
    """Check `data/exhibits`; raises `SealProblem` `exhibit_mismatch`."""
    found = set()
    for name, digest in sorted(bag.listed.items()):
        if name.startswith(EXHIBITS):
            told = name.removeprefix(EXHIBITS).partition(".")[0]
            if told != digest or digest not in journal.exhibits or digest in found:
                raise SealProblem("exhibit_mismatch", path=name)
            found.add(digest)
    for digest in sorted(journal.exhibits - found):
        raise SealProblem("exhibit_mismatch", path=f"{EXHIBITS}{digest}")


def check_transcript(files: RecordFiles, seal: Seal, journal: JournalFacts) -> None:
    """Check `transcript.json`; raises `SealProblem` `transcript_mismatch`, `record_mismatch`."""
    try:
        told = msgspec.json.decode(read_whole(files, TRANSCRIPT), type=Transcript)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise SealProblem("transcript_mismatch", path=TRANSCRIPT, line="") from error
    if told.record_id != seal.record_id:
        raise SealProblem("record_mismatch", path=TRANSCRIPT)
    seen: set[str] = set()
    for line in told.utterances:
        words = (line.role, line.revisions[-1].text if line.revisions else "")
        if line.id in seen or journal.lines.get(line.id) != words:
            raise SealProblem("transcript_mismatch", path=TRANSCRIPT, line=line.id)
        seen.add(line.id)
    for line_id in journal.lines.keys() - seen:
        raise SealProblem("transcript_mismatch", path=TRANSCRIPT, line=line_id)


def check_paper(
    files: RecordFiles,
    bag: Bag,
    seal: Seal,
    journal: JournalFacts,
    roots: Sequence[x509.Certificate] | None,
) -> None:
    """Check the signed transcript; raises `SealProblem` `paper_*`, `signer_*`, `count_wrong`."""
    from signing import paper

    if bag.listed[PAPER] != seal.paper_digest:
        raise SealProblem("paper_changed", path=PAPER)
    pdf = read_whole(files, PAPER)
    paper.check(pdf, seal.fields, roots or [])
    paper.check_signed_by(pdf, bag.signature.signer)
    _check_steps(pdf, seal, journal)
    pages = len(journal.paper.page_digests) if journal.paper else 0
    if pages != seal.pages:
        raise SealProblem("count_wrong", path=JOURNAL, what="pages", said=seal.pages, found=pages)


def _check_steps(pdf: bytes, seal: Seal, journal: JournalFacts) -> None:
    """Each signing step left the file as the journal told then, and the last one left all of it."""
    steps = journal.signed
    lengths = [0, *(step.bytes for step in steps)]
    is_whole = lengths[-1] == (len(pdf) if steps else 0) and lengths == sorted(set(lengths))
    is_same = all(digest_of(pdf[: step.bytes]) == step.digest for step in steps)
    if not (is_whole and is_same and {step.field for step in steps} == set(seal.fields)):
        raise SealProblem("paper_changed", path=PAPER, why="journal")


def check_counts(bag: Bag, seal: Seal, journal: JournalFacts, recorder: RecorderFacts) -> None:
    """Compare the seal's figures with what there is; raises `SealProblem` `count_wrong`."""
    said = seal.counts
    found = {
        "takes": (said.takes, len(recorder.takes)),
        "fragments": (said.fragments, sum(map(len, recorder.fragments.values()))),
        "utterances": (said.utterances, len(journal.lines)),
        "marks": (said.marks, len(journal.marks)),
        "exhibits": (said.exhibits, sum(name.startswith(EXHIBITS) for name in bag.listed)),
        "paper_signatures": (said.paper_signatures, len(seal.fields)),
    }
    for what, (told, counted) in found.items():
        if told != counted:
            raise SealProblem("count_wrong", path="seal.json", what=what, said=told, found=counted)
