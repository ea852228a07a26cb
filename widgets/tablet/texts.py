"""The tablet's own sentences, in the language the person chose, whatever the desk speaks.

- Qt's translators belong to the whole application; the two windows may differ in language.
- A sentence is whole; only names and figures are filled in, never put together from pieces.
- An unknown id or a missing value is a bug and fails at once.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from app.paths import RESOURCES

FILE = RESOURCES / "i18n" / "tablet.toml"
LANGUAGES = ("zh", "en")
DEFAULT = "zh"


@cache
def catalogue(file: Path = FILE) -> dict[str, dict[str, str]]:
    """Sentence id -> language code -> sentence."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


class TabletText:
    """Looks sentences up in one language; immutable, replaced when the person chooses anew."""

    def __init__(self, language: str = DEFAULT) -> None:
        self.language = language if language in LANGUAGES else DEFAULT

    def __call__(self, sentence: str, **values: str | int) -> str:
        """The sentence with its values filled in. Raises KeyError for an unknown id or value."""
        return catalogue()[sentence][self.language].format(**values)

    def other(self) -> TabletText:
        """The text in the next of the tablet's languages."""
        place = LANGUAGES.index(self.language)
        return TabletText(LANGUAGES[(place + 1) % len(LANGUAGES)])
