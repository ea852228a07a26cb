"""Gathers what the processes report into one `Live` value for the screens; keeps nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from app.ipc import messages as ms
from app.session.snapshot import CenterState, Live, PreRoll, SecondHearing


class Meters:
    """The volatile state of one room."""

    def __init__(self, tell: Callable[[object], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self.live = Live()

    def take_in(self, told: object) -> None:
        """A heartbeat, a level, a picture, a running guess or the center's state came."""
        if isinstance(told, ms.Preview):
            self._tell(told)
            return
        with self._lock:
            changed = self._changed(told)
            if changed is None:
                return
            self.live = changed
        self._tell(changed)

    def _changed(self, told: object) -> Live | None:
        live = self.live
        match told:
            case ms.RecorderState():
                return replace(
                    live,
                    recording=bool(told.record_id),
                    elapsed_ms=told.elapsed_ms,
                    folders=told.folders,
                    streams=told.streams,
                    microphone=told.microphone,
                    pre_roll=_pre_roll(live.pre_roll, told),
                )
            case ms.Levels(dbfs=dbfs, waveform=waveform):
                return replace(live, levels_dbfs=dbfs, waveform=waveform)
            case ms.TranscriberState():
                return replace(
                    live,
                    backlog_ms=told.backlog_ms,
                    model=told.model,
                    hearing_code=told.code,
                )
            case ms.PartialHeard(channel=channel):
                others = tuple(guess for guess in live.partials if guess.channel != channel)
                return replace(live, partials=(*others, told) if told.text else others)
            case CenterState():
                return replace(live, center=told)
            case SecondHearing():
                return replace(live, second=told)
            case PreRoll():
                return replace(live, pre_roll=told)
        return None


def _pre_roll(before: PreRoll, told: ms.RecorderState) -> PreRoll:
    """An announcement stands until the pre-roll it announced has ended, whoever ended it."""
    if told.stands_by_for:
        return replace(before, is_held=True, held_ms=told.pre_roll_ms)
    return PreRoll() if before.is_held or told.record_id else before
