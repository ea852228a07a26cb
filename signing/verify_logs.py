"""Third part of the check: journal and recorder log, whole to the last line.

- Every line is canonical, in its place and signed by the key that the seal names.
- Head and number of lines are those of the seal, so no end was cut off.
- The journal opened this record and no other, real or simulated as the seal says.
- What later parts need from the lines is taken here, in its exact form; kinds of lines unknown
  to this version are kept and not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from signing.chain import Body, read_lines
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_whole
from signing.seal import Seal
from signing.verify_bag import JOURNAL, RECORDER


class Fragment(msgspec.Struct, frozen=True):
    """A kept piece of media, as the recorder told it."""

    stream: str
    take: int
    index: int
    head: str
    bytes: int
    t0_ms: int
    t1_ms: int


class Gap(msgspec.Struct, frozen=True):
    """A hole that the recorder states; an empty stream means all of the take."""

    stream: str
    take: int
    t0_ms: int
    t1_ms: int


class Mark(msgspec.Struct, frozen=True):
    """A given mark."""

    mark_id: str
    mark_kind: str
    digest: str


class Exhibit(msgspec.Struct, frozen=True):
    """Something shown."""

    digest: str


class Paper(msgspec.Struct, frozen=True):
    """A laid-out transcript."""

    paper_digest: str
    page_digests: tuple[str, ...]


class PaperSigned(msgspec.Struct, frozen=True):
    """The transcript file after one more signature."""

    field: str
    bytes: int
    digest: str


class Pin(msgspec.Struct, frozen=True):
    """A head of the media chain that the journal took in."""

    take: int
    stream: str
    index: int
    head: str


class TakeEnded(msgspec.Struct, frozen=True):
    """The last heads of a take, by stream."""

    take: int
    heads: dict[str, str]


class Opened(msgspec.Struct, frozen=True):
    """The journal's first line."""

    record_id: str
    simulated: bool


@dataclass(slots=True)
class JournalFacts:
    """What the journal says that other files must bear out."""

    lines: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> role, agreed text
    marks: list[Mark] = field(default_factory=list)
    exhibits: set[str] = field(default_factory=set)
    paper: Paper | None = None
    signed: list[PaperSigned] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    ended: list[TakeEnded] = field(default_factory=list)


@dataclass(slots=True)
class RecorderFacts:
    """What the recorder says that the media must bear out."""

    fragments: dict[tuple[str, int], list[Fragment]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    takes: set[int] = field(default_factory=set)


def check_journal(files: RecordFiles, seal: Seal) -> JournalFacts:
    """Check the journal; raises `SealProblem` `chain_*`, `count_wrong` or `record_mismatch`."""
    facts = JournalFacts()
    for seq, body in enumerate(
        _bodies(files, JOURNAL, seal, seal.journal_head, seal.counts.events)
    ):
        event = body.get("event")
        if not isinstance(event, dict):
            raise SealProblem("chain_malformed", path=JOURNAL, seq=seq)
        if seq == 0:
            _check_opened(event, seal)
        try:
            _take_event(facts, event)
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            raise SealProblem("chain_malformed", path=JOURNAL, seq=seq) from error
    return facts


def check_recorder(files: RecordFiles, seal: Seal) -> RecorderFacts:
    """Check the recorder's log; raises `SealProblem` `chain_*` or `count_wrong`."""
    facts = RecorderFacts()
    count = seal.counts.recorder_lines
    for seq, body in enumerate(_bodies(files, RECORDER, seal, seal.recorder_head, count)):
        try:
            _take_report(facts, body)
        except msgspec.ValidationError as error:
            raise SealProblem("chain_malformed", path=RECORDER, seq=seq) from error
    return facts


def _bodies(files: RecordFiles, path: str, seal: Seal, head: str, count: int) -> Iterator[Body]:
    """The bodies of a log; its end is compared to the seal after the last one."""
    raw = read_whole(files, path)
    if not raw.endswith(b"\n"):
        raise SealProblem("chain_malformed", path=path, seq=raw.count(b"\n"))
    last, seen = "", 0
    for line in read_lines(raw[:-1].split(b"\n"), seal.public_key, path=path):
        last, seen = line.digest, seen + 1
        yield line.body
    if seen != count:
        raise SealProblem("count_wrong", path=path, what="lines", said=count, found=seen)
    if last != head:
        raise SealProblem("chain_head_wrong", path=path)


def _check_opened(event: dict[str, object], seal: Seal) -> None:
    if event.get("kind") != "opened":
        raise SealProblem("chain_malformed", path=JOURNAL, seq=0)
    try:
        opened = msgspec.convert(event, Opened)
    except msgspec.ValidationError as error:
        raise SealProblem("chain_malformed", path=JOURNAL, seq=0) from error
    if (opened.record_id, opened.simulated) != (seal.record_id, seal.simulated):
        raise SealProblem("record_mismatch", path=JOURNAL)


def _take_event(facts: JournalFacts, event: dict[str, object]) -> None:
    match event.get("kind"):
        case "mark_given":
            facts.marks.append(msgspec.convert(event, Mark))
        case "exhibit_shown":
            facts.exhibits.add(msgspec.convert(event, Exhibit).digest)
        case "paper_made":
            facts.paper, facts.signed = msgspec.convert(event, Paper), []
        case "paper_signed":
            facts.signed.append(msgspec.convert(event, PaperSigned))
        case "marks_voided":
            facts.signed = []
        case "media_pinned":
            facts.pins.append(msgspec.convert(event, Pin))
        case "take_ended":
            facts.ended.append(msgspec.convert(event, TakeEnded))
        case kind:
            _take_line(facts.lines, str(kind), event)


def _take_line(lines: dict[str, tuple[str, str]], kind: str, event: dict[str, object]) -> None:
    """The agreed text: the same fold that made the transcript, told once more."""
    line_id, text = str(event.get("utterance_id")), str(event.get("text"))
    match kind:
        case "utterance_heard" | "line_added":
            lines.setdefault(line_id, (str(event["role"]), text))
        case "line_revised":
            lines[line_id] = (lines[line_id][0], text)
        case "speaker_changed":
            lines[line_id] = (str(event["role"]), lines[line_id][1])
        case "line_split":
            (role, whole), at = lines[line_id], event["at"]
            if not isinstance(at, int):
                raise TypeError(at)
            lines[line_id] = (role, whole[:at])
            lines.setdefault(str(event["new_id"]), (role, whole[at:]))
        case "lines_merged":
            absorbed = lines.pop(str(event["absorbed_id"]))
            lines[line_id] = (lines[line_id][0], lines[line_id][1] + absorbed[1])


def _take_report(facts: RecorderFacts, body: Body) -> None:
    match body.get("kind"):
        case "fragment":
            piece = msgspec.convert(body, Fragment)
            facts.fragments.setdefault((piece.stream, piece.take), []).append(piece)
        case "gap":
            facts.gaps.append(msgspec.convert(body, Gap))
        case "take_opened":
            take = body.get("take")
            if not isinstance(take, int):
                raise msgspec.ValidationError("take")
            facts.takes.add(take)
