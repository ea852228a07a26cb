"""Where a process of a room listens and how it is found: lock file, token file, socket.

- A Unix socket where the system has one; elsewhere a loopback port, written into the `.sock` file.
- The token (mode 0600) is what lets a connection in; it changes at every start of the process.
- The lock is held by the operating system, so it ends with the process, however that ends.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from app.errors import SetupProblem
from app.paths import make


@dataclass(frozen=True, slots=True)
class Address:
    """The files by which one process of one room is found."""

    runtime: Path
    process: str  # "recorder" or "transcriber"
    room: str

    @property
    def _stem(self) -> str:
        key = hashlib.sha256(self.room.encode()).hexdigest()[:10]
        return f"{self.process}-{key}"

    @property
    def lock_file(self) -> Path:
        """Pid and start time of the process that serves; locked while it lives."""
        return self.runtime / f"{self._stem}.lock"

    @property
    def socket_file(self) -> Path:
        """Where it listens."""
        return self.runtime / f"{self._stem}.sock"

    @property
    def token_file(self) -> Path:
        """What a client must say first."""
        return self.runtime / f"{self._stem}.token"

    @property
    def not_answering(self) -> str:
        """Code of the `SetupProblem` when nobody answers."""
        return f"{self.process}_not_answering"

    def read_token(self) -> str:
        """The token of the running process.

        Raises:
            SetupProblem: `<process>_not_answering` when there is none.
        """
        try:
            return self.token_file.read_text(encoding="ascii").strip()
        except OSError as error:
            raise SetupProblem(self.not_answering, room=self.room) from error

    def new_token(self) -> str:
        """Write a new token, readable by this user alone, and return it."""
        make(self.runtime)
        token = secrets.token_hex(32)
        fresh = self.token_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token)
        fresh.replace(self.token_file)
        return token


def listen(address: Address) -> socket.socket:
    """A listening socket at `address`; whoever holds the lock may take a stale one's place."""
    make(address.runtime)
    address.socket_file.unlink(missing_ok=True)
    if hasattr(socket, "AF_UNIX"):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(address.socket_file))
        address.socket_file.chmod(0o600)
    else:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        address.socket_file.write_text(str(listener.getsockname()[1]), encoding="ascii")
    listener.listen(16)
    return listener


def connect(address: Address, *, limit_s: float) -> socket.socket:
    """A socket connected to `address`.

    Raises:
        SetupProblem: `<process>_not_answering`.
    """
    try:
        if hasattr(socket, "AF_UNIX"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            place: str | tuple[str, int] = str(address.socket_file)
        else:
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            place = ("127.0.0.1", int(address.socket_file.read_text(encoding="ascii")))
        connection.settimeout(limit_s)
        try:
            connection.connect(place)
        except OSError:
            connection.close()
            raise
    except (OSError, ValueError) as error:
        raise SetupProblem(address.not_answering, room=address.room) from error
    return connection
