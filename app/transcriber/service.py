"""The transcriber's process: one room, one take at a time, in the order in which they came.

- It outlives the desk; a line that nobody was there to take is heard again when the desk comes
  back and says from where.
- The same take again replaces the hearing of it; a further take of the record waits for the end
  of the one before, so that nothing recorded is left out.
- Idle and with nobody connected for two minutes, it leaves. It runs below normal priority: the
  recording comes first.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import deque
from pathlib import Path

from app.errors import Problem, SetupProblem
from app.ipc import messages as ms
from app.ipc.address import Address
from app.ipc.priority import stand_back
from app.ipc.server import Server
from app.ipc.supervisor import RoomLock
from app.paths import Paths
from app.settings import Settings
from app.transcriber.job import Engines, Job, MediaKeyOf

PROCESS = "transcriber"
MEDIA_PURPOSE = "media"
BEAT_S = 1.0
IDLE_LIMIT_S = 120.0
NICENESS = 15  # text may be late, a picture may not
LEAVING_LIMIT_S = 10.0
_log = logging.getLogger(__name__)


class Transcriber:
    """Answers commands and works through the takes it was given."""

    def __init__(self, address: Address, media_key_of: MediaKeyOf) -> None:
        self._server = Server(address, address.new_token(), self.handle)
        self._media_key_of = media_key_of
        self._engines = Engines()
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._job: Job | None = None
        self._ended: Job | None = None  # the last one that was not replaced
        self._finish_wanted = ""  # record id
        self._leaving = threading.Event()
        self._idle_since = time.monotonic()

    def serve(self) -> None:
        """Until told to leave."""
        worker = threading.Thread(target=self._work, name="hearing", daemon=True)
        worker.start()
        self._server.start()
        try:
            while not self._leaving.wait(BEAT_S):
                self._beat()
        finally:
            self.leave()
            worker.join(LEAVING_LIMIT_S)
            self._server.close()

    def leave(self) -> None:
        """Stop hearing and leave; what was not heard is on disk."""
        self._leaving.set()
        with self._changed:
            for job in self._all_jobs():
                job.cancel()
            self._changed.notify_all()

    def handle(self, command: ms.AnyMessage) -> ms.Message | None:
        """Do a command; see `app.ipc.server.Handler`."""
        match command:
            case ms.AskState():
                return self.state()
            case ms.StartHearing():
                self._start(command)
            case ms.FinishHearing():
                self._finish(command)
            case ms.Shutdown():
                self._leaving.set()
            case _:
                raise SetupProblem("message_malformed", why=type(command).__name__)
        return None

    def state(self) -> ms.TranscriberState:
        """The heartbeat's content now."""
        job = self._job
        model, digest, device = self._engines.facts
        return ms.TranscriberState(
            pid=os.getpid(),
            record_id="" if job is None else job.command.record_id,
            model=model,
            model_digest=digest,
            device=device,
            heard_ms=(0, 0) if job is None else job.heard_ms,
            backlog_ms=0 if job is None else job.backlog_ms,
            waiting=0 if job is None else job.waiting,
            code=self._code_of(job or self._ended),
        )

    # --- commands -----------------------------------------------------------------

    def _start(self, command: ms.StartHearing) -> None:
        job = Job(command, self._engines, self._media_key_of, self._server.publish)
        with self._changed:
            self._finish_wanted = ""
            for known in self._all_jobs():
                other = known.command
                if (other.record_id, other.take) == (command.record_id, command.take):
                    known.cancel()
                else:
                    known.finish(-1)  # a further take begins only when the one before is closed
            self._waiting = deque(known for known in self._waiting if not known.was_cancelled)
            self._waiting.append(job)
            self._changed.notify_all()

    def _finish(self, command: ms.FinishHearing) -> None:
        with self._changed:
            jobs = [job for job in self._all_jobs() if job.command.record_id == command.record_id]
            ended = self._ended
            if jobs:
                self._finish_wanted = command.record_id
                jobs[-1].finish(command.until_ms)
                return
        if ended is None or ended.command.record_id != command.record_id:
            # A new process knows nothing of it: the desk must start the hearing again first.
            raise SetupProblem("transcriber_not_answering", record_id=command.record_id)
        self._tell_finished(ended)

    def _all_jobs(self) -> list[Job]:
        return [*([self._job] if self._job is not None else []), *self._waiting]

    # --- work -----------------------------------------------------------------------

    def _work(self) -> None:
        """Thread body: one take after the other."""
        while (job := self._next_job()) is not None:
            try:
                job.run()
            except Exception:  # noqa: BLE001 - the thread's main loop: the sound stays on disk
                _log.exception("hearing of take %d ended", job.command.take)
                job.code = "engine_failed"
            self._put_away(job)

    def _next_job(self) -> Job | None:
        with self._changed:
            while not self._waiting and not self._leaving.is_set():
                self._changed.wait(BEAT_S)
            if self._leaving.is_set():
                return None
            self._job = self._waiting.popleft()
            return self._job

    def _put_away(self, job: Job) -> None:
        command = job.command
        _log.info("take %d of %s: %d lines", command.take, command.record_id, job.lines)
        with self._changed:
            self._job = None
            self._idle_since = time.monotonic()
            if job.was_cancelled:
                return
            self._ended = job
            last = not any(known.command.record_id == command.record_id for known in self._waiting)
            wanted = self._finish_wanted == command.record_id
        if last and wanted:
            self._tell_finished(job)

    def _tell_finished(self, job: Job) -> None:
        self._server.publish(
            ms.HearingFinished(
                record_id=job.command.record_id, take=job.command.take, code=job.code
            )
        )

    @staticmethod
    def _code_of(job: Job | None) -> str:
        return "" if job is None else job.code

    def _beat(self) -> None:
        self._server.publish(self.state())
        if self._job is not None or self._server.has_subscribers:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > IDLE_LIMIT_S:
            self._leaving.set()


def media_key_of(paths: Paths) -> MediaKeyOf:
    """How a record's media key is got in this installation: by the OS key store."""

    def opened(record_folder: Path) -> bytes:
        from app.store.keystore import KeyRing, RecordKeys

        keys = RecordKeys.open(record_folder, KeyRing.open(paths, "", create=False))
        return keys.derive(MEDIA_PURPOSE)

    return opened


def run(paths: Paths, room: str, settings: Settings, *, key_of: MediaKeyOf | None = None) -> int:
    """Be the transcriber of a room; returns the exit status.

    Args:
        paths: of this installation.
        room: whose transcriber this is.
        settings: of machine and room; each take says itself which model hears it.
        key_of: how a record's media key is got; the OS key store when None.

    Raises:
        SetupProblem: `room_taken`.
    """
    del settings
    address = Address(paths.runtime, PROCESS, room)
    lock = RoomLock.take(address)
    stand_back(NICENESS)
    transcriber = Transcriber(address, key_of or media_key_of(paths))
    for ignored in ("SIGINT", "SIGHUP"):
        if hasattr(signal, ignored):
            signal.signal(getattr(signal, ignored), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: transcriber.leave())
    try:
        transcriber.serve()
    except Problem as problem:
        _log.error("transcriber ends: %s", problem)
        return 1
    finally:
        lock.release()
    return 0
