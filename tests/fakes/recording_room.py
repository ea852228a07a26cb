"""A room with the real recorder process in it, and ways to wait for what it tells."""

import io
import os
import signal
import sys
import threading
import time
import wave
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np

from app.ipc import messages as ms
from app.ipc.supervisor import holder
from app.paths import Paths
from app.recorder.client import RecorderClient
from app.recorder.playback import assemble
from tests.fakes.records import keys_of, log_bodies

RECORD = "r-20261122-1"
ROOM = "讯问室 1"


class RecordingRoom:
    """Use in a `with`; whatever recorder it left is killed at the end."""

    def __init__(
        self,
        home: Path,
        environment=None,
        reserve_bytes: int = 1 << 20,
        slow_disk_s: float = 0.0,
    ) -> None:
        self.home = home
        self.paths = Paths(home / "data", home / "config", home / "run")
        self.record_folder = self.paths.interrogations / RECORD
        self.media_folders = (home / "first", home / "second")
        self.microphone_folder = home / "microphone"
        command = [sys.executable, "-m", "tests.fakes.recorder_process", str(home), ROOM]
        command.append(str(reserve_bytes))
        if slow_disk_s:
            command.append(str(slow_disk_s))
        self._command, self._environment = command, environment
        self.client = self.new_client()
        self.notices: list[ms.AnyMessage] = []
        self._changed = threading.Condition()

    def new_client(self) -> RecorderClient:
        """Another client of the same recorder."""
        return RecorderClient(
            self.paths, ROOM, command=self._command, environment=self._environment
        )

    def __enter__(self):
        self.client.ensure_running()
        self.watch()
        return self

    def __exit__(self, *_):
        self.client.close()
        self.kill()

    def kill(self) -> None:
        """SIGKILL, as a crash or a power cut would; waits until it is gone."""
        found = holder(self.client.address)
        if found is not None and found.pid:
            os.kill(found.pid, signal.SIGKILL)
            until(lambda: holder(self.client.address) is None)

    def watch(self) -> None:
        """Be told what it does, as a desk is."""
        self.client.connect(self._take_in)

    def _take_in(self, notice) -> None:
        with self._changed:
            self.notices.append(notice)
            self._changed.notify_all()

    def told(self, kind, **fields):
        """The notices of a kind that have these values."""
        return [
            notice
            for notice in list(self.notices)
            if isinstance(notice, kind)
            and all(getattr(notice, name) == value for name, value in fields.items())
        ]

    def wait_for(self, kind, limit_s: float = 15.0, **fields):
        """The first such notice."""
        with self._changed:
            came = self._changed.wait_for(lambda: self.told(kind, **fields), limit_s)
        assert came, f"no {kind.__name__} {fields}"
        return self.told(kind, **fields)[0]

    def start(self, **changes) -> None:
        self.client.start_take(self.command(**changes))

    def stand_by(self, pre_roll_s: int, **changes) -> None:
        self.client.stand_by(self.command(**changes), pre_roll_s)

    def command(
        self, *, take: int = 1, cameras=("test:",), microphone="", **changes
    ) -> ms.StartTake:
        fields = {
            "id": f"start-{take}",
            "record_id": RECORD,
            "room": ROOM,
            "take": take,
            "record_folder": str(self.record_folder),
            "media_folders": tuple(str(folder) for folder in self.media_folders),
            "microphone": microphone
            if isinstance(microphone, ms.MicrophoneChoice)
            else ms.MicrophoneChoice(source=microphone or f"simulated:{self.microphone_folder}"),
            "cameras": tuple(
                source
                if isinstance(source, ms.CameraChoice)
                else ms.CameraChoice(
                    name=f"camera-{number}", source=source, width=320, height=180, frame_rate=25
                )
                for number, source in enumerate(cameras, 1)
            ),
            "overlay_label": f"{ROOM}  {RECORD}",
            "production": False,
        }
        return ms.StartTake(**{**fields, **changes})

    def record_until(self, written_ms: int, stream: str = "camera-1") -> None:
        """Until so much of the stream is on disk."""
        with self._changed:
            came = self._changed.wait_for(
                lambda: any(
                    k.t1_ms >= written_ms for k in self.told(ms.FragmentKept, stream=stream)
                ),
                written_ms / 1000 + 20,
            )
        assert came, f"not {written_ms} ms on disk"

    def film(self, stream: str = "camera-1", take: int = 1, **where) -> "Film":
        return Film(self.film_bytes(stream, take, **where))

    def film_bytes(
        self, stream: str = "camera-1", take: int = 1, folders=None, record: str = RECORD, keys=None
    ) -> bytes:
        keys = keys or keys_of(self.record_folder)
        return b"".join(assemble(folders or self.media_folders, record, stream, take, keys))

    def log(self, kind: str = ""):
        return log_bodies(self.record_folder, kind)

    @property
    def sound_source(self):
        return SimpleNamespace(
            record_id=RECORD,
            record_folder=self.record_folder,
            media_folders=self.media_folders,
            sound_stream="camera-1",
        )


def camera(number: int, source: str, *, copy: bool = False) -> ms.CameraChoice:
    """A small camera of this room."""
    return ms.CameraChoice(
        name=f"camera-{number}", source=source, width=320, height=180, frame_rate=25, copy=copy
    )


class Film:
    """A decoded film."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.picture_times: list[float] = []
        self.pictures = []
        self.sound_from_s = 0.0
        sound = []
        with av.open(io.BytesIO(data)) as container:
            for frame in container.decode():
                if isinstance(frame, av.VideoFrame):
                    self.picture_times.append(frame.time)
                    self.pictures.append(frame.to_ndarray()[: frame.height])
                else:
                    if not sound:
                        self.sound_from_s = frame.time
                    sound.append(frame.to_ndarray())
        self.sound = np.concatenate(sound, axis=1) if sound else np.zeros((2, 0), np.float32)

    @property
    def sound_s(self) -> float:
        return self.sound.shape[1] / 48_000

    def pitch(self, channel: int, t0_s: float, t1_s: float) -> float:
        """The strongest frequency, in Hz."""
        part = self.sound[channel, int(t0_s * 48_000) : int(t1_s * 48_000)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        return float(np.argmax(spectrum)) * 48_000 / len(part)

    def level(self, channel: int, pitch: float, t0_s: float, t1_s: float) -> float:
        """How strong one frequency is, in dB of full scale."""
        part = self.sound[channel, int(t0_s * 48_000) : int(t1_s * 48_000)]
        turn = np.exp(-2j * np.pi * pitch * np.arange(len(part)) / 48_000)
        strength = np.abs(np.sum(part * turn * np.hanning(len(part)))) * 4 / len(part)
        return float(20 * np.log10(strength + 1e-9))


def until(condition, limit_s: float = 10.0) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "condition did not come true"
        time.sleep(0.02)


def write_tone(path: Path, pitch: float, seconds: float) -> Path:
    """A sine of a quarter of full scale."""
    samples = 8192 * np.sin(2 * np.pi * pitch * np.arange(int(48_000 * seconds)) / 48_000)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path
