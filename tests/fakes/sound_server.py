"""A real sound server of a test's own: a stereo room whose left is the investigator.

Playing into `investigator` reaches channel 0 of the source `roommic`, into `suspect` channel 1;
the sources `nearmic` and `farmic` are two cards that hear one of them each.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

SETTINGS = """
load-module module-native-protocol-unix
load-module module-null-sink sink_name=room rate=48000 channels=2
load-module module-null-sink sink_name=elsewhere rate=48000 channels=2
load-module module-remap-source source_name=roommic master=room.monitor
load-module module-remap-source source_name=othermic master=elsewhere.monitor
load-module module-remap-source source_name=nearmic master=room.monitor channels=1 \
channel_map=mono master_channel_map=front-left remix=no
load-module module-remap-source source_name=farmic master=room.monitor channels=1 \
channel_map=mono master_channel_map=front-right remix=no
load-module module-remap-sink sink_name=investigator master=room channels=1 channel_map=mono \
master_channel_map=front-left remix=no
load-module module-remap-sink sink_name=suspect master=room channels=1 channel_map=mono \
master_channel_map=front-right remix=no
set-default-source roommic
"""
START_LIMIT_S = 40.0


class SoundServer:
    """PulseAudio in a runtime folder of its own; use in a `with`."""

    def __init__(self) -> None:
        # Short: a socket's path may have 107 bytes.
        self._runtime = Path(tempfile.mkdtemp(prefix="pa-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._players: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find this server and no other."""
        return {
            "XDG_RUNTIME_DIR": str(self._runtime),
            "PULSE_SERVER": f"unix:{self._runtime}/pulse/native",
            "PULSE_COOKIE": str(self._runtime / "cookie"),
        }

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self._runtime, ignore_errors=True)

    def start(self) -> None:
        settings = self._runtime / "settings.pa"
        settings.write_text(SETTINGS)
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "-F", str(settings), "--daemonize=no"),
                *("--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit=yes"),
            ],
            env=self._own_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_LIMIT_S
        while "roommic" not in self.control("list", "short", "sources", check=False):
            if time.monotonic() > deadline:
                raise TimeoutError("the sound server did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        for player in self._players:
            player.kill()
            player.wait()
        self._players = []
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def control(self, *arguments: str, check: bool = True) -> str:
        """What `pactl` says."""
        done = subprocess.run(
            ["pactl", *arguments],
            env=self._own_environment(),
            capture_output=True,
            check=check,
            text=True,
        )
        return done.stdout

    def unplug(self, source: str) -> None:
        """Take a source away, as if its plug were pulled."""
        for line in self.control("list", "short", "modules").splitlines():
            number, _, rest = line.partition("\t")
            if f"source_name={source}" in rest:
                self.control("unload-module", number)

    def plug(self, source: str, master: str) -> None:
        """Put such a source in."""
        self.control(
            "load-module", "module-remap-source", f"source_name={source}", f"master={master}"
        )

    def play(self, path: Path, sink: str) -> subprocess.Popen[bytes]:
        """Start playing a WAV file."""
        player = subprocess.Popen(["paplay", "-d", sink, str(path)], env=self._own_environment())
        self._players.append(player)
        return player

    def _own_environment(self) -> dict[str, str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PULSE_")
        }
        return {**environment, **self.environment, "HOME": str(self._runtime)}
