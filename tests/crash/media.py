"""A take of synthetic fragments through the real keeper, folders and log, taped; and its check.

- A fragment lasts a second; it is offered when the one before it is kept, as a live take does.
- Accepted is what the recorder's log holds when `on_kept` has returned.
"""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import Problem
from app.recorder import keeper as keeper_module
from app.recorder.boxes import Cut as FilmCut
from app.recorder.folder import FolderWriter
from app.recorder.fragment import TakeName
from app.recorder.keeper import Keeper, Kept
from app.recorder.logbook import LOG_FILE, Logbook, copy_growth
from app.recorder.playback import Pieces, assemble
from app.store.keystore import RecordKeys
from app.store.logfile import LogFile, read_log
from tests.crash.desk import Finding
from tests.crash.tape import Tape
from tests.fakes.records import DEK, SIGNING_KEY

RECORD = "R1"
STREAMS = ("camera-1", "camera-2")
FRAGMENT_MS = 1000
PART_MS = 6000  # a new part every six seconds instead of every five minutes
LOG_NAME = "recorder"
KEYS = RecordKeys(RECORD, DEK, SIGNING_KEY)
LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Offered:
    """A piece of film exists from now on: what is not kept of it is lost in a crash."""

    stream: str
    t1_ms: int
    plain: bytes


def record_folder(home: Path) -> Path:
    """The open record; also the first media folder's record."""
    return home / "first" / RECORD


def media_folders(home: Path) -> tuple[Path, Path]:
    """Two folders; in a room two disks."""
    return home / "first", home / "second"


def open_log(home: Path) -> LogFile:
    """The recorder's own log, as the recorder opens it."""
    path = record_folder(home) / LOG_FILE
    return LogFile.open(path, RECORD, LOG_NAME, KEYS.derive(LOG_NAME), SIGNING_KEY)


def _films(fragments: int) -> Iterator[Offered]:
    chance = random.Random(7)
    for index in range(fragments + 1):
        for stream in STREAMS:
            yield Offered(stream, index * FRAGMENT_MS, chance.randbytes(chance.randint(900, 6000)))


def play(home: Path, tape: Tape, fragments: int = 20) -> None:
    """Record one take of both streams into both folders."""
    before, keeper_module.PART_MS = keeper_module.PART_MS, PART_MS
    try:
        with tape:
            _record(home, tape, fragments)
    finally:
        keeper_module.PART_MS = before


def _record(home: Path, tape: Tape, fragments: int) -> None:
    book = Logbook(open_log(home))
    book.write("take_opened", take=1, streams=list(STREAMS), offset_ms=0)
    folders = [FolderWriter(folder, reserve_bytes=0) for folder in media_folders(home)]
    names = [TakeName(RECORD, stream, 1) for stream in STREAMS]
    kept_now = threading.Event()

    def on_kept(kept: Kept) -> None:
        book.write(
            "fragment",
            take=1,
            stream=kept.stream,
            index=kept.index,
            head=kept.head,
            bytes=kept.plain_bytes,
            t0_ms=kept.t0_ms,
            t1_ms=kept.t1_ms,
        )
        tape.acknowledge(kept)
        kept_now.set()

    keeper = Keeper(folders, names, KEYS.derive("media"), on_kept, kept_now.set)
    keeper.start()
    for number, film in enumerate(_films(fragments)):
        tape.acknowledge(film)
        t0_ms = max(0, film.t1_ms - FRAGMENT_MS)
        kept_now.clear()
        cut = FilmCut(film.plain, is_opening=film.t1_ms == 0, t0_ms=t0_ms, t1_ms=film.t1_ms)
        keeper.put(film.stream, cut)
        assert kept_now.wait(LIMIT_S), "not kept"
        if number % 5 == 4:
            copy_growth(record_folder(home) / LOG_FILE, home / "second" / RECORD / LOG_FILE)
    keeper.close()
    for folder in folders:
        folder.close(LIMIT_S)
    book.write("take_closed", take=1, reason="stopped")
    book.close()


def check(home: Path, told: list[object], all_of: list[object]) -> Finding:
    """Open what a crash left, as the next recorder and the seal do.

    Args:
        home: the image.
        told: everything acknowledged before the crash, oldest first.
        all_of: everything acknowledged in the whole take.
    """
    finding = Finding()
    kept = [one for one in told if isinstance(one, Kept)]
    if not kept and not (record_folder(home) / LOG_FILE).exists():
        finding.loss_s = _seconds(told, {})
        return finding
    try:
        reached = _check_log(finding, home, kept, all_of)
        finding.loss_s = _seconds(told, reached)
    except (Problem, OSError) as problem:
        finding.wrong.append(f"does not open: {problem!r}")
        finding.loss_s = _seconds(told, {})
    return finding


def _seconds(told: list[object], reached: dict[str, int]) -> float:
    offered = {one.stream: one.t1_ms for one in told if isinstance(one, Offered)}
    return max((t1 - reached.get(name, 0) for name, t1 in offered.items()), default=0) / 1000


def _check_log(
    finding: Finding, home: Path, kept: list[Kept], all_of: list[object]
) -> dict[str, int]:
    with open_log(home) as log:
        log.append({"kind": "clock", "after": "crash"})
    copy = home / "second" / RECORD / LOG_FILE
    copy_growth(record_folder(home) / LOG_FILE, copy)
    if copy.read_bytes() != (record_folder(home) / LOG_FILE).read_bytes():
        finding.wrong.append("the second folder's log is not the first's")
    lines = [line.body for line in _read_log(record_folder(home))]
    if lines[-1].get("after") != "crash":
        finding.wrong.append("what the next recorder logs is lost")
    logged = [body for body in lines if body["kind"] == "fragment"]
    told = [(one.stream, one.index, one.head) for one in kept]
    there = [(body["stream"], body["index"], body["head"]) for body in logged]
    whole = [(one.stream, one.index, one.head) for one in all_of if isinstance(one, Kept)]
    if there[: len(told)] != told:
        finding.wrong.append("a kept fragment is not in the log")
    if there[len(told) :] not in ([], whole[len(told) : len(told) + 1]):
        finding.wrong.append("a fragment that nobody wrote")
    return {stream: _check_film(finding, home, stream, logged, all_of) for stream in STREAMS}


def _check_film(
    finding: Finding, home: Path, stream: str, logged: list[dict], all_of: list[object]
) -> int:
    mine = [body for body in logged if body["stream"] == stream]
    if not mine:
        return 0
    film = [one.plain for one in all_of if isinstance(one, Offered) and one.stream == stream]
    pieces = list(assemble(media_folders(home), RECORD, stream, 1, KEYS, fragments=len(mine)))
    if pieces != film[: len(mine)]:
        finding.wrong.append(f"{stream} is not what was recorded")
    digest = hashlib.sha256()
    for body, plain in zip(mine, pieces, strict=True):
        digest.update(plain)
        if digest.hexdigest() != body["head"]:
            finding.wrong.append(f"{stream}: the chain does not verify")
    readable = Pieces(media_folders(home), TakeName(RECORD, stream, 1), KEYS.derive("media"))
    for index in range(len(readable)):
        readable.plain(index)  # raises when a torn piece is offered as a whole one
    return int(mine[-1]["t1_ms"])


def _read_log(folder: Path) -> Iterator:
    key = KEYS.derive(LOG_NAME)
    return read_log(folder / LOG_FILE, RECORD, LOG_NAME, key, SIGNING_KEY.public_key())
