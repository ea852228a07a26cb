"""The paper of one interrogation: laid out, read, signed field by field, kept encrypted.

- Every version is written whole; after a crash the file is cut back to the last journaled step.
- A mark is kept as it was given before anything is drawn from it (L16, L17, L23).
- A re-laid paper voids the marks of the former one; they stay in the record as voided.
- The workstation signs last and locks the document.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from app.domain import events as ev
from app.domain.paper import TranscriptPaper
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.signers import MarkKind, SignatureField, Signer
from app.errors import Refused, SealProblem, StorageProblem
from app.session import rights_text
from app.session.officer_token import open_token
from app.session.printed import printed
from app.session.proceeding import Proceeding
from app.session.takes import TakePlan
from app.settings import Settings
from app.store.blobs import Blobs
from app.store.journal import read_entries
from signing import paper, seal
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.marks import Fingerprint, Ink, sensor_data, to_inkml, to_png

if TYPE_CHECKING:
    from signing.token import TokenKey

MARKS = "marks"
PAPER = "paper"
TRANSCRIPT = "transcript.pdf"
WORKSTATION = "workstation"
TEXT_CHANGES = (
    ev.UtteranceHeard,
    ev.LineAdded,
    ev.LineRevised,
    ev.SpeakerChanged,
    ev.LineSplit,
    ev.LinesMerged,
)


class LaidOut(Protocol):
    """A transcript on pages."""

    @property
    def pdf(self) -> bytes:
        """The pages, without fields."""

    @property
    def fields(self) -> tuple[SignatureField, ...]:
        """Every place to sign; a spare has no signer."""

    @property
    def page_digests(self) -> tuple[str, ...]:
        """One for each page."""


class Press(Protocol):
    """Draws paper; the desk gives one made with Qt."""

    def lay_out(self, model: TranscriptPaper) -> LaidOut:
        """The pages of a transcript."""

    def draw_mark(
        self,
        field: SignatureField,
        signer: Signer,
        ink: Ink,
        fingerprint: Fingerprint | None,
        moment: datetime,
    ) -> bytes:
        """What a signed field looks like: a one-page PDF of the field's size."""


class Paperwork:
    """Makes, keeps and signs the transcript's paper."""

    def __init__(
        self,
        proceeding: Proceeding,
        blobs: Blobs,
        takes: TakePlan,
        press: Press,
        keys: WorkstationKeys,
        settings: Settings,
    ) -> None:
        self._proceeding = proceeding
        self._blobs = blobs
        self.takes = takes
        self._press = press
        self._keys = keys
        self._settings = settings
        self._tokens: dict[str, TokenKey] = {}  # by signer, logged in; no PIN is kept

    # --- laying out ---------------------------------------------------------------

    def model(self) -> TranscriptPaper:
        """What stands on the paper now."""
        return printed(self._proceeding.state, self._settings.agency)

    def make_paper(self) -> None:
        """Lay the transcript out; marks on a former paper are voided and stay as such."""
        laid_out = self._press.lay_out(self.model())
        fields = [paper.Field(f.name, f.page, f.box) for f in laid_out.fields]
        fields.append(paper.Field(WORKSTATION, len(laid_out.page_digests)))
        pdf = paper.prepare(laid_out.pdf, fields)
        if any(mark.field for mark in self._proceeding.state.marks):
            self._proceeding.record(ev.MarksVoided(paper_digest=digest_of(pdf), reason="corrected"))
        self._blobs.put(PAPER, TRANSCRIPT, pdf)
        self._proceeding.record(
            ev.PaperMade(
                paper_digest=digest_of(pdf),
                page_digests=laid_out.page_digests,
                fields=tuple(field for field in laid_out.fields if field.signer_id),
            )
        )

    def mend(self) -> None:
        """Lay the transcript out again when a crash came between a change of it and its paper."""
        phase = self._proceeding.state.phase
        if phase in (Phase.READ_BACK, Phase.SIGNING) and self._is_behind():
            self.make_paper()

    def _is_behind(self) -> bool:
        behind, phase = False, Phase.PREPARED
        for entry in read_entries(self._proceeding.folder, self._proceeding.keys):
            match entry.event:
                case ev.PaperMade():
                    behind = False
                case ev.PhaseChanged(to=to):
                    behind = behind or (to is Phase.READ_BACK and phase is Phase.INTERVIEWING)
                    phase = to
                case event:
                    behind = behind or isinstance(event, TEXT_CHANGES)
        return behind

    def pdf(self) -> bytes:
        """The paper as journaled; a signature the journal does not know is cut off.

        Raises:
            StorageProblem: `record_not_found` before there is a paper, `journal_damaged` when the
                file is not what was journaled.
        """
        state = self._proceeding.state
        if state.paper is None:
            raise StorageProblem("record_not_found", path=TRANSCRIPT)
        data = self._blobs.get(PAPER, TRANSCRIPT)
        expected = state.signed[-1].digest if state.signed else state.paper.digest
        if digest_of(data) == expected:
            return data
        if state.signed and digest_of(data[: state.signed[-1].bytes]) == expected:
            return data[: state.signed[-1].bytes]
        return _cut_to(data, expected)

    def digest(self) -> str:
        """Of the paper as it stands."""
        return digest_of(self.pdf())

    # --- marks --------------------------------------------------------------------

    def keep_rights_ink(self, ink: Ink) -> str:
        """The acknowledgement of the rights notice by hand; returns the mark's id."""
        state = self._proceeding.state
        language = state.rights_shown[-1].language if state.rights_shown else "zh"
        notice = rights_text.read(state.preparation.procedure, language)
        pages = tuple(page.text_digest for page in state.rights_shown)
        return self._keep(
            MarkKind.INK,
            to_inkml(ink),
            ink,
            signer="suspect-1",
            field=None,
            page_digest=rights_text.acknowledged_digest(notice, pages),
        )

    def give_marks(
        self, signer_id: str, field_name: str, ink: Ink, fingerprint: Fingerprint | None
    ) -> None:
        """Keep the marks, draw them into the field and sign it.

        Raises:
            Refused: `signer_unknown`, `already_signed`, `recording_not_healthy`.
            SealProblem: the signed paper does not verify; the former one stands.
            KeyProblem: `token_*`: the officer's token did not sign; the former paper stands.
        """
        field, signer = self._place(signer_id, field_name)
        page_digest = self._page_digest(field)
        self._keep(MarkKind.INK, to_inkml(ink), ink, signer_id, field, page_digest)
        if fingerprint is not None:
            png = to_png(fingerprint)
            self._keep(MarkKind.FINGERPRINT, png, fingerprint, signer_id, field, page_digest)
        moment = datetime.now(UTC)
        appearance = self._press.draw_mark(field, signer, ink, fingerprint, moment)
        self._sign(
            paper.Signing(
                field=field.name,
                signer_name=signer.name,
                reason=signer.role.value,
                moment=moment,
                appearance=appearance,
            ),
            signer_id,
        )

    def plug_token(self, signer_id: str, pin: str) -> str:
        """Let an officer sign with their own token from here on; returns the name it tells.

        Args:
            signer_id: An investigator of this paper.
            pin: Given to the token once and kept nowhere.

        Raises:
            Refused: `signer_unknown`.
            SetupProblem: `token_not_set_up`.
            KeyProblem: `token_*`. Nothing was changed.
        """
        roles = {one.id: one.role for one in self._proceeding.state.signers}
        if roles.get(signer_id) is not Role.INVESTIGATOR:
            raise Refused("signer_unknown", signer=signer_id)
        opened = open_token(self._settings, pin)
        self.unplug_token(signer_id)
        self._tokens[signer_id] = opened
        return opened.name

    def unplug_token(self, signer_id: str) -> None:
        """Go on with the workstation's key for this officer."""
        token = self._tokens.pop(signer_id, None)
        if token is not None:
            token.close()

    def close(self) -> None:
        """Log out of every token."""
        for signer_id in tuple(self._tokens):
            self.unplug_token(signer_id)

    def finish(self) -> None:
        """The workstation signs last and locks the document."""
        if WORKSTATION in self._proceeding.state.signed_fields:
            return
        signing = paper.Signing(
            field=WORKSTATION,
            signer_name=self._keys.device,
            reason=self._settings.room,
            moment=datetime.now(UTC),
            lock=True,
        )
        self._sign(signing, WORKSTATION)

    def workstation_signer(self) -> seal.Signer:
        """The workstation in the seal's list of signers."""
        return seal.Signer(
            id=WORKSTATION, role=WORKSTATION, name=self._keys.device, fields=(WORKSTATION,)
        )

    def _place(self, signer_id: str, field_name: str) -> tuple[SignatureField, Signer]:
        state = self._proceeding.state
        signers = {signer.id: signer for signer in state.signers}
        fields = state.paper.fields if state.paper else ()
        for field in fields:
            if field.name == field_name and field.signer_id == signer_id in signers:
                return field, signers[signer_id]
        raise Refused("signer_unknown", signer=signer_id)

    def _page_digest(self, field: SignatureField) -> str:
        state = self._proceeding.state
        assert state.paper is not None
        return state.paper.page_digests[field.page - 1]

    def _keep(
        self,
        kind: MarkKind,
        original: bytes,
        given: Ink | Fingerprint,
        signer: str,
        field: SignatureField | None,
        page_digest: str,
    ) -> str:
        mark_id = f"{kind.value}-{uuid.uuid4().hex[:12]}"
        state = self._proceeding.state
        take = state.takes[-1]
        self._blobs.put(MARKS, _file_of(mark_id, kind), original)
        self._blobs.put(MARKS, f"{mark_id}.json", sensor_data(given))
        self._proceeding.record(
            ev.MarkGiven(
                mark_id=mark_id,
                mark_kind=kind,
                signer=signer,
                field=field.name if field else "",
                page=field.page if field else 0,
                page_digest=page_digest,
                digest=digest_of(original),
                device=given.device,
                simulated=given.simulated,
                take=take.number,
                media_ms=self._proceeding.offset_ms() - take.offset_ms,
            ),
            signer,
        )
        return mark_id

    def _sign(self, signing: paper.Signing, signer_id: str) -> None:
        token = self._tokens.get(signer_id)
        if token is None:
            signed = paper.sign(self.pdf(), signing, self._keys.seal_key, self._keys.chain)
        else:
            signed = paper.sign(self.pdf(), signing, token, token.chain)
        self._blobs.put(PAPER, TRANSCRIPT, signed)
        self._proceeding.record(
            ev.PaperSigned(
                field=signing.field,
                signer=signer_id,
                bytes=len(signed),
                digest=digest_of(signed),
            )
        )


def _cut_to(data: bytes, digest: str) -> bytes:
    """The revision of a paper that has this digest."""
    try:
        for revision in paper.read_revisions(data):
            if revision.digest == digest:
                return data[: revision.bytes]
    except SealProblem as problem:
        raise StorageProblem("journal_damaged", path=TRANSCRIPT) from problem
    raise StorageProblem("journal_damaged", path=TRANSCRIPT)


def _file_of(mark_id: str, kind: MarkKind) -> str:
    return f"{mark_id}.inkml" if kind is MarkKind.INK else f"{mark_id}.png"
