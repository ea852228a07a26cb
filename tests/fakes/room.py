"""A room in memory: settings, checks and records a desk can show, with no device behind them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from msgspec.structs import replace

from app.domain.covering import Cover
from app.domain.phase import Phase
from app.errors import SealProblem, StorageProblem
from app.export.handover import Order
from app.export.work import stoppable
from app.paths import Paths
from app.session.films import export_films, sealed_films
from app.session.snapshot import Check, RecordRow, Unfinished
from app.session.working_copy import Sealed, make_working_copy, read_sealed
from app.settings import Camera, Settings
from app.store.custody import CustodyLog
from speech.models import Model, ModelFacts
from speech.problem import ModelProblem
from speech.trial import Trial
from tests.fakes.session import FakeSession
from widgets.paper.press import QtPress

SETTINGS = Settings(
    room="讯问室 1",
    place="江宁市公安局执法办案管理中心讯问室1",
    agency="江宁市公安局刑侦支队",
    production=False,
    microphone="USB Audio 双通道",
    cameras=(Camera(source="rtsp://10.10.4.21/main"), Camera(source="rtsp://10.10.4.22/main")),
    media_folder="/media/disk-a/shilu",
    second_media_folder="/media/disk-b/shilu",
)

CHECKS = [
    Check(name="microphone", state="good", details={"name": "USB Audio 双通道"}),
    Check(name="camera", state="good", details={"cameras": 2}),
    Check(name="disk", state="good", details={"hours_left": 86.0}),
    Check(name="clock", state="good", details={"offset_ms": 40}),
    Check(name="keys", state="good", details={"key": "3F9C 21A7"}),
    Check(name="model", state="good", details={"model": "demo"}),
    Check(name="pads", state="warning", code="pad_not_found"),
    Check(name="center", state="warning", code="not_enrolled"),
]

TRIAL = Trial(
    device="cpu",
    clips=16,
    sound_ms=48_000,
    answer_p50_ms=1_600,
    answer_p95_ms=2_100,
    whole_p50_ms=1_600,
    real_time_factor=0.31,
    trimmed_changed=0.07,
    prompted_changed=0.0,
    fills_silence=False,
    short_windows=False,
    prompts=True,
)


def row(number: int, delivery: str = "acknowledged", verified: str = "good") -> RecordRow:
    people = ("王志远", "赵敏", "刘建军", "孙丽华", "周国强", "吴晓东")
    cases = ("王志远涉嫌诈骗案", "“3·12”入户盗窃案", "城南聚众斗殴案", "网络赌博案")
    return RecordRow(
        record_id=f"202611{number % 28 + 1:02d}-1-{0x7A00 + number:04X}",
        room="讯问室 1",
        case_number=f"江公（刑）立字〔2026〕{1200 + number}号",
        case_name=cases[number % len(cases)],
        suspect=people[number % len(people)],
        sealed_utc=f"2026-11-{number % 28 + 1:02d}T08:{number % 60:02d}:12.000Z",
        folder=f"/var/lib/shilu/records/{number}",
        root_digest=f"{number:064x}",
        delivery=delivery,
        verified=verified,
        duration_ms=2_400_000 + number * 61_000,
        pages=4 + number % 6,
    )


class FakeRoom:
    """What a desk asks of its workstation."""

    def __init__(self, session: FakeSession | None = None) -> None:
        self.settings = SETTINGS
        self.order: Order | None = None
        self.paths = Paths(Path("/nowhere/data"), Path("/nowhere/config"), Path("/nowhere/run"))
        self.session = session or FakeSession()
        self.rows = [row(n) for n in range(14)]
        self.rows[0] = row(0, "uploading", "unknown")
        self.rows[3] = row(3, "rejected", "file_changed")
        self.waiting: list[Unfinished] = []
        self.checks = list(CHECKS)
        self.watchers: list[Callable[[object], None]] = []
        self.picture: bytes | None = None
        self.fails: Exception | None = None
        self.film_folder: Path | None = None  # of a sealed record whose films are shown
        self.paper = b""  # of every sealed record
        self.printed: list[str] = []
        self.installed: list[Model] = []
        self.trial_waits = False
        self.custody: CustodyLog | None = None
        self.copying = Event()  # set when a working copy is begun
        self.copy_waits = False  # until it is cancelled

    def subscribe(self, on_change: Callable[[object], None]) -> Callable[[], None]:
        self.watchers.append(on_change)
        return partial(self.watchers.remove, on_change)

    def close(self) -> None:
        self.watchers.clear()

    def unfinished(self) -> list[Unfinished]:
        return self.waiting

    def with_unfinished(self) -> FakeRoom:
        self.waiting = [
            Unfinished(
                record_id="20261122-1-7F3A",
                phase=Phase.INTERVIEWING,
                suspect="王志远",
                case_number="江公（刑）立字〔2026〕1187号",
                opened_utc="2026-11-22T06:00:00.000Z",
                recorder_running=True,
            )
        ]
        return self

    def new(self, officer: str) -> FakeSession:
        self.session.officer = officer
        return self.session

    def open(self, record_id: str, officer: str) -> FakeSession:
        assert record_id
        return self.new(officer)

    def preflight(self) -> list[Check]:
        if self.fails is not None:
            raise self.fails
        return self.checks

    def microphones(self) -> list[str]:
        return ["USB Audio 双通道", "内置麦克风"]

    def camera_frame(self) -> bytes | None:
        return self.picture

    def test_microphone(
        self, seconds: float, on_level: Callable[[tuple[float, float]], None]
    ) -> tuple[Any, int]:
        rate = 16_000
        for step in range(5):
            on_level((-30.0 + step * 4, -34.0 + step * 3))
        at = np.arange(int(rate * seconds), dtype=np.float32) / rate
        tone = (0.02 * np.sin(2 * math.pi * 330 * at)).astype(np.float32)
        return np.stack([tone, tone], axis=1), rate

    def records(self, search: str = "") -> list[RecordRow]:
        if self.fails is not None:
            raise self.fails
        told = ("record_id", "case_number", "case_name", "suspect")
        return [r for r in self.rows if any(search in getattr(r, name) for name in told)]

    def verify(self, record_id: str, on_progress: Callable[[float], None]) -> None:
        for step in range(1, 5):
            on_progress(step / 4)
        if record_id == self.rows[3].record_id:
            raise SealProblem("file_changed", path="data/media/camera-1-take-001.mp4")

    def export(
        self,
        record_id: str,
        target: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> None:
        self.order = order
        assert record_id
        assert target
        for step in range(1, 5):
            if cancel.is_set():
                return
            on_progress(step / 4)

    def films(self, record_id: str) -> Any:
        assert record_id
        if self.film_folder is None:
            raise StorageProblem("record_not_found", path=record_id)
        return sealed_films(self.film_folder)

    def export_films(
        self,
        record_id: str,
        folder: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> Any:
        self.order = order or Order()
        return export_films(self.films(record_id), folder, self.order, None, on_progress, cancel)

    def paper_pdf(self, record_id: str) -> bytes:
        if not self.paper:
            raise StorageProblem("record_not_found", path=record_id)
        return self.paper

    @contextmanager
    def printing(self, record_id: str, printer: str, order: Order | None = None) -> Iterator[None]:
        self.order = order
        self.printed.append(f"{record_id} began {printer}")
        yield
        self.printed.append(f"{record_id} done {printer}")

    def read_sealed(
        self, record_id: str, on_progress: Callable[[float], None], cancel: Event
    ) -> Sealed:
        if self.film_folder is None:
            raise StorageProblem("record_not_found", path=record_id)
        return read_sealed(self.film_folder, self.settings.agency, stoppable(on_progress, cancel))

    def working_copy(
        self,
        sealed: Sealed,
        cover: Cover,
        folder: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> Path:
        self.order = order or Order()
        self.copying.set()
        if self.copy_waits:
            assert cancel.wait(20)
        lay_out = QtPress().lay_out
        progress = stoppable(on_progress, cancel)
        return make_working_copy(sealed, cover, folder, self.order, self.custody, lay_out, progress)

    def pad(self) -> Any:
        return None

    def enroll(self, url: str, code: str) -> None:
        assert url
        assert code

    def models(self) -> list[Any]:
        return list(self.installed)

    def import_model(self, folder: Path, on_progress: Callable[[float], None]) -> Model:
        on_progress(1.0)
        facts = ModelFacts(
            name=folder.name, digest="ab" * 32, multilingual=True, size_bytes=77 << 20
        )
        self.installed.append(Model(folder=folder, facts=facts))
        return self.installed[-1]

    def try_model(self, name: str, on_progress: Callable[[float], None], cancel: Event) -> Trial:
        on_progress(0.5)
        if self.trial_waits and cancel.wait(20):
            raise ModelProblem("model_untried", name=name)
        self.installed[:] = [
            Model(folder=model.folder, facts=replace(model.facts, trial=TRIAL))
            if model.facts.name == name
            else model
            for model in self.installed
        ]
        return TRIAL
