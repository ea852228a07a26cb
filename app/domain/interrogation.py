"""One interrogation: what has happened, and what may happen next.

- The state is a fold over the journal and nothing else: `app.domain.evolution` changes it,
  `app.domain.decisions` may refuse what would change it.
- Nothing here reads a clock or a file.
"""

from __future__ import annotations

import msgspec

from app.domain import events as ev
from app.domain import lines
from app.domain.people import Preparation, Role
from app.domain.phase import RECORDED, Phase
from app.domain.signers import Mark, Paper, Signer, signers_of
from app.domain.transcript import Utterance

STOPS_SIGNING = frozenset(
    {
        "device_lost",
        "device_silent",
        "device_moved",
        "camera_unreachable",
        "both_folders_lost",
        "recorder_not_answering",
        "encoder_failed",
        "picture_frozen",
    }
)
"""Troubles under which nobody may sign, because the signing would not be seen (L21)."""


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A rest inside the running recording (L6)."""

    kind: ev.BreakKind
    reason: str
    t0_ms: int
    t1_ms: int | None = None
    note: str = ""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stated hole in the recording."""

    take: int
    stream: str
    t0_ms: int
    t1_ms: int
    reason: str


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """How far the workstation's clock was ever off, as far as anybody could be asked."""

    compared: int = 0  # times
    ntp_off_ms: int | None = None  # the furthest from the time server; None: it never answered
    center_off_ms: int | None = None  # the furthest from the center
    set_by_ms: int = 0  # the furthest the clock was set while recording ran


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """One unbroken recording as the journal knows it."""

    number: int
    offset_ms: int
    streams: tuple[str, ...]
    started_utc: str
    microphone: str
    cameras: tuple[str, ...]
    duration_ms: int | None = None
    end_reason: str = ""
    pre_roll_ms: int = 0  # of its beginning, from before the interrogation was begun


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """What the person objected to, in their words; nobody dismisses it (C12)."""

    by: Role
    text: str
    page: str
    at_ms: int
    utc: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of reading a page (L15)."""

    page: int
    page_digest: str
    by: Role
    shown_ms: int
    read_aloud: bool


class Interrogation(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one interrogation; changed only by `evolve`."""

    record_id: str = ""
    room: str = ""
    simulated: bool = False
    opened_utc: str = ""
    phase: Phase = Phase.PREPARED
    resume_phase: Phase = Phase.INTERVIEWING  # where a suspension returns to
    preparation: Preparation = Preparation()
    started_utc: str = ""  # rights phase entered
    questions_ended_utc: str = ""  # read-back entered from the interview
    ended_utc: str = ""  # signing ended
    rights_shown: tuple[ev.RightsShown, ...] = ()
    rights: ev.RightsAcknowledged | None = None
    takes: tuple[Take, ...] = ()
    gaps: tuple[Gap, ...] = ()
    clocks: Clocks = Clocks()
    troubles: tuple[ev.TroubleBegan, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    breaks: tuple[Break, ...] = ()
    bookmarks: tuple[ev.Bookmarked, ...] = ()
    exhibits: tuple[ev.ExhibitShown, ...] = ()
    exhibit_on_tablet: str = ""
    objections: tuple[Objection, ...] = ()
    paper: Paper | None = None
    printings: tuple[ev.PaperPrinted, ...] = ()
    readings: tuple[Reading, ...] = ()
    read_back_confirmed: bool = False
    marks: tuple[Mark, ...] = ()
    voided_marks: tuple[Mark, ...] = ()
    refusals: dict[str, str] = {}  # signer id -> reason
    signed: tuple[ev.PaperSigned, ...] = ()  # on the paper that stands
    models: tuple[ev.TranscriberStarted, ...] = ()
    proposals: tuple[ev.HeardAgain, ...] = ()  # of the second hearing, as they came
    settled: frozenset[str] = frozenset()  # proposals that a person looked at
    suspensions: tuple[tuple[str, str], ...] = ()  # (utc, reason)

    @property
    def recording_expected(self) -> bool:
        """Whether a master must be running now."""
        return self.phase in RECORDED

    @property
    def signed_fields(self) -> tuple[str, ...]:
        """The fields that carry a signature on the paper that stands."""
        return tuple(step.field for step in self.signed)

    @property
    def open_break(self) -> Break | None:
        """The break that has not ended, if one is open."""
        return self.breaks[-1] if self.breaks and self.breaks[-1].t1_ms is None else None

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signs, in the order of signing."""
        return signers_of(self.preparation)

    def utterance(self, utterance_id: str) -> Utterance:
        """The line with that id.

        Raises:
            Refused: `no_such_utterance`.
        """
        return lines.find(self.utterances, utterance_id)

    def fields_left(self, signer_id: str) -> tuple[str, ...]:
        """The signature fields `signer_id` still has to fill on the paper that stands."""
        if self.paper is None or signer_id in self.refusals:
            return ()
        own = [field for field in self.paper.fields if field.signer_id == signer_id]
        return tuple(f.name for f in own if f.name not in self.signed_fields)

    @property
    def everyone_signed(self) -> bool:
        """Whether each signer filled every field or refused with a noted reason (L17, L18)."""
        return self.paper is not None and not any(
            self.fields_left(signer.id) for signer in self.signers
        )

    @property
    def recording_healthy(self) -> bool:
        """Whether a take is running and nothing that carries it is in trouble (L21)."""
        running = bool(self.takes) and self.takes[-1].duration_ms is None
        return running and not any(t.code in STOPS_SIGNING for t in self.troubles)
