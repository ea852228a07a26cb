"""Tries every attack, prints the table and writes it down; `make attack-test`.

`build/attacks.json` has `attacks`, `named`, `missed` (names of attacks) and `not_run` with reasons;
`docs/benchmarks/attacks.md` is the same for people, with the date. Exit 1 when one was missed.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signing.problem import Problem
from tests.attacks.everything import ATTACKS, NOT_RUN, PROVED_BY_TEST, Attack, ProvedByTest
from tests.attacks.flips import blamed, files_of, places_of
from tests.attacks.ground import Ground

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "build" / "attacks.json"
TABLE = ROOT / "docs" / "benchmarks" / "attacks.md"
SWEEP = 40  # places in each file


@dataclass(frozen=True)
class Outcome:
    row: int
    name: str
    expected: str
    said: str
    is_named: bool


def try_attack(ground: Ground, one: Attack) -> Outcome:
    """One attack; an error of any other kind is a miss that says so."""
    try:
        said = one.act(ground)
    except (Problem, OSError, ValueError, LookupError, TypeError, AssertionError) as error:
        said = f"{type(error).__name__}: {error}"
    return Outcome(one.row, one.name, " or ".join(one.expected), said, said in one.expected)


def sweep(ground: Ground) -> Iterator[Outcome]:
    """Flipped bits all over every file."""
    record = ground.master.folder
    for name in files_of(record):
        places = list(places_of((record / name).stat().st_size, SWEEP))
        said = {blamed(record, name, place, bit, ground.trust) for place, bit in places}
        yield Outcome(
            1,
            f"a bit at each of {len(places)} places of {_short(name)}",
            f"names {_short(name)}",
            " | ".join(f"names {_short(one) or 'nothing'}" for one in sorted(said)),
            said == {name},
        )


def _short(name: str) -> str:
    return re.sub(r"[0-9a-f]{64}", "<digest>", name)


def try_tests(proved: list[ProvedByTest]) -> Iterator[Outcome]:
    """The tests that carry out an attack themselves, in one run."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "-p", "no:cacheprovider"]
    nodes = [one.node for one in proved]
    done = subprocess.run([*command, *nodes], cwd=ROOT, capture_output=True, text=True, check=False)
    for one in proved:
        passed = re.search(rf"^PASSED {re.escape(one.node)}(\[.*)?$", done.stdout, re.MULTILINE)
        failed = re.search(rf"^(FAILED|ERROR) {re.escape(one.node)}", done.stdout, re.MULTILINE)
        is_named = passed is not None and failed is None
        said = one.expected if is_named else "the test did not pass"
        name = f"{one.name} (test)"
        yield Outcome(one.row, name, one.expected, said, is_named)


def run() -> list[Outcome]:
    """Everything there is."""
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        try:
            outcomes += [try_attack(ground, one) for one in ATTACKS]
            outcomes += sweep(ground)
        finally:
            ground.close()
    outcomes += try_tests(PROVED_BY_TEST)
    return sorted(outcomes, key=lambda one: one.row)


def write_report(outcomes: list[Outcome]) -> None:
    """The report for machines."""
    told = {
        "attacks": len(outcomes),
        "named": sum(one.is_named for one in outcomes),
        "missed": [f"{one.row}: {one.name}" for one in outcomes if not one.is_named],
        "not_run": [{"row": one.row, "name": one.name, "reason": one.reason} for one in NOT_RUN],
        "rows": [vars(one) for one in outcomes],
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(outcomes: list[Outcome]) -> str:
    """The report for people, Markdown."""
    named = sum(one.is_named for one in outcomes)
    harmless = sum(one.expected == "accepted" for one in outcomes)
    where = f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()}, Python {sys.version.split()[0]}"
    lines = [
        "# Attacks on a record",
        "",
        f"{where}: {named} of {len(outcomes)} attacks named. `make attack-test` makes this table.",
        "",
        f"In {harmless} of them nothing may be refused (`accepted`): the fault does no harm, or",
        "the check must not be stricter than the format.",
        "An answer is a code with the file it names; what a stock tool says stands behind it.",
        '"sealed anew" means that the holder of the workstation\'s key did it.',
        "",
        "| # | attack | answer | named |",
        "|---|---|---|---|",
    ]
    for one in outcomes:
        mark = "yes" if one.is_named else f"**missed**, expected `{one.expected}`"
        lines.append(f"| {one.row} | {one.name} | `{_short(one.said)}` | {mark} |")
    lines += ["", "Not run:", "", "| # | attack | why |", "|---|---|---|"]
    lines += [
        f"| {one.row} | {one.name} | {one.reason} |"
        for one in sorted(NOT_RUN, key=lambda one: one.row)
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Try all, write both reports and print the table."""
    outcomes = run()
    write_report(outcomes)
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table(outcomes), encoding="utf-8")
    sys.stdout.write(table(outcomes))
    return 0 if all(one.is_named for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
