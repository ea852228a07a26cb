"""Tells the problems of seals, keys and pads to a person, in Chinese and English.

- A sentence says what happened, what is safe, and what to do now.
- Text in braces is a detail of the problem; `path` is the file inside the record.
- Every code of `SealProblem`, `KeyProblem` and `PadProblem` has both languages; a test walks them.
- The table lies beside this module, because this package leaves the house alone.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from signing.problem import Problem

LANGUAGES = ("zh", "en")
TABLE = Path(__file__).with_name("sentences.toml")


class _Details(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def table() -> dict[str, dict[str, str]]:
    """Every code of this package with its sentences by language."""
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def tell(problem: Problem, language: str = "zh") -> str:
    """What to tell a person about `problem`, in "zh" or "en"."""
    return table()[problem.code][language].format_map(_Details(problem.details))
