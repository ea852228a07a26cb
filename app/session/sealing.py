"""Seals an interrogation: payload, manifest, signature, time stamp, and our own strict check.

- The record is built beside its place and renamed when it verified; a fault leaves the open
  record as it was, and sealing can be repeated.
- No time-stamping authority: sealed all the same, with its time unproven, and said so.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from app.domain import events as ev
from app.errors import SealProblem
from app.paths import make, sync_folder
from app.session.documents import Documents, count_of
from app.session.officer_token import officer_roots
from app.session.paperwork import Paperwork
from app.session.proceeding import Proceeding
from app.session.snapshot import SealedRecord, SealStep
from app.session.workstation import Workstation
from app.store.catalogue import Entry, Verification
from signing import gm, manifest, timestamp
from signing import seal as sealed
from signing.chain import Line
from signing.verify import verify

OnStep = Callable[[SealStep], None]
_log = logging.getLogger(__name__)


class Sealing:
    """Makes the sealed record of one interrogation."""

    def __init__(
        self,
        proceeding: Proceeding,
        paperwork: Paperwork,
        documents: Documents,
        workstation: Workstation,
        queue: Callable[[str, Path], None],
    ) -> None:
        self._proceeding = proceeding
        self._paperwork = paperwork
        self._documents = documents
        self._workstation = workstation
        self._queue = queue
        # Renewed in the meantime or not: a record is sealed with the keys it began with.
        self._keys = workstation.ring.workstation.as_of(proceeding.keys.journal_key_id)

    def seal(self, on_step: OnStep) -> SealedRecord:
        """Build, sign, check and enter the record; the phase must be sealed already.

        Raises:
            KeyProblem: `certificate_expired` or `certificate_revoked`; the record stays open.
            SealProblem: what was built does not verify; nothing was entered.
            OSError: a file cannot be written.
        """
        record_id = self._proceeding.keys.record_id
        target = self._workstation.paths.records / record_id
        if not target.exists():
            self._workstation.check_keys(self._keys)
            self._build(target, on_step)
        return self._enter(target, on_step)

    def _build(self, target: Path, on_step: OnStep) -> None:
        partial = make(target.parent) / f".{target.name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        data = make(partial / "data")
        total = self._media_bytes()
        done = 0

        def on_media(count: int) -> None:
            nonlocal done
            done += count
            on_step(SealStep(name="media", done=min(1.0, done / total)))

        self._documents.write_media(data, on_media)
        on_step(SealStep(name="documents", done=0.0))
        self._documents.write_transcript(data)
        self._documents.write_marks(data)
        self._documents.write_exhibits(data)
        self._documents.write_compliance(data)
        journal, recorder = self._documents.write_logs(data)
        on_step(SealStep(name="documents", done=1.0))
        described = self._describe(journal[-1].digest, recorder[-1].digest, len(journal), recorder)
        self._sign(partial, described, on_step)
        on_step(SealStep(name="check", done=0.0))
        enrolment = self._workstation.enrolment
        verify(
            partial,
            [enrolment.authority] if enrolment else None,
            officers=officer_roots(self._workstation.settings),
        )
        on_step(SealStep(name="check", done=1.0))
        for folder in (path for path in partial.rglob("*") if path.is_dir()):
            sync_folder(folder)
        sync_folder(partial)
        partial.rename(target)
        sync_folder(target.parent)

    def _sign(self, partial: Path, described: sealed.Seal, on_step: OnStep) -> None:
        total = max(1, sum(f.stat().st_size for f in partial.rglob("*") if f.is_file()))
        done = 0

        def on_bytes(count: int) -> None:
            nonlocal done
            done += count
            on_step(SealStep(name="digests", done=min(1.0, done / total)))

        sealed.make_record(partial, described, self._keys, progress=on_bytes)
        on_step(SealStep(name="signature", done=1.0))
        url = self._workstation.settings.timestamp_url
        if not url:
            on_step(SealStep(name="timestamp", done=1.0, note="none"))
            return
        try:
            sealed.add_timestamp(partial, timestamp.over_http(url))
            on_step(SealStep(name="timestamp", done=1.0, note="proven"))
        except SealProblem as problem:
            _log.warning("sealed with time unproven: %s", problem)
            on_step(SealStep(name="timestamp", done=1.0, note=problem.code))

    def _describe(
        self, journal_head: str, recorder_head: str, events: int, recorder: list[Line]
    ) -> sealed.Seal:
        state = self._proceeding.state
        signed = set(state.signed_fields)
        paper = state.paper
        assert paper is not None, "sealed without a paper"
        fields = {
            signer.id: tuple(
                field.name
                for field in paper.fields
                if field.signer_id == signer.id and field.name in signed
            )
            for signer in state.signers
        }
        signers = [
            sealed.Signer(
                id=signer.id,
                role=signer.role.value,
                name=signer.name,
                fields=fields[signer.id],
                refused=signer.id in state.refusals and not fields[signer.id],
            )
            for signer in state.signers
        ]
        signers.append(self._paperwork.workstation_signer())
        return sealed.Seal(
            version=sealed.VERSION,
            suite=gm.SUITE if self._workstation.settings.gm_profile else sealed.SUITE,
            record_id=state.record_id,
            room=state.room,
            simulated=state.simulated,
            created_utc=sealed.now_text(),
            journal_head=journal_head,
            recorder_head=recorder_head,
            journal_key=sealed.key_text(self._keys.journal_key.public_key()),
            counts=sealed.Counts(
                events=events, recorder_lines=len(recorder), **count_of(state, recorder)
            ),
            pages=paper.pages,
            signers=tuple(signers),
            paper_digest=self._paperwork.digest(),
            previous_record=state.preparation.previous_record,
        )

    def _enter(self, target: Path, on_step: OnStep) -> SealedRecord:
        state = self._proceeding.state
        root = manifest.root_digest(target)
        self._proceeding.record(ev.SealMade(root_digest=root, folder=str(target)))
        case = state.preparation.case
        self._workstation.catalogue.add(
            Entry(
                record_id=state.record_id,
                folder=target,
                room=state.room,
                case_number=case.number,
                case_name=case.name,
                suspect=state.preparation.suspect.name,
                sealed_utc=sealed.now_text(),
                root_digest=root,
                simulated=state.simulated,
                pages=state.paper.pages if state.paper else 0,
                duration_ms=sum(take.duration_ms or 0 for take in state.takes),
                verification=Verification.VALID,
                verified_utc=sealed.now_text(),
            )
        )
        self._queue(state.record_id, target)
        on_step(SealStep(name="catalogue", done=1.0))
        return SealedRecord(
            record_id=state.record_id,
            folder=str(target),
            root_digest=root,
            pages=state.paper.pages if state.paper else 0,
            started_utc=state.started_utc,
            ended_utc=state.ended_utc,
            time_proven=(target / manifest.TIMESTAMP).exists(),
        )

    def _media_bytes(self) -> int:
        folder = self._documents.media_folders[0] / self._proceeding.keys.record_id
        return max(1, sum(piece.stat().st_size for piece in folder.rglob("*.frag")))
