"""Everything that can happen in an interrogation, as frozen values that a journal keeps.

- An event states a fact in the past tense; it is written before anyone is told.
- Tags are the stable names on disk: add kinds, never rename or reuse one.
- No event carries a key, a fingerprint image or sound: those are files named by digest.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from app.domain.people import Preparation, Role
from app.domain.phase import Phase
from app.domain.signers import MarkKind, SignatureField
from app.domain.transcript import Hearing, Origin


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Base of all events."""


class BreakKind(StrEnum):
    """Why questioning rests while recording goes on (L6)."""

    MEAL = "meal"
    REST = "rest"
    COUNSEL = "counsel"
    MEDICAL = "medical"


class Opened(Event, frozen=True, tag="opened"):
    """The record was created on this workstation."""

    record_id: str
    room: str
    simulated: bool
    software: str
    schema: int = 1


class PreparationChanged(Event, frozen=True, tag="preparation_changed"):
    """The form was filled in or changed before recording began."""

    preparation: Preparation


class PhaseChanged(Event, frozen=True, tag="phase_changed"):
    """The proceeding moved to another legal phase."""

    to: Phase
    reason: str = ""


class RightsShown(Event, frozen=True, tag="rights_shown"):
    """A page of the rights notice stood on the tablet for a while (L11, L12)."""

    page: int
    language: str
    shown_ms: int
    read_aloud: bool = False
    text_digest: str = ""  # of the words that stood there; journals before 2026-11-22 have none


class RightsAcknowledged(Event, frozen=True, tag="rights_acknowledged"):
    """The person acknowledged the rights notice, or refused to and why (L11)."""

    refused: bool = False
    reason: str = ""
    mark_id: str = ""


class TakeStarted(Event, frozen=True, tag="take_started"):
    """The recorder opened an unbroken recording."""

    take: int
    streams: tuple[str, ...]
    started_utc: str
    microphone: str
    cameras: tuple[str, ...]
    offset_ms: int  # of the take's first sample from recording start
    pre_roll_ms: int = 0  # of its beginning, held in memory until the interrogation was begun


class TakeEnded(Event, frozen=True, tag="take_ended"):
    """The recorder closed a take; heads pin its fragments."""

    take: int
    reason: str  # "stopped", "recorder_lost", "disk_reserve"
    duration_ms: int
    heads: dict[str, str]


class MediaPinned(Event, frozen=True, tag="media_pinned"):
    """The head of a stream's fragment chain, taken into this journal."""

    take: int
    stream: str
    index: int
    head: str
    t1_ms: int


class GapFound(Event, frozen=True, tag="gap_found"):
    """Sound or picture is missing; never closed up (L37, C13)."""

    take: int
    stream: str
    t0_ms: int
    t1_ms: int
    reason: str


class TroubleBegan(Event, frozen=True, tag="trouble_began"):
    """A device, folder or process fails while recording goes on as far as it can."""

    code: str
    subject: str


class TroubleEnded(Event, frozen=True, tag="trouble_ended"):
    """The trouble of that subject is over."""

    code: str
    subject: str


class ProcessFound(Event, frozen=True, tag="process_found"):
    """The desk came back to a recorder or transcriber that had gone on without it."""

    process: str
    after_ms: int


class TranscriberStarted(Event, frozen=True, tag="transcriber_started"):
    """Which model will hear, pinned by digest."""

    model: str
    model_digest: str
    device: str


class UtteranceHeard(Event, frozen=True, tag="utterance_heard"):
    """The recogniser made a line from sound."""

    utterance_id: str
    role: Role
    t0_ms: int
    t1_ms: int
    text: str
    hearing: Hearing


class HeardAgain(Event, frozen=True, tag="heard_again"):
    """A second, slower hearing made a line; a proposal beside the draft, never in it."""

    proposal_id: str
    role: Role
    t0_ms: int
    t1_ms: int
    text: str
    hearing: Hearing


class ProposalSettled(Event, frozen=True, tag="proposal_settled"):
    """A person looked at a proposal; `taken` when its wording went into the draft."""

    proposal_id: str
    taken: bool


class LineAdded(Event, frozen=True, tag="line_added"):
    """A person put in a line that no recogniser made."""

    utterance_id: str
    role: Role
    t0_ms: int
    text: str
    origin: Origin


class LineRevised(Event, frozen=True, tag="line_revised"):
    """A line got another wording; the former stays in its history (L16)."""

    utterance_id: str
    text: str
    origin: Origin
    by: str
    reason: str = ""


class SpeakerChanged(Event, frozen=True, tag="speaker_changed"):
    """A line was given to another speaker."""

    utterance_id: str
    role: Role


class LineSplit(Event, frozen=True, tag="line_split"):
    """A line became two at a character."""

    utterance_id: str
    new_id: str
    at: int  # number of characters that stay
    at_ms: int  # where the second part begins


class LinesMerged(Event, frozen=True, tag="lines_merged"):
    """Two neighbouring lines of one speaker became one."""

    utterance_id: str
    absorbed_id: str


class BreakStarted(Event, frozen=True, tag="break_started"):
    """Questioning rests; recording goes on (L6)."""

    break_kind: BreakKind
    reason: str = ""


class BreakEnded(Event, frozen=True, tag="break_ended"):
    """Questioning goes on; what happened in the break is asked and noted."""

    note: str = ""


class Bookmarked(Event, frozen=True, tag="bookmarked"):
    """Somebody marked a moment; a bookmark is never edited."""

    at_ms: int
    label: str


class ExhibitShown(Event, frozen=True, tag="exhibit_shown"):
    """An exhibit stood on the tablet, under its digest."""

    exhibit_id: str
    name: str
    media_type: str
    digest: str


class ExhibitHidden(Event, frozen=True, tag="exhibit_hidden"):
    """The exhibit left the tablet."""

    exhibit_id: str


class ObjectionRaised(Event, frozen=True, tag="objection_raised"):
    """The person on the tablet objected; the desk cannot dismiss it (C12)."""

    by: Role
    text: str
    page: str  # which tablet page, or "line:<utterance id>"


class PaperMade(Event, frozen=True, tag="paper_made"):
    """The transcript was laid out; these pages are what is read and signed."""

    paper_digest: str
    page_digests: tuple[str, ...]
    fields: tuple[SignatureField, ...]


class PaperPrinted(Event, frozen=True, tag="paper_printed"):
    """Pages not sealed yet were handed to a printer; whether sheets came out nobody can tell."""

    paper_digest: str  # of the file they were taken from, with the signatures it had by then
    pages: tuple[int, ...]
    copies: int
    printer: str


class PageRead(Event, frozen=True, tag="page_read"):
    """A transcript page stood before a person for a while (L15, C9)."""

    page: int
    page_digest: str
    by: Role
    shown_ms: int
    read_aloud: bool = False


class ReadBackConfirmed(Event, frozen=True, tag="read_back_confirmed"):
    """The person said the pages are as spoken, or has corrections left open."""

    by: Role


class MarkGiven(Event, frozen=True, tag="mark_given"):
    """Ink or a fingerprint, bound to the exact page and moment (L17, L21)."""

    mark_id: str
    mark_kind: MarkKind
    signer: str  # signer id, as in `Signer.id`
    field: str  # the signature field on the paper
    page: int
    page_digest: str
    digest: str  # of the stored original
    device: str
    simulated: bool
    take: int
    media_ms: int


class SigningRefused(Event, frozen=True, tag="signing_refused"):
    """A signer would not sign or print; the investigator says why (L18)."""

    signer: str
    reason: str


class PaperSigned(Event, frozen=True, tag="paper_signed"):
    """A signature field was filled: the file's length and digest after it."""

    field: str
    signer: str
    bytes: int
    digest: str


class MarksVoided(Event, frozen=True, tag="marks_voided"):
    """A correction changed pages; marks given on the former ones no longer count."""

    paper_digest: str
    reason: str


class ClockCompared(Event, frozen=True, tag="clock_compared"):
    """Wall clock against the monotonic clock, a time server and the center, where one answered."""

    offset_center_ms: int | None  # how far the center's clock is ahead of ours
    steps_ms: int  # how far the wall clock moved against the monotonic one since the last time
    offset_ntp_ms: int | None = None  # how far the time server's clock is ahead of ours


class JournalRepaired(Event, frozen=True, tag="journal_repaired"):
    """A torn last line was dropped after a crash; nothing before it is missing."""

    dropped_bytes: int


class SealMade(Event, frozen=True, tag="seal_made"):
    """The record was sealed; kept in the open journal only, after the sealed copy's end."""

    root_digest: str
    folder: str


AnyEvent = (
    Opened
    | PreparationChanged
    | PhaseChanged
    | RightsShown
    | RightsAcknowledged
    | TakeStarted
    | TakeEnded
    | MediaPinned
    | GapFound
    | TroubleBegan
    | TroubleEnded
    | ProcessFound
    | TranscriberStarted
    | UtteranceHeard
    | HeardAgain
    | ProposalSettled
    | LineAdded
    | LineRevised
    | SpeakerChanged
    | LineSplit
    | LinesMerged
    | BreakStarted
    | BreakEnded
    | Bookmarked
    | ExhibitShown
    | ExhibitHidden
    | ObjectionRaised
    | PaperMade
    | PaperPrinted
    | PageRead
    | ReadBackConfirmed
    | MarkGiven
    | SigningRefused
    | PaperSigned
    | MarksVoided
    | ClockCompared
    | JournalRepaired
    | SealMade
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the journal keeps it: when, by whom, what."""

    utc: str  # ISO 8601 with milliseconds, Z
    offset_ms: int  # from recording start, monotonic; -1 before recording
    actor: str  # name of the person or the process
    event: AnyEvent
