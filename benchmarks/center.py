"""How fast a file reaches a real center on loopback, beside a plain copy with sync in the same run.

`python -m benchmarks.center [MEGABYTES]` writes build/bench/center.json.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from app.sync.client import CenterClient
from app.sync.upload import Sender, Upload
from signing.digest import digest_file
from tests.fakes.center import RunningCenter

TRIALS = 3
OUT = Path(__file__).parents[1] / "build" / "bench" / "center.json"


def copy_seconds(source: Path, target: Path) -> float:
    """A copy in 1 MiB blocks and one sync."""
    started = time.monotonic()
    with source.open("rb") as reading, target.open("wb") as writing:
        shutil.copyfileobj(reading, writing, 1 << 20)
        writing.flush()
        os.fsync(writing.fileno())
    return time.monotonic() - started


def upload_seconds(center: RunningCenter, file: Path, digest: str, trial: int) -> float:
    """One file to the center, checked and synced there."""
    _, keys = center.enrol()
    upload = Upload(f"bench-{trial}", "data/file.bin", file, digest, file.stat().st_size)
    started = time.monotonic()
    with closing(CenterClient(center.url, keys)) as client:
        Sender(client).send(upload, int)
    return time.monotonic() - started


def main() -> None:
    """Measure and write the report."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    trials = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(os.urandom(megabytes * 1_000_000))
        digest = digest_file(file)
        center = RunningCenter(Path(folder) / "center")
        for trial in range(TRIALS):
            copied_s = copy_seconds(file, Path(folder) / f"copy-{trial}")
            sent_s = upload_seconds(center, file, digest, trial)
            trials.append(
                {
                    "upload_mb_per_s": round(megabytes / sent_s, 1),
                    "copy_and_sync_mb_per_s": round(megabytes / copied_s, 1),
                    "ratio_upload_to_copy": round(copied_s / sent_s, 3),
                }
            )
        center.stop()
    server = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = {
        "megabytes": megabytes,
        "load_average": round(os.getloadavg()[0], 2),
        "server_cpu_s": round(server.ru_utime + server.ru_stime, 2),
        "trials": trials,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
