"""A scripted interrogation at the desk, taped; and what must stand after any crash in it.

- Accepted is what `Journal.append` returned: the desk tells nobody before that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.clock import SystemClock
from app.domain import events as ev
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.signers import MarkKind
from app.errors import Problem
from app.ipc import messages as ms
from app.session.documents import mark_file
from app.session.exhibits import KIND as EXHIBITS
from app.session.paperwork import MARKS, Paperwork
from app.session.proceeding import Proceeding
from app.session.session import Session
from app.session.takes import TakePlan
from app.store.blobs import Blobs
from app.store.journal import Journal, read_lines
from app.store.keystore import KeyRing, RecordKeys
from signing.chain import Line
from signing.marks import Fingerprint
from tests.crash.tape import Tape
from tests.fakes.bench import SETTINGS, Bench, FakePress, ink
from tests.fakes.interrogation import PREPARATION, SIGNER_IDS

RECORD = "R1"
MARK_EVENT = "mark_given"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line that the journal said it keeps."""

    digest: str
    kind: str


@dataclass(slots=True)
class Finding:
    """What one crash cost."""

    edits_lost: int = 0
    marks_lost: int = 0
    loss_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        """Whether a bound is broken."""
        return bool(self.edits_lost or self.marks_lost or self.wrong or self.loss_s > 2.0)


@contextmanager
def acceptance(tell: Callable[[Accepted], None]) -> Iterator[None]:
    """Tell of each line when the journal's `append` has returned it."""
    append = Journal.append

    def appended(journal: Journal, entry: ev.Entry) -> Line:
        line = append(journal, entry)
        tell(Accepted(line.digest, str(_event_kind(line))))
        return line

    Journal.append = appended  # type: ignore[method-assign]
    try:
        yield
    finally:
        Journal.append = append  # type: ignore[method-assign]


def _event_kind(line: Line) -> object:
    event = line.body.get("event")
    return event.get("kind", "") if isinstance(event, dict) else ""


def fingerprint() -> Fingerprint:
    """A small print."""
    gray = hashlib.sha256(b"print").digest() * 128
    return Fingerprint(gray, 64, 64, 500, "pad", "1", simulated=True, finger="right_index")


def play(home: Path, tape: Tape, lines: int = 16) -> Bench:
    """The whole interrogation up to the last signature; everything it accepts is on the tape."""
    with tape, acceptance(tape.acknowledge):
        bench = Bench(home)
        _ask(bench, lines)
        _read_back_and_sign(bench.session, bench)
        bench.close()
    return bench


def _ask(bench: Bench, lines: int) -> None:
    session = bench.session
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 1500)
    session.acknowledge_rights(ink())
    session.begin_interview()
    for number in range(lines):
        bench.links.fake_transcriber.hear(RECORD, number % 2, 1000 + 2000 * number, f"第{number}句")
        bench.links.fake_recorder.keep_fragment(number + 1, (number + 1) * 6000)
    written = session.add_line(Role.SUSPECT, "我没有拿那部手机。")
    session.revise(written, "我没有拿过那部手机。", reason="漏字")
    session.change_speaker(written, Role.INVESTIGATOR)
    session.split_line(written, 4)
    exhibit = bench.paths.data / "shown.png"
    exhibit.write_bytes(bytes(range(256)) * 12)
    session.show_exhibit(exhibit, "监控截图")
    session.hide_exhibit()
    session.object(Role.SUSPECT, "照片里不是我", "exhibit")
    session.bookmark("要点")


def _read_back_and_sign(session: Session, bench: Bench) -> None:
    session.begin_read_back()
    session.page_read(1, Role.SUSPECT, 4000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    session.give_marks("suspect-1", "suspect-1-1", ink(), fingerprint())
    session.back_to_read_back()
    session.correct(session.snapshot.state.utterances[1].id, "我叫王海雁。", Role.SUSPECT)
    session.page_read(1, Role.SUSPECT, 4000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    for signer in SIGNER_IDS:
        given = fingerprint() if signer == "suspect-1" else None
        session.give_marks(signer, f"{signer}-1", ink(), given)
    session._paperwork.finish()
    del bench


def check(
    home: Path, ring: KeyRing, accepted: list[Accepted], all_of: list[Accepted] | None = None
) -> Finding:
    """Open what a crash left, as the next start of the desk does.

    Args:
        home: the image.
        ring: the workstation's keys.
        accepted: what had been accepted when it crashed, oldest first.
        all_of: what would have been accepted without the crash, when that is known.
    """
    finding = Finding()
    folder = home / "data" / "interrogations" / RECORD
    if not accepted and not (folder / "keys.json").exists():
        return finding
    try:
        keys = RecordKeys.open(folder, ring)
        proceeding = Proceeding(folder, keys, SystemClock(), "李建国")
    except (Problem, OSError, ValueError) as problem:
        finding.edits_lost = len(accepted)
        finding.wrong.append(f"does not open: {problem}")
        return finding
    try:
        kept = list(read_lines(folder, keys))
        _compare(finding, kept, accepted, all_of)
        _check_files(finding, proceeding, Blobs(folder, keys))
        _go_on(finding, proceeding, folder, keys)
    except (Problem, OSError) as problem:
        finding.wrong.append(f"cannot be read: {problem!r}")
    finally:
        proceeding.close()
    return finding


def _compare(
    finding: Finding, kept: list[Line], accepted: list[Accepted], all_of: list[Accepted] | None
) -> None:
    repairs = [line for line in kept if _event_kind(line) == "journal_repaired"]
    if repairs and repairs != kept[-1:]:
        finding.wrong.append("a repair is not the last line")
    digests = [line.digest for line in kept if line not in repairs]
    told = [one.digest for one in accepted]
    for number, one in enumerate(accepted):
        if number >= len(digests) or digests[number] != one.digest:
            finding.edits_lost += one.kind != MARK_EVENT
            finding.marks_lost += one.kind == MARK_EVENT
    in_flight = digests[len(told) :]  # written, and nobody was told yet
    next_one = digests[-1:] if all_of is None else [a.digest for a in all_of[len(told) :][:1]]
    if len(in_flight) > 1 or in_flight not in ([], next_one):
        finding.wrong.append("a line that nobody wrote")


def _check_files(finding: Finding, proceeding: Proceeding, blobs: Blobs) -> None:
    state = proceeding.state
    for mark in (*state.marks, *state.voided_marks):
        try:
            original = blobs.get(MARKS, mark_file(mark.id, MarkKind(mark.kind)))
            blobs.get(MARKS, f"{mark.id}.json")
        except Problem:
            finding.marks_lost += 1
            continue
        if hashlib.sha256(original).hexdigest() != mark.digest:
            finding.marks_lost += 1
    for exhibit in state.exhibits:
        data = blobs.get(EXHIBITS, exhibit.digest)
        if hashlib.sha256(data).hexdigest() != exhibit.digest:
            finding.wrong.append("exhibit changed")
    _check_paper(finding, proceeding, state, blobs)


def _check_paper(
    finding: Finding, proceeding: Proceeding, state: Interrogation, blobs: Blobs
) -> None:
    if state.paper is None:
        return
    takes = TakePlan(
        record_id=RECORD,
        room="",
        record_folder=proceeding.folder,
        media_folders=(),
        microphone=ms.MicrophoneChoice(source=""),
        cameras=(),
        production=False,
    )
    paperwork = Paperwork(proceeding, blobs, takes, FakePress(), _no_keys(), SETTINGS)
    paperwork.mend()
    pdf = paperwork.pdf()
    expected = proceeding.state.signed[-1].digest if proceeding.state.signed else ""
    if expected and hashlib.sha256(pdf).hexdigest() != expected:
        finding.wrong.append("paper is not the signed one")


def _no_keys() -> object:
    return None


def _go_on(finding: Finding, proceeding: Proceeding, folder: Path, keys: RecordKeys) -> None:
    proceeding.record(ev.ProcessFound(process="recorder", after_ms=0))
    proceeding.close()
    again = Proceeding(folder, keys, SystemClock(), "李建国")
    again.close()
    lines = list(read_lines(folder, keys))
    if not lines or _event_kind(lines[-1]) != "process_found":
        finding.edits_lost += 1
        finding.wrong.append("what is accepted after the crash is lost")
