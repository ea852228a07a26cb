"""One of a room's processes as this machine uses it: start it, find it again, ask it.

- The process outlives whoever started it; closing lets go of the connection and of nothing else.
- Not more than one thread connects or closes at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.ipc.address import Address
from app.ipc.client import Client
from app.ipc.supervisor import Holder, ensure_running
from app.paths import Paths

STATE_LIMIT_S = 3.0
State = TypeVar("State", ms.RecorderState, ms.TranscriberState)


class RoomClient:
    """The base of `RecorderClient` and `TranscriberClient`; each names its process."""

    PROCESS = ""

    def __init__(
        self,
        paths: Paths,
        room: str,
        *,
        command: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Name the process; nothing is started or connected yet.

        Args:
            paths: of this installation.
            room: whose process.
            command: argument list that starts it, instead of the installation's own.
            environment: variables for it besides this process's own.
        """
        self._paths = paths
        self.address = Address(paths.runtime, self.PROCESS, room)
        self._command = command
        self._environment = environment
        self._client: Client | None = None

    def ensure_running(self) -> Holder:
        """Start the process unless it runs; returns who it is.

        Raises:
            SetupProblem: `<process>_not_answering`.
        """
        return ensure_running(
            self.address,
            logs=self._paths.logs,
            command=self._command,
            environment=self._environment,
        )

    def connect(
        self,
        on_notice: Callable[[ms.AnyMessage], None],
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        """Subscribe; both callbacks are called on a reader thread. Replaces a former connection.

        Raises:
            SetupProblem: `<process>_not_answering` or `token_wrong`.
        """
        self.close()
        self._client = Client(self.address, "desk", on_notice, on_lost)

    def shut_down(self) -> None:
        """Let an idle process leave.

        Raises:
            SetupProblem: `recorder_busy` while a take is running.
        """
        client = self.connected()
        try:
            client.ask(ms.Shutdown(id=uuid.uuid4().hex))
        except SetupProblem:
            if client.is_connected:
                raise
            # Gone before its answer was sent: that is what was asked.

    def close(self) -> None:
        """Let go of the connection; the process goes on."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def connected(self) -> Client:
        """The connection.

        Raises:
            SetupProblem: `<process>_not_answering` when there is none.
        """
        if self._client is None or not self._client.is_connected:
            raise SetupProblem(self.address.not_answering, room=self.address.room)
        return self._client

    def ask_state(self, kind: type[State]) -> State:
        """Where the process is now.

        Raises:
            SetupProblem: `<process>_not_answering`.
        """
        command = ms.AskState(id=uuid.uuid4().hex)
        answer = self.connected().ask(command, limit_s=STATE_LIMIT_S)
        if not isinstance(answer, kind):
            raise SetupProblem("message_malformed", why=type(answer).__name__)
        return answer
