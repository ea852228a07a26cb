"""Joining and exporting takes of ten minutes to twelve hours, beside `ffmpeg -c copy`.

- A take is made at once, not in real time: eight seconds from the real encoder, repeated with
  their times moved on, through the real sealer and part files of two folders, but without sync.
- Each length is measured in a process of its own, so that its peak of memory is its own.
- Joining is what sealing does: decrypt, check the chain, write one file. Exporting makes an
  ordinary MP4 that plays at once and reads it back; ffmpeg does the same without reading back.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from app.recorder.film import export_film
from app.recorder.fragment import PartFile, Sealer, TakeName
from app.recorder.keeper import PART_MS
from app.recorder.piece_source import OpenPieces
from app.recorder.playback import assemble, decode_sound
from benchmarks.recording_source import run
from tests.fakes.long_film import LongFilm
from tests.fakes.recording_room import RECORD
from tests.fakes.records import keys_of

HOURS = {"10 min": 1 / 6, "1.6 h": 1.6, "12 h": 12.0}
STREAM = "camera-1"


@dataclass(frozen=True)
class Length:
    """What a take of that length costs."""

    megabytes: float
    write_s: float
    join_s: float
    export_s: float
    ffmpeg_join_s: float
    ffmpeg_export_s: float
    listen_s: float  # until a second of sound at its end is there
    peak_mib: float  # of writing, joining, exporting and listening


def measure(scratch: Path, hours: float) -> Length:
    """In a process of its own."""
    with tempfile.TemporaryDirectory(dir=scratch, prefix="n-") as home:
        command = [sys.executable, "-m", __name__, home, str(hours)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return Length(**json.loads(told.stdout))


def _measure_here(home: Path, hours: float) -> Length:
    record_folder = home / RECORD
    keys, name = keys_of(record_folder), TakeName(RECORD, STREAM, 1)
    key = keys.derive("media")
    folders = [home / "first", home / "second"]
    began = time.monotonic()
    with unsynced():
        size = write_take(folders, name, key, hours)
    write_s = time.monotonic() - began
    plain, exported = home / "plain.mp4", home / "exported.mp4"
    join_s = _timed(lambda: _join(folders, home))
    export_s = _timed(lambda: export_film(OpenPieces(folders, name, key), exported))
    source = SimpleNamespace(
        record_id=RECORD, record_folder=record_folder, media_folders=folders, sound_stream=STREAM
    )
    end_ms = int(hours * 3_600_000) - 2000
    listen_s = _timed(lambda: decode_sound(source, keys, end_ms, end_ms + 1000, offsets={1: 0}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    exported.unlink()
    theirs = [_by_ffmpeg(plain, home, *flags) for flags in ((), ("-movflags", "+faststart"))]
    return Length(size / 1e6, write_s, join_s, export_s, *theirs, listen_s, peak)


def write_take(folders: list[Path], name: TakeName, key: bytes, hours: float) -> int:
    """The pieces of a long take in both folders; returns its plain bytes."""
    sealer, number, size = Sealer(name, key), 0, 0
    parts: list[PartFile] = []
    for cut in LongFilm.make().cuts(hours * 3600):
        if cut.t0_ms >= number * PART_MS:
            number += 1
            sealer.new_part()
            for part in parts:
                part.close()
            parts = [PartFile(name.folder(folder), number) for folder in folders]
        blob = sealer.seal(cut.plain).blob
        for part in parts:
            part.append(blob)
        size += len(cut.plain)
    for part in parts:
        part.close()
    return size


def _join(folders: list[Path], home: Path) -> None:
    keys = keys_of(home / RECORD)
    with (home / "plain.mp4").open("xb") as file:
        for piece in assemble(folders, RECORD, STREAM, 1, keys):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _by_ffmpeg(plain: Path, home: Path, *flags: str) -> float:
    """As long as ours: until it is on the disk."""
    out = home / "copied.mp4"
    fragmented = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")

    def copy() -> None:
        run("ffmpeg", "-i", plain, "-c", "copy", *(flags or fragmented), "-y", out)
        with out.open("rb") as file:
            os.fsync(file.fileno())

    took_s = _timed(copy)
    out.unlink()
    return took_s


def _timed(work: object) -> float:
    began = time.monotonic()
    work()  # type: ignore[operator]
    return time.monotonic() - began


@contextmanager
def unsynced() -> Iterator[None]:
    """Syncs cost what the disk costs, and are measured elsewhere."""
    sync, os.fdatasync = os.fdatasync, lambda _file: None  # type: ignore[assignment]
    try:
        yield
    finally:
        os.fdatasync = sync


if __name__ == "__main__":
    sys.stdout.write(json.dumps(vars(_measure_here(Path(sys.argv[1]), float(sys.argv[2])))))
