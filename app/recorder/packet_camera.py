"""A network camera whose own coded pictures are taken as they come, never decoded and encoded anew.

- Only H.264 and H.265 whose pictures come in the order in which they are shown can be copied.
- Every key picture carries the parameters that a decoder needs, so a film can begin at any of them
  and goes on to play when the camera comes back with other ones.
- A camera that falls silent or just ends is lost, as with decoded pictures.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

import av
from av.error import FFmpegError

from app.errors import DeviceProblem
from app.recorder.camera import OPEN_LIMIT_S, SILENCE_LIMIT_S, SenderClock
from app.settings import without_secret

CODECS = ("h264", "hevc")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One picture as the camera coded it (Annex B)."""

    data: bytes
    at_ns: int
    is_key: bool
    codec: str  # one of `CODECS`


class PacketCamera(Protocol):
    """A source of coded pictures."""

    description: str
    simulated: bool

    def coded_pictures(self, cancel: Event) -> Iterator[CodedPicture]:
        """Open, and deliver from a key picture on, until `cancel` is set.

        Raises:
            DeviceProblem: `camera_unreachable` when it does not open, `camera_not_copyable` when
                its pictures cannot be copied, `device_lost` when it ceases.
        """


class CopiedNetworkCamera:
    """An RTSP camera over TCP, whose packets are only passed on."""

    simulated = False

    def __init__(self, url: str) -> None:
        self._url = url
        self.description = without_secret(url)

    def coded_pictures(self, cancel: Event) -> Iterator[CodedPicture]:
        """See `PacketCamera`."""
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
                yield from read_coded(container, cancel, self.description)
            except (FFmpegError, OSError) as error:
                raise DeviceProblem("device_lost", device=self.description) from error
        if not cancel.is_set():
            raise DeviceProblem("device_lost", device=self.description)


def read_coded(container: Any, cancel: Event, description: str) -> Iterator[CodedPicture]:
    """The coded pictures of an open container's first picture stream, from a key picture on.

    Raises:
        DeviceProblem: `camera_not_copyable` for another coding, or pictures out of order.
    """
    stream = container.streams.video[0]
    codec = stream.codec_context.name
    if codec not in CODECS:
        raise DeviceProblem("camera_not_copyable", device=description)
    parameters = bytes(stream.codec_context.extradata or b"")
    clock, last_pts, has_begun = SenderClock(), -(1 << 62), False
    for packet in container.demux(stream):
        if cancel.is_set() or not packet.size:
            return
        arrival_ns = time.monotonic_ns()
        has_begun = has_begun or packet.is_keyframe
        if not has_begun:
            continue  # no decoder could do anything with it
        told_s = None
        if packet.pts is not None:
            if packet.pts < last_pts:
                raise DeviceProblem("camera_not_copyable", device=description)
            last_pts = packet.pts
            told_s = float(packet.pts * packet.time_base)
        data = bytes(packet)
        if packet.is_keyframe:
            data = with_parameters(data, parameters)
        yield CodedPicture(data, clock.place(told_s, arrival_ns), packet.is_keyframe, codec)


def with_parameters(data: bytes, parameters: bytes) -> bytes:
    """A key picture with the stream's parameter sets before it, unless it brings them itself."""
    if not parameters.startswith(b"\x00\x00") or parameters in data:
        return data
    return parameters + data
