"""Cameras through FFmpeg: network (RTSP), local (V4L2, DirectShow) and a film on a loop.

- A network camera that falls silent is given up after three seconds; the caller opens it again.
- A demultiplexer that just ends is a lost camera too: that is how a killed server looks.
- Name and password in an address are never logged or told.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import av
from av.error import FFmpegError

from app.errors import DeviceProblem
from app.recorder.capture import Picture
from app.settings import without_secret

OPEN_LIMIT_S = 5.0
SILENCE_LIMIT_S = 3.0
_log = logging.getLogger(__name__)


class SenderClock:
    """Maps a camera's own time stamps onto ours: its spacing, our offset.

    Network and scheduling delay single pictures, so their arrival alone would make motion jerk;
    the camera's clock alone would drift away from the sound.
    """

    STEP_NS = 500_000_000  # further off than this is a jump, not jitter
    JUMP_PICTURES = 12  # when so many in a row are; one alone is an old picture held back
    SLEW = 0.02

    def __init__(self) -> None:
        self._offset_ns: float | None = None
        self._off = 0

    def place(self, sender_s: float | None, arrival_ns: int) -> int:
        """When a picture was, on our clock; never after it arrived."""
        if sender_s is None:
            return arrival_ns
        sender_ns = sender_s * 1e9
        if self._offset_ns is None:
            self._offset_ns = arrival_ns - sender_ns
        error = arrival_ns - sender_ns - self._offset_ns
        self._off = self._off + 1 if abs(error) > self.STEP_NS else 0
        if self._off == 0:
            self._offset_ns += self.SLEW * error
        elif self._off > self.JUMP_PICTURES:
            self._offset_ns, self._off = arrival_ns - sender_ns, 0
        return min(int(sender_ns + self._offset_ns), arrival_ns)


def _read(container: Any, cancel: Event) -> Iterator[Picture]:
    stream = container.streams.video[0]
    stream.thread_type = "SLICE"  # frame threads would hold pictures back
    stream.codec_context.thread_count = 2
    clock = SenderClock()
    for packet in container.demux(stream):
        if cancel.is_set() or not packet.size:
            return  # an empty packet is the end; what the decoder still held is a past picture
        arrival_ns = time.monotonic_ns()
        try:
            frames = packet.decode()
        except FFmpegError as error:
            _log.warning("picture not decoded: %s", error)  # the next key picture mends it
            continue
        for frame in frames:
            yield Picture(frame, clock.place(frame.time, arrival_ns))


class NetworkCamera:
    """An RTSP camera, over TCP so that no packet is lost on the way."""

    simulated = False

    def __init__(self, url: str) -> None:
        self._url = url
        self.description = without_secret(url)

    def pictures(self, cancel: Event) -> Iterator[Picture]:
        """See `Camera`."""
        options = {"rtsp_transport": "tcp", "timeout": str(int(SILENCE_LIMIT_S * 1e6))}
        try:
            container = av.open(self._url, options=options, timeout=(OPEN_LIMIT_S, SILENCE_LIMIT_S))
        except (FFmpegError, OSError) as error:
            _log.info("camera does not open: %s", type(error).__name__)
            raise DeviceProblem("camera_unreachable", device=self.description) from error
        with container:
            try:
                if not container.streams.video:
                    raise DeviceProblem("camera_unreachable", device=self.description)
                yield from _read(container, cancel)
            except (FFmpegError, OSError) as error:
                raise DeviceProblem("device_lost", device=self.description) from error
        if not cancel.is_set():
            raise DeviceProblem("device_lost", device=self.description)


class LocalCamera:
    """A camera on this machine."""

    simulated = False
    FORMATS = {"v4l2": "video4linux2,v4l2", "dshow": "dshow"}  # noqa: RUF012 - never changed

    def __init__(self, kind: str, place: str, width: int, height: int, frame_rate: int) -> None:
        self._format = self.FORMATS[kind]
        self._place = f"video={place}" if kind == "dshow" else place
        self._options = {"video_size": f"{width}x{height}", "framerate": str(frame_rate)}
        self.description = place

    def pictures(self, cancel: Event) -> Iterator[Picture]:
        """See `Camera`."""
        try:
            container = av.open(
                self._place,
                format=self._format,
                options=self._options,
                timeout=(OPEN_LIMIT_S, SILENCE_LIMIT_S),
            )
        except FileNotFoundError as error:
            raise DeviceProblem("device_not_found", device=self.description) from error
        except (FFmpegError, OSError, ValueError) as error:
            raise DeviceProblem("device_refused", device=self.description) from error
        with container:
            try:
                yield from _read(container, cancel)
            except (FFmpegError, OSError) as error:
                raise DeviceProblem("device_lost", device=self.description) from error
        if not cancel.is_set():
            raise DeviceProblem("device_lost", device=self.description)


class FileCamera:
    """A film played over and over in real time, for trials; never in a production room."""

    simulated = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self.description = f"simulated: {path.name}"

    def pictures(self, cancel: Event) -> Iterator[Picture]:
        """See `Camera`."""
        while not cancel.is_set():
            began_ns = time.monotonic_ns()
            shown = 0
            try:
                with av.open(str(self._path)) as container:
                    for frame in container.decode(video=0):
                        due_ns = began_ns + int((frame.time or 0.0) * 1e9)
                        if cancel.wait(max(0.0, (due_ns - time.monotonic_ns()) / 1e9)):
                            return
                        shown += 1
                        yield Picture(frame, due_ns)
            except (FFmpegError, OSError, IndexError) as error:
                raise DeviceProblem("device_not_found", device=self.description) from error
            if shown == 0:
                raise DeviceProblem("device_not_found", device=self.description)
