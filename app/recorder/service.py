"""The recorder's process: one room, one take at a time, until it is told to stop that take.

- It outlives the desk: a lost connection means nothing to it.
- A take ends by a `StopTake` naming its record, at the disk reserve, when both folders are lost,
  or when the machine shuts down; nothing else ends it.
- Idle and with nobody connected for two minutes, it leaves.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.clock import SystemClock
from app.errors import Problem, SetupProblem, StorageProblem
from app.ipc import messages as ms
from app.ipc.address import Address
from app.ipc.server import Server
from app.ipc.supervisor import RoomLock
from app.paths import Paths
from app.recorder.admission import check_folders, check_room, free_number
from app.recorder.adoption import unlogged
from app.recorder.logbook import KEYS_FILE, LOG_FILE, Body, Log, Logbook, copy_growth
from app.recorder.meter import FLOOR_DBFS
from app.recorder.report import Surroundings
from app.recorder.standing_by import StandingBy
from app.recorder.take import Take

PROCESS = "recorder"
LOG_NAME = "recorder"
MEDIA_PURPOSE = "media"
LAST_LINES = 400  # some minutes of two cameras
RESERVE_BYTES = 200 << 20
TICK_S = 0.25
TICKS_A_BEAT = 4
CLOCK_EVERY_S = 60.0
IDLE_LIMIT_S = 120.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """What the recorder needs of a record: its key for media, and its own log."""

    record_id: str
    media_key: bytes
    log: Log
    last_lines: Sequence[Body]  # of the log, as far back as a killed recorder can matter


OpenRecordOf = Callable[[Path], OpenRecord]


class Recorder:
    """Answers commands, and looks after the running take."""

    def __init__(
        self, address: Address, open_record: OpenRecordOf, *, reserve_bytes: int = RESERVE_BYTES
    ) -> None:
        self._server = Server(address, address.new_token(), self.handle)
        self._open_record = open_record
        self._reserve_bytes = reserve_bytes
        self._lock = threading.RLock()
        self._standing_by = StandingBy(self._server.publish, lambda: self._server.has_subscribers)
        self._take: Take | None = None
        self._logbook: Logbook | None = None
        self._closed: ms.TakeClosed | None = None  # the last one
        self._leaving = threading.Event()
        self._terminated = threading.Event()
        self._last_clock = 0.0
        self._idle_since = time.monotonic()

    def serve(self) -> None:
        """Until told to leave."""
        self._server.start()
        _load_drivers()
        beat = 0
        try:
            while not self._leaving.wait(TICK_S):
                beat += 1
                try:
                    self._look_after_take()
                    if beat % TICKS_A_BEAT == 0:
                        self._beat()
                except Exception:  # noqa: BLE001 - the process's main loop: recording goes on
                    _log.exception("recording goes on")
        finally:
            self._end_take("machine_stopping")
            self._stand_down()
            self._server.close()

    def terminate(self) -> None:
        """The machine stops: close the take and leave."""
        self._terminated.set()
        self._leaving.set()

    def handle(self, command: ms.AnyMessage) -> ms.Message | None:
        """Do a command; see `app.ipc.server.Handler`."""
        match command:
            case ms.AskState():
                return self.state()
            case ms.StartTake():
                self._start_take(command)
            case ms.StandBy():
                self._stand_by(command)
            case ms.StandDown():
                self._stand_down()
            case ms.StopTake():
                self._stop_take(command)
            case ms.Shutdown():
                self._shut_down()
            case _:
                raise SetupProblem("message_malformed", why=type(command).__name__)
        return None

    def state(self) -> ms.RecorderState:
        """The heartbeat's content now."""
        take, logbook = self._take, self._logbook
        if take is None or logbook is None:
            return self._idle_state()
        return ms.RecorderState(
            pid=os.getpid(),
            record_id=take.command.record_id,
            take=take.number,
            elapsed_ms=take.elapsed_ms,
            levels_dbfs=take.dbfs,
            folders=take.folder_states(),
            streams=take.stream_states(),
            microphone=take.microphone,
            gaps=take.gaps,
            started_utc=take.started_utc,
            log_lines=logbook.count,
        )

    def _idle_state(self) -> ms.RecorderState:
        waiting = self._standing_by.take
        return ms.RecorderState(
            pid=os.getpid(),
            record_id="",
            take=0,
            elapsed_ms=0,
            levels_dbfs=waiting.dbfs if waiting else (FLOOR_DBFS, FLOOR_DBFS),
            folders=(),
            streams=(),
            microphone=waiting.microphone if waiting else "",
            gaps=0,
            stands_by_for=waiting.command.record_id if waiting else "",
            pre_roll_ms=waiting.held_ms if waiting else 0,
        )

    # --- commands -------------------------------------------------------------

    def _start_take(self, command: ms.StartTake) -> None:
        asked_ns = time.monotonic_ns()
        with self._lock:
            running = self._take
            if running is not None:
                if (running.command.record_id, running.command.take) == (
                    command.record_id,
                    command.take,
                ):
                    return
                raise SetupProblem("recorder_busy", record_id=running.command.record_id)
            check_folders(command)
            check_room(command, self._reserve_bytes)
            record = self._open_record(Path(command.record_folder))
            logbook = Logbook(record.log)
            try:
                take = self._open_take(command, record, logbook, asked_ns)
            except BaseException:
                logbook.close()
                raise
            self._take, self._logbook, self._closed = take, logbook, None
            self._last_clock = time.monotonic()
            _log.info("take %d of %s opened", take.number, command.record_id)

    def _open_take(
        self, command: ms.StartTake, record: OpenRecord, logbook: Logbook, asked_ns: int
    ) -> Take:
        if record.record_id != command.record_id:
            raise StorageProblem("record_not_found", path=command.record_folder)
        around = Surroundings(
            logbook,
            record.media_key,
            self._server.publish,
            lambda: self._server.has_subscribers,
            self._reserve_bytes,
        )
        self._adopt(record, logbook, command)
        number = free_number(command)
        take = self._standing_by.hand_over(command, asked_ns)
        if take is None:
            take = Take(command, number, around, asked_ns)
            take.open()
        else:
            _join(take, command, number, around, asked_ns)
        return take

    def _stand_by(self, command: ms.StandBy) -> None:
        with self._lock:
            if self._take is not None:
                raise SetupProblem("recorder_busy", record_id=self._take.command.record_id)
            self._standing_by.begin(command)
        self._server.publish(self.state())

    def _stand_down(self) -> None:
        with self._lock:
            self._standing_by.forget("asked")
            self._idle_since = time.monotonic()

    @staticmethod
    def _adopt(record: OpenRecord, logbook: Logbook, command: ms.StartTake) -> None:
        """Log what the recorder before this one had no time to log."""
        folders = [Path(folder) for folder in command.media_folders]
        for line in unlogged(record.last_lines, record.record_id, folders, record.media_key):
            logbook.write("fragment", **line)
            _log.info("piece %s of take %s adopted", line["index"], line["take"])

    def _stop_take(self, command: ms.StopTake) -> None:
        with self._lock:
            if self._take is None:
                if self._closed is not None and self._closed.record_id == command.record_id:
                    self._server.publish(self._closed)
                return
            if self._take.command.record_id != command.record_id:
                raise SetupProblem("recorder_busy", record_id=self._take.command.record_id)
            self._end_take(command.reason)

    def _shut_down(self) -> None:
        with self._lock:
            if self._take is not None:
                raise SetupProblem("recorder_busy", record_id=self._take.command.record_id)
            self._leaving.set()

    # --- the running take -------------------------------------------------------

    def _end_take(self, reason: str) -> None:
        with self._lock:
            take, logbook = self._take, self._logbook
            if take is None or logbook is None:
                return
            closed = take.close(reason)
            self._copy_aside(take)
            logbook.close()
            self._take, self._logbook, self._closed = None, None, closed
            self._idle_since = time.monotonic()
            self._server.publish(closed)
            _log.info("take %d of %s closed: %s", take.number, closed.record_id, reason)

    def _look_after_take(self) -> None:
        take = self._take
        if take is None:
            if self._standing_by.take is not None:  # else it may just be opening its devices
                with self._lock:
                    self._standing_by.look_after()
            return
        take.tick()
        if take.is_lost:
            full = all(folder.code == "disk_full" for folder in take.folders)
            self._end_take("disk_reserve" if full else "both_folders_lost")
        elif take.is_at_reserve:
            self._end_take("disk_reserve")

    def _beat(self) -> None:
        take = self._take
        self._server.publish(self.state())
        if take is not None:
            if time.monotonic() - self._last_clock >= CLOCK_EVERY_S:
                self._last_clock = time.monotonic()
                take.log_clock()
            self._copy_aside(take)
        elif self._server.has_subscribers:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > IDLE_LIMIT_S:
            self._leaving.set()

    @staticmethod
    def _copy_aside(take: Take) -> None:
        own = Path(take.command.record_folder)
        for folder in take.command.media_folders[1:]:
            aside = Path(folder) / take.command.record_id
            copy_growth(own / LOG_FILE, aside / LOG_FILE)
            if not (aside / KEYS_FILE).exists():
                copy_growth(own / KEYS_FILE, aside / KEYS_FILE)


def _join(
    take: Take, command: ms.StartTake, number: int, around: Surroundings, asked_ns: int
) -> None:
    try:
        take.join(command, number, around, asked_ns)
    except BaseException:
        take.dismiss()
        raise


def _load_drivers() -> None:
    """Load what devices need while nobody waits: a take that goes on after a loss would."""
    from app.recorder import camera, microphone  # noqa: F401
    from app.store import keystore  # noqa: F401

    try:
        microphone.load()
    except (ImportError, OSError) as error:  # no PortAudio: who chooses such a device is told
        _log.info("sound cards cannot be used: %s", error)


def open_record_of(paths: Paths) -> OpenRecordOf:
    """How records of this installation are opened: by the OS key store."""

    def open_record(folder: Path) -> OpenRecord:
        from app.store.keystore import KeyRing, RecordKeys
        from app.store.logfile import LogFile

        keys = RecordKeys.open(folder, KeyRing.open(paths, "", create=False))
        log = LogFile.open(
            folder / LOG_FILE,
            keys.record_id,
            LOG_NAME,
            keys.derive(LOG_NAME),
            keys.signing_key,
            tail=LAST_LINES,
        )
        last_lines = [line.body for line in log.tail]
        if log.repaired_bytes:
            log.append({"kind": "repaired", "bytes": log.repaired_bytes})
        return OpenRecord(keys.record_id, keys.derive(MEDIA_PURPOSE), log, last_lines)

    return open_record


def run(
    paths: Paths,
    room: str,
    *,
    open_record: OpenRecordOf | None = None,
    reserve_bytes: int = RESERVE_BYTES,
) -> int:
    """Be the recorder of a room; returns the exit status.

    Args:
        paths: of this installation.
        room: whose recorder this is; every take says itself what it needs.
        open_record: how a record is opened; the OS key store when None.
        reserve_bytes: room that must stay free on a disk.

    Raises:
        SetupProblem: `room_taken`.
    """
    address = Address(paths.runtime, PROCESS, room)
    lock = RoomLock.take(address)
    began = SystemClock().utc_now()
    recorder = Recorder(address, open_record or open_record_of(paths), reserve_bytes=reserve_bytes)
    for ignored in ("SIGINT", "SIGHUP"):
        if hasattr(signal, ignored):
            signal.signal(getattr(signal, ignored), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: recorder.terminate())
    _log.info("recorder began at %s", began)
    try:
        recorder.serve()
    except Problem as problem:
        _log.error("recorder ends: %s", problem)
        return 1
    finally:
        lock.release()
    return 0
