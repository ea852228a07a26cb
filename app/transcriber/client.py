"""The transcriber as the session uses it: start it, find it again, command it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.ipc.address import Address
from app.ipc.client import Client
from app.ipc.supervisor import Holder, ensure_running
from app.paths import Paths

PROCESS = "transcriber"
ANSWER_LIMIT_S = 10.0
STATE_LIMIT_S = 3.0


class TranscriberClient:
    """One room's transcriber. Not more than one thread connects or closes at a time."""

    def __init__(
        self,
        paths: Paths,
        room: str,
        *,
        command: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Name the transcriber; nothing is started or connected yet.

        Args:
            paths: of this installation.
            room: whose transcriber.
            command: argument list that starts it, instead of the installation's own.
            environment: variables for it besides this process's own.
        """
        self._paths = paths
        self.address = Address(paths.runtime, PROCESS, room)
        self._command = command
        self._environment = environment
        self._client: Client | None = None

    def ensure_running(self) -> Holder:
        """Start the transcriber unless it runs; returns who it is.

        Raises:
            SetupProblem: `transcriber_not_answering`.
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
            SetupProblem: `transcriber_not_answering` or `token_wrong`.
        """
        self.close()
        self._client = Client(self.address, "desk", on_notice, on_lost)

    def start_hearing(self, command: ms.StartHearing) -> None:
        """Follow a take; returns at once. A model that cannot work is told by the state's code.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        self._connected().ask(command, limit_s=ANSWER_LIMIT_S)

    def finish_hearing(self, record_id: str, until_ms: int = -1) -> None:
        """Hear what was said before `until_ms` (-1: in the closed take), then stop.

        `HearingFinished` follows as a notice.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        command = ms.FinishHearing(id=uuid.uuid4().hex, record_id=record_id, until_ms=until_ms)
        self._connected().ask(command, limit_s=ANSWER_LIMIT_S)

    def state(self) -> ms.TranscriberState:
        """Where it is now.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        command = ms.AskState(id=uuid.uuid4().hex)
        answer = self._connected().ask(command, limit_s=STATE_LIMIT_S)
        if not isinstance(answer, ms.TranscriberState):
            raise SetupProblem("message_malformed", why=type(answer).__name__)
        return answer

    def shut_down(self) -> None:
        """Let it leave; what was not heard stays on disk."""
        client = self._connected()
        try:
            client.ask(ms.Shutdown(id=uuid.uuid4().hex))
        except SetupProblem:
            if client.is_connected:
                raise
            # Gone before its answer was sent: that is what was asked.

    def close(self) -> None:
        """Let go of the connection; the transcriber goes on."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise SetupProblem(self.address.not_answering, room=self.address.room)
        return self._client
