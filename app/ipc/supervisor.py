"""Starts a room's recorder or transcriber apart from this process, and finds it again.

- The process holds an operating-system lock on its lock file for as long as it lives: two cannot
  serve one room, and a dead one is known at once, whatever pid has been given out since.
- Started detached: it outlives whoever started it, and no signal to that one's group reaches it.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.errors import SetupProblem
from app.ipc.address import Address
from app.ipc.client import Client
from app.paths import make

_log = logging.getLogger(__name__)
_PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Holder:
    """Who serves a room, as its lock file says."""

    pid: int
    start_time: int  # kernel's start tick of that pid, so that a reused pid is not mistaken


class RoomLock:
    """Held by the one process that serves a room."""

    def __init__(self, address: Address, file: IO[str]) -> None:
        self._address = address
        self._file = file

    @classmethod
    def take(cls, address: Address) -> RoomLock:
        """Become the process that serves this room.

        Raises:
            SetupProblem: `room_taken`, with the pid of the one that does.
        """
        make(address.runtime)
        handle = os.open(address.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+", encoding="ascii")
        if not _lock(file):
            holder = _read(file)
            file.close()
            raise SetupProblem("room_taken", room=address.room, pid=holder.pid if holder else 0)
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "start_time": start_time(os.getpid())}, file)
        file.flush()
        return cls(address, file)

    def release(self) -> None:
        """Let another process serve; the file stays, so that nobody locks an unlinked one."""
        self._file.seek(0)
        self._file.truncate()
        self._file.close()


def holder(address: Address) -> Holder | None:
    """Who serves this room now, or None."""
    try:
        file = address.lock_file.open("r+", encoding="ascii")
    except OSError:
        return None
    with file:
        if _lock(file):
            return None  # nobody held it; closing gives it back
        return _read(file)


def start_time(pid: int) -> int:
    """The kernel's start tick of a pid; 0 when unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


def command_line(process: str, room: str) -> list[str]:
    """How this installation starts one of its own processes."""
    return own_command(process, "--room", room)


def own_command(*words: str) -> list[str]:
    """Argument list of one of this installation's own commands."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-m", "app", *words]


def ensure_running(
    address: Address,
    *,
    logs: Path,
    command: list[str] | None = None,
    environment: dict[str, str] | None = None,
    limit_s: float = 20.0,
) -> Holder:
    """Make sure that somebody serves this room and answers; start it if need be.

    Args:
        address: which process of which room.
        logs: folder for what the process says before its own log stands.
        command: argument list instead of the installation's own.
        environment: variables besides this process's own.
        limit_s: seconds it may take until it answers.

    Raises:
        SetupProblem: `<process>_not_answering`.
    """
    deadline = time.monotonic() + limit_s
    child: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        found = holder(address)
        if found is not None and _answers(address):
            return found
        if found is None and child is None:  # a killed one may hold its lock for a moment yet
            child = _spawn(address, logs, command, environment)
        elif found is None and child is not None and child.poll() is not None:
            break
        time.sleep(0.05)
    raise SetupProblem(address.not_answering, room=address.room)


def _answers(address: Address) -> bool:
    try:
        Client(address, "supervisor").close()
    except SetupProblem:
        return False
    return True


def _spawn(
    address: Address,
    logs: Path,
    command: list[str] | None,
    environment: dict[str, str] | None,
) -> subprocess.Popen[bytes]:
    make(logs)
    detached: dict[str, bool | int] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        detached = {"creationflags": flags}
    with (logs / f"{address.process}.out").open("ab") as said:
        child = subprocess.Popen(
            command or command_line(address.process, address.room),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=_PROJECT if not getattr(sys, "frozen", False) else None,
            env={**os.environ, **(environment or {})},
            **detached,  # type: ignore[call-overload]
        )
    _log.info("started %s, pid %d", address.process, child.pid)
    # Somebody must collect its exit status, or it stays in the process table for as long as we do.
    threading.Thread(target=child.wait, name=f"reap-{child.pid}", daemon=True).start()
    return child  # type: ignore[no-any-return]


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        told = json.loads(file.read())
        return Holder(int(told["pid"]), int(told["start_time"]))
    except (ValueError, KeyError, TypeError):
        return None  # it has only just taken the lock and not yet written


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        try:
            # A byte far beyond the content, so that others can still read who holds it.
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
