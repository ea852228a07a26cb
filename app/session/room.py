"""The room of this desk: makes and reopens interrogations, lists and exports records.

- One recorder and one transcriber serve the room; they are found again, not started twice.
- Nothing here edits or removes a record.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock, SystemClock, iso
from app.domain import events as ev
from app.errors import SealProblem, StorageProblem
from app.paths import RESOURCES, Paths, make
from app.session import model_trial, recovery
from app.session.clocks import ClockWatch, Comparison
from app.session.delivery import Delivery
from app.session.documents import Documents
from app.session.exhibits import Exhibits
from app.session.hearing import Hearing, HearingPlan
from app.session.links import Links
from app.session.meters import Meters
from app.session.officer_token import officer_roots
from app.session.paperwork import Paperwork, Press
from app.session.preflight import Preflight
from app.session.proceeding import Proceeding
from app.session.recording import Recording
from app.session.sealing import Sealing
from app.session.second_pass import BestModel, SecondPass, best_model
from app.session.session import Parts, Session
from app.session.snapshot import Check, RecordRow, Unfinished
from app.session.takes import TakePlan
from app.session.workstation import Workstation
from app.settings import Settings
from app.store.blobs import Blobs
from app.store.catalogue import Entry, Verification
from app.store.keystore import KeyRing, RecordKeys
from speech import models

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from app.domain.covering import Cover
    from app.export.handover import Order
    from app.recorder.film import FilmFile
    from app.session.films import RecordFilms
    from app.session.working_copy import Sealed
    from app.store.custody import CustodyLog
    from signing.pads.pad import FingerprintPad
    from speech.models import Model
    from speech.problem import ModelProblem
    from speech.trial import Trial

SOFTWARE = "Shilu 0.1.0"
Progress = Callable[[float], None]


class Room:
    """What a desk can do beside an interrogation."""

    def __init__(
        self,
        workstation: Workstation,
        press: Press,
        links: Links,
        clock: Clock | None = None,
    ) -> None:
        self._workstation = workstation
        self._press = press
        self._links = links
        self._clock = clock or SystemClock()
        self._listeners: list[Callable[[object], None]] = []
        self._let_go: Callable[[], None] = _nothing_yet
        self._delivery = Delivery(
            workstation.database, workstation.ring, self._tell, workstation.care_for_keys
        )
        self._preflight = Preflight(workstation.paths, workstation.settings)

    @property
    def settings(self) -> Settings:
        """The settings of the machine and the room."""
        return self._workstation.settings

    @property
    def paths(self) -> Paths:
        """Where everything lies."""
        return self._workstation.paths

    def subscribe(self, on_change: Callable[[object], None]) -> Callable[[], None]:
        """Be told `CenterState` and `DeliveryChanged` from any thread."""
        self._listeners.append(on_change)

        def stop() -> None:
            if on_change in self._listeners:
                self._listeners.remove(on_change)

        return stop

    def close(self) -> None:
        """Stop delivering and close the tables; recorder and transcriber go on."""
        self._delivery.stop()
        self._workstation.close()

    # --- interrogations -----------------------------------------------------------

    def new(self, officer: str) -> Session:
        """Open a new record in this room.

        Raises:
            StorageProblem: the data folder cannot be written.
            KeyProblem: `certificate_expired` or `certificate_revoked`, in a production room.
        """
        if self.settings.production:
            self._workstation.check_keys()
        now = datetime.now(UTC)
        record_id = f"R{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = make(self.paths.interrogations / record_id)
        enrolment = self._workstation.enrolment
        escrow = enrolment.escrow if enrolment else None
        RecordKeys.create(folder, record_id, self._workstation.ring, escrow)
        session = self._session(record_id, officer)
        session.open_record(
            ev.Opened(
                record_id=record_id,
                room=self.settings.room,
                simulated=not self.settings.production,
                software=SOFTWARE,
            )
        )
        return session

    def open(self, record_id: str, officer: str) -> Session:
        """Return to an unfinished interrogation; a recorder that went on is found again.

        Raises:
            StorageProblem: `record_not_found` or `journal_damaged`.
        """
        if not (self.paths.interrogations / record_id / "keys.json").exists():
            raise StorageProblem("record_not_found", path=record_id)
        session = self._session(record_id, officer)
        session.attach()
        return session

    def unfinished(self) -> list[Unfinished]:
        """Interrogations on this workstation that are neither sealed nor abandoned."""
        return recovery.unfinished(self._workstation, self._links)

    def _session(self, record_id: str, officer: str) -> Session:
        folder = self.paths.interrogations / record_id
        keys = RecordKeys.open(folder, self._workstation.ring)
        proceeding = Proceeding(folder, keys, self._clock, officer)
        meters = Meters(proceeding.tell)
        meters.take_in(self._delivery.state)
        self._let_go()  # one interrogation at a time is shown in a room
        self._let_go = self.subscribe(meters.take_in)
        takes = TakePlan.of_room(self.settings, self.paths, record_id)
        recording = Recording(self._links.recorder(), proceeding, takes, meters.take_in)
        hearing = Hearing(
            self._links.transcriber(), proceeding, takes, self._hearing_plan(), meters.take_in
        )
        blobs = Blobs(folder, keys)
        own_keys = self._workstation.ring.workstation.as_of(keys.journal_key_id)
        paperwork = Paperwork(proceeding, blobs, takes, self._press, own_keys, self.settings)
        documents = Documents(proceeding, paperwork, blobs, takes)
        sealing = Sealing(proceeding, paperwork, documents, self._workstation, self._queue)
        exhibits = Exhibits(proceeding, blobs)
        second_pass = SecondPass(proceeding, takes, self._best_model, meters.take_in)
        return Session(
            proceeding,
            Parts(
                recording=recording,
                hearing=hearing,
                paperwork=paperwork,
                exhibits=exhibits,
                sealing=sealing,
                meters=meters,
                second_pass=second_pass,
                clocks=ClockWatch(self._comparison(), proceeding.record),
            ),
        )

    def _best_model(self) -> BestModel:
        places = (self.paths.models, RESOURCES / "models")
        return best_model(self.settings.model, self.settings.speech_language, places)

    def _comparison(self) -> Comparison:
        enrolment = self._workstation.enrolment
        return Comparison(self.settings.ntp_server, enrolment.url if enrolment else "")

    def _hearing_plan(self) -> HearingPlan:
        model = models.find(self.settings.model, self.paths.models, RESOURCES / "models")
        models.require_language(model, self.settings.speech_language)
        return HearingPlan(str(model.folder), model.facts.digest, self.settings.speech_language)

    def _queue(self, record_id: str, folder: Path) -> None:
        self._workstation.outbox.queue(record_id, folder)
        self._delivery.wake()

    def _tell(self, value: object) -> None:
        for listener in tuple(self._listeners):
            listener(value)

    # --- devices ------------------------------------------------------------------

    def preflight(self) -> list[Check]:
        """The device check; slow, so never on the GUI thread."""
        return self._preflight.run()

    def microphones(self) -> list[str]:
        """Names of the microphones this machine offers."""
        return self._preflight.microphones()

    def camera_frame(self) -> bytes | None:
        """One JPEG of the first camera, or None when there is none."""
        return self._preflight.camera_frame()

    def test_microphone(
        self, seconds: float, on_level: Callable[[tuple[float, float]], None]
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Record a few seconds for the loop-back test; float32 [frames, 2] and its rate."""
        return self._preflight.test_microphone(seconds, on_level)

    def pad(self) -> FingerprintPad:
        """The fingerprint pad of the settings.

        Raises:
            PadProblem: `pad_not_found` or `simulated_in_production`.
        """
        return self._preflight.pad()

    def models(self) -> list[Model | ModelProblem]:
        """The speech models of this machine."""
        return models.list_models(self.paths.models, RESOURCES / "models")

    def import_model(self, folder: Path, on_progress: Progress) -> Model:
        """Check and copy in a model folder; `try_model` says what it is like here."""

        def told(done: int, total: int) -> None:
            on_progress(done / max(1, total))

        return models.import_model(folder, make(self.paths.models), told)

    def try_model(self, name: str, on_progress: Progress, cancel: threading.Event) -> Trial:
        """Hear check clips with a model and keep what was found, if the model is an imported one.

        Raises:
            ModelProblem: why it does not work; `model_untried` when cancelled.
        """
        folders = (self.paths.models, RESOURCES / "models")
        models.require_language(models.find(name, *folders), self.settings.speech_language)
        return model_trial.run(name, self.settings.speech_language, on_progress, cancel)

    # --- records ------------------------------------------------------------------

    def records(self, search: str = "") -> list[RecordRow]:
        """Sealed records, the last first."""
        return [_row(entry) for entry in self._workstation.catalogue.search(search)]

    def verify(self, record_id: str, on_progress: Progress) -> None:
        """Check a sealed record strictly and note the finding in the catalogue.

        Raises:
            SealProblem: the first thing that is wrong; it is noted.
        """
        from app.export.copy import total_bytes
        from signing.verify import verify

        folder = self.paths.records / record_id
        if not folder.exists():
            raise StorageProblem("record_not_found", path=record_id)
        enrolment = self._workstation.enrolment
        trust = [enrolment.authority] if enrolment else None
        total, done = total_bytes(folder), 0

        def told(count: int) -> None:
            nonlocal done
            done += count
            on_progress(min(1.0, done / total))

        now = iso(datetime.now(UTC))
        try:
            verify(
                folder,
                trust,
                progress=told,
                revoked=self._workstation.revocations,
                officers=officer_roots(self.settings),
            )
        except SealProblem as problem:
            self._workstation.catalogue.note_verification(record_id, problem.code, now)
            raise
        self._workstation.catalogue.note_verification(record_id, "", now)

    def export(
        self,
        record_id: str,
        target: Path,
        on_progress: Progress,
        cancel: threading.Event,
        order: Order | None = None,
    ) -> None:
        """Copy a record to a folder, ZIP or discs, read back, verified and noted (L40).

        Raises:
            Refused: `reason_missing` or `approval_missing`: a real record needs an order.
        """
        from app.export.handover import Order, hand_over

        folder = self.paths.records / record_id
        if not folder.exists():
            raise StorageProblem("record_not_found", path=record_id)
        custody = self._custody()
        order = order or Order(unit=self.settings.agency)
        hand_over(folder, target, order, custody, on_progress, cancel)

    def films(self, record_id: str) -> RecordFilms:
        """The films of a record, sealed or open, for looking and listening.

        Raises:
            StorageProblem: `record_not_found`.
            SealProblem: a log of the sealed record is not as it was written.
        """
        from app.session.films import find_films

        return find_films(self.paths, self.settings, record_id, self._ring)

    def export_films(
        self,
        record_id: str,
        folder: Path,
        on_progress: Progress,
        cancel: threading.Event,
        order: Order | None = None,
    ) -> tuple[FilmFile, ...]:
        """Write each take as a playable working copy, noted in the custody log (L40).

        Raises:
            Refused: `reason_missing` or `approval_missing`: a real record needs an order.
            StorageProblem: As `app.session.films.export_films`.
        """
        from app.export.handover import Order
        from app.session.films import export_films

        custody = self._custody()
        order = order or Order(unit=self.settings.agency)
        return export_films(self.films(record_id), folder, order, custody, on_progress, cancel)

    def paper_pdf(self, record_id: str) -> bytes:
        """The signed transcript of a sealed record, byte for byte.

        Raises:
            StorageProblem: `record_not_found`.
            SealProblem: `file_changed`.
        """
        from app.session.printing import sealed_paper

        return sealed_paper(self.paths.records / record_id)

    def printing(
        self, record_id: str, printer: str, order: Order | None = None
    ) -> AbstractContextManager[None]:
        """The transcript is handed to `printer` inside this, noted in the custody log (L40).

        Raises:
            Refused: `reason_missing` or `approval_missing`: a real record needs an order.
        """
        from app.export.handover import Order
        from app.session.printing import printing

        folder = self.paths.records / record_id
        custody = self._custody()
        return printing(folder, printer, order or Order(unit=self.settings.agency), custody)

    def read_sealed(self, record_id: str, on_progress: Progress, cancel: threading.Event) -> Sealed:
        """A sealed record, checked whole, with its transcript as it was printed.

        Raises:
            SealProblem: It is not as it was sealed.
            StorageProblem: `record_not_found`.
            ExportCancelled: `cancel` was set.
        """
        from app.export.work import stoppable
        from app.session.working_copy import read_sealed

        folder = self.paths.records / record_id
        if not folder.exists():
            raise StorageProblem("record_not_found", path=record_id)
        return read_sealed(folder, self.settings.agency, stoppable(on_progress, cancel))

    def working_copy(
        self,
        sealed: Sealed,
        cover: Cover,
        folder: Path,
        on_progress: Progress,
        cancel: threading.Event,
        order: Order | None = None,
    ) -> Path:
        """Write a redacted working copy into `folder`, noted in the custody log (L40).

        Raises:
            Refused, StorageProblem, ExportCancelled: As
                `app.session.working_copy.make_working_copy`.
        """
        from app.export.handover import Order
        from app.export.work import stoppable
        from app.session.working_copy import make_working_copy

        custody = self._custody()
        order = order or Order(unit=self.settings.agency)
        lay_out = self._press.lay_out
        progress = stoppable(on_progress, cancel)
        return make_working_copy(sealed, cover, folder, order, custody, lay_out, progress)

    def _ring(self) -> KeyRing:
        return self._workstation.ring

    def _custody(self) -> CustodyLog:
        from app.store.custody import CustodyLog

        return CustodyLog(self.paths.data, self._ring(), self._delivery.tell_custody)

    # --- center -------------------------------------------------------------------

    def enroll(self, url: str, code: str) -> None:
        """Enroll at a center and begin to deliver."""
        self._workstation.enroll(url, code)
        self._delivery.renew(self._workstation.ring)
        self._delivery.wake()


def _nothing_yet() -> None:
    """No interrogation was opened in this room yet."""


def _row(entry: Entry) -> RecordRow:
    verified = {
        Verification.UNKNOWN: "unknown",
        Verification.VALID: "good",
        Verification.INVALID: entry.verification_code,
    }[entry.verification]
    return RecordRow(
        record_id=entry.record_id,
        room=entry.room,
        case_number=entry.case_number,
        case_name=entry.case_name,
        suspect=entry.suspect,
        sealed_utc=entry.sealed_utc,
        folder=str(entry.folder),
        root_digest=entry.root_digest,
        delivery=entry.delivery.value if entry.delivery else "none",
        verified=verified,
        duration_ms=entry.duration_ms,
        pages=entry.pages,
    )
