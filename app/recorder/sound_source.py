"""Where a take's sound comes from: its microphones kept open, its levels, its place in time.

- One device has both channels, or two devices hear one role each; two have two clocks, so each is
  brought to the master clock by itself before they meet.
- One of two that is lost is silence in its channel and a gap of its role; the other goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from app.ipc.messages import MicrophoneChoice
from app.recorder.capture import open_microphones
from app.recorder.feed import MicrophoneFeed
from app.recorder.meter import FLOOR_DBFS, Meter, Waveform
from app.recorder.report import MICROPHONE, SOUND_LOST
from app.recorder.sound import SoundTrack
from app.recorder.sound_pair import SoundPair
from app.recorder.sound_row import SoundRow

ROLES = ("investigator", "suspect")
OnGap = Callable[[str, int, int], None]  # why, first and last millisecond of the take


class SoundSource:
    """`start` it, wait for it, `begin` with the take, `stop` it."""

    def __init__(self, choice: MicrophoneChoice, *, production: bool) -> None:
        self._swap = choice.swap_channels
        found = open_microphones(choice, production=production)
        self._feeds = [MicrophoneFeed(microphone) for microphone in found]
        self._tracks: list[SoundTrack] = []
        self._rows: list[SoundRow] = []
        self._pair: SoundPair | None = None
        self._meter: Meter | None = None

    @property
    def description(self) -> str:
        """What delivers the sound."""
        return " + ".join(feed.microphone.description for feed in self._feeds)

    @property
    def code(self) -> str:
        """What is wrong with a microphone now, or ""."""
        return next((feed.code for feed in self._feeds if feed.code), "")

    @property
    def subjects(self) -> tuple[str, ...]:
        """What each device is called where its trouble is told."""
        if len(self._feeds) == 1:
            return (MICROPHONE,)
        return tuple(f"{MICROPHONE} {self._role(device)}" for device in range(2))

    @property
    def troubles(self) -> list[tuple[str, str]]:
        """Code and subject of every device that fails now."""
        told = zip(self._feeds, self.subjects, strict=True)
        return [(feed.code, subject) for feed, subject in told if feed.code]

    @property
    def samples(self) -> Sequence[int]:
        """How many each device has given to the take."""
        return [row.samples for row in self._rows] or [0] * len(self._feeds)

    @property
    def dbfs(self) -> tuple[float, float]:
        """Peak level of both channels."""
        return self._meter.dbfs if self._meter is not None else (FLOOR_DBFS, FLOOR_DBFS)

    def start(self) -> None:
        """Open the microphones and go on in threads."""
        for feed in self._feeds:
            feed.start()

    @property
    def is_settled(self) -> bool:
        """Whether it is known when their samples were."""
        return all(feed.is_settled for feed in self._feeds)

    @property
    def first_ns(self) -> int | None:
        """When the first sample of the last of them was; None while one does not deliver."""
        told = [feed.first_ns for feed in self._feeds]
        known = [first_ns for first_ns in told if first_ns is not None]
        return max(known) if len(known) == len(told) else None

    def wait_until_settled(self, deadline: float) -> None:
        """Until it is known when their samples were; see `MicrophoneFeed`."""
        for feed in self._feeds:
            feed.wait_until_settled(deadline)

    def begin(
        self,
        t0_ns: int,
        on_samples: Callable[[npt.NDArray[np.float32]], None],
        on_gap: OnGap,
        meter: Meter,
    ) -> None:
        """Give sound from `t0_ns` on; see `SoundRow`."""
        self._meter = meter
        if len(self._feeds) == 1:
            told = partial(on_gap, SOUND_LOST)
            first_ns, swap = self._feeds[0].first_ns, self._swap
            self._rows = [
                SoundRow(t0_ns, on_samples, told, meter, first_ns=first_ns, swap_channels=swap)
            ]
        else:
            pair = self._pair = SoundPair(on_samples, meter, swap=self._swap)
            self._rows = [
                SoundRow(
                    t0_ns,
                    partial(pair.add, device),
                    partial(on_gap, f"{SOUND_LOST}_{self._role(device)}"),
                    Meter(_unseen, _unheard),
                    first_ns=self._feeds[device].first_ns,
                )
                for device in range(2)
            ]
        for feed, row in zip(self._feeds, self._rows, strict=True):
            track = SoundTrack(feed.blocks, row)
            self._tracks.append(track)
            track.start()

    def stop(self) -> None:
        """Give out what is left and close the microphones."""
        for track in self._tracks:
            track.stop()
        if self._pair is not None:
            self._pair.end()
        for feed in self._feeds:
            feed.stop()

    def _role(self, device: int) -> str:
        return ROLES[1 - device if self._swap else device]


def _unseen(dbfs: tuple[float, float], waveform: Waveform) -> None:
    """The pair's own meter looks at both."""


def _unheard(channel: int, over: bool) -> None:
    """The pair's own meter listens to both."""
