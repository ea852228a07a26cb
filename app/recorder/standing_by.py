"""The recorder before an interrogation: devices open, their last seconds in memory, nothing else.

- It ends by the interrogation, by a command, when the desk has gone, when a device fails, or when
  nothing begins for long; in all but the first nothing of it is left.
- Only the same devices, for the same record, join: any other take opens its devices anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import msgspec

from app.errors import SetupProblem
from app.ipc import messages as ms
from app.recorder.logbook import Body, Logbook
from app.recorder.report import Surroundings
from app.recorder.take import Take

LEAST_S = 3  # pieces last a second: of less there might be nothing whole to join
MOST_S = 60
LONGEST_S = 1800.0  # a room that is only being prepared is not listened to for a whole day
DESK_GONE_S = 5.0
_log = logging.getLogger(__name__)


class StandingBy:
    """Used under the recorder's lock."""

    def __init__(
        self,
        publish: Callable[[ms.Message], None],
        is_watched: Callable[[], bool],
        *,
        longest_s: float = LONGEST_S,
        desk_gone_s: float = DESK_GONE_S,
    ) -> None:
        self._publish = publish
        self._is_watched = is_watched
        self._longest_s = longest_s
        self._desk_gone_s = desk_gone_s
        self._take: Take | None = None
        self._since = 0.0
        self._watched_at = 0.0

    @property
    def record_id(self) -> str:
        """For whose record it stands by, or ""."""
        return self._take.command.record_id if self._take is not None else ""

    @property
    def take(self) -> Take | None:
        """What holds the pre-roll."""
        return self._take

    def begin(self, command: ms.StandBy) -> None:
        """Open the devices and hold their last seconds.

        Raises:
            SetupProblem: `setting_wrong` when it is shorter or longer than a pre-roll may be.
            DeviceProblem: which device does not deliver.
        """
        if not LEAST_S <= command.pre_roll_s <= MOST_S:
            raise SetupProblem("setting_wrong", name="pre_roll_s", why=str(command.pre_roll_s))
        if self._take is not None and _devices(self._take.command) == _devices(command.take):
            return
        self.forget("other devices")
        around = Surroundings(Logbook(_NoLog()), b"", self._publish, self._is_watched, 0)
        take = Take(command.take, 0, around, time.monotonic_ns(), pre_roll_s=command.pre_roll_s)
        take.stand_by()
        self._take = take
        self._since = self._watched_at = time.monotonic()
        _log.info("standing by for %s", command.take.record_id)

    def hand_over(self, command: ms.StartTake, asked_ns: int) -> Take | None:
        """What is held, for the take that begins; None when it has to open its devices itself.

        A device that failed meanwhile is to be refused by name, as at any other beginning.

        Args:
            command: what begins now.
            asked_ns: when it came.
        """
        take = self._take
        if take is None:
            return None
        is_same = not command.offset_ms and _devices(take.command) == _devices(command)
        if not is_same or take.code or not take.settle(asked_ns):
            self.forget("it cannot join")
            return None
        self._take = None
        return take

    def forget(self, why: str) -> None:
        """Let go of the devices; nothing is left of what was held."""
        take, self._take = self._take, None
        if take is not None:
            take.dismiss()
            _log.info("stood down: %s", why)

    def look_after(self) -> None:
        """A few times a second: nobody is listened to whom nobody is preparing for."""
        if self._take is None:
            return
        now = time.monotonic()
        if self._is_watched():
            self._watched_at = now
        if now - self._watched_at > self._desk_gone_s:
            self.forget("the desk has gone")
        elif now - self._since > self._longest_s:
            self.forget("nothing began")
        elif self._take.code:
            self.forget("a device failed")


class _NoLog:
    """There is no record before an interrogation, so there is no log either."""

    count = 0

    def append(self, body: Body) -> object:
        """Keep nothing."""
        return body

    def close(self) -> None:
        """Nothing is open."""


def _devices(command: ms.StartTake) -> ms.StartTake:
    """What has to be the same for a pre-roll to join a take."""
    return msgspec.structs.replace(command, id="", take=0)
