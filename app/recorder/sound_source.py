"""Where a take's sound comes from: the microphone kept open, its levels, its place in time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.ipc.messages import MicrophoneChoice
from app.recorder.capture import open_microphone
from app.recorder.feed import MicrophoneFeed
from app.recorder.meter import FLOOR_DBFS, Meter
from app.recorder.sound import SoundTrack
from app.recorder.sound_row import SoundRow


class SoundSource:
    """`start` it, wait for it, `begin` with the take, `stop` it."""

    def __init__(self, choice: MicrophoneChoice, *, production: bool) -> None:
        self._choice = choice
        self._feed = MicrophoneFeed(open_microphone(choice, production=production))
        self._track: SoundTrack | None = None
        self._row: SoundRow | None = None
        self._meter: Meter | None = None

    @property
    def description(self) -> str:
        """What delivers the sound."""
        return self._feed.microphone.description

    @property
    def code(self) -> str:
        """What is wrong with the microphone now, or ""."""
        return self._feed.code

    @property
    def samples(self) -> int:
        """How many the microphone has given to the take."""
        return self._row.samples if self._row is not None else 0

    @property
    def dbfs(self) -> tuple[float, float]:
        """Peak level of both channels."""
        return self._meter.dbfs if self._meter is not None else (FLOOR_DBFS, FLOOR_DBFS)

    def start(self) -> None:
        """Open the microphone and go on in a thread."""
        self._feed.start()

    @property
    def is_settled(self) -> bool:
        """Whether it is known when its samples were."""
        return self._feed.is_settled

    @property
    def first_ns(self) -> int:
        """When its first sample was; only once it is settled."""
        return self._feed.first_ns or 0

    def wait_until_settled(self, deadline: float) -> None:
        """Until it is known when its samples were; see `MicrophoneFeed`."""
        self._feed.wait_until_settled(deadline)

    def begin(
        self,
        t0_ns: int,
        on_samples: Callable[[npt.NDArray[np.float32]], None],
        on_gap: Callable[[int, int], None],
        meter: Meter,
    ) -> None:
        """Give sound from `t0_ns` on; see `SoundRow`."""
        self._meter = meter
        self._row = SoundRow(
            t0_ns,
            on_samples,
            on_gap,
            meter,
            first_ns=self._feed.first_ns,
            swap_channels=self._choice.swap_channels,
        )
        self._track = SoundTrack(self._feed.blocks, self._row)
        self._track.start()

    def stop(self) -> None:
        """Give out what is left and close the microphone."""
        if self._track is not None:
            self._track.stop()
        self._feed.stop()
