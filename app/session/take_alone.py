"""One take without a desk: `shilu record`. The record's keys and log are as in any other."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from app.errors import DeviceProblem, SetupProblem
from app.ipc import messages as ms
from app.paths import Paths, make
from app.session.links import ProcessLinks
from app.session.takes import TakePlan, take_lost
from app.settings import Settings
from app.store.keystore import KeyRing, RecordKeys
from app.sync.enrolment import Enrolment

LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class KeptTake:
    """What was recorded, and where."""

    record_id: str
    folder: Path
    media_folders: tuple[Path, ...]
    duration_ms: int
    heads: dict[str, str]
    end_reason: str  # "stopped" when it has its full length


def record_alone(paths: Paths, settings: Settings, seconds: float) -> KeptTake:
    """Record for `seconds` and close the take; it ends earlier where the disk is full.

    Raises:
        DeviceProblem: a device could not be opened.
        SetupProblem: the key store or the recorder.
        StorageProblem: no folder can take even the beginning.
    """
    ring = KeyRing.open(paths, settings.room)  # first, because nothing is written without it
    record_id = f"R{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    folder = make(paths.interrogations / record_id)
    enrolment = Enrolment.load(paths.keys)
    RecordKeys.create(folder, record_id, ring, enrolment.escrow if enrolment else None)
    plan = TakePlan.of_room(settings, paths, record_id)
    opened, closed = Event(), Event()
    ends: list[ms.TakeClosed] = []

    def on_notice(message: ms.AnyMessage) -> None:
        if isinstance(message, ms.TakeOpened) and message.record_id == record_id:
            opened.set()
        if isinstance(message, ms.TakeClosed) and message.record_id == record_id:
            ends.append(message)
            closed.set()

    link = ProcessLinks(paths, settings.room).recorder()
    link.ensure_running()
    link.connect(on_notice)
    try:
        link.start_take(plan.start_take(uuid.uuid4().hex, 1, 0))
        deadline = time.monotonic() + LIMIT_S
        while not opened.wait(0.05) and not closed.is_set():
            if time.monotonic() > deadline:
                raise DeviceProblem("device_refused", device=settings.microphone)
        if not opened.is_set():
            raise take_lost(ends[0].reason, plan.media_folders)
        if not closed.wait(seconds):
            link.stop_take(record_id)
        if not closed.wait(LIMIT_S):
            raise SetupProblem("recorder_not_answering", room=settings.room)
    finally:
        link.close()
    end = ends[0]
    media = plan.media_folders
    return KeptTake(record_id, folder, media, end.duration_ms, end.heads, end.reason)
