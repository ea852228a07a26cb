"""What recording costs, beside ffmpeg and plain files on the same machine in the same run.

`python -m benchmarks.recording [--minutes M] [--only PART ...] [--short]` keeps its figures in
build/bench/recording.json and writes docs/benchmarks/recording.md from all of them; a part that was
not asked for keeps its former figures with their date.

- A ratio is ours over the other's; whether it meets its aim is said, and misses stay in the table.
- Needs ffmpeg, pulseaudio and the RTSP server of the test packages; ends with a sentence if not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import recording_disk, recording_encode, recording_length, recording_live
from benchmarks.recording_source import FILM_S, make_film, require_tools
from benchmarks.recording_table import document

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "build" / "bench" / "recording.json"
TABLE = ROOT / "docs" / "benchmarks" / "recording.md"
LONG_BYTES = 20 << 30  # of scratch for twelve hours
ENCODE_S, SHORT_ENCODE_S = FILM_S, 10
PIECES, SHORT_PIECES = 300, 40
Part = Callable[[Path, argparse.Namespace], object]


def encode(scratch: Path, asked: argparse.Namespace) -> object:
    """Processor time beside ffmpeg."""
    recording_encode.TRIALS = 1 if asked.short else recording_encode.TRIALS
    seconds = SHORT_ENCODE_S if asked.short else ENCODE_S
    told = recording_encode.compare(film(), scratch, seconds)
    return {"seconds": seconds, **{name: vars(one) for name, one in told.items()}}


def live(scratch: Path, asked: argparse.Namespace) -> object:
    """A take of real length beside a busy transcriber."""
    return vars(recording_live.record(film(), scratch, asked.minutes))


def disk(scratch: Path, asked: argparse.Namespace) -> object:
    """Pieces into both folders."""
    told = recording_disk.compare(scratch, SHORT_PIECES if asked.short else PIECES)
    return {name: one.megabytes_per_s for name, one in told.items()}


def length(scratch: Path, asked: argparse.Namespace) -> object:
    """Joining and exporting long takes."""
    hours = dict(list(recording_length.HOURS.items())[: 1 if asked.short else None])
    if 12 in hours.values() and shutil.disk_usage(scratch).free < LONG_BYTES:
        raise SystemExit(f"{LONG_BYTES >> 30} GiB of scratch are needed in {scratch}")
    return {name: vars(recording_length.measure(scratch, one)) for name, one in hours.items()}


PARTS: dict[str, Part] = {"encode": encode, "disk": disk, "length": length, "live": live}


def film() -> Path:
    """The numbered film; made once for a checkout."""
    path = REPORT.parent / f"film-{FILM_S}.mp4"
    if not path.exists():
        say("making the film\n")
        path.parent.mkdir(parents=True, exist_ok=True)
        make_film(path.with_suffix(".part.mp4")).rename(path)
    return path


def machine() -> str:
    """What the figures are of."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, load {os.getloadavg()[0]:.1f}"


def main() -> int:
    """Measure what is asked for and write both reports."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.recording", description=__doc__)
    asked.add_argument("--minutes", type=float, default=30.0, help="of the live part")
    asked.add_argument("--only", nargs="+", choices=PARTS, help="run only these parts")
    asked.add_argument(
        "--short", action="store_true", help="a trial: one of each, ten minutes long"
    )
    asked.add_argument("--scratch", type=Path, default=REPORT.parent, help="on the disk to measure")
    asked.add_argument("--no-table", action="store_true", help="leave the committed table alone")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, _leave)  # so that nothing that was started stays behind
    require_tools("ffmpeg", "pulseaudio", "pactl")
    options.scratch.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    for name in options.only or PARTS:
        say(f"{name} ...\n")
        began = time.monotonic()
        before = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
        with tempfile.TemporaryDirectory(dir=options.scratch, prefix="scratch-") as scratch:
            figures = PARTS[name](Path(scratch), options)
        took_s = round(time.monotonic() - began)
        report[name] = {**before, "took_s": took_s, "short": options.short, "figures": figures}
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        say(f"{name}: {took_s} s\n")
    text = document(report)
    if not options.no_table:
        TABLE.write_text(text, encoding="utf-8")
    say("\n" + text)
    return 0


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def say(text: str) -> None:
    """To the terminal, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
