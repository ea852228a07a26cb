"""The recorder as the session and the command line use it: start it, find it again, command it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.ipc.address import Address
from app.ipc.client import Client
from app.ipc.supervisor import Holder, ensure_running
from app.paths import Paths

START_LIMIT_S = 20.0
STOP_LIMIT_S = 40.0
STATE_LIMIT_S = 3.0


class RecorderClient:
    """One room's recorder. Not more than one thread connects or closes at a time."""

    def __init__(
        self,
        paths: Paths,
        room: str,
        *,
        command: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Name the recorder; nothing is started or connected yet.

        Args:
            paths: of this installation.
            room: whose recorder.
            command: argument list that starts it, instead of the installation's own.
            environment: variables for it besides this process's own.
        """
        self._paths = paths
        self.address = Address(paths.runtime, "recorder", room)
        self._command = command
        self._environment = environment
        self._client: Client | None = None

    def ensure_running(self) -> Holder:
        """Start the recorder unless it runs; returns who it is.

        Raises:
            SetupProblem: `recorder_not_answering`.
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
            SetupProblem: `recorder_not_answering` or `token_wrong`.
        """
        self.close()
        self._client = Client(self.address, "desk", on_notice, on_lost)

    def start_take(self, command: ms.StartTake) -> None:
        """Begin recording; returns when the devices deliver. `TakeOpened` follows as a notice.

        Raises:
            DeviceProblem: which device does not deliver.
            SetupProblem: `recorder_busy`, `recorder_not_answering`, key store problems.
        """
        self._connected().ask(command, limit_s=START_LIMIT_S)

    def stop_take(self, record_id: str, reason: str = "stopped") -> None:
        """End recording of this record; returns when its files are synced and closed."""
        command = ms.StopTake(id=uuid.uuid4().hex, record_id=record_id, reason=reason)
        self._connected().ask(command, limit_s=STOP_LIMIT_S)

    def state(self) -> ms.RecorderState:
        """Where it is now.

        Raises:
            SetupProblem: `recorder_not_answering`.
        """
        command = ms.AskState(id=uuid.uuid4().hex)
        answer = self._connected().ask(command, limit_s=STATE_LIMIT_S)
        if not isinstance(answer, ms.RecorderState):
            raise SetupProblem("message_malformed", why=type(answer).__name__)
        return answer

    def shut_down(self) -> None:
        """Let an idle recorder leave.

        Raises:
            SetupProblem: `recorder_busy` while a take is running.
        """
        self._connected().ask(ms.Shutdown(id=uuid.uuid4().hex))

    def close(self) -> None:
        """Let go of the connection; the recorder goes on."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise SetupProblem(self.address.not_answering, room=self.address.room)
        return self._client
