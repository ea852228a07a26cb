"""A desk's session over the real recorder: what its journal says of a fault, and what was lost.

- The recorder is the real process with real or simulated devices; the transcriber is by hand.
- The loss is media that is missing and that neither a gap nor a later take states.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.domain import events as ev
from app.domain.phase import Phase
from app.ipc.supervisor import holder
from app.session.session import Session
from app.settings import Camera, Settings
from app.store.journal import read_entries
from signing.keys import WorkstationKeys
from tests.crash.desk import Finding
from tests.crash.trials import Row, scratch
from tests.fakes.bench import Bench, ink
from tests.fakes.interrogation import PREPARATION
from tests.fakes.links import FakeLinks
from tests.fakes.recording_room import RecordingRoom, until, write_tone
from tests.fakes.records import SIGNING_KEY, keys_of
from tests.fakes.rtsp_server import RtspServer
from tests.fakes.sound_server import SoundServer

LIMIT_S = 40.0
BEFORE_MS = 1500
SLOW_DISK_S = 0.2
STATED_FROM_MS = 100


class _Links(FakeLinks):
    def __init__(self, room: RecordingRoom) -> None:
        super().__init__()
        self._room = room

    def recorder(self):  # a real one instead of the fake
        return self._room.new_client()


class _Desk(Bench):
    """Its record has the keys that the test's recorder process knows."""

    def reopen(self) -> Session:
        self.keys = keys_of(self.folder)
        return super().reopen()


class Attended:
    """A running interview in a room with the real recorder."""

    def __init__(self, room: RecordingRoom, camera: str, microphone: str) -> None:
        self.room = room
        second = room.home / "second"
        settings = Settings(
            room="讯问室 1", production=False,
            microphone=microphone or f"simulated:{room.microphone_folder}",
            cameras=(Camera(source=camera, width=320, height=180),),
            second_media_folder=str(second),
        )  # fmt: skip
        keys = replace(WorkstationKeys.generate("bench"), journal_key=SIGNING_KEY)
        self.desk = _Desk(room.home, links=_Links(room), settings=settings, keys=keys)
        self.media_folders = (room.paths.interrogations, second)
        self.session = self.desk.session
        self.session.prepare(PREPARATION)
        self.session.begin()
        self.session.show_rights(1, "zh", 1500)
        self.session.acknowledge_rights(ink())
        self.session.begin_interview()
        self.record_for(BEFORE_MS)

    def events(self, kind: type, **fields: object) -> list:
        """Of the desk's journal."""
        found = [one.event for one in read_entries(self.desk.folder, self.desk.keys)]
        return [
            event for event in found if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]  # fmt: skip

    def wait_for(self, kind: type, **fields: object) -> ev.AnyEvent:
        """The first such event of the journal."""
        until(lambda: bool(self.events(kind, **fields)), LIMIT_S)
        return self.events(kind, **fields)[0]

    def written_ms(self) -> int:
        """What is on disk, from recording start, as the heartbeat tells."""
        state = self.room.client.state()
        return max((stream.written_ms for stream in state.streams), default=0)

    def record_for(self, more_ms: int) -> None:
        """Until so much more is on disk."""
        goal = self.written_ms() + more_ms
        until(lambda: self.written_ms() >= goal, LIMIT_S)

    def end(self) -> Finding:
        """Suspend and compare what each take should hold with what is in it."""
        finding = Finding()
        state = self.session.snapshot.state
        if state.phase is not Phase.SUSPENDED:
            self.session.suspend("end of the trial")
        self.session.leave()
        keys = keys_of(self.desk.folder)
        for take in self.session.snapshot.state.takes:
            film = self.room.film(
                take=take.number, folders=self.media_folders, record="R1", keys=keys
            )
            missing_ms = (take.duration_ms or 0) - film.sound_s * 1000
            finding.loss_s = max(finding.loss_s, round((missing_ms - STATED_FROM_MS) / 1000, 3))
        finding.loss_s = max(0.0, finding.loss_s)
        self.desk.database.close()
        return finding


@contextmanager
def attended(
    home: Path,
    *,
    camera: str = "test:",
    microphone: str = "",
    environment: dict[str, str] | None = None,
    slow_disk_s: float = 0.0,
) -> Iterator[Attended]:
    """An interview that has been recorded for a while."""  # fmt: skip
    with RecordingRoom(home, environment, slow_disk_s=slow_disk_s) as room:
        attended = Attended(room, camera, microphone)
        try:
            yield attended
        finally:
            attended.session.leave_processes()


def pulled_microphone() -> Finding:
    """The plug is pulled and put back: told at once, a gap, then sound again."""
    with scratch() as home, SoundServer() as sound:
        sound.play(write_tone(home / "left.wav", 440, 60), "investigator")
        with attended(home, microphone="pulse:roommic", environment=sound.environment) as room:
            sound.unplug("roommic")
            room.wait_for(ev.TroubleBegan, subject="microphone")
            sound.plug("roommic", "room.monitor")
            room.wait_for(ev.TroubleEnded, subject="microphone")
            room.wait_for(ev.GapFound, reason="sound_lost")
            return room.end()


def _absent_camera(
    leave: Callable[[RtspServer], None], come: Callable[[RtspServer], None]
) -> Finding:
    with (
        scratch() as home,
        RtspServer(320, 180, 15) as camera,
        attended(home, camera=camera.url) as room,
    ):
        leave(camera)
        room.wait_for(ev.TroubleBegan, code="device_lost", subject="camera-1")
        come(camera)
        room.wait_for(ev.TroubleEnded, code="device_lost", subject="camera-1")
        room.wait_for(ev.GapFound, stream="camera-1", reason="picture_lost")
        return room.end()


def stalled_camera() -> Finding:
    """A camera that keeps its connection and sends nothing, and goes on later."""
    return _absent_camera(RtspServer.freeze, RtspServer.thaw)


def gone_camera() -> Finding:
    """A camera whose power fails, and comes back."""
    return _absent_camera(RtspServer.stop, RtspServer.start)


def slow_disk() -> Finding:
    """Every sync takes 200 ms longer: nothing is lost and nothing complained of."""
    with scratch() as home, attended(home, slow_disk_s=SLOW_DISK_S) as room:
        room.record_for(4000)
        finding = room.end()
        for kind in (ev.GapFound, ev.TroubleBegan):
            finding.wrong += [f"journaled: {event}" for event in room.events(kind)]
        return finding


def both_disks() -> Finding:
    """Both media are taken away at once: suspended with that reason, resumable on new ones."""
    with scratch() as home, attended(home) as room:
        for number, folder in enumerate(room.media_folders):
            shutil.move(folder / "R1" / "media", home / f"taken-{number}")
        ended = room.wait_for(ev.TakeEnded, reason="both_folders_lost")
        room.wait_for(ev.PhaseChanged, to=Phase.SUSPENDED, reason="both_folders_lost")
        finding = Finding()
        for number, folder in enumerate(room.media_folders):
            shutil.move(home / f"taken-{number}", folder / "R1" / "media")
        room.session.resume("已更换介质")
        until(lambda: len(room.session.snapshot.state.takes) == 2, LIMIT_S)
        gaps = room.events(ev.GapFound, reason="suspended")
        if not gaps or gaps[0].t0_ms > ended.duration_ms:  # type: ignore[union-attr]
            finding.wrong.append("the hole is not stated")
        room.record_for(1000)
        found = room.end()
        found.wrong += finding.wrong
        return found


def killed_recorder() -> Finding:
    """The recorder dies: a new take within seconds, the hole stated."""
    with scratch() as home, attended(home) as room:
        found = holder(room.room.client.address)
        assert found is not None
        state = room.room.client.state()
        told_at = time.monotonic()
        os.kill(found.pid, signal.SIGKILL)
        recorded_ms = state.elapsed_ms + (time.monotonic() - told_at) * 1000
        ended = room.wait_for(ev.TakeEnded, take=1, reason="recorder_lost")
        room.wait_for(ev.TakeStarted, take=2)
        room.wait_for(ev.GapFound, reason="recorder_lost")
        room.wait_for(ev.TroubleEnded, code="recorder_not_answering")
        room.room.watch()
        room.record_for(500)
        finding = room.end()
        lost_s = (recorded_ms - ended.duration_ms) / 1000  # type: ignore[union-attr]
        finding.loss_s = max(finding.loss_s, round(lost_s, 3))
        return finding


FAULTS: dict[str, Callable[[], Finding]] = {
    "microphone pulled and put back": pulled_microphone,
    "camera stalled": stalled_camera,
    "camera gone": gone_camera,
    "disk slow (200 ms a sync)": slow_disk,
    "both disks taken away": both_disks,
    "recorder killed under a desk": killed_recorder,
}


def rows(names: Sequence[str] = tuple(FAULTS)) -> list[Row]:
    """Each once, for the table."""
    told = []
    for name in names:
        row = Row(name)
        row.add(FAULTS[name](), name)
        told.append(row)
    return told
