"""How long sealing and checking take, beside stock tools on the same record in the same run.

`python -m benchmarks.sealing [MEGABYTES]` (5000 by default) writes build/bench/sealing.json and
docs/benchmarks/sealing.md.

- Every tool is started as a program of its own and reads the same files from the same cache.
- The best of three trials counts, for us and for the others; tools take turns.
- A ratio is the other's time over ours: above 1 we are faster. Peers that win stay in the table.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.signing_paper import measure_paper
from signing import manifest
from signing.seal import make_record
from tests.fakes.record import BuiltRecord, Draft

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "build" / "bench" / "sealing.json"
TABLE = ROOT / "docs" / "benchmarks" / "sealing.md"
DEFAULT_MEGABYTES = 5000
SMALL_MEGABYTES = 100
PIECE_BYTES = 1_000_000  # a second of two good pictures with sound
TRIALS = 3
LEAST_SEALING, LEAST_BAGIT, MOST_SIGNING_S, MOST_CHECKING_S = 0.9, 1.5, 3.0, 2.0
# A child's peak of memory begins with that of the process it was forked from, so a small one forks.
LAUNCH = """
import os, sys, time
started = time.monotonic()
quiet = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - started)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


@dataclass
class LargeDraft(Draft):
    """A record whose media are written to disk while it is drafted, as long as asked for."""

    folder: Path = field(kw_only=True)
    megabytes: int = field(kw_only=True)

    def _record_stream(self, stream: str, take: int, start_ms: int) -> str:
        path = self.folder / f"data/media/{stream}-take-{take:03d}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        block, state, pieces = os.urandom(PIECE_BYTES), hashlib.sha256(), self.megabytes // 2
        with path.open("wb") as film:
            for index in range(pieces):
                plain = index.to_bytes(8, "big") + block[8:]
                film.write(plain)
                state.update(plain)
                t0_ms = start_ms + max(0, index - 1) * 1000
                self.recorder.append(
                    {"kind": "fragment", "stream": stream, "take": take, "index": index,
                     "head": state.hexdigest(), "bytes": len(plain), "t0_ms": t0_ms,
                     "t1_ms": t0_ms + (1000 if index else 0)}
                )  # fmt: skip
            film.flush()
            os.fsync(film.fileno())
        return state.hexdigest()


@dataclass(frozen=True)
class Run:
    """The best of the trials of one program."""

    seconds: float
    cpu_s: float  # of all its threads and processes: the steadier figure on a busy machine
    peak_mib: float


def build(folder: Path, megabytes: int) -> BuiltRecord:
    """A sealed record with two streams."""
    return LargeDraft(folder=folder, megabytes=megabytes).seal_into(folder)


def run_once(command: list[str], folder: Path) -> Run:
    """One start of a program; it must succeed."""
    told = subprocess.run(
        [sys.executable, "-S", "-E", "-c", LAUNCH, *command], cwd=folder, check=True,
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout.split()  # fmt: skip
    if told[0] != "0":
        raise SystemExit(f"{command} ended with {told[0]}")
    return Run(float(told[1]), float(told[2]), int(told[3]) / 1024)


def compare_checks(record: Path) -> dict[str, Run]:
    """The strict check and the stock ones, by name."""
    python = sys.executable
    commands = {
        "strict check (ours)": [python, "-m", "signing", "verify", str(record)],
        "bagit.py --validate": [python, "-m", "bagit", "--validate", "--quiet", str(record)],
        "bagit.py --validate --processes 2": [
            python, "-m", "bagit", "--validate", "--quiet", "--processes", "2", str(record)],
        "sha256sum -c": ["sha256sum", "--quiet", "-c", manifest.MANIFEST],
        "openssl dgst -sha256": ["sh", "-c", "find data -type f -exec openssl dgst -sha256 {} +"],
    }  # fmt: skip
    trials: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(TRIALS):
        for name, command in commands.items():
            trials[name].append(run_once(command, record))
    return {name: _best(runs) for name, runs in trials.items()}


def _best(runs: list[Run]) -> Run:
    return Run(
        min(one.seconds for one in runs),
        min(one.cpu_s for one in runs),
        max(one.peak_mib for one in runs),
    )


def compare_sealing(built: BuiltRecord) -> dict[str, float]:
    """Sealing beside reading every payload file once for its digest, both with all threads."""
    folder = built.folder
    sealed, read = [], []
    for _ in range(TRIALS):
        read.append(_read_seconds(folder))
        for name in (manifest.SIGNATURE, manifest.TAG_MANIFEST, manifest.MANIFEST):
            (folder / name).unlink()
        started = time.monotonic()
        make_record(folder, built.seal, built.keys)
        sealed.append(time.monotonic() - started)
    return {"sealing_s": min(sealed), "reading_once_s": min(read)}


def _read_seconds(folder: Path) -> float:
    files = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    started = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_read_digest, files))
    return time.monotonic() - started


def _read_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha_instructions() -> str:
    """Whether the processor has instructions for SHA-256; without, checking is bound by it."""
    try:
        has = "sha_ni" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    return "yes" if has else "no"


def main() -> None:
    """Measure and write both reports."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_MEGABYTES
    load = os.getloadavg()[0]
    papers = measure_paper()
    with tempfile.TemporaryDirectory() as scratch:
        wanted = 1.2 * (megabytes + SMALL_MEGABYTES) * 1e6
        if shutil.disk_usage(scratch).free < wanted:
            raise SystemExit(f"{wanted / 1e9:.0f} GB of scratch are needed in {scratch}")
        small = compare_checks(build(Path(scratch) / "small", SMALL_MEGABYTES).folder)
        built = build(Path(scratch) / "large", megabytes)
        checks = compare_checks(built.folder)
        sealing = compare_sealing(built)
    ours, least = "strict check (ours)", small["strict check (ours)"].peak_mib
    report = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, SHA-NI: {sha_instructions()}, load {load:.1f}",
        "megabytes": megabytes,
        "checks": {name: vars(one) for name, one in checks.items()},
        "check_ratios": {
            name: one.seconds / checks[ours].seconds for name, one in checks.items() if name != ours
        },
        "sealing": {**sealing, "ratio": sealing["reading_once_s"] / sealing["sealing_s"]},
        "memory": {"small_megabytes": SMALL_MEGABYTES, "small_peak_mib": least,
                   "large_peak_mib": checks[ours].peak_mib},
        "paper": papers,
    }  # fmt: skip
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(table(report), encoding="utf-8")
    sys.stdout.write(table(report))


def table(report: dict[str, object]) -> str:
    """The report for people, Markdown."""
    told = json.loads(json.dumps(report))
    sealing, sheet, memory = told["sealing"], told["paper"], told["memory"]
    head = f"{told['date']}, {told['machine']}; a record of {told['megabytes']} MB,"
    lines = [
        "# Sealing and checking",
        "",
        head,
        "two streams, in the cache, best of three. `make bench-sealing` makes this (of 5000 MB).",
        "",
        "| check | seconds | its time over ours | CPU s | MB per CPU s | peak MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in told["checks"].items():
        ratio = told["check_ratios"].get(name)
        shown = "1" if ratio is None else f"{ratio:.2f}"
        figures = f"{one['cpu_s']:.2f} | {told['megabytes'] / one['cpu_s']:.0f}"
        lines.append(
            f"| {name} | {one['seconds']:.2f} | {shown} | {figures} | {one['peak_mib']:.0f} |"
        )
    sealed = (
        f"Sealing: {sealing['sealing_s']:.2f} s; reading all once for the same digest: "
        f"{sealing['reading_once_s']:.2f} s; ratio {sealing['ratio']:.2f}."
    )
    kept = (
        f"Memory of the strict check: {memory['small_peak_mib']:.0f} MiB for "
        f"{memory['small_megabytes']} MB, {memory['large_peak_mib']:.0f} MiB for "
        f"{told['megabytes']} MB."
    )
    signed = (
        f"Paper of {sheet['pages']:.0f} pages, {sheet['signers']:.0f} people's ink and print drawn "
        f"and signed: {sheet['signing_s']:.2f} s ({sheet['signing_cpu_s']:.2f} s of processor;\n"
        f"median of the first five {sheet['first_five_median_ms']:.0f} ms "
        f"({sheet['first_five_median_cpu_ms']:.0f} of processor), of the last five "
        f"{sheet['last_five_median_ms']:.0f} ms ({sheet['last_five_median_cpu_ms']:.0f})).\n"
        f"Checked in {sheet['checking_s']:.2f} s ({sheet['checking_cpu_s']:.2f} of processor); "
        f"pdfsig, which compares no revisions: {sheet['pdfsig_s']:.2f} s."
    )
    why = (
        "Every tool computes one SHA-256 of every byte; the strict check takes the recorder's\n"
        "heads from it on the way, and checks both logs, the paper and its signatures as well. It\n"
        "reads one file per thread: a record with one film is checked no faster than by bagit."
    )
    for part in (why, sealed, kept, signed, _aims(told)):
        lines += ["", part]
    return "\n".join(lines) + "\n"


def _aims(told: dict[str, Any]) -> str:
    """Which aims these figures meet, and which they miss."""
    sheet, bagit = told["paper"], told["check_ratios"]["bagit.py --validate"]
    sealing = told["sealing"]["ratio"]
    aims = [
        (f"sealing {sealing:.2f} (0.9)", sealing >= LEAST_SEALING),
        (f"the strict check {bagit:.2f} times bagit's default (1.5)", bagit >= LEAST_BAGIT),
        (f"20 signers' paper signed in {sheet['signing_s']:.2f} s (3 s)",
         sheet["signing_s"] <= MOST_SIGNING_S),
        (f"checked in {sheet['checking_s']:.2f} s (2 s)", sheet["checking_s"] <= MOST_CHECKING_S),
    ]  # fmt: skip
    met = "; ".join(text for text, is_met in aims if is_met) or "none"
    missed = "; ".join(text for text, is_met in aims if not is_met) or "none"
    return f"Aims met: {met}.\nAims missed: {missed}."


if __name__ == "__main__":
    main()
