"""`make crash-test`: every fault, a table, `build/crash.json`; exit 1 when a bound is broken."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.crash import attended, desk, faults, kills, media, report, sealing
from tests.crash.tape import Tape
from tests.crash.trials import Row, cut_everywhere, scratch

WRONG_SHOWN = 10


def desk_rows(every: int = 1) -> list[Row]:
    """The power is cut at every operation of an interrogation."""
    with scratch() as home:
        tape = Tape(home)
        ring = desk.play(home, tape).ring

        def check(image: Path, told: list, all_of: list) -> desk.Finding:
            return desk.check(image, ring, told, all_of)

        return cut_everywhere("desk", tape, check, every=every)


def media_rows(every: int = 1) -> list[Row]:
    """The power is cut at every operation of a take."""
    with scratch() as home:
        tape = Tape(home)
        media.play(home, tape)
        return cut_everywhere("media", tape, media.check, every=every)


def sealing_rows(every: int = 1) -> list[Row]:
    """The power is cut at every operation of sealing."""
    with scratch() as home:
        tape = Tape(home)
        sealing.play(home, tape)
        return cut_everywhere("sealing", tape, sealing.check, every=every)


def desk_kills(trials: int) -> list[Row]:
    """A desk at work is killed."""
    return [kills.kill_desks(trials)]


def recorder_kills(trials: int) -> list[Row]:
    """The real recorder is killed."""
    return [kills.kill_recorders(trials)]


def main() -> int:
    """Run everything."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=50, help="real kills, half of each process")
    asked.add_argument("--out", type=Path, default=Path("build/crash.json"))
    asked.add_argument("--table", type=Path, help="also write the dated table here")
    options = asked.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    began, rows = time.monotonic(), list[Row]()
    parts: list[tuple[str, Callable[[], list[Row]]]] = [
        ("the desk's disk", desk_rows),
        ("the media's disks", media_rows),
        ("the sealed record's disk", sealing_rows),
        ("the desk killed", partial(desk_kills, options.kills // 2)),
        ("the recorder killed", partial(recorder_kills, (options.kills + 1) // 2)),
        ("disks, sound and a stopped recorder", faults.fault_rows),
        ("faults under a desk", attended.rows),
    ]
    for name, run in parts:
        rows += run()
        say(f"{name}: done after {time.monotonic() - began:.0f} s\n")
    report.write(rows, options.out)
    if options.table:
        options.table.parent.mkdir(parents=True, exist_ok=True)
        options.table.write_text(report.document(rows, time.monotonic() - began))
    say("\n" + report.table(rows))
    for row in rows:
        for wrong in row.wrong[:WRONG_SHOWN]:
            say(f"{row.fault}: {wrong}\n")
    return 0 if all(row.holds for row in rows) else 1


def say(text: str) -> None:
    """To the terminal, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
