"""What an attack is, and the list that all modules of this folder add theirs to.

- An attack says beforehand what must be answered: the code of a problem and the file it names.
- It counts as named only when exactly that was answered; anything else is missed.
- What cannot be tried on this machine is listed with its reason and counts as neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signing.problem import Problem
from tests.attacks.ground import Ground

Act = Callable[[Ground], str]


@dataclass(frozen=True)
class Attack:
    """One thing somebody, or chance, does to a record; `act` gives what was answered."""

    row: int  # of the list of attacks, 1 to 25
    name: str
    expected: tuple[str, ...]  # any of these answers is right
    act: Act
    is_quick: bool = True  # takes part in `make test`


@dataclass(frozen=True)
class ProvedByTest:
    """An attack that a test carries out and judges; it counts when that test passes."""

    row: int
    name: str
    expected: str
    node: str


@dataclass(frozen=True)
class NotRun:
    """An attack that this machine, or the program so far, cannot show."""

    row: int
    name: str
    reason: str


ATTACKS: list[Attack] = []
PROVED_BY_TEST: list[ProvedByTest] = []
NOT_RUN: list[NotRun] = []


def attack(row: int, name: str, *expected: str, is_quick: bool = True) -> Callable[[Act], Act]:
    """Add the decorated function to the list."""

    def add(act: Act) -> Act:
        ATTACKS.append(Attack(row, name, expected, act, is_quick))
        return act

    return add


def add_attack(row: int, name: str, expected: str | Sequence[str], act: Act) -> None:
    """Add one of a family of attacks."""
    answers = (expected,) if isinstance(expected, str) else tuple(expected)
    ATTACKS.append(Attack(row, name, answers, act))


def told(problem: Problem, *details: str) -> str:
    """A problem as the lists expect it: its code, then the details that matter (the file)."""
    names = details or ("path",)
    return " ".join(
        [problem.code, *(str(problem.details[name]) for name in names if name in problem.details)]
    )


def answer_of(act: Callable[[], object], *details: str) -> str:
    """What `act` is refused with, or "accepted"."""
    try:
        act()
    except Problem as problem:
        return told(problem, *details)
    return "accepted"
