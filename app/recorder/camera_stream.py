"""The stream of one camera: its pictures shaped, stamped, encoded and cut into pieces of film.

- It records at the camera's own size, or smaller where the room asks for less; a camera that
  joins late is fitted into the size that the room asks for.
"""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import numpy.typing as npt

from app.ipc.messages import CameraChoice
from app.recorder.capture import open_camera
from app.recorder.encoder import PictureShape, StreamEncoder
from app.recorder.feed import CameraFeed
from app.recorder.overlay import Plane, Strip, frame_of
from app.recorder.picture import PictureTrack
from app.recorder.picture_row import PictureEvents, PictureRow
from app.recorder.picture_shape import shape_of
from app.recorder.stream import Beginning, StreamEvents


class CameraStream:
    """See `Stream`."""

    joins_late = True

    def __init__(self, choice: CameraChoice, *, production: bool) -> None:
        self.name = choice.name
        self._choice = choice
        self._feed = CameraFeed(open_camera(choice, production=production))
        self.description = self._feed.camera.description
        self._encoder: StreamEncoder | None = None
        self._track: PictureTrack | None = None
        self._row: PictureRow | None = None

    @property
    def code(self) -> str:
        """See `Stream`."""
        return "device_lost" if self._row is not None and self._row.is_lost else ""

    @property
    def is_ready(self) -> bool:
        """See `Stream`."""
        return self._feed.newest is not None

    def start(self) -> None:
        """See `Stream`."""
        self._feed.start()

    def wait_until_ready(self, deadline: float) -> None:
        """See `Stream`."""
        self._feed.wait_for_first(deadline)

    def begin(self, beginning: Beginning, events: StreamEvents, *, sound: bool) -> None:
        """See `Stream`."""
        choice, first = self._choice, self._feed.newest
        shape = PictureShape(choice.width // 4 * 4, choice.height // 4 * 4, choice.frame_rate)
        if first is not None:
            shape = shape_of(first.frame, shape)
        encoder = self._encoder = StreamEncoder(events.on_cut, picture=shape, sound=sound)
        self._row = PictureRow(
            shape,
            Strip(beginning.label, shape.width, shape.height, beginning.climate),
            beginning.t0_ns,
            beginning.offset_ms,
            PictureEvents(
                on_picture=partial(_encode, encoder),
                on_gap=events.on_gap,
                on_trouble=events.on_trouble,
                on_preview=events.on_preview,
            ),
            time.time_ns,
            is_pre_roll=beginning.is_pre_roll,
        )
        self._track = PictureTrack(self._feed, self._row)
        self._track.start(None if beginning.goes_on else first)

    def add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        """See `Stream`."""
        if self._encoder is not None:
            self._encoder.add_sound(samples)

    def show_gap(self, t0_ms: int, t1_ms: int) -> None:
        """See `Stream`."""
        if self._row is not None:
            self._row.show_gap(t0_ms, t1_ms)

    def count_from(self, zero_ms: int) -> None:
        """See `Stream`."""
        if self._row is not None:
            self._row.count_from(zero_ms)

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


def _encode(encoder: StreamEncoder, planes: Plane, pts: int, is_key: bool) -> None:
    encoder.add_picture(frame_of(planes), pts, is_key=is_key)
