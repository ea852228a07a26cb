"""What else a room does to a recording: disks that fill or vanish, a stopped process, dead sound.

- Here a loss is media that is missing and that no gap in the recorder's log states.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from app.ipc import messages as ms
from app.ipc.supervisor import holder
from tests.crash.desk import Finding
from tests.crash.trials import Row, scratch
from tests.fakes.recording_room import RECORD, RecordingRoom, until, write_tone
from tests.fakes.sound_server import SoundServer

DISK_BYTES = 24 << 20
STOPPED_S = 3.0
STATED_FROM_S = 0.1


def can_mount() -> bool:
    """Whether this test may mount a small disk of its own (root, on Linux)."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of 24 MiB at `place`."""
    place.mkdir(parents=True)
    size = f"size={DISK_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        if os.path.ismount(place):
            subprocess.run(["umount", "-l", str(place)], check=True)


def _end(room: RecordingRoom, finding: Finding) -> Finding:
    """Stop, and compare what the clock says with what can be seen, heard and is stated."""
    room.client.stop_take(RECORD)
    closed = room.wait_for(ms.TakeClosed)
    film = room.film()
    missing_s = closed.duration_ms / 1000 - film.sound_s
    times = film.picture_times
    jumps = [(a, b) for a, b in pairwise(times) if b - a > 1.0]
    stated = [(gap["t0_ms"] / 1000, gap["t1_ms"] / 1000) for gap in room.log("gap")]
    unstated = [b - a for a, b in jumps if not any(t0 <= b and t1 >= a for t0, t1 in stated)]
    finding.loss_s = round(max([0.0, missing_s - STATED_FROM_S, *unstated]), 3)
    return finding


def full_disk() -> Finding:
    """One folder's disk fills up: the other goes on, and the fault is said."""
    finding = Finding()
    with scratch() as home, small_disk(home / "disk") as disk, RecordingRoom(home) as room:
        room.media_folders = (disk, home / "second")
        room.start()
        room.record_until(1500)
        left = shutil.disk_usage(disk).free
        (disk / "something-else").write_bytes(bytes(left - (64 << 10)))
        room.wait_for(ms.TroubleNoticed, code="one_folder_lost", subject=str(disk), over=False)
        room.record_until(room.client.state().elapsed_ms + 1500)
        codes = [folder.code for folder in room.client.state().folders]
        if codes != ["disk_full", ""]:
            finding.wrong.append(f"folders tell {codes}")
        return _end(room, finding)


def vanished_disk() -> Finding:
    """One folder's disk is unmounted under the recorder: the other goes on, and it is said."""
    finding = Finding()
    with scratch() as home, small_disk(home / "disk") as disk, RecordingRoom(home) as room:
        room.media_folders = (disk, home / "second")
        room.start()
        room.record_until(1500)
        subprocess.run(["umount", "-l", str(disk)], check=True)
        room.wait_for(ms.TroubleNoticed, code="one_folder_lost", subject=str(disk), over=False)
        room.record_until(room.client.state().elapsed_ms + 1500)
        return _end(room, finding)


def stopped_process() -> Finding:
    """The recorder gets no processor for three seconds: what is missing is a stated gap."""
    with scratch() as home, RecordingRoom(home) as room:
        room.start()
        room.record_until(1500)
        found = holder(room.client.address)
        assert found is not None
        os.kill(found.pid, signal.SIGSTOP)
        try:
            stopped = os.times().elapsed
            until(lambda: os.times().elapsed - stopped > STOPPED_S)
        finally:
            os.kill(found.pid, signal.SIGCONT)
        room.record_until(room.client.state().elapsed_ms + 2000)
        return _end(room, Finding())


def dead_sound_server() -> Finding:
    """The sound server dies and comes back: a gap, and the microphone again."""
    finding = Finding()
    with scratch() as home, SoundServer() as sound:
        tone = write_tone(home / "left.wav", 440, 30)
        sound.play(tone, "investigator")
        with RecordingRoom(home, sound.environment) as room:
            room.start(microphone="pulse:roommic")
            room.record_until(1500)
            sound.stop()
            room.wait_for(ms.TroubleNoticed, subject="microphone", over=False)
            sound.start()
            room.wait_for(ms.TroubleNoticed, subject="microphone", over=True)
            room.wait_for(ms.GapNoticed, reason="sound_lost")
            return _end(room, finding)


FAULTS = {
    "one disk full": full_disk,
    "one disk unmounted": vanished_disk,
    "recorder stopped for 3 s": stopped_process,
    "sound server killed": dead_sound_server,
}
NEED_MOUNT = {full_disk, vanished_disk}


def fault_rows() -> list[Row]:
    """Every fault once; those that need a disk of their own only where one may be mounted."""
    rows = []
    for name, fault in FAULTS.items():
        if fault not in NEED_MOUNT or can_mount():
            row = Row(name)
            row.add(fault(), name)
            rows.append(row)
    return rows
