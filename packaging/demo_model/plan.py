"""The numbers of a training run, and where its checkpoints lie."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

PROCESSES = 2
TEXTS, STEPS, FALL = 16_000, 4000, 1200  # what the gates are expected to need


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of a run; averaging happens at multiples of `AVERAGED_EVERY` and at the end."""

    steps: int
    fall: int
    texts: int

    @property
    def level(self) -> int:
        """The last step before the fall."""
        return self.steps - self.fall

    def kept(self, folder: Path, step: int) -> Path:
        """Where the checkpoint of a step lies."""
        name = "level" if step <= self.level else f"fall-{self.fall}-to-{self.steps}"
        return folder / "checkpoints" / name


def kept_steps(folder: Path, plan: Plan) -> list[int]:
    """Steps of this plan whose checkpoint every process wrote."""
    places = {plan.kept(folder, 0), plan.kept(folder, plan.steps)}
    steps = {int(file.name[:6]) for place in places for file in place.glob("*-0.pt")}
    return sorted(
        step
        for step in steps
        if all((plan.kept(folder, step) / f"{step:06d}-{p}.pt").exists() for p in range(PROCESSES))
    )


def add_plan(asked: argparse.ArgumentParser) -> None:
    """The options that `plan_of` reads."""
    asked.add_argument("--steps", type=int, default=STEPS)
    asked.add_argument("--fall", type=int, default=FALL)
    asked.add_argument("--texts", type=int, default=TEXTS)


def plan_of(given: argparse.Namespace) -> Plan:
    """The plan of a command line."""
    return Plan(given.steps, given.fall, given.texts)
