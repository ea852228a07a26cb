"""`make long-test`: twelve simulated hours, sealed, exported and checked by us and by stock tools.

`python -m tests.long [--hours H ...]` writes build/long.json and docs/benchmarks/long.md, and exits
1 when anything refuses the record. Each length runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.long.checking import check
from tests.long.interrogation import hold

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "build" / "long.json"
TABLE = ROOT / "docs" / "benchmarks" / "long.md"
HOURS = (1.0, 4.0, 12.0)
STEPS = (
    "hours of questions", "pages", "signatures", "sealing", "ZIP and reading back", "films",
    "strict check", "stock tools",
)  # fmt: skip


def one(hours: float, scratch: Path) -> dict[str, Any]:
    """In the process of that length."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from widgets.paper.press import QtPress

    application = QGuiApplication([])
    with tempfile.TemporaryDirectory(dir=scratch, prefix="long-") as name:
        told = hold(Path(name), hours, QtPress())
        verdict = check(told, Path(name))
    del application
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**asdict(told), "record": told.record.name, "peak_mib": round(peak_mib), **verdict}


def main() -> int:
    """Run the lengths asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.long", description=__doc__)
    asked.add_argument("--hours", nargs="+", type=float, default=list(HOURS))
    asked.add_argument("--scratch", type=Path, default=REPORT.parent)
    asked.add_argument("--one", type=float, help="for its own processes")
    options = asked.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    if options.one:
        sys.stdout.write(json.dumps(one(options.one, options.scratch)))
        return 0
    rows: list[dict[str, Any]] = []
    for hours in options.hours:
        command = [sys.executable, "-m", "tests.long", "--one", str(hours)]
        command += ["--scratch", str(options.scratch)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        rows = sorted([*rows, json.loads(done.stdout)], key=itemgetter("hours"))
        # After each, for the next may take most of an hour.
        REPORT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        TABLE.write_text(document(rows), encoding="utf-8")
    sys.stdout.write(document(rows))
    return 0 if all(all(row["accepted"].values()) for row in rows) else 1


def document(rows: list[dict[str, Any]]) -> str:
    """The dated table."""
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    machine += f", load {os.getloadavg()[0]:.1f}"
    head = [
        "# Long interrogations",
        "",
        f"`make long-test`, {datetime.now(UTC):%Y-%m-%d}, {machine}.",
        "",
    ]
    names = " | ".join(f"{row['hours']:g} h" for row in rows)
    lines = [f"| | {names} |", "|---|" + "---|" * len(rows)]
    lines += [
        f"| {what} | {' | '.join(str(row[what]) for row in rows)} |"
        for what in ("lines", "events", "pages", "signatures")
    ]
    megabytes = " | ".join(f"{row['media_bytes'] / 1e6:.0f}" for row in rows)
    lines.append(f"| MB of film | {megabytes} |")
    for step in STEPS:
        cells = " | ".join(f"{row['seconds'][step]:.1f}" for row in rows)
        lines.append(f"| {step} (s) | {cells} |")
    lines.append(f"| peak of memory (MiB) | {' | '.join(str(row['peak_mib']) for row in rows)} |")
    for judge in rows[0]["accepted"]:
        cells = " | ".join("yes" if row["accepted"][judge] else "NO" for row in rows)
        lines.append(f"| accepted by {judge} | {cells} |")
    return "\n".join([*head, *lines, "", NOTES]) + "\n"


NOTES = """\
Time passes by the clock alone: the film is eight encoded seconds repeated at later times,
lines are said by hand, nothing is synced. All else is real: journal, both media folders, the
recorder's log, Qt's pages, every signature on every page, sealing, the ZIP that is read back and
verified, a playable film of each take, the strict check, and the commands of the record's own
README (bagit, openssl, pdfsig). Half-way the interrogation is suspended, so there are two takes.
Not shown: twelve hours of real devices, and the screens with so many lines."""


if __name__ == "__main__":
    sys.exit(main())
