"""The table of all faults, as a person reads it and as `build/crash.json` has it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.crash.trials import Row

HEADINGS = ("fault", "trials", "worst loss (s)", "edits lost", "marks lost", "holds")


def _cells(row: Row) -> tuple[str, ...]:
    loss = f"{row.worst_loss_s:.2f}"
    lost = (str(row.edits_lost), str(row.marks_lost))
    return (row.fault, str(row.trials), loss, *lost, "yes" if row.holds else "NO")


def table(rows: Sequence[Row]) -> str:
    """Markdown, aligned so that it also reads in a terminal."""
    total = Row("all")
    for row in rows:
        total.trials += row.trials
        total.worst_loss_s = max(total.worst_loss_s, row.worst_loss_s)
        total.edits_lost += row.edits_lost
        total.marks_lost += row.marks_lost
        total.wrong += row.wrong
    lines = [HEADINGS, *map(_cells, (*rows, total))]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    texts = [
        "| " + " | ".join(f"{c:<{w}}" for c, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(texts) + "\n"


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """What another program reads."""
    return {
        "trials": sum(row.trials for row in rows),
        "worst_loss_s": max(row.worst_loss_s for row in rows),
        "edits_lost": sum(row.edits_lost for row in rows),
        "marks_lost": sum(row.marks_lost for row in rows),
        "faults": [
            {
                "fault": row.fault,
                "trials": row.trials,
                "worst_loss_s": row.worst_loss_s,
                "edits_lost": row.edits_lost,
                "marks_lost": row.marks_lost,
                "wrong": row.wrong,
            }
            for row in rows
        ],
    }


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(rows), ensure_ascii=False, indent=1) + "\n")


def document(rows: Sequence[Row], seconds: float) -> str:
    """The dated table as it is committed."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}"
    return f"""# What crashes cost

`make crash-test`, {datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}, \
{seconds:.0f} s.

{table(rows)}
Bounds: no accepted edit and no accepted mark is lost, at most 2 s of media, and the chain of what
is left verifies.

How to read it:

- **Desk** is a scripted interrogation (rights, lines heard and typed, an exhibit, read-back, marks,
  a correction, marks again) on the real journal, keys, encrypted files and paper signing; the
  recorder and the transcriber are driven by hand. **Media** is a take of two streams of synthetic
  one-second fragments through the real keeper, both folders and the recorder's log. **Sealing**
  is the sealing of a short record: afterwards there is a record that verifies, or none.
- Every write, cut, sync, rename and new name is noted while it happens, then replayed on a disk
  that keeps only what POSIX promises: content by `fsync` of a file, names by `fsync` of a folder.
  After each operation the power is cut in four ways; disks that are equal with equal promises are
  tried once. Each is opened as the next start opens it, checked against what had been accepted,
  written to again, and opened once more.
- The media loss of a power cut counts the fragment that is being made (1 s); that of a killed
  recorder is measured: what it had recorded by its own clock against what decodes afterwards.
- **One disk full or unmounted**, a **stopped recorder** and a **killed sound server** are trials of
  the real recorder, on a small disk of their own where one may be mounted; a loss there is media
  that is missing and that no gap in the recorder's log states.
- **Microphone, camera, slow disk, both disks** and the **recorder killed under a desk** are trials
  of a desk's session over the real recorder, a real sound server and a real RTSP camera: the desk's
  journal must hold the fault's beginning and end and the gap, or (both disks) the suspension with
  its reason. A killed transcriber loses nothing by construction, as sound is on disk:
  `tests/app/transcriber/test_process.py` kills it and counts its lines. A clock that is set is
  tried in `tests/crash/test_faults.py`: it changes no order and no offset.
- Not shown: SQLite's own files (catalogue, outbox), whose crash safety is SQLite's, and a disk
  that lies about `fsync`.
"""
