"""Feeds a scene to a contestant's processes at the pace of the clock and gathers what they tell.

- A contestant is a command that reads PCM on standard input and prints JSON lines; ours takes both
  channels at once, a peer gets one process for each microphone, as its user would run it.
- The moment of a text is when its line arrived here.
- Processor time and memory are those of the whole tree of processes, read from /proc.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.speech_scenes import Scene, as_pcm
from benchmarks.speech_score import Told

RATE = 16_000
STEP_S = 0.1
READY_LIMIT_S = 180.0
END_LIMIT_S = 120.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Contestant:
    """A name in the table and the command behind it."""

    name: str
    command: tuple[str, ...]
    stereo: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Run:
    """What one contestant told of one scene, and what it cost."""

    told: list[Told]
    cpu_s: float
    memory_bytes: int
    dropped_s: float


def run(contestant: Contestant, scene: Scene) -> Run:
    """One scene at the pace of the clock.

    Raises:
        RuntimeError: a process did not get ready, or broke.
    """
    channels = [(0, 1)] if contestant.stereo else [(0,), (1,)]
    ears = [_Ear(contestant, which) for which in channels]
    try:
        for ear in ears:
            ear.wait_until_ready()
        began = time.monotonic()
        usage = _Usage([ear.process.pid for ear in ears])
        for ear in ears:
            ear.began = began
        _feed(ears, scene, began, usage)
        for ear in ears:
            ear.end()
    finally:
        for ear in ears:
            ear.process.kill()
    told = sorted((one for ear in ears for one in ear.told), key=lambda one: one.at_ms)
    return Run(told, usage.cpu_s, usage.memory_bytes, sum(ear.dropped_s for ear in ears))


class _Ear:
    """One process of a contestant."""

    def __init__(self, contestant: Contestant, channels: Sequence[int]) -> None:
        self.channels = channels
        self.told: list[Told] = []
        self.dropped_s = 0.0
        self.began = 0.0
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            contestant.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1", **contestant.environment},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        if not self._ready.wait(READY_LIMIT_S) or self.process.poll() is not None:
            raise RuntimeError("a contestant did not get ready")

    def give(self, pcm: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(pcm)
        self.process.stdin.flush()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._reader.join(END_LIMIT_S)

    def _read(self) -> None:
        for line in self.process.stdout or ():
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a peer's own chatter
            at_ms = round((time.monotonic() - self.began) * 1000)
            if told["kind"] == "ready":
                self._ready.set()
            elif told["kind"] == "dropped":
                self.dropped_s = float(told["seconds"])
            else:
                channel = int(told.get("channel", self.channels[0]))
                self.told.append(Told(told["kind"], channel, told["text"], at_ms))


def _feed(ears: Sequence[_Ear], scene: Scene, began: float, usage: _Usage) -> None:
    step = int(RATE * STEP_S)
    for place in range(0, scene.sound.shape[1], step):
        due = began + place / RATE + STEP_S
        time.sleep(max(0.0, due - time.monotonic()))
        for ear in ears:
            ear.give(as_pcm(scene.sound[list(ear.channels), place : place + step]))
        if place // step % 5 == 0:
            usage.look()


class _Usage:
    """Processor time and memory of trees of processes, from when it is made on."""

    def __init__(self, roots: Sequence[int]) -> None:
        self._roots = tuple(roots)
        self._before = self._times()
        self._last: dict[int, float] = {}
        self.memory_bytes = 0

    def look(self) -> None:
        """Take the state now; what a process used before it ended stays counted."""
        self._last |= self._times()
        resident = sum(_resident(pid) for pid in self._tree())
        self.memory_bytes = max(self.memory_bytes, resident)

    @property
    def cpu_s(self) -> float:
        return sum(used - self._before.get(pid, 0.0) for pid, used in self._last.items())

    def _times(self) -> dict[int, float]:
        return {pid: used for pid in self._tree() if (used := _cpu(pid)) is not None}

    def _tree(self) -> list[int]:
        found, queue = [], list(self._roots)
        while queue:
            pid = queue.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    queue += [int(child) for child in children.read_text().split()]
                except OSError:
                    continue
        return found


def _cpu(pid: int) -> float | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0
