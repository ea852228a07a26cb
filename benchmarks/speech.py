"""Shilu's live recognition beside its peers, at the pace of the clock; writes one table.

    make bench-speech [ARGS="--minutes 2 --model DIR"]

- Same scenes, same model folder, same machine, one contestant after the other.
- A peer runs when its environment is named: SHILU_PEERS is a folder with `venv` (a Python with
  RealtimeSTT and whisper_streaming's needs) and `whisper_streaming` (a checkout). What did not run
  stands in the table as not run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.speech_contest import Contestant, Run, run
from benchmarks.speech_scenes import Scene, scenes
from benchmarks.speech_score import Score, score

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "benchmarks" / "speech.md"
HERE = Path(__file__).resolve().parent
HEAD = (
    "| contestant | characters wrong | final p50 / p95 s | first running text p50 s | flicker "
    "| missed | ghosts | dropped s | CPU s a minute of scene | memory MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)


def contestants(model: Path, language: str) -> list[Contestant]:
    """Everybody who can run here."""
    own = (sys.executable, "-m")
    found = [
        Contestant("Shilu", (*own, "benchmarks.speech_ours", str(model), language), stereo=True),
        Contestant("Buzz policy (ported)", (*own, "benchmarks.speech_buzz", str(model), language)),
    ]
    peers = Path(os.environ.get("SHILU_PEERS", "/nonexistent"))
    python = peers / "venv" / "bin" / "python"
    checkout = peers / "whisper_streaming"
    offline = {"HF_HUB_OFFLINE": "1"}
    if python.exists() and checkout.exists():
        command = (str(python), str(HERE / "speech_streaming.py"), str(checkout), str(model))
        found.append(Contestant("whisper_streaming", (*command, language), environment=offline))
    if python.exists():
        command = (str(python), str(HERE / "speech_realtime.py"), str(model), language)
        found.append(Contestant("RealtimeSTT", command, environment=offline))
    return found


def row(name: str, scene: Scene, ran: Run, judged: Score) -> str:
    """One line of a scene's table."""
    late = judged.latencies_ms
    finals = (
        f"{statistics.median(late) / 1000:.1f} / {np.percentile(late, 95) / 1000:.1f}"
        if late
        else "-"
    )
    early = judged.first_partial_ms
    first = f"{statistics.median(early) / 1000:.1f}" if early else "-"
    wrong = f"{judged.error_rate:.1%}" if judged.characters else "-"
    minutes = scene.seconds / 60
    return (
        f"| {name} | {wrong} | {finals} | {first} | {judged.flicker:.2f} "
        f"| {judged.missed} of {len(scene.spoken)} | {judged.ghosts} | {ran.dropped_s:.1f} "
        f"| {ran.cpu_s / minutes:.1f} | {ran.memory_bytes / 1e6:.0f} |\n"
    )


def main() -> None:
    """Run everybody through every scene."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="of each scene")
    parser.add_argument("--model", type=Path, default=ROOT / "resources" / "models" / "demo")
    parser.add_argument("--only", default="", help="part of a contestant's name")
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    parts = [_heading(options.model)]
    for scene in scenes(options.minutes):
        parts.append(f"\n## {scene.name}, {scene.seconds / 60:.1f} minutes\n\n{HEAD}")
        for contestant in contestants(options.model, scene.language):
            if options.only.lower() not in contestant.name.lower():
                continue
            print(f"{scene.name}: {contestant.name}", file=sys.stderr)
            try:
                ran = run(contestant, scene)
            except (RuntimeError, OSError) as error:
                parts.append(f"| {contestant.name} | did not run: {error} |\n")
                continue
            parts.append(row(contestant.name, scene, ran, score(scene, ran.told)))
        options.out.write_text("".join(parts), encoding="utf-8")
    print("".join(parts))


def _heading(model: Path) -> str:
    now = datetime.now(UTC)
    return (
        "# Live recognition beside its peers\n\n"
        f"`make bench-speech` on {now:%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f} at the start), Python {platform.python_version()}, model "
        f"`{model.name}`. Sound is fed at the pace of the clock; a peer runs once for each "
        "microphone. Latency is from the end of an utterance to the arrival of the text that holds "
        "its last character; an utterance of which under half was heard counts as missed.\n\n"
        "The shipped model knows one synthetic voice family: these figures rank ways of working, "
        "and say nothing about accuracy with people.\n"
    )


if __name__ == "__main__":
    main()
