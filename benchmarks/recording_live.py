"""What a take of real length drops and how its memory grows, with the transcriber at work beside.

- A real RTSP camera sends a film whose pictures are numbered; a real sound server plays two tones;
  the real recorder records them; the real transcriber hears a backlog of speech without a rest.
- Pictures are counted by their numbers, sound by the phase of its tones: no time stamp is believed.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from app.ipc import messages as ms
from app.ipc.supervisor import holder
from app.paths import RESOURCES
from app.recorder.fragment import TakeName
from app.recorder.playback import MEDIA_PURPOSE, TakeReader
from app.transcriber.client import TranscriberClient
from benchmarks.recording_source import (
    FILM_S,
    HEIGHT,
    PICTURES,
    RATE,
    SOUND_RATE,
    TONES_HZ,
    WIDTH,
    cpu_s,
    luma_of,
    memory_mib,
    middle,
    read_number,
    repeated,
)
from tests.fakes import demo_sound
from tests.fakes.film_server import FilmServer
from tests.fakes.recording_room import RECORD, ROOM, RecordingRoom
from tests.fakes.records import keys_of
from tests.fakes.sound_server import SoundServer
from tests.fakes.takes import WrittenTake

STREAM = "camera-1"
SPEECH_RECORD = "r-20261122-2"
SETTLE_S = 5.0  # of a take, before its sound is looked at: the card's clock is being found
BEGINS_S = 1.0  # the picture that stands when a take begins may be one from before it
LEAST_LOST = 16  # a third of a millisecond; less is sound being stretched to the master clock
WINDOW = 480  # samples: a hole of three of them turns a tone visibly
TURN = 0.2  # radians from one window to the next
MOST_LOST = (
    2300  # samples in one hole that its phases tell apart (the tones beat ten times a second)
)


@dataclass
class Watched:
    """The processes, once a second."""

    memory_mib: list[float] = field(default_factory=list)
    cpu_began_s: dict[str, float] = field(default_factory=dict)
    cpu_ended_s: dict[str, float] = field(default_factory=dict)
    wall_s: float = 0.0

    def share(self, name: str) -> float:
        """Of one core."""
        return (self.cpu_ended_s[name] - self.cpu_began_s[name]) / self.wall_s


@dataclass(frozen=True)
class Live:
    """What became of a take."""

    minutes: float
    pictures: int
    pictures_dropped: int
    pictures_repeated: int
    samples: int
    samples_dropped: int
    gaps: int
    memory_start_mib: float
    memory_end_mib: float
    recorder_cpu: float
    transcriber_cpu: float
    backlogs_heard: int


def record(film: Path, scratch: Path, minutes: float) -> Live:
    """Record for so long and look at every picture and sample of it."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix="l-") as name:
        home = Path(name)
        # The camera plays from the first connection on, and a little longer than the take.
        long = repeated(film, int((minutes * 60 + 60) // FILM_S + 1), home / "long.mp4")
        with (
            FilmServer(long) as camera,
            SoundServer() as sound,
            RecordingRoom(home, sound.environment) as room,
            Listening(home) as listening,
        ):
            for pitch, sink in zip(TONES_HZ, ("investigator", "suspect"), strict=True):
                sound.control("load-module", "module-sine", f"sink={sink}", f"frequency={pitch:g}")
            choice = ms.CameraChoice(
                name=STREAM, source=camera.url, width=WIDTH, height=HEIGHT, frame_rate=RATE
            )
            room.start(cameras=(choice,), microphone="pulse:roommic")
            room.record_until(2000)
            watched = watch(room, listening, minutes * 60)
            room.client.stop_take(RECORD)
            room.wait_for(ms.TakeClosed, limit_s=60)
            heard = listening.heard
        return examine(room, watched, minutes, heard)


class Listening:
    """The real transcriber with a backlog that begins anew whenever it is heard."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._media = home / "speech"
        self.heard = 0
        self.pid = 0
        self._finished = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="backlog")

    def __enter__(self) -> Listening:
        self._room = RecordingRoom(self._home)
        folder = self._room.paths.interrogations / SPEECH_RECORD
        folder.mkdir(parents=True)
        take = WrittenTake(
            self._media,
            TakeName(SPEECH_RECORD, "sound", 1),
            keys_of(folder).derive(MEDIA_PURPOSE),
            picture=False,
        )
        take.add(demo_sound.scene(demo_sound.turns())[0])
        take.close()
        self._folder = folder
        command = [sys.executable, "-m", "tests.fakes.transcriber_process", str(self._home), ROOM]
        self._client = TranscriberClient(self._room.paths, ROOM, command=command)
        found = self._client.ensure_running()
        self.pid = found.pid
        self._client.connect(self._take_in)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._finished.set()
        self._thread.join(30)
        self._client.shut_down()
        self._client.close()

    def _take_in(self, notice: object) -> None:
        if isinstance(notice, ms.HearingFinished):
            self._finished.set()

    def _go_on(self) -> None:
        while not self._leaving.is_set():
            self._finished.clear()
            self._client.start_hearing(
                ms.StartHearing(
                    id=uuid.uuid4().hex,
                    record_id=SPEECH_RECORD,
                    record_folder=str(self._folder),
                    media_folders=(str(self._media),),
                    take=1,
                    stream="sound",
                    offset_ms=0,
                    model_folder=str(RESOURCES / "models" / "demo"),
                )
            )
            self._client.finish_hearing(SPEECH_RECORD)
            self._finished.wait()
            self.heard += not self._leaving.is_set()


def watch(room: RecordingRoom, listening: Listening, seconds: float) -> Watched:
    """Wait so long, and note memory and processor time meanwhile."""
    found = holder(room.client.address)
    assert found is not None
    pids = {"recorder": found.pid, "transcriber": listening.pid}
    watched, began = Watched(), time.monotonic()
    watched.cpu_began_s = {name: cpu_s(pid) for name, pid in pids.items()}
    while time.monotonic() - began < seconds:
        watched.memory_mib.append(memory_mib(found.pid))
        room.notices.clear()
        time.sleep(1.0)
    watched.cpu_ended_s = {name: cpu_s(pid) for name, pid in pids.items()}
    watched.wall_s = time.monotonic() - began
    return watched


def examine(room: RecordingRoom, watched: Watched, minutes: float, heard: int) -> Live:
    """Decode what was recorded and count."""
    with opened(room) as film:
        film.streams.video[0].thread_type = "AUTO"
        every = [(frame.time, read_number(luma_of(frame))) for frame in film.decode(video=0)]
    seen = [one for one in every if one[0] >= BEGINS_S]
    numbers = [number for _, number in seen]
    dropped, repeats = count_pictures(numbers)
    # Numbers begin anew every forty seconds: a longer hole shows only by its time.
    due = round((seen[-1][0] - seen[0][0]) * RATE) + 1
    fresh = len(numbers) - repeats
    dropped = max(dropped, due - fresh) if due - fresh > 1 else dropped
    with opened(room) as film:
        sound = np.concatenate([one.to_ndarray() for one in film.decode(audio=0)], axis=1)
    tail = max(1, len(watched.memory_mib) // 10)
    return Live(
        minutes=minutes,
        pictures=len(numbers),
        pictures_dropped=dropped,
        pictures_repeated=repeats,
        samples=sound.shape[1],
        samples_dropped=sum(map(abs, lost_samples(sound[:, int(SETTLE_S * SOUND_RATE) :]))),
        gaps=len(room.log("gap")),
        memory_start_mib=middle(watched.memory_mib[tail : 2 * tail] or watched.memory_mib),
        memory_end_mib=middle(watched.memory_mib[-tail:]),
        recorder_cpu=watched.share("recorder"),
        transcriber_cpu=watched.share("transcriber"),
        backlogs_heard=heard,
    )


@contextmanager
def opened(room: RecordingRoom) -> Iterator[av.container.InputContainer]:
    """The take as a film, decrypted while it is read."""
    key = keys_of(room.record_folder).derive(MEDIA_PURPOSE)
    reader = TakeReader(room.media_folders, TakeName(RECORD, STREAM, 1), key)
    with av.open(reader, "r") as film:
        yield film


def count_pictures(numbers: Sequence[int | None]) -> tuple[int, int]:
    """How many numbered pictures are missing in a row, and how many stand there twice.

    A picture without a number (dark: the camera was lost) counts by what is missing around it.
    """
    told = [number for number in numbers if number is not None]
    steps = [(after - before) % PICTURES for before, after in pairwise(told)]
    onward = [step for step in steps if 0 < step <= PICTURES // 2]
    again = len(steps) - len(onward)  # the same one or one from before
    return sum(step - 1 for step in onward), again + len(numbers) - len(told)


def lost_samples(sound: npt.NDArray[np.float32]) -> list[int]:
    """How many samples are missing (or negative: too many) at each place where the tones jump.

    Args:
        sound: float32 [2, n] at 48 kHz, one tone on each channel.
    """
    count = sound.shape[1] // WINDOW
    phases = []
    for channel, pitch in enumerate(TONES_HZ):
        times = np.arange(count * WINDOW) / SOUND_RATE
        turned = sound[channel, : count * WINDOW] * np.exp(-2j * np.pi * pitch * times)
        phases.append(np.angle(turned.reshape(count, WINDOW).sum(axis=1)))
    # Two windows on: the one in which it happens is half this, half that.
    steps = np.angle(np.exp(1j * (np.array(phases)[:, 2:] - np.array(phases)[:, :-2])))
    places = np.flatnonzero(np.abs(steps).max(axis=0) > TURN)
    found: list[int] = []
    last = -10
    for place in places:
        if place - last > 3:  # one jump shows in a few windows
            at = min(place + 1, steps.shape[1] - 1)
            found.append(_samples_of(steps[:, at]))
        last = int(place)
    return [lost for lost in found if abs(lost) >= LEAST_LOST]


def _samples_of(turns: npt.NDArray[np.float64]) -> int:
    """The least number of samples whose absence turns both tones so."""
    lost = np.arange(-MOST_LOST, MOST_LOST + 1)
    expected = 2 * np.pi * np.outer(TONES_HZ, lost) / SOUND_RATE
    errors = np.abs(np.angle(np.exp(1j * (expected - turns[:, None])))).sum(axis=0)
    good = np.flatnonzero(errors < errors.min() + 0.02)
    return int(lost[good[np.argmin(np.abs(lost[good]))]])
