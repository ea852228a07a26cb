"""The command line as a person meets it: real processes, their two streams and their status."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.ipc.address import Address
from app.ipc.supervisor import holder
from tests.fakes.desk import wait_until
from tests.fakes.key_store import unlocked_key_store

PROJECT = Path(__file__).resolve().parents[3]
LIMIT_S = 60.0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it told the person, without the code in brackets that follows."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        return "".join(line for line in lines if not line.startswith("["))

    @property
    def code(self) -> str:
        """The problem's code, as printed last."""
        lines = self.err.split()
        return lines[-1].strip("[]") if lines and lines[-1].startswith("[") else ""


@dataclass
class Shilu:
    """`python -m app` in a home of its own."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | Path, language: str = "zh") -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "app", *(str(word) for word in words)],
            cwd=PROJECT,
            env={**self.environment, "SHILU_LANGUAGE": language, "SHILU_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "Traceback" not in done.stdout, done.stdout
        return Done(done.returncode, done.stdout, done.stderr)

    def refuses(self, code: str, *words: str | Path) -> Done:
        """The command ends with 2, one sentence in either language and this code."""
        done = self(*words)
        assert done.status == 2, done.err
        assert done.code == code, done.err
        assert done.sentence.endswith(("。", "）。")), done.err
        assert done.out == ""
        return done

    def settings(self, text: str) -> None:
        """Write the room's settings."""
        folder = self.home / "config"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "room.toml").write_text(text, encoding="utf-8")

    def files(self) -> set[Path]:
        """Everything in the home but the developers' logs."""
        found = {path.relative_to(self.home) for path in self.home.rglob("*") if path.is_file()}
        return {path for path in found if "logs" not in path.parts}

    def end_recorder(self, room: str = "shilu") -> None:
        """End the recorder that a command left."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SHILU_HOME", str(self.home))
            from app import paths

            runtime = paths.find().runtime
        address = Address(runtime, "recorder", room)
        found = holder(address)
        if found is not None and found.pid:
            os.kill(found.pid, signal.SIGKILL)
            wait_until(lambda: holder(address) is None, "recorder gone", 10)
        shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture
def shilu(tmp_path: Path) -> Shilu:
    """Without a key store."""
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return Shilu(tmp_path / "home", {**environment, "HOME": str(tmp_path)})


@pytest.fixture(scope="module")
def keys() -> Iterator[dict[str, str]]:
    """The environment that reaches an unlocked key store."""
    folder = Path(tempfile.mkdtemp(prefix="keys-"))
    try:
        with unlocked_key_store(folder) as environment:
            yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def workstation(keys: dict[str, str]) -> Iterator[Shilu]:
    """With a key store; the recorder that a command left ends with the test."""
    home = Path(tempfile.mkdtemp(prefix="shilu-"))
    command = Shilu(home, keys)
    try:
        yield command
    finally:
        command.end_recorder()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system of its own that can be filled without harm."""
    disk = SmallDisk(tmp_path / "disk")
    reason = disk.mount()
    if reason:
        pytest.skip(f"no small disk can be mounted here: {reason}")
    try:
        yield disk
    finally:
        disk.unmount()


class SmallDisk:
    """A tmpfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, size_mib: int = 230) -> str:
        """Mount it; returns why that is not permitted, or nothing."""
        self.folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr.strip()

    def fill(self, leave_bytes: int = 0) -> None:
        """Take all room but so much."""
        free = shutil.disk_usage(self.folder).free
        with (self.folder / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - leave_bytes)

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
