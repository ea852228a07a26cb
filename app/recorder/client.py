"""The recorder as the session and the command line use it."""

from __future__ import annotations

import uuid

from app.ipc import messages as ms
from app.ipc.room_client import RoomClient

START_LIMIT_S = 20.0
STOP_LIMIT_S = 40.0


class RecorderClient(RoomClient):
    """One room's recorder."""

    PROCESS = "recorder"

    def start_take(self, command: ms.StartTake) -> None:
        """Begin recording; returns when the devices deliver. `TakeOpened` follows as a notice.

        Raises:
            DeviceProblem: which device does not deliver.
            SetupProblem: `recorder_busy`, `recorder_not_answering`, key store problems.
        """
        self.connected().ask(command, limit_s=START_LIMIT_S)

    def stand_by(self, take: ms.StartTake, pre_roll_s: int) -> None:
        """Hold the last seconds in memory until the take begins; returns when devices deliver.

        Raises:
            DeviceProblem: which device does not deliver.
            SetupProblem: `recorder_busy`, `recorder_not_answering`, `setting_wrong`.
        """
        command = ms.StandBy(id=uuid.uuid4().hex, take=take, pre_roll_s=pre_roll_s)
        self.connected().ask(command, limit_s=START_LIMIT_S)

    def stand_down(self) -> None:
        """Forget what is held and let go of the devices."""
        self.connected().ask(ms.StandDown(id=uuid.uuid4().hex), limit_s=STOP_LIMIT_S)

    def stop_take(self, record_id: str, reason: str = "stopped") -> None:
        """End recording of this record; returns when its files are synced and closed."""
        command = ms.StopTake(id=uuid.uuid4().hex, record_id=record_id, reason=reason)
        self.connected().ask(command, limit_s=STOP_LIMIT_S)

    def state(self) -> ms.RecorderState:
        """Where it is now.

        Raises:
            SetupProblem: `recorder_not_answering`.
        """
        return self.ask_state(ms.RecorderState)
