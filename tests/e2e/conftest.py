"""Real surroundings for whole interrogations: sound server, camera, center and key store.

Started once for the folder; every interrogation gets a workstation of its own in it. Nothing is
left running: what a test's room started is ended with the test. The camera is switched off and on
before each, so that one that a killed recorder left in a bad way fails no other test.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import center
from app.paths import Paths
from app.session.room import Room
from app.session.workstation import device_name
from tests.fakes.center import RunningCenter
from tests.fakes.desk import ROOM, Surroundings, kill_process, open_room
from tests.fakes.key_store import unlocked_key_store
from tests.fakes.rtsp_server import RtspServer
from tests.fakes.sound_server import SoundServer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REACHED_BY = ("HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


@pytest.fixture(scope="session")
def surroundings() -> Iterator[Surroundings]:
    """One sound server, one camera, one center, one key store."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="shilu-e2e-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        keys = stack.enter_context(unlocked_key_store(folder))
        for name in REACHED_BY:
            patch.setenv(name, keys[name])
        sound = stack.enter_context(SoundServer())
        for name, value in sound.environment.items():
            patch.setenv(name, value)
        camera = stack.enter_context(RtspServer(640, 360, 15))
        receiving = RunningCenter(folder / "center")
        stack.callback(receiving.stop)
        found = Surroundings(sound, camera, receiving, folder)
        found.begin_hum()
        yield found


@contextmanager
def workstation(surroundings: Surroundings) -> Iterator[Paths]:
    """An empty workstation; its recorder and transcriber end with it."""
    surroundings.camera.restart()
    home = Path(tempfile.mkdtemp(prefix="shilu-"))  # short, for the sockets' names
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHILU_HOME", str(home))
        paths = surroundings.write_settings(home)
        try:
            yield paths
        finally:
            for name in ("recorder", "transcriber"):
                kill_process(paths, name)
            shutil.rmtree(home, ignore_errors=True)
            shutil.rmtree(paths.runtime, ignore_errors=True)


@contextmanager
def enrolled_room(surroundings: Surroundings) -> Iterator[Room]:
    """The room of a workstation that is enrolled at the center."""
    with workstation(surroundings):
        room = open_room()
        try:
            code = center.make_code(surroundings.center.folder, device_name(), ROOM)
            room.enroll(surroundings.center.url, code)
            yield room
        finally:
            room.close()


@pytest.fixture
def paths(surroundings: Surroundings) -> Iterator[Paths]:
    """An empty workstation of the test's own."""
    with workstation(surroundings) as found:
        yield found


@pytest.fixture
def room(surroundings: Surroundings, qapp: object) -> Iterator[Room]:
    """An enrolled room of the test's own."""
    with enrolled_room(surroundings) as opened:
        yield opened
