"""The transcript as it stands on paper: one frozen model that the PDF and the DOCX both follow.

- The header follows the official form; what nobody told stays an empty line, never a guess (L19).
- A correction the suspect asked for shows the former wording struck and the new one (L16).
- The closing sentence is not part of the model: the suspect writes it by hand (L17).
- Breaks and gaps are notes at their place in time (L6, L37).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from app.domain.corrections import Correction, Run, corrections_of, marked_runs
from app.domain.interrogation import Break, Gap, Objection
from app.domain.paper_words import FormWords, words_of
from app.domain.people import Participant, Person, Preparation, Procedure, Role, age_on
from app.domain.signers import Signer, signers_of
from app.domain.transcript import Utterance, in_order


class LineKind(StrEnum):
    """What a line of the body is."""

    ASK = "ask"
    ANSWER = "answer"
    SPEECH = "speech"  # somebody else's words
    NOTE = "note"


class HeaderItem(msgspec.Struct, frozen=True, kw_only=True):
    """A label and its underlined value; `share` is the part of the row's width it takes."""

    label: str
    value: str
    share: float = 1.0


HeaderRow = tuple[HeaderItem, ...]


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the body; `id` is the utterance's, empty for a note."""

    kind: LineKind
    text: str
    speaker: str = ""  # the printed label, without colon
    corrections: tuple[Correction, ...] = ()
    id: str = ""
    shown: tuple[Run, ...] = ()  # of a redacted working copy: in the place of text and corrections

    @property
    def runs(self) -> tuple[Run, ...]:
        """The line as it is printed, its corrections marked."""
        return self.shown or marked_runs(self.text, self.corrections)


class TranscriptPaper(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is printed, before it is laid out on pages."""

    record_id: str
    procedure: Procedure
    language: str
    agency: str
    title: str
    header: tuple[HeaderRow, ...]
    rights: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    signers: tuple[Signer, ...]
    simulated: bool = False
    notice: tuple[str, ...] = ()  # on every page of what is no evidence; nothing is signed there

    @property
    def words(self) -> FormWords:
        """The printed words of the form."""
        return words_of(self.procedure, self.language)


def from_interrogation(  # noqa: PLR0913 - each value comes from another place
    *,
    record_id: str,
    agency: str,
    preparation: Preparation,
    utterances: Sequence[Utterance],
    started: datetime,
    ended: datetime | None = None,
    breaks: Sequence[Break] = (),
    gaps: Sequence[Gap] = (),
    objections: Sequence[Objection] = (),
    rights: Sequence[str] = (),
    language: str = "zh",
    simulated: bool = False,
    pre_roll_ms: int = 0,
) -> TranscriptPaper:
    """The paper of an interrogation as it stands now.

    Args:
        record_id: Printed small in each footer.
        agency: The unit whose name heads the form.
        preparation: Case, person and participants.
        utterances: The agreed text; corrected lines show their former wording.
        started: Recording start in the room's local time; offsets count from it.
        ended: End in local time; None leaves the place for it empty.
        breaks: Rests in which recording went on.
        gaps: Stated holes of the recording, offsets in ms from recording start.
        objections: What was objected to, in the person's words (L24, C12).
        rights: Lines of the rights notice to print before the body, if any (L11).
        language: "en" for the English form, anything else for the Chinese one.
        simulated: Whether the record must say that nothing in it is real.
        pre_roll_ms: How much of the recording is from before the interrogation was begun.
    """
    words = words_of(preparation.procedure, language)
    notes = [*_breaks(words, started, breaks), *_gaps(words, started, gaps)]
    notes += [*_objections(words, started, objections), *_pre_roll(words, started, pre_roll_ms)]
    spoken = [(u.t0_ms, _spoken(words, u)) for u in in_order(tuple(utterances)) if u.text.strip()]
    ordered = sorted([*spoken, *notes], key=_time_of)
    return TranscriptPaper(
        record_id=record_id,
        procedure=preparation.procedure,
        language=language,
        agency=agency,
        title=words.title + words.ordinal.format(preparation.ordinal),
        header=tuple(_header(words, preparation, started + _ms(pre_roll_ms), ended)),
        rights=tuple(rights),
        lines=tuple(line for _, line in ordered),
        signers=signers_of(preparation),
        simulated=simulated,
    )


def _pre_roll(
    words: FormWords, started: datetime, pre_roll_ms: int
) -> Iterator[tuple[int, PaperLine]]:
    if pre_roll_ms:
        seconds = round(pre_roll_ms / 1000)
        text = words.pre_roll_note.format(_clock(words, started, 0), seconds)
        yield -1, PaperLine(kind=LineKind.NOTE, text=text)


def _ms(count: int) -> timedelta:
    return timedelta(milliseconds=count)


def _time_of(timed: tuple[int, PaperLine]) -> int:
    return timed[0]


def _spoken(words: FormWords, utterance: Utterance) -> PaperLine:
    kinds = {Role.INVESTIGATOR: LineKind.ASK, Role.SUSPECT: LineKind.ANSWER}
    return PaperLine(
        kind=kinds.get(utterance.role, LineKind.SPEECH),
        text=" ".join(utterance.text.split()),
        speaker=words.speaker(utterance.role),
        corrections=corrections_of(utterance),
        id=utterance.id,
    )


def _breaks(
    words: FormWords, started: datetime, breaks: Sequence[Break]
) -> Iterator[tuple[int, PaperLine]]:
    for rest in breaks:
        if rest.t1_ms is None:
            continue
        kind = words.break_kinds[rest.kind.value]
        remark = " ".join(part for part in (rest.reason, rest.note) if part)
        text = words.break_note.format(
            _clock(words, started, rest.t0_ms), _clock(words, started, rest.t1_ms), kind, remark
        )
        yield rest.t0_ms, PaperLine(kind=LineKind.NOTE, text=text)


def _gaps(
    words: FormWords, started: datetime, gaps: Sequence[Gap]
) -> Iterator[tuple[int, PaperLine]]:
    told: set[tuple[int, int, str]] = set()  # one line for the streams that failed together
    for gap in gaps:
        if (gap.t0_ms, gap.t1_ms, gap.reason) in told:
            continue
        told.add((gap.t0_ms, gap.t1_ms, gap.reason))
        reason = words.gap_reasons.get(gap.reason, gap.reason)
        text = words.gap_note.format(
            _clock(words, started, gap.t0_ms), _clock(words, started, gap.t1_ms), reason
        )
        yield gap.t0_ms, PaperLine(kind=LineKind.NOTE, text=text)


def _objections(
    words: FormWords, started: datetime, objections: Sequence[Objection]
) -> Iterator[tuple[int, PaperLine]]:
    for objection in objections:
        said = " ".join(objection.text.split())
        moment = _clock(words, started, objection.at_ms)
        text = words.objection_note.format(moment, words.label(objection.by), said)
        yield objection.at_ms, PaperLine(kind=LineKind.NOTE, text=text)


def _clock(words: FormWords, started: datetime, offset_ms: int) -> str:
    return words.clock.format(started + timedelta(milliseconds=offset_ms))


def _header(
    words: FormWords, preparation: Preparation, started: datetime, ended: datetime | None
) -> Iterator[HeaderRow]:
    begin = words.moment.format(started)
    end = words.moment.format(ended) if ended else "　" * 10
    yield (HeaderItem(label=words.time, value=words.time_value.format(begin, end)),)
    yield (HeaderItem(label=words.place, value=preparation.place),)
    if preparation.place_reason:
        yield (HeaderItem(label=words.place_reason, value=preparation.place_reason),)
    for role in (Role.INVESTIGATOR, Role.CLERK, Role.INTERPRETER, Role.GUARDIAN):
        for person in preparation.with_role(role):
            yield _participant(words, person)
    yield from _person(words, preparation.suspect, started.date())


def _participant(words: FormWords, person: Participant) -> HeaderRow:
    name = HeaderItem(label=words.label(person.role), value=person.name, share=0.38)
    work = " ".join(part for part in (person.unit, person.number) if part)
    if person.role is Role.GUARDIAN:
        return name, HeaderItem(label=words.relation, value=person.note, share=0.62)
    if person.role is Role.INTERPRETER:
        tongue = HeaderItem(label=words.language, value=person.note, share=0.2)
        return name, tongue, HeaderItem(label=words.unit, value=work, share=0.42)
    return name, HeaderItem(label=words.unit, value=work, share=0.62)


def _person(words: FormWords, person: Person, today: date) -> Iterator[HeaderRow]:
    birth, age = person.birth, ""
    try:
        born = date.fromisoformat(person.birth)
        birth, age = words.date.format(born), str(age_on(born, today))
    except ValueError:
        pass
    yield (
        HeaderItem(label=words.suspect, value=person.name, share=0.38),
        HeaderItem(label=words.sex, value=words.sexes.get(person.sex, ""), share=0.14),
        HeaderItem(label=words.age, value=age, share=0.14),
        HeaderItem(label=words.birth, value=birth, share=0.34),
    )
    yield (
        HeaderItem(label=words.id_type, value=person.id_type, share=0.46),
        HeaderItem(label=words.id_number, value=person.id_number, share=0.54),
    )
    yield (
        HeaderItem(label=words.ethnicity, value=person.ethnicity, share=0.22),
        HeaderItem(label=words.education, value=person.education, share=0.32),
        HeaderItem(label=words.occupation, value=person.occupation, share=0.46),
    )
    yield (
        HeaderItem(label=words.deputy, value=words.yes_no[not person.is_deputy], share=0.46),
        HeaderItem(label=words.contact, value=person.contact, share=0.54),
    )
    yield (HeaderItem(label=words.address, value=person.address),)
    yield (HeaderItem(label=words.household, value=person.household),)
    if person.arrived:
        yield (
            HeaderItem(label=words.arrived, value=person.arrived, share=0.5),
            HeaderItem(label=words.left, value="", share=0.5),
        )
