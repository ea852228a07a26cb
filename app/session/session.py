"""One interrogation at the desk: every command of a person, each a durable event first.

- Methods block (journal, processes) and raise `app.errors.Problem`; screens call them on a
  worker thread and draw only what comes back as a `Snapshot` or a `Live`.
- No command pauses, masks, trims or deletes anything (principle 3).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain import events as ev
from app.domain.people import Preparation, Role
from app.domain.phase import Phase
from app.domain.spoken_words import split_ms
from app.domain.transcript import Origin
from app.errors import Problem, SetupProblem
from app.session import rights_text
from app.session.clocks import ClockWatch
from app.session.exhibits import Exhibits
from app.session.hearing import Hearing
from app.session.meters import Meters
from app.session.paperwork import Paperwork
from app.session.proceeding import Proceeding
from app.session.recording import Recording
from app.session.sealing import Sealing
from app.session.second_pass import SecondPass
from app.session.snapshot import Live, PreRoll, SealedRecord, SealStep, Snapshot

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.recorder.pyramid import Pyramid
    from app.session.looking import Looking, Scene
    from signing.marks import Fingerprint, Ink


@dataclass(frozen=True, slots=True)
class Parts:
    """Who does a session's work, each over the same proceeding."""

    recording: Recording
    hearing: Hearing
    paperwork: Paperwork
    exhibits: Exhibits
    sealing: Sealing
    meters: Meters
    second_pass: SecondPass
    clocks: ClockWatch | None = None


class Session:
    """What a desk does with one interrogation. Made by `app.session.room.Room`."""

    def __init__(self, proceeding: Proceeding, parts: Parts) -> None:
        self._proceeding = proceeding
        self._recording = parts.recording
        self._hearing = parts.hearing
        self._paperwork = parts.paperwork
        self._exhibits = parts.exhibits
        self._sealing = parts.sealing
        self._meters = parts.meters
        self.second_pass = parts.second_pass
        self._clocks = parts.clocks
        self._command = threading.Lock()

    # --- what there is to see ---------------------------------------------------

    @property
    def record_id(self) -> str:
        """The record's generated id."""
        return self._proceeding.keys.record_id

    @property
    def officer(self) -> str:
        """Who is signed in; the actor of every command."""
        return self._proceeding.officer

    @property
    def snapshot(self) -> Snapshot:
        """The interrogation as journaled."""
        return self._proceeding.snapshot

    @property
    def live(self) -> Live:
        """Meters and process states."""
        return self._meters.live

    def offset_ms(self) -> int:
        """Milliseconds since recording start, or -1 before it."""
        return self._proceeding.offset_ms()

    def subscribe(self, on_change: Callable[[object], None]) -> Callable[[], None]:
        """Be told each new `Snapshot`, `Live` and `Preview`, from any thread."""
        return self._proceeding.subscribe(on_change)

    def open_record(self, opened: ev.Opened) -> None:
        """Write the first event of a new record."""
        self._proceeding.record(opened)

    # --- proceeding -------------------------------------------------------------

    def prepare(self, preparation: Preparation) -> None:
        """Keep the form as it stands."""
        self._proceeding.record(ev.PreparationChanged(preparation=preparation))

    def stand_by(self, pre_roll_s: int) -> None:
        """Announce a pre-roll, then hold it in memory until the interrogation begins or not."""
        with self._command:
            self._proceeding.require_move(Phase.ABANDONED, "stand by")  # only while prepared
            self._meters.take_in(PreRoll(announced_s=pre_roll_s))
            try:
                self._recording.stand_by(pre_roll_s)
            except Problem:
                self._meters.take_in(PreRoll())
                raise

    def stand_down(self) -> None:
        """Nothing begins now: what was held is forgotten whole, never in part."""
        with self._command:
            self._recording.stand_down()
            self._meters.take_in(PreRoll())

    def begin(self) -> None:
        """Start recording, then the rights phase (L31: nothing is said before the master runs)."""
        with self._command:
            self._proceeding.require_move(Phase.RIGHTS)
            if not self._proceeding.state.takes:
                self._recording.start()
            self._watch_clocks()
            self._proceeding.record(ev.PhaseChanged(to=Phase.RIGHTS))
            self._hear()

    def show_rights(
        self, page: int, language: str, shown_ms: int, read_aloud: bool = False
    ) -> None:
        """A page of the notice stood on the tablet."""
        procedure = self._proceeding.state.preparation.procedure
        self._proceeding.record(
            ev.RightsShown(
                page=page,
                language=language,
                shown_ms=shown_ms,
                read_aloud=read_aloud,
                text_digest=rights_text.page_digest(rights_text.read(procedure, language), page),
            )
        )

    def acknowledge_rights(self, ink: Ink | None, refused: bool = False, reason: str = "") -> None:
        """The person acknowledges the notice by hand, or refuses and it is noted."""
        mark_id = self._paperwork.keep_rights_ink(ink) if ink is not None else ""
        self._proceeding.record(
            ev.RightsAcknowledged(refused=refused, reason=reason, mark_id=mark_id)
        )

    def begin_interview(self) -> None:
        """From the rights notice, or from read-back, to questions and answers."""
        with self._command:
            before = self._proceeding.state.phase
            self._proceeding.record(ev.PhaseChanged(to=Phase.INTERVIEWING))
            if before is Phase.READ_BACK:
                self._hear(self._proceeding.offset_ms())

    def suspend(self, reason: str) -> None:
        """A fault or an adjournment: close the take and say why (L36)."""
        with self._command:
            self._proceeding.require_move(Phase.SUSPENDED, reason)
            self._proceeding.record(ev.PhaseChanged(to=Phase.SUSPENDED, reason=reason))
            self._recording.stop()
            self._hearing.finish(-1)

    def resume(self, reason: str) -> None:
        """Go on in a new take; the gap and its reason stand in the record (L37)."""
        with self._command:
            before = self._proceeding.state
            self._proceeding.require_move(Phase.INTERVIEWING, reason)
            lost_from = before.takes[-1].offset_ms + (before.takes[-1].duration_ms or 0)
            self._recording.start(offset_ms=self._proceeding.offset_ms())
            take = self._proceeding.state.takes[-1]
            for stream in take.streams:
                self._proceeding.record(
                    ev.GapFound(
                        take=take.number,
                        stream=stream,
                        t0_ms=lost_from,
                        t1_ms=take.offset_ms,
                        reason="suspended",
                    )
                )
            self._proceeding.record(ev.PhaseChanged(to=Phase.INTERVIEWING, reason=reason))
            self._hear(take.offset_ms)

    def abandon(self, reason: str) -> None:
        """Close a prepared interrogation that never began."""
        self._recording.stand_down()
        self._meters.take_in(PreRoll())
        self._proceeding.record(ev.PhaseChanged(to=Phase.ABANDONED, reason=reason))

    # --- transcript -------------------------------------------------------------

    def add_line(
        self, role: Role, text: str, origin: Origin = Origin.TYPED, t0_ms: int | None = None
    ) -> str:
        """Put in a line nobody's microphone made; returns its id."""
        utterance_id = f"t-{uuid.uuid4().hex[:12]}"
        at_ms = max(0, self._proceeding.offset_ms()) if t0_ms is None else t0_ms
        self._proceeding.record(
            ev.LineAdded(
                utterance_id=utterance_id, role=role, t0_ms=at_ms, text=text, origin=origin
            )
        )
        return utterance_id

    def revise(
        self,
        utterance_id: str,
        text: str,
        origin: Origin = Origin.TYPED,
        by: str = "",
        reason: str = "",
    ) -> None:
        """Give a line another wording; the former stays."""
        by = by or self.officer
        self._proceeding.record(
            ev.LineRevised(
                utterance_id=utterance_id, text=text, origin=origin, by=by, reason=reason
            )
        )

    def change_speaker(self, utterance_id: str, role: Role) -> None:
        """Give a line to another speaker."""
        self._proceeding.record(ev.SpeakerChanged(utterance_id=utterance_id, role=role))

    def split_line(self, utterance_id: str, at: int) -> str:
        """Make two lines of one at character `at`; returns the second's id."""
        line = self._proceeding.state.utterance(utterance_id)
        at_ms = split_ms(line, at)
        new_id = f"{utterance_id}-{uuid.uuid4().hex[:6]}"
        self._proceeding.record(
            ev.LineSplit(utterance_id=utterance_id, new_id=new_id, at=at, at_ms=at_ms)
        )
        return new_id

    def merge_lines(self, first: str, second: str) -> None:
        """Make one line of two neighbours of one speaker."""
        self._proceeding.record(ev.LinesMerged(utterance_id=first, absorbed_id=second))

    def sound(self, t0_ms: int, t1_ms: int) -> tuple[npt.NDArray[np.float32], int]:
        """Sound between two offsets as float32 [frames, 2] and its rate, also while recording."""
        from app.recorder.playback import decode_sound

        offsets = {take.number: take.offset_ms for take in self._proceeding.state.takes}
        takes, keys = self._paperwork.takes, self._proceeding.keys
        return decode_sound(takes, keys, t0_ms, t1_ms, offsets=offsets)

    def scene(self, t0_ms: int, t1_ms: int) -> Scene:
        """Sound and pictures between two offsets, ready to be played, also while recording.

        Raises:
            StorageProblem: `record_not_found` when nothing was recorded then; `media_damaged`.
        """
        return self._looking.scene(self._proceeding.state, t0_ms, t1_ms)

    def sounds(self) -> list[tuple[int, Pyramid]]:
        """Each take's sound as a drawing, as far as it is on disk, and where the take begins."""
        return self._looking.sounds(self._proceeding.state)

    @cached_property
    def _looking(self) -> Looking:
        from app.session.looking import Looking

        return Looking(self._paperwork.takes, self._proceeding.keys)

    # --- room -------------------------------------------------------------------

    def start_break(self, break_kind: ev.BreakKind, reason: str = "") -> None:
        """Questioning rests; recording goes on (L6)."""
        self._proceeding.record(ev.BreakStarted(break_kind=break_kind, reason=reason))

    def end_break(self, note: str = "") -> None:
        """Questioning goes on."""
        self._proceeding.record(ev.BreakEnded(note=note))

    def bookmark(self, label: str) -> None:
        """Mark this moment."""
        at_ms = max(0, self._proceeding.offset_ms())
        self._proceeding.record(ev.Bookmarked(at_ms=at_ms, label=label))

    def show_exhibit(self, path: Path, name: str) -> str:
        """Keep a copy of the file under its digest and show it on the tablet."""
        return self._exhibits.show(path, name)

    def hide_exhibit(self) -> None:
        """Take the exhibit off the tablet."""
        self._exhibits.hide()

    def exhibit_bytes(self, exhibit_id: str) -> tuple[bytes, str]:
        """The exhibit and its media type."""
        return self._exhibits.read(exhibit_id)

    def object(self, by: Role, text: str, page: str) -> None:
        """The person objects; it stands in the record in their words."""
        self._proceeding.record(ev.ObjectionRaised(by=by, text=text, page=page), by.value)

    # --- read-back and signing ----------------------------------------------------

    def begin_read_back(self) -> None:
        """Hear what is left, lay the transcript out and put it before the person (L15)."""
        with self._command:
            self._proceeding.require_move(Phase.READ_BACK)
            if not self._hearing.finish(self._proceeding.offset_ms()):
                self._proceeding.record(
                    ev.TroubleBegan(code="transcriber_not_answering", subject="transcriber"),
                    "transcriber",
                )
            self._proceeding.record(ev.PhaseChanged(to=Phase.READ_BACK))
            self._paperwork.make_paper()

    def paper_pdf(self) -> bytes:
        """The pages as they stand, with the signatures given so far."""
        return self._paperwork.pdf()

    def paper_printed(
        self, paper_digest: str, pages: tuple[int, ...], copies: int, printer: str
    ) -> None:
        """Pages of the paper go to a printer now; noted before they do.

        Raises:
            Refused: `wrong_phase` without a paper, `sealed_is_final` once it is another's to note.
        """
        self._proceeding.record(
            ev.PaperPrinted(paper_digest=paper_digest, pages=pages, copies=copies, printer=printer)
        )

    def page_read(self, page: int, by: Role, shown_ms: int, read_aloud: bool = False) -> None:
        """A page stood before a person for a while."""
        paper = self._proceeding.state.paper
        if paper is None or not 1 <= page <= paper.pages:
            return
        digest = paper.page_digests[page - 1]
        self._proceeding.record(
            ev.PageRead(
                page=page, page_digest=digest, by=by, shown_ms=shown_ms, read_aloud=read_aloud
            ),
            by.value,
        )

    def correct(self, utterance_id: str, text: str, by: Role) -> None:
        """A correction the person asks for; changed pages lose their marks (L16)."""
        with self._command:
            self._proceeding.record(
                ev.LineRevised(
                    utterance_id=utterance_id, text=text, origin=Origin.CORRECTED, by=by.value
                )
            )
            self._paperwork.make_paper()

    def confirm_read_back(self, by: Role) -> None:
        """The person says the pages are as spoken."""
        self._proceeding.record(ev.ReadBackConfirmed(by=by), by.value)

    def back_to_interview(self) -> None:
        """Questions go on after read-back."""
        self.begin_interview()

    def begin_signing(self) -> None:
        """From read-back to signing; refused unless recording is healthy (L21)."""
        self._proceeding.record(ev.PhaseChanged(to=Phase.SIGNING))

    def give_marks(
        self, signer_id: str, field_name: str, ink: Ink, fingerprint: Fingerprint | None
    ) -> None:
        """One signature field is filled with ink (and fingerprint) and signed (L17, L21)."""
        with self._command:
            self._paperwork.give_marks(signer_id, field_name, ink, fingerprint)

    def plug_token(self, signer_id: str, pin: str) -> str:
        """An investigator signs with their own PKCS#11 token; the PIN is kept nowhere."""
        with self._command:
            return self._paperwork.plug_token(signer_id, pin)

    def unplug_token(self, signer_id: str) -> None:
        """Go on with the workstation's key for this investigator."""
        with self._command:
            self._paperwork.unplug_token(signer_id)

    def refuse_signing(self, signer_id: str, reason: str) -> None:
        """A signer will not sign or print; the reason stands in the record (L18)."""
        self._proceeding.record(ev.SigningRefused(signer=signer_id, reason=reason))

    def back_to_read_back(self) -> None:
        """Read again; marks stay until a correction changes their page."""
        self._proceeding.record(ev.PhaseChanged(to=Phase.READ_BACK))

    def seal(self, on_step: Callable[[SealStep], None]) -> SealedRecord:
        """End recording and seal the record; may be repeated after a fault.

        Raises:
            Refused: `marks_missing` while a signer neither signed nor refused.
            SealProblem: the record made does not verify; the open record is untouched.
        """
        with self._command:
            state = self._proceeding.state
            if state.phase is not Phase.SEALED:
                self._proceeding.require_move(Phase.SEALED)
                self._paperwork.finish()
                if self._recording.is_running:
                    self._recording.stop()
                self._proceeding.record(ev.PhaseChanged(to=Phase.SEALED))
            self.leave_processes()
            return self._sealing.seal(on_step)

    # --- coming and going ---------------------------------------------------------

    def attach(self) -> None:
        """Come back to an interrogation that was under way (after a crash of the desk)."""
        if not self._proceeding.state.recording_expected:
            return
        if not self._recording.attach():
            self._recording.start_after_absence()
        self._watch_clocks()
        self._paperwork.mend()
        if self._proceeding.state.phase in (Phase.RIGHTS, Phase.INTERVIEWING):
            self._hear()

    def leave(self) -> None:
        """Close the desk's side; the recorder goes on by itself."""
        self.leave_processes()
        self._paperwork.close()
        self._proceeding.close()

    def leave_processes(self) -> None:
        """Let go of the recorder and the transcriber; both finish by themselves."""
        if self._clocks is not None:
            self._clocks.stop()
        self.second_pass.cancel()
        self._hearing.leave()
        self._recording.leave()

    def _watch_clocks(self) -> None:
        if self._clocks is not None:
            self._clocks.start()

    def _hear(self, from_ms: int = 0) -> None:
        """Start the draft; without a model the interview goes on and lines are typed."""
        try:
            self._hearing.start(from_ms)
        except SetupProblem as problem:
            self._proceeding.record(
                ev.TroubleBegan(code=problem.code, subject="transcriber"), "transcriber"
            )
