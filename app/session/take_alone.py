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
from app.session.takes import TakePlan
from app.settings import Settings
from app.store.keystore import KeyRing, RecordKeys

LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class KeptTake:
    """What was recorded, and where."""

    record_id: str
    folder: Path
    media_folders: tuple[Path, ...]
    duration_ms: int
    heads: dict[str, str]


def record_alone(paths: Paths, settings: Settings, seconds: float) -> KeptTake:
    """Record for `seconds` and close the take.

    Raises:
        DeviceProblem: a device could not be opened.
        SetupProblem: the key store or the recorder.
    """
    record_id = f"R{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    folder = make(paths.interrogations / record_id)
    RecordKeys.create(folder, record_id, KeyRing.open(paths, settings.room), None)
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
        if not opened.wait(LIMIT_S):
            raise DeviceProblem("device_refused", device=settings.microphone)
        time.sleep(seconds)
        link.stop_take(record_id)
        if not closed.wait(LIMIT_S):
            raise SetupProblem("recorder_not_answering", room=settings.room)
    finally:
        link.close()
    return KeptTake(record_id, folder, plan.media_folders, ends[0].duration_ms, ends[0].heads)
