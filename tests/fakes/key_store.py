"""A real Secret Service of the test's own: a private bus with an unlocked gnome-keyring."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_bus(folder: Path) -> Iterator[dict[str, str]]:
    """A session bus without a key store; gives the environment that reaches it."""
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(folder / "home"),
        "XDG_DATA_HOME": str(folder / "home"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    bus = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert bus.stdout is not None
    try:
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        yield environment
    finally:
        bus.terminate()
        bus.wait(10)
        bus.stdout.close()


@contextmanager
def unlocked_key_store(folder: Path) -> Iterator[dict[str, str]]:
    """A bus with an unlocked key store; gives the environment that reaches it."""
    with private_bus(folder) as environment:
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        daemon = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert daemon.stdin is not None
        assert daemon.stdout is not None
        daemon.stdin.write(b"test\n")
        daemon.stdin.close()
        daemon.stdout.readline()  # says its environment when it is ready
        try:
            yield environment
        finally:
            daemon.terminate()
            daemon.wait(10)
            daemon.stdout.close()
