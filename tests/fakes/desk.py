"""A desk without windows in a real room: the room's settings, its processes and its people.

Everything behind the buttons is the program's own: keys, journal, recorder, transcriber, paper,
seal and delivery. Only the windows are missing.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from app import paths as places
from app.domain.interrogation import Interrogation
from app.domain.people import Case, Participant, Person, Preparation, Role
from app.ipc.address import Address
from app.ipc.supervisor import holder
from app.paths import RESOURCES, Paths
from app.session.links import ProcessLinks
from app.session.room import Room
from app.session.session import Session
from app.session.snapshot import SealedRecord
from app.session.workstation import Workstation
from signing.marks import Ink, InkPoint, InkStroke
from signing.pads.handwriting import write
from tests.fakes.center import RunningCenter
from tests.fakes.demo_sound import RATE, scene
from tests.fakes.rtsp_server import RtspServer
from tests.fakes.sound_server import SoundServer

ROOM = "讯问室 1"
OFFICER = "李建国"
FONT = RESOURCES / "fonts" / "ShiluSans-Regular.otf"
HUM_RATE = 8000
HUM_S = 900
SINKS = ("investigator", "suspect")
OPINION = "以上笔录我看过和我说的相符"
PREPARATION = Preparation(
    case=Case(number="江公（刑）立字〔2026〕1187号", name="刘建国电动车被盗案", offence="盗窃"),
    suspect=Person(name="陈志强", sex="male", birth="1988-03-07", language="zh"),
    participants=(
        Participant(role=Role.INVESTIGATOR, name=OFFICER, unit="鼓楼分局", number="031120"),
        Participant(role=Role.INVESTIGATOR, name="周敏", unit="鼓楼分局", number="031245"),
    ),
    place="执法办案管理中心讯问室 1",
    vocabulary=("刘建国", "超市门口"),
)


def wait_until(is_so: Callable[[], object], what: str, within_s: float = 30.0) -> None:
    """Return as soon as `is_so`; fails after the time, naming what did not happen."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Surroundings:
    """What stands around the room: two microphones, a network camera and a center."""

    sound: SoundServer
    camera: RtspServer
    center: RunningCenter
    folder: Path

    def begin_hum(self) -> None:
        """No room is digitally silent; a microphone that is would rightly stop the signing."""
        hum = np.random.default_rng(3).standard_normal(int(HUM_S * HUM_RATE)) * 10 ** (-60 / 20)
        path = self.folder / "hum.wav"
        _write_wav(path, hum, HUM_RATE)
        for sink in SINKS:
            self.sound.play(path, sink)

    def converse(self, turns: list[dict]) -> Callable[[], None]:
        """Let both persons speak, each into their own microphone; returns how to hear it out."""
        heard, _ = scene(turns, lead_s=0.5)
        players = []
        for channel, sink in enumerate(SINKS):
            path = self.folder / f"{sink}-{time.monotonic_ns()}.wav"
            _write_wav(path, heard[channel])
            players.append(self.sound.play(path, sink))

        def hear_out() -> None:
            for player in players:
                assert player.wait(120) == 0

        return hear_out

    def write_settings(self, home: Path) -> Paths:
        """A sound server's microphone, a network camera coded anew and copied, two folders."""
        paths = places.find()
        paths.config.mkdir(parents=True)
        paths.room_settings.write_text(
            f'room = "{ROOM}"\n'
            'agency = "江宁市公安局鼓楼分局"\n'
            "production = false\n"
            'microphone = "pulse:roommic"\n'
            f'second_media_folder = "{home}/second-disk"\n'
            'fingerprint_pad = "simulated"\n'
            'climate_sensor = "simulated:"\n'
            f'[[cameras]]\nsource = "{self.camera.url}"\n'
            "width = 640\nheight = 360\nframe_rate = 15\n"
            f'[[cameras]]\nsource = "{self.camera.url}"\ncopy = true\n',
            encoding="utf-8",
        )
        return paths


def _write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())


def open_room() -> Room:
    """The room of the settings, as `app.desk` makes it; a Qt application must exist."""
    from widgets.paper.press import QtPress

    paths = places.find()
    workstation = Workstation.open(paths)
    return Room(workstation, QtPress(), ProcessLinks(paths, workstation.settings.room))


@contextmanager
def opened(room: Room) -> Iterator[Session]:
    """A new interrogation; this desk lets go of it at the end, whatever happened."""
    session = room.new(OFFICER)
    try:
        yield session
    finally:
        session.leave()


# --- people ---------------------------------------------------------------------


def hand(words: str) -> Ink:
    """The words as a pen gives them."""
    width_um, height_um = 90_000, 30_000
    strokes = tuple(
        InkStroke(
            tuple(
                InkPoint(
                    x_um=round(p.x * width_um),
                    y_um=round(p.y * height_um),
                    pressure=p.pressure,
                    device_ms=p.t_ms,
                    offset_ms=p.t_ms,
                )
                for p in trail
            )
        )
        for trail in write(words, FONT, aspect=width_um / height_um)
    )
    return Ink(strokes, width_um, height_um, "simulated pen", simulated=True)


def begin_interview(session: Session) -> None:
    """From the empty form to the first question."""
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 4000)
    session.acknowledge_rights(hand(PREPARATION.suspect.name))
    session.begin_interview()


def read_pages(session: Session) -> None:
    """The person reads every page and says that it is as spoken."""
    paper = session.snapshot.state.paper
    assert paper is not None
    for page in range(1, paper.pages + 1):
        session.page_read(page, Role.SUSPECT, 3000)
    session.confirm_read_back(Role.SUSPECT)


def sign_everything(room: Room, session: Session, but: str = "") -> None:
    """Every signer but `but` fills all fields with ink, and those who print with a finger."""
    pad = room.pad()
    for signer in session.snapshot.state.signers:
        if signer.id == but:
            continue
        for name in session.snapshot.state.fields_left(signer.id):
            words = OPINION if name.endswith("opinion") else signer.name
            finger = pad.capture(_no_hint, threading.Event()) if signer.prints else None
            session.give_marks(signer.id, name, hand(words), finger)


def finish(room: Room, session: Session) -> SealedRecord:
    """From the interview to the sealed record, without a correction."""
    session.begin_read_back()
    read_pages(session)
    session.begin_signing()
    sign_everything(room, session)
    return session.seal(no_step)


def no_step(_step: object) -> None:
    """Nobody watches the sealing."""


def no_share(_share: float) -> None:
    """Nobody watches the bar."""


def _no_hint(_hint: object) -> None:
    """Nobody watches the pad."""


def heard_lines(state: Interrogation) -> list[str]:
    """What the machine heard, in the order of the transcript."""
    return [line.text for line in state.utterances if line.hearing]


# --- processes ------------------------------------------------------------------


def process_of(paths: Paths, name: str) -> int:
    """The pid of the room's recorder or transcriber, 0 when there is none."""
    found = holder(Address(paths.runtime, name, ROOM))
    return found.pid if found else 0


def kill_process(paths: Paths, name: str) -> int:
    """SIGKILL, as a crash would; returns the pid that was killed."""
    pid = process_of(paths, name)
    if pid:
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: process_of(paths, name) != pid, f"{name} {pid} gone", 10)
    return pid


def decode_picture(film: Path) -> int:
    """Decode a whole film; returns the number of pictures, fails at the first damage."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        return sum(1 for _ in container.decode(stream))
