"""What a microphone and a camera are to the recorder, and which driver serves which source.

- A driver knows no screen, no language and no interrogation; it delivers, or says a code.
- A simulated device is refused in a production room, whatever asks for it.
- Times are `time.monotonic_ns()` of when the sound or picture was, as nearly as the driver knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from app.errors import DeviceProblem
from app.ipc.messages import CameraChoice, MicrophoneChoice
from app.settings import without_secret

if TYPE_CHECKING:
    from app.recorder.packet_camera import PacketCamera

Samples = npt.NDArray[np.int16]  # [frames, 2]; column 0 investigator, column 1 suspect


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """Some milliseconds of sound at 48 kHz."""

    samples: Samples
    at_ns: int  # of its first sample


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as the camera gave it."""

    frame: VideoFrame
    at_ns: int


class Microphone(Protocol):
    """A source of two channels at 48 kHz."""

    description: str
    simulated: bool

    def open(
        self, on_block: Callable[[SoundBlock], None], on_trouble: Callable[[str], None]
    ) -> None:
        """Start delivering on a thread of the driver's; both callbacks return at once.

        `on_trouble` gets `device_lost` or `device_moved`, after which nothing more comes: the
        caller closes and opens again.

        Raises:
            DeviceProblem: `device_not_found` or `device_refused`.
        """

    def close(self) -> None:
        """Stop; no callback comes after this returns. Closing twice is harmless."""


class Camera(Protocol):
    """A source of pictures."""

    description: str
    simulated: bool

    def pictures(self, cancel: Event) -> Iterator[Picture]:
        """Open, and deliver as they come until `cancel` is set.

        Raises:
            DeviceProblem: `camera_unreachable` or `device_not_found` when it does not open,
                `device_lost` when it ceases.
        """


def open_microphones(choice: MicrophoneChoice, *, production: bool) -> tuple[Microphone, ...]:
    """The driver for a microphone of two channels, or two drivers that hear one role each.

    None is opened yet.

    Raises:
        DeviceProblem: `simulated_in_production`; `device_not_found` for an unknown source;
            `microphone_twice` when both roles would be heard by one device.
    """
    if not choice.second_source:
        return (_microphone(choice.source, 2, production=production),)
    if choice.source == choice.second_source:
        raise DeviceProblem("microphone_twice", device=choice.source)
    return (
        _microphone(choice.source, 1, production=production),
        _microphone(choice.second_source, 1, production=production),
    )


def open_microphone(choice: MicrophoneChoice, *, production: bool) -> Microphone:
    """One driver for both roles, to look at or to try; a take hears two devices each by itself.

    Raises:
        DeviceProblem: see `open_microphones`.
    """
    found = open_microphones(choice, production=production)
    if len(found) == 1:
        return found[0]
    from app.recorder.paired_microphone import PairedMicrophone

    return PairedMicrophone(*found)


def _microphone(source: str, channels: int, *, production: bool) -> Microphone:
    kind, _, place = source.partition(":")
    if kind == "simulated":
        from app.recorder.simulated import SimulatedMicrophone

        _refuse_in_production(source, production=production)
        return SimulatedMicrophone(Path(place))
    if kind in {"pulse", "device", "default"}:
        from app.recorder.microphone import SoundCard

        return SoundCard(kind, place, channels=channels)
    raise DeviceProblem("device_not_found", device=source)


def open_camera(choice: CameraChoice, *, production: bool) -> Camera:
    """The driver for a camera; it is not opened yet.

    Raises:
        DeviceProblem: `simulated_in_production`, or `device_not_found` for an unknown source.
    """
    from app.recorder.camera import FileCamera, LocalCamera, NetworkCamera

    kind, _, place = choice.source.partition(":")
    if kind in {"rtsp", "rtsps"}:
        return NetworkCamera(choice.source)
    if kind in {"v4l2", "dshow"}:
        return LocalCamera(kind, place, choice.width, choice.height, choice.frame_rate)
    if kind == "file":
        _refuse_in_production(choice.source, production=production)
        return FileCamera(Path(place))
    if kind == "test":
        from app.recorder.simulated import TestCamera

        _refuse_in_production(choice.source, production=production)
        return TestCamera(choice.width, choice.height, choice.frame_rate)
    raise DeviceProblem("device_not_found", device=without_secret(choice.source))


def open_packet_camera(choice: CameraChoice, *, production: bool) -> PacketCamera:
    """The driver for a camera whose coded pictures are copied; it is not opened yet.

    Raises:
        DeviceProblem: `camera_not_copyable` when such a source has none.
    """
    del production  # no simulated camera codes its pictures itself
    from app.recorder.packet_camera import CopiedNetworkCamera

    if choice.source.partition(":")[0] not in {"rtsp", "rtsps"}:
        raise DeviceProblem("camera_not_copyable", device=without_secret(choice.source))
    return CopiedNetworkCamera(choice.source)


def _refuse_in_production(source: str, *, production: bool) -> None:
    if production:
        raise DeviceProblem("simulated_in_production", device=source)
