"""The stream of a camera whose coded pictures are copied into the film, with the sound beside them.

- Nothing is drawn into the picture; date, time and the rest stand in the log, piece by piece, and
  in the sealed caption track.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.ipc.messages import CameraChoice
from app.recorder.capture import open_packet_camera
from app.recorder.copied_track import CopiedEvents, CopiedTrack
from app.recorder.encoder import CopiedShape, StreamEncoder
from app.recorder.packet_feed import PacketFeed
from app.recorder.stream import Beginning, StreamEvents


class CopiedStream:
    """See `Stream`."""

    joins_late = False

    def __init__(self, choice: CameraChoice, *, production: bool) -> None:
        self.name = choice.name
        self._feed = PacketFeed(open_packet_camera(choice, production=production))
        self.description = self._feed.camera.description
        self._encoder: StreamEncoder | None = None
        self._track: CopiedTrack | None = None

    @property
    def code(self) -> str:
        """See `Stream`."""
        return "device_lost" if self._track is not None and self._track.is_lost else ""

    @property
    def is_ready(self) -> bool:
        """See `Stream`."""
        return self._feed.is_ready

    def start(self) -> None:
        """See `Stream`."""
        self._feed.start()

    def wait_until_ready(self, deadline: float) -> None:
        """See `Stream`."""
        self._feed.wait_until_ready(deadline)

    def begin(self, beginning: Beginning, events: StreamEvents, *, sound: bool) -> None:
        """See `Stream`."""
        group = self._feed.begin()
        shape = CopiedShape(group[0].codec, group[0].data)
        self._encoder = StreamEncoder(events.on_cut, picture=shape, sound=sound)
        self._track = CopiedTrack(
            self._feed,
            beginning.t0_ns,
            CopiedEvents(
                on_picture=self._encoder.add_coded,
                on_gap=events.on_gap,
                on_trouble=events.on_trouble,
                on_preview=events.on_preview,
            ),
        )
        self._track.start(group)

    def add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        """See `Stream`."""
        if self._encoder is not None:
            self._encoder.add_sound(samples)

    def show_gap(self, t0_ms: int, t1_ms: int) -> None:
        """See `Stream`; nothing is drawn into a copied picture."""

    def count_from(self, zero_ms: int) -> None:
        """See `Stream`; nothing is drawn into a picture."""

    def stop(self) -> None:
        """See `Stream`."""
        self._feed.stop()
        if self._track is not None:
            self._track.stop()

    def close(self) -> None:
        """See `Stream`."""
        if self._encoder is not None:
            self._encoder.close()

    def join(self, limit_s: float) -> None:
        """See `Stream`."""
        self._feed.join(limit_s)
