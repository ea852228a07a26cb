"""Cuts the power at every operation of a tape, in every way, and adds up what was lost."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.desk import Finding
from tests.crash.disk import Cut, Disk, digest_of_image, write_image
from tests.crash.tape import Tape

Check = Callable[[Path, list[object], list[object]], Finding]
MEMORY = Path("/dev/shm")
WRONG_SHOWN = 12


@dataclass(slots=True)
class Row:
    """One kind of fault in the table."""

    fault: str
    trials: int = 0
    worst_loss_s: float = 0.0
    edits_lost: int = 0
    marks_lost: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, finding: Finding, where: str) -> None:
        """Count one trial."""
        self.trials += 1
        self.worst_loss_s = max(self.worst_loss_s, finding.loss_s)
        self.edits_lost += finding.edits_lost
        self.marks_lost += finding.marks_lost
        if finding.is_bad:
            told = "; ".join(finding.wrong) or "lost"
            self.wrong.append(f"{where}: {told}")

    @property
    def holds(self) -> bool:
        """Whether every bound held."""
        return not (self.wrong or self.edits_lost or self.marks_lost or self.worst_loss_s > 2.0)


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder in memory, so that a thousand small disks are quickly made."""
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="shilu-crash-", dir=place) as name:
        yield Path(name)


def cut_everywhere(
    what: str, tape: Tape, check: Check, *, every: int = 1, cuts: Sequence[Cut] = tuple(Cut)
) -> list[Row]:
    """Crash after each operation of a tape; equal disks with equal promises are tried once.

    Args:
        what: the part of the program, for the table.
        tape: of a whole run.
        check: opens an image and says what is missing.
        every: take only every so manieth operation.
        cuts: ways of losing what was not synced.
    """
    rows = {cut: Row(f"{what}: {cut.value}") for cut in cuts}
    everything = [what_told for _, what_told in tape.acknowledged]
    disk, chance, seen = Disk(tape.folders), random.Random(20261122), set()
    for done, operation in enumerate(tape.operations, 1):
        disk.take(operation)
        if done % every:
            continue
        told = [what_told for at, what_told in tape.acknowledged if at <= done]
        for cut in cuts:
            image = disk.image(cut, chance)
            key = (digest_of_image(image), len(told))
            if key in seen:
                continue
            seen.add(key)
            with scratch() as home:
                write_image(image, home)
                where = f"{operation.kind} {operation.path or operation.file} (number {done})"
                rows[cut].add(check(home, told, everything), where)
    return list(rows.values())
