"""How fast pieces reach both folders, beside plain writes of the same bytes with the same sync.

- Ours is the real keeper: digest chain, AES-256-GCM, a thread for each folder, `fdatasync` of every
  piece in both before the next one counts; once more with the recorder's signed log line for each.
- Plain is two threads that each write the same pieces into one file and `fdatasync` every one; both
  are waited for. They take turns.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.recorder.boxes import Cut
from app.recorder.folder import FolderWriter
from app.recorder.fragment import TakeName
from app.recorder.keeper import Keeper, Kept
from app.recorder.logbook import Logbook
from benchmarks.recording_source import middle
from tests.fakes.recording_room import RECORD
from tests.fakes.records import open_record

TRIALS = 5
PIECE_BYTES = 500_000  # a second of 1080p25 with sound at 4 Mbit/s
IN_FLIGHT = 2  # pieces offered and not kept yet: sealing one beside the writing of another
LIMIT_S = 60
PLAIN, CHAINED, LOGGED = "plain writes", "chained and encrypted", "the same with its log"


@dataclass(frozen=True)
class Written:
    """The middle of some trials."""

    megabytes_per_s: float


def compare(scratch: Path, pieces: int) -> dict[str, Written]:
    """Megabytes of film each second, each kept twice."""
    films = [os.urandom(PIECE_BYTES) for _ in range(8)]
    ways: dict[str, Callable[[Path, Sequence[bytes], int], None]] = {
        PLAIN: write_plain,
        CHAINED: write_chained,
        LOGGED: write_logged,
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TRIALS):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(dir=scratch, prefix="w-") as home:
                began = time.monotonic()
                way(Path(home), films, pieces)
                took_s = time.monotonic() - began
            speeds[name].append(pieces * PIECE_BYTES / 1e6 / took_s)
    return {name: Written(middle(told)) for name, told in speeds.items()}


def write_plain(home: Path, films: Sequence[bytes], pieces: int) -> None:
    """Both folders, with nothing done to the bytes."""
    files = [os.open(home / name, os.O_WRONLY | os.O_CREAT, 0o600) for name in ("first", "second")]

    def append(file: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fdatasync(file)

    with ThreadPoolExecutor(len(files)) as pool:
        for number in range(pieces):
            data = films[number % len(films)]
            for done in [pool.submit(append, file, data) for file in files]:
                done.result()
    for file in files:
        os.close(file)


def write_chained(home: Path, films: Sequence[bytes], pieces: int) -> None:
    """The recorder's path from a piece of film to both folders."""
    _keep(home, films, pieces, _nothing)


def write_logged(home: Path, films: Sequence[bytes], pieces: int) -> None:
    """The same, each piece with its line in the recorder's log."""
    folder = home / RECORD
    folder.mkdir()
    book = Logbook(open_record(folder).log)

    def log(kept: Kept) -> None:
        book.write(
            "fragment", take=1, stream=kept.stream, index=kept.index, head=kept.head,
            bytes=kept.plain_bytes, t0_ms=kept.t0_ms, t1_ms=kept.t1_ms,
        )  # fmt: skip

    _keep(home, films, pieces, log)
    book.close()


def _keep(home: Path, films: Sequence[bytes], pieces: int, log: Callable[[Kept], None]) -> None:
    folders = [FolderWriter(home / name, reserve_bytes=0) for name in ("first", "second")]
    free, lost = threading.Semaphore(IN_FLIGHT), threading.Event()

    def on_kept(kept: Kept) -> None:
        log(kept)
        free.release()

    name = TakeName(RECORD, "camera-1", 1)
    keeper = Keeper(folders, [name], bytes(32), on_kept, lost.set)
    keeper.start()
    for number in range(pieces):
        if not free.acquire(timeout=LIMIT_S) or lost.is_set():
            raise SystemExit("no folder took a piece")
        t0_ms = max(0, number - 1) * 1000
        plain = films[number % len(films)]
        keeper.put(name.stream, Cut(plain, is_opening=not number, t0_ms=t0_ms, t1_ms=t0_ms + 1000))
    keeper.close()
    for folder in folders:
        folder.close(LIMIT_S)
        if folder.code:
            raise SystemExit(f"a folder was left out: {folder.code}")


def _nothing(kept: Kept) -> None:
    """The log is no part of this."""
