"""Hours of talk and silence through one pipeline: is every line there, and does memory stay.

    make bench-soak [ARGS="--hours 2 --pace 1"]

- Two microphones, running text on; a minute of talk, then a minute of a quiet room, over and over.
- As fast as it goes, or with `--pace 1` at the pace of the clock, when lateness is told as well.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from speech import models
from speech.engine import RATE
from speech.recognition import Options
from speech.service import Hearing, Line
from speech.sound import Block
from speech.whisper import load
from tests.fakes import demo_sound

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "resources" / "models" / "demo"
TABLE = ROOT / "docs" / "benchmarks" / "soak.md"
QUIET_S = 60.0
BLOCK = RATE // 10
EVERY_S = 1200.0  # of sound, between two rows


@dataclass
class Rounds:
    """The same round again and again; a `SoundSource`."""

    seconds: float
    pace: float  # 0: as fast as it is asked for
    ahead_ms: int = 0  # so that running text is made, as live
    _place: int = 0
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        talk, self.spoken = demo_sound.scene(demo_sound.turns(), bleed_db=-12.0)
        room = demo_sound.noise(QUIET_S, -55.0)
        self.round_samples = talk.shape[1] + room.shape[1]
        self._parts = (talk, room)
        self.rounds = max(1, round(self.seconds * RATE / self.round_samples))

    def read(self) -> Block | None:
        """The next tenth of a second."""
        if self._place >= self.rounds * self.round_samples:
            return None
        at = self._place % self.round_samples
        for part in self._parts:
            if at < part.shape[1]:
                block = part[:, at : at + BLOCK]
                break
            at -= part.shape[1]
        t0_ms = self._place * 1000 // RATE
        self._place += block.shape[1]
        if self.pace:
            due = self._began + self._place / RATE / self.pace
            time.sleep(max(0.0, due - time.monotonic()))
        return t0_ms, block

    def late_ms(self, line: Line) -> int:
        """How long after its end a line came; of use at the pace of the clock."""
        return round((time.monotonic() - self._began) * 1000 * self.pace) - line.t1_ms


@dataclass(frozen=True)
class Reached:
    """How things stood after so much sound."""

    minutes: float
    lines: int
    memory_mb: float
    cpu_s: float
    latest_ms: int


def soak(hours: float, pace: float) -> tuple[Rounds, list[Reached], list[Line]]:
    """Hear it all; a row for every twenty minutes of sound."""
    model = models.inspect(MODEL)
    facts = model.facts
    options = Options(prompts=facts.prompts, short_windows=facts.short_windows, partials=True)
    source = Rounds(hours * 3600, pace)
    rows: list[Reached] = []
    lines: list[Line] = []
    latest_ms = 0
    for told in Hearing(load(model, "cpu", 1), source, options).lines():
        if not isinstance(told, Line):
            continue
        lines.append(told)
        latest_ms = max(latest_ms, source.late_ms(told))
        if told.t1_ms >= (len(rows) + 1) * EVERY_S * 1000:
            rows.append(_reached(told.t1_ms / 60_000, len(lines), latest_ms))
    rows.append(_reached(source.rounds * source.round_samples / RATE / 60, len(lines), latest_ms))
    return source, rows, lines


def _reached(minutes: float, lines: int, latest_ms: int) -> Reached:
    used = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    memory_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return Reached(minutes, lines, memory_mb, used.ru_utime + used.ru_stime, latest_ms)


def lost(source: Rounds, lines: Sequence[Line]) -> int:
    """How many of the spoken turns have no line of their channel in their time."""
    round_ms = source.round_samples * 1000 // RATE
    missing = 0
    for number in range(source.rounds):
        for said in source.spoken:
            t0_ms, t1_ms = said.t0_ms + number * round_ms, said.t1_ms + number * round_ms
            missing += not any(
                one.channel == said.channel and one.t0_ms < t1_ms and t0_ms < one.t1_ms
                for one in lines
            )
    return missing


def main() -> None:
    """Soak, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--pace", type=float, default=0.0, help="1: as the clock goes")
    parser.add_argument("--out", type=Path, default=TABLE)
    asked = parser.parse_args()
    began = time.monotonic()
    source, rows, lines = soak(asked.hours, asked.pace)
    page = _page(asked.pace, (time.monotonic() - began) / 60, rows, source, lines)
    asked.out.write_text(page, encoding="utf-8")
    print(page)


def _page(
    pace: float, took_min: float, rows: Sequence[Reached], source: Rounds, lines: Sequence[Line]
) -> str:
    paced = f"at {pace:g} times the clock" if pace else "as fast as it goes"
    heading = (
        f"`make bench-soak` on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} at the end: {rows[-1].minutes:.0f} minutes of two microphones, "
        f"half of it talk with running text, {paced}, in {took_min:.1f} minutes."
    )
    ending = (
        f"Spoken turns: {source.rounds * len(source.spoken)}; without a line: "
        f"{lost(source, lines)}; lines in all: {len(lines)}. No sound is dropped: it is asked for "
        "when what came before was heard."
    )
    late_head, late_rule = (" latest line s |", "---|") if pace else ("", "")
    table = [f"| minutes of sound | lines | memory MB | CPU s |{late_head}"]
    table.append(f"|---|---|---|---|{late_rule}")
    for row in rows:
        late = f" {row.latest_ms / 1000:.1f} |" if pace else ""
        figures = f"{row.minutes:.0f} | {row.lines} | {row.memory_mb:.0f} | {row.cpu_s:.0f}"
        table.append(f"| {figures} |{late}")
    return "\n".join(["# Hours of hearing", "", heading, "", *table, "", ending, ""])


if __name__ == "__main__":
    main()
