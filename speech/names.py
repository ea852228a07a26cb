"""Finds places in heard text that sound like a name of the case but are written otherwise.

- A suggestion is shown and never put in by itself: a person who hears the line decides.
- Sounds are compared without tones, and with those confusions that many speakers and every
  recogniser make (zh/z, ch/c, sh/s, n/l, f/h, -ng/-n).
- In a name of three and more characters one syllable may differ wholly; a shorter one would be
  found everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

LEAST = 2  # characters of a name
ONE_MAY_DIFFER_FROM = 3
_HAN = re.compile(r"[\u3400-\u9fff]+")
_FOLDS = (
    (re.compile(r"^(z|c|s)h"), r"\1"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"^h(?=u)"), "f"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place in a text and the name it may be."""

    start: int
    heard: str
    name: str

    def applied_to(self, text: str) -> str:
        """The text with the name in its place."""
        return text[: self.start] + self.name + text[self.start + len(self.heard) :]


def suggestions(text: str, names: Sequence[str]) -> tuple[Suggestion, ...]:
    """Places in `text` that may be one of `names`, from left to right, none overlapping.

    Args:
        text: one line, as it stands now.
        names: of the case; those with other than Han characters are passed over.
    """
    wanted = [name for name in dict.fromkeys(names) if len(name) >= LEAST and _HAN.fullmatch(name)]
    taken = [span for name in wanted for span in _spans(text, name)]
    found: list[Suggestion] = []
    for name in sorted(wanted, key=len, reverse=True):
        for start in range(len(text) - len(name) + 1):
            heard = text[start : start + len(name)]
            span = range(start, start + len(name))
            if any(span.start < other.stop and other.start < span.stop for other in taken):
                continue
            if _HAN.fullmatch(heard) and _sounds_like(heard, name):
                taken.append(span)
                found.append(Suggestion(start, heard, name))
    return tuple(sorted(found, key=lambda one: one.start))


def _spans(text: str, name: str) -> Iterator[range]:
    for match in re.finditer(re.escape(name), text):
        yield range(match.start(), match.end())


def _sounds_like(heard: str, name: str) -> bool:
    differing = sum(
        not (_sounds(one) & _sounds(other)) for one, other in zip(heard, name, strict=True)
    )
    # A name's first character carries it; a line that shares only its end is another name.
    if not _sounds(heard[0]) & _sounds(name[0]):
        return False
    return differing <= (1 if len(name) >= ONE_MAY_DIFFER_FROM else 0)


@cache
def _sounds(character: str) -> frozenset[str]:
    """Every syllable a character may be read as, folded."""
    from pypinyin import Style, pinyin

    read = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return frozenset(_folded(syllable) for syllable in read)


def _folded(syllable: str) -> str:
    for pattern, to in _FOLDS:
        syllable = pattern.sub(to, syllable)
    return syllable
