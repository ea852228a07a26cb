"""What a redacted working copy will say, beside the original, before anything is written.

- A word that cannot be covered is told and the rest is shown; the copy itself is refused with it.
- It is the same covering that makes the copy, so nothing else can stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from app.domain.covering import FIELDS, Cover, cover_paper, name_lines
from app.domain.paper import TranscriptPaper
from app.errors import Refused
from app.export.working_copy import text_of

HEADER = "header:"


class PreviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One place of the transcript."""

    place: str  # as in `CoveredPlace`
    original: str
    in_copy: str
    is_choosable: bool  # whether it can be covered as a whole


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """All places in their order, and what of `cover` cannot be."""

    cover: Cover
    rows: tuple[PreviewRow, ...]
    covered: int  # places that hold a bar
    problem: Refused | None = None


def cover_of(words: tuple[str, ...], places: frozenset[str]) -> Cover:
    """What to cover, out of words and the `place` of rows to be covered as a whole."""
    fields = sorted(place.removeprefix(HEADER) for place in places if place.startswith(HEADER))
    lines = sorted(place for place in places if not place.startswith(HEADER))
    return Cover(words=words, lines=tuple(lines), header=tuple(fields))


def preview(paper: TranscriptPaper, cover: Cover) -> Preview:
    """The transcript with what `cover` names covered.

    Raises:
        Refused: `cover_line_unknown` or `cover_field_unknown`.
    """
    numbers = list(range(1, len(cover.words) + 1))
    problem: Refused | None = None
    while True:
        good = replace(cover, words=tuple(cover.words[number - 1] for number in numbers))
        if not (good.words or good.lines or good.header):
            return _told(cover, paper, paper, 0, problem)
        try:
            covered = cover_paper(paper, good)
        except Refused as refused:
            number = refused.details.get("number")
            if not isinstance(number, int):
                raise
            wrong = numbers.pop(number - 1)
            problem = problem or Refused(refused.code, number=wrong)
            continue
        return _told(cover, paper, covered.paper, len(covered.places), problem)


def _told(
    cover: Cover,
    paper: TranscriptPaper,
    covered: TranscriptPaper,
    count: int,
    problem: Refused | None,
) -> Preview:
    both = zip(_places(paper), _places(covered), strict=True)
    rows = tuple(
        PreviewRow(place=place, original=before, in_copy=after, is_choosable=is_choosable)
        for (place, before, is_choosable), (_, after, _) in both
        if before
    )
    return Preview(cover=cover, rows=rows, covered=count, problem=problem)


def _places(paper: TranscriptPaper) -> Iterator[tuple[str, str, bool]]:
    """Each place with its text, empty where nothing stands."""
    yield "agency", paper.agency, False
    fields = {getattr(paper.words, name): name for name in reversed(FIELDS)}
    for row in paper.header:
        for item in row:
            field = fields.get(item.label, "")
            text = f"{item.label}{paper.words.colon}{item.value}" if item.value else ""
            yield HEADER + field, text, bool(field)
    for number, text in enumerate(paper.rights, 1):
        yield f"rights-{number}", text, False
    for name, line in name_lines(paper.lines):
        yield name, text_of(line, paper), True
