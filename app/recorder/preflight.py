"""Looks at the room's devices before an interrogation: what there is, and what each one gives.

- Nothing is kept and nothing is recorded; a device is opened, looked at and closed again.
- Runs where no take is running: two openings of one microphone disturb each other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.errors import DeviceProblem
from app.ipc.messages import CameraChoice, MicrophoneChoice
from app.recorder.capture import SoundBlock, open_camera, open_microphone, open_packet_camera
from app.recorder.copied_track import KeyPictureEye
from app.recorder.meter import FLOOR_DBFS, Meter, Waveform
from app.recorder.overlay import Plane, planes_of
from app.recorder.packet_feed import LEAST_PICTURES
from app.recorder.preview import jpeg

LOOK_LIMIT_S = 9.0


@dataclass(frozen=True, slots=True)
class FoundMicrophone:
    """A microphone that could be chosen."""

    source: str  # as in `MicrophoneChoice`
    name: str  # for a person
    is_default: bool


@dataclass(frozen=True, slots=True)
class HeardLevels:
    """What a microphone gave while it was looked at."""

    dbfs: tuple[float, float]  # the loudest of each channel
    is_zero: tuple[bool, bool]  # a channel that gave nothing but zeros


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """What a camera gave while it was looked at."""

    device: str
    jpeg: bytes
    width: int
    height: int
    is_black: bool


def list_microphones() -> list[FoundMicrophone]:
    """Sources of the sound server; without one, the inputs that PortAudio knows."""
    from app.recorder.microphone import list_sources

    names, default = list_sources()
    if names:
        return [FoundMicrophone(f"pulse:{name}", name, name == default) for name in names]
    import sounddevice

    try:
        devices = sounddevice.query_devices()
        chosen = sounddevice.default.device[0]
    except sounddevice.PortAudioError:
        return []
    return [
        FoundMicrophone(f"device:{device['name']}", device["name"], index == chosen)
        for index, device in enumerate(devices)
        if device["max_input_channels"] >= 1
    ]


def probe_microphone(
    choice: MicrophoneChoice, *, production: bool, seconds: float = 1.0
) -> HeardLevels:
    """Listen for a moment.

    Raises:
        DeviceProblem: why it does not open; `device_lost` when it opens but gives nothing.
    """
    microphone = open_microphone(choice, production=production)
    heard = _Heard()
    meter = Meter(heard.take_levels, heard.take_silence)
    done, failed = threading.Event(), threading.Event()
    until = [0.0]

    def take_in(block: SoundBlock) -> None:
        until[0] = until[0] or time.monotonic() + seconds
        meter.take_in(block.samples)
        if time.monotonic() >= until[0]:
            done.set()

    def fail(code: str) -> None:
        heard.code = code
        failed.set()
        done.set()

    try:
        microphone.open(take_in, fail)
        if not done.wait(LOOK_LIMIT_S) or failed.is_set():
            raise DeviceProblem(heard.code, device=microphone.description)
    finally:
        microphone.close()
    return HeardLevels(
        (heard.dbfs[0], heard.dbfs[1]),
        (heard.dbfs[0] <= FLOOR_DBFS, heard.dbfs[1] <= FLOOR_DBFS),
    )


class _Heard:
    """Keeps the loudest levels."""

    def __init__(self) -> None:
        self.dbfs = [FLOOR_DBFS, FLOOR_DBFS]
        self.code = "device_lost"

    def take_levels(self, dbfs: tuple[float, float], waveform: Waveform) -> None:  # noqa: ARG002
        self.dbfs = [max(old, new) for old, new in zip(self.dbfs, dbfs, strict=True)]

    def take_silence(self, channel: int, over: bool) -> None:
        """A look is too short for this."""


def probe_camera(choice: CameraChoice, *, production: bool) -> SeenPicture:
    """One picture; of a camera that is to be copied, by the pictures that would be copied.

    Raises:
        DeviceProblem: why there is none.
    """
    look = _look_at_coded if choice.copy else _look_at_decoded
    device, pictures = look(choice, production)
    cancel = threading.Event()
    seen: list[Plane | DeviceProblem] = []
    came = threading.Event()

    def gather() -> None:
        try:
            seen.extend(islice(pictures(cancel), 1))
        except DeviceProblem as problem:
            seen.append(problem)
        came.set()

    # A driver may hang for longer than a person waits; then it is left to its own time limit.
    threading.Thread(target=gather, name="camera-look", daemon=True).start()
    came.wait(LOOK_LIMIT_S)
    cancel.set()
    found = seen[0] if seen else DeviceProblem("camera_unreachable", device=device)
    if isinstance(found, DeviceProblem):
        raise found
    height, width = found.shape[0] * 2 // 3, found.shape[1]
    luma = found[:height]
    is_black = float(luma.mean()) < 24.0 and float(luma.std()) < 3.0
    return SeenPicture(device, jpeg(found, min(960, width)), width, height, is_black)


Look = tuple[str, Callable[[threading.Event], Iterator[Plane]]]


def _look_at_decoded(choice: CameraChoice, production: bool) -> Look:
    camera = open_camera(choice, production=production)

    def pictures(cancel: threading.Event) -> Iterator[Plane]:
        for picture in camera.pictures(cancel):
            frame = picture.frame
            yield planes_of(frame, frame.width // 4 * 4, frame.height // 4 * 4)

    return camera.description, pictures


def _look_at_coded(choice: CameraChoice, production: bool) -> Look:
    camera = open_packet_camera(choice, production=production)

    def pictures(cancel: threading.Event) -> Iterator[Plane]:
        planes, eye = None, KeyPictureEye()
        # A few more than the first: only their order shows that they can be copied.
        for picture in islice(camera.coded_pictures(cancel), LEAST_PICTURES):
            planes = eye.see(picture) if picture.is_key else planes
        if planes is None:
            raise DeviceProblem("camera_not_copyable", device=camera.description)
        yield planes

    return camera.description, pictures
