"""Processes killed by SIGKILL at random moments: a desk at work, and the real recorder.

- The parent hears over a pipe what the desk accepted; only that must be there afterwards.
- Of the recorder, what it had recorded when it died is compared with what can be read.
"""

from __future__ import annotations

import hashlib
import os
import random
import select
import signal
import time
from pathlib import Path

from app.domain.people import Role
from app.ipc import messages as ms
from app.recorder.playback import assemble
from app.store.database import Database
from tests.crash.desk import Accepted, Finding, acceptance, check
from tests.crash.trials import Row, scratch
from tests.fakes.bench import Bench, ink
from tests.fakes.interrogation import PREPARATION
from tests.fakes.recording_room import RECORD, RecordingRoom, until
from tests.fakes.records import keys_of

LIFE_S = (0.05, 0.7)  # of a desk, from its first line on
START_LIMIT_S = 30.0
STREAM = "camera-1"


def kill_desks(trials: int, seed: int = 1) -> Row:
    """A desk that appends edits and marks as fast as it can, killed `trials` times."""
    row, chance = Row("desk killed (kill -9)"), random.Random(seed)
    for number in range(trials):
        with scratch() as home:
            row.add(_one_desk(home, chance), f"kill {number}")
    return row


def _one_desk(home: Path, chance: random.Random) -> Finding:
    accepted: list[Accepted] = []
    with acceptance(accepted.append):
        bench = Bench(home)
        bench.session.prepare(PREPARATION)
        bench.session.begin()
        bench.session.show_rights(1, "zh", 1500)
        bench.session.acknowledge_rights(ink())
        bench.session.begin_interview()
        bench.close()
    hears, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hears)
        _be_desk(bench, says, chance.random())
    os.close(says)
    try:
        told = _hear_until_killed(child, hears, chance.uniform(*LIFE_S))
    finally:
        os.close(hears)
    for line in told.decode().splitlines():
        digest, _, kind = line.partition(" ")
        if len(digest) == 64 and kind.endswith(";"):
            accepted.append(Accepted(digest, kind[:-1]))
    return check(home, bench.ring, accepted)


def _be_desk(bench: Bench, says: int, seed: float) -> None:
    """In the child: work until killed."""
    try:
        chance = random.Random(seed)
        bench.database = Database(bench.paths.data)
        session = bench.reopen()

        def tell(one: Accepted) -> None:
            os.write(says, f"{one.digest} {one.kind};\n".encode())

        with acceptance(tell):
            while True:
                written = session.add_line(
                    Role.SUSPECT, "我没有拿那部手机。" * chance.randint(1, 40)
                )
                session.revise(written, "我没有拿过。")
                session._paperwork.keep_rights_ink(ink())
                session.bookmark("要点")
    finally:
        os._exit(1)


def _hear_until_killed(child: int, hears: int, life_s: float) -> bytes:
    assert select.select([hears], [], [], START_LIMIT_S)[0], "the desk did not begin"
    told, deadline = bytearray(), time.monotonic() + life_s
    while (left := deadline - time.monotonic()) > 0:
        if select.select([hears], [], [], left)[0]:
            heard = os.read(hears, 1 << 16)
            assert heard, "the desk ended by itself"
            told += heard
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while heard := os.read(hears, 1 << 16):
        told += heard
    return bytes(told)


def kill_recorders(trials: int, seed: int = 1) -> Row:
    """The real recorder with a simulated microphone and a test camera, killed take by take."""
    row, chance = Row("recorder killed (kill -9)"), random.Random(seed)
    with scratch() as home, RecordingRoom(home) as room:
        for take in range(1, trials + 1):
            if take > 1:
                room.client.ensure_running()
                room.client.connect(room._take_in)
            row.add(_one_recorder(room, take, chance.uniform(0, 1.6)), f"take {take}")
    return row


def _one_recorder(room: RecordingRoom, take: int, wait_s: float) -> Finding:
    room.notices.clear()
    offset_ms = take * 60_000
    room.start(take=take, offset_ms=offset_ms)
    until(lambda: room.told(ms.FragmentKept, take=take, index=1), START_LIMIT_S)
    moment = time.monotonic() + wait_s
    until(lambda: time.monotonic() >= moment)
    recorded_ms = room.client.state().elapsed_ms - offset_ms
    asked = time.monotonic()
    told = [(one.index, one.head) for one in room.told(ms.FragmentKept, take=take)]
    room.kill()
    recorded_ms += round((time.monotonic() - asked) * 1000)
    return _check_take(room, take, recorded_ms, offset_ms, told)


def _check_take(
    room: RecordingRoom, take: int, recorded_ms: int, offset_ms: int, told: list[tuple[int, str]]
) -> Finding:
    finding = Finding()
    logged = [line for line in room.log("fragment") if line["take"] == take]
    there = [(line["index"], line["head"]) for line in logged]
    if there[: len(told)] != told:
        finding.wrong.append("a fragment that the desk was told of is not in the log")
    keys, digest = keys_of(room.record_folder), hashlib.sha256()
    pieces = assemble(room.media_folders, RECORD, STREAM, take, keys, fragments=len(logged))
    for line, plain in zip(logged, pieces, strict=True):
        digest.update(plain)
        if digest.hexdigest() != line["head"]:
            finding.wrong.append("the chain does not verify")
    film = room.film(take=take)
    kept_ms = min(logged[-1]["t1_ms"] - offset_ms, round(film.sound_s * 1000))
    finding.loss_s = round(max(0, recorded_ms - kept_ms) / 1000, 3)
    return finding
