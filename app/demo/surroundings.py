"""What the demo needs around it: a key store of its own and a center of its own.

- The demo never touches the person's own key store, settings or records.
- Everything it started ends with it.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.errors import Problem, SetupProblem, SyncProblem
from app.paths import Paths

_log = logging.getLogger(__name__)
INSIDE = "SHILU_DEMO_INSIDE"
CENTER_LIMIT_S = 30.0
KEY_STORE = (
    'printf "demo\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; '
    'exec "$@"'
)


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one demo."""

    out: Path

    @property
    def home(self) -> Path:
        """Data, settings and keys of the demo's workstation."""
        return self.out / "home"

    @property
    def screens(self) -> Path:
        """Pictures of every page."""
        return self.out / "screens"

    @property
    def center(self) -> Path:
        """The demo's center."""
        return self.out / "center"

    @property
    def export(self) -> Path:
        """The exported record, as a folder and a ZIP."""
        return self.out / "export"


def fresh(out: Path) -> Places:
    """The folders of a new demo; what an earlier one left is taken away, and nothing else."""
    places = Places(out)
    for folder in (places.screens, places.center, places.export, out / "microphone"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return places


def enter_own_key_store(out: Path, arguments: list[str]) -> int | None:
    """Run this command again inside a private bus with an unlocked key store.

    Returns:
        The exit status of the inner run, or None when this already is the inner run.

    Raises:
        SetupProblem: `tool_missing`.
    """
    if os.environ.get(INSIDE):
        return None
    for tool in ("dbus-run-session", "gnome-keyring-daemon", "openssl", "pdfsig"):
        if shutil.which(tool) is None:
            raise SetupProblem("tool_missing", tool=tool)
    home = Places(out).home
    shutil.rmtree(home, ignore_errors=True)
    for name in ("keyring", "run"):
        (home / name).mkdir(mode=0o700, parents=True)
    inner = {
        **os.environ,
        INSIDE: "1",
        "SHILU_HOME": str(home / "shilu"),
        "HOME": str(home / "keyring"),
        "XDG_DATA_HOME": str(home / "keyring"),
        "XDG_RUNTIME_DIR": str(home / "run"),
    }
    command = ["dbus-run-session", "--", "sh", "-c", KEY_STORE, "sh"]
    command += [sys.executable, "-m", "app", "demo", *arguments]
    return subprocess.run(command, env=inner, check=False).returncode


@contextmanager
def running_center(folder: Path) -> Iterator[str]:
    """A real center in its own process; gives its address.

    Raises:
        SyncProblem: `center_unreachable` when it does not come up.
    """
    from center import service

    service.init(folder, "演示办案中心")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "app", "center", "serve"]
    command += ["--folder", str(folder), "--port", str(port)]
    with (folder / "center.out").open("wb") as said:
        server = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        try:
            _wait_until_up(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + CENTER_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/v1/health", timeout=2.0).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SyncProblem("center_unreachable", url=url)


def end_processes(paths: Paths, room: str) -> None:
    """End the demo's own recorder and transcriber, also those an interrupted demo left."""
    from app.recorder.client import RecorderClient
    from app.transcriber.client import TranscriberClient

    recorder = RecorderClient(paths, room)
    transcriber = TranscriberClient(paths, room)
    try:
        recorder.connect(_ignore)
        record_id = recorder.state().record_id
        if record_id:
            recorder.stop_take(record_id, "demo ended")
        recorder.shut_down()
    except Problem as problem:
        _log.info("recorder: %s", problem)
    try:
        transcriber.connect(_ignore)
        transcriber.shut_down()
    except Problem as problem:
        _log.info("transcriber: %s", problem)
    recorder.close()
    transcriber.close()


def _ignore(_message: object) -> None:
    """Nobody listens any more."""
