"""The transcriber as the session uses it."""

from __future__ import annotations

import uuid

from app.ipc import messages as ms
from app.ipc.room_client import RoomClient

ANSWER_LIMIT_S = 10.0


class TranscriberClient(RoomClient):
    """One room's transcriber; what was not heard when it leaves stays on disk."""

    PROCESS = "transcriber"

    def start_hearing(self, command: ms.StartHearing) -> None:
        """Follow a take; returns at once. A model that cannot work is told by the state's code.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        self.connected().ask(command, limit_s=ANSWER_LIMIT_S)

    def finish_hearing(self, record_id: str, until_ms: int = -1) -> None:
        """Hear what was said before `until_ms` (-1: in the closed take), then stop.

        `HearingFinished` follows as a notice.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        command = ms.FinishHearing(id=uuid.uuid4().hex, record_id=record_id, until_ms=until_ms)
        self.connected().ask(command, limit_s=ANSWER_LIMIT_S)

    def state(self) -> ms.TranscriberState:
        """Where it is now.

        Raises:
            SetupProblem: `transcriber_not_answering`.
        """
        return self.ask_state(ms.TranscriberState)
