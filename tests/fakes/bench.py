"""A session on a workbench: real journal, keys and paper; recorder and transcriber by hand."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from app.clock import Clock, SystemClock
from app.domain import events as ev
from app.domain.paper import TranscriptPaper
from app.domain.signers import SignatureField, Signer
from app.ipc import messages as ms
from app.paths import Paths
from app.session.documents import Documents
from app.session.exhibits import Exhibits
from app.session.hearing import Hearing, HearingPlan
from app.session.meters import Meters
from app.session.paperwork import Paperwork, Press
from app.session.proceeding import Proceeding
from app.session.recording import Recording
from app.session.sealing import Sealing
from app.session.second_pass import BestModel, SecondPass
from app.session.session import Parts, Session
from app.session.takes import TakePlan
from app.session.workstation import Workstation
from app.settings import Camera, Settings
from app.store.blobs import Blobs
from app.store.database import Database
from app.store.keystore import KeyRing, RecordKeys
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.marks import Fingerprint, Ink, InkPoint, InkStroke
from speech.problem import ModelProblem
from tests.fakes.links import FakeLinks
from tests.fakes.record import plain_pdf

SETTINGS = Settings(room="讯问室 1", production=False, cameras=(Camera(source="test:"),))


class FakePage:
    """One page with a field for each signer, as a press gives it."""

    def __init__(self, model: TranscriptPaper) -> None:
        self.pdf = plain_pdf(1)
        self.fields = tuple(
            SignatureField(
                name=f"{s.id}-1", signer_id=s.id, page=1, box=(50, 50 + 70 * n, 200, 110 + 70 * n)
            )
            for n, s in enumerate(model.signers)
        )
        text = "|".join(line.text for line in model.lines)
        self.page_digests = (digest_of(text.encode()),)


class FakePress:
    """Fits `app.session.paperwork.Press` without Qt."""

    def lay_out(self, model: TranscriptPaper) -> FakePage:
        return FakePage(model)

    def draw_mark(
        self,
        field: SignatureField,
        signer: Signer,
        ink: Ink,
        fingerprint: Fingerprint | None,
        moment: datetime,
    ) -> bytes:
        return b""


def _no_model() -> BestModel:
    raise ModelProblem("model_not_found", name="none on the bench")


class Bench:
    """One room and one record; `reopen` is the next start of the desk."""

    def __init__(
        self,
        folder: Path,
        *,
        links: FakeLinks | None = None,
        clock: Clock | None = None,
        press: Press | None = None,
        keys: WorkstationKeys | None = None,
        settings: Settings = SETTINGS,
    ) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.press: Press = press or FakePress()
        self.paths = Paths(folder / "data", folder / "config", folder / "run")
        self.ring = KeyRing(
            secrets.token_bytes(32), keys or WorkstationKeys.generate("bench"), self.paths.keys
        )
        self.links = links or FakeLinks()
        self.record_id = "R1"
        self.folder = self.paths.interrogations / self.record_id
        self.keys = RecordKeys.create(self.folder, self.record_id, self.ring, None)
        self.queued: list[str] = []
        self.database = Database(self.paths.data)
        self.session = self.reopen()
        self.session.open_record(
            ev.Opened(record_id=self.record_id, room="讯问室 1", simulated=True, software="test")
        )

    def reopen(self) -> Session:
        """A session over what is on disk."""
        self.proceeding = Proceeding(self.folder, self.keys, self.clock, "李建国")
        meters = Meters(self.proceeding.tell)
        takes = TakePlan.of_room(self.settings, self.paths, self.record_id)
        recording = Recording(self.links.recorder(), self.proceeding, takes, meters.take_in)
        plan = HearingPlan("model", "d" * 64, "zh")
        hearing = Hearing(self.links.transcriber(), self.proceeding, takes, plan, meters.take_in)
        blobs = Blobs(self.folder, self.keys)
        paperwork = Paperwork(
            self.proceeding, blobs, takes, self.press, self.ring.workstation, SETTINGS
        )
        self.paperwork = paperwork
        documents = Documents(self.proceeding, paperwork, blobs, takes)
        workstation = Workstation(self.paths, SETTINGS, self.ring, self.database)
        sealing = Sealing(self.proceeding, paperwork, documents, workstation, self._queue)
        exhibits = Exhibits(self.proceeding, blobs)
        second_pass = SecondPass(self.proceeding, takes, _no_model, meters.take_in)
        self.session = Session(
            self.proceeding,
            Parts(
                recording=recording,
                hearing=hearing,
                paperwork=paperwork,
                exhibits=exhibits,
                sealing=sealing,
                meters=meters,
                second_pass=second_pass,
            ),
        )
        return self.session

    def _queue(self, record_id: str, folder: Path) -> None:
        self.queued.append(record_id)

    def close(self) -> None:
        """End the desk's side."""
        self.session.leave()
        self.database.close()


def ink() -> Ink:
    """One stroke of a pen."""
    points = tuple(
        InkPoint(x_um=n * 500, y_um=n * 300, pressure=0.5, device_ms=n) for n in range(20)
    )
    return Ink((InkStroke(points),), 50_000, 20_000, "pen", simulated=True)


def state_message(recorder_elapsed_ms: int, record_id: str = "R1") -> ms.RecorderState:
    """A heartbeat at that moment."""
    return ms.RecorderState(
        pid=1,
        record_id=record_id,
        take=1,
        elapsed_ms=recorder_elapsed_ms,
        levels_dbfs=(-20.0, -20.0),
        folders=(),
        streams=(),
        microphone="fake",
        gaps=0,
    )
