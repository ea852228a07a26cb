"""Tells a problem to a person: one whole sentence in their language, from one table.

- A code of the client stands in `resources/i18n/problems.toml`; `signing` brings its own.
- A missing detail prints as "?", never as a traceback.
"""

from __future__ import annotations

import tomllib
from functools import cache

from app.errors import Problem
from app.paths import RESOURCES
from signing import sentences as signing_sentences

LANGUAGES = ("zh", "en")


class _Details(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def table() -> dict[str, dict[str, str]]:
    """Every code with its sentences by language."""
    with (RESOURCES / "i18n" / "problems.toml").open("rb") as file:
        return {**signing_sentences.table(), **tomllib.load(file)}


def tell(problem: Problem, language: str = "zh") -> str:
    """The sentence for `problem`; what happened, what is safe, what to do now."""
    return tell_code(problem.code, language, **problem.details)


def tell_code(code: str, language: str = "zh", /, **details: object) -> str:
    """The sentence for a code with its details, as it came from another process."""
    told = table().get(code, {})
    sentence = told.get(language) or told.get("zh") or code
    return sentence.format_map(_Details(details))
