"""Blackens words, lines and header fields of a transcript's model, for a redacted working copy.

- What is covered is no part of the model any more: nothing that is made from it can tell it.
- A bar has one length, whatever is under it; how much was covered is told in rounded numbers, since
  the length of a name can give the name away.
- Words are found through spaces, punctuation, width, case and spoken digits; a correction that
  touches a covered word is covered with it, and so are former wordings (L16).
- The value of a covered identifying field is covered wherever else it stands.
- The sealed record and its paper stay as they are; this is for whoever may not see them (L40).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import msgspec
from msgspec.structs import replace

from app.domain.corrections import Run, RunStyle, marked_runs
from app.domain.paper import HeaderItem, LineKind, PaperLine, TranscriptPaper
from app.errors import Refused

BAR: Final = "█" * 4
ROUND_TO: Final = 10
IDENTIFYING: Final = (
    "suspect", "guardian", "interpreter", "investigator", "clerk",
    "birth", "id_number", "address", "household", "contact",
)  # fmt: skip
FIELDS: Final = (
    *IDENTIFYING, "time", "place", "place_reason", "unit", "language", "relation", "sex", "age",
    "id_type", "ethnicity", "education", "occupation", "deputy", "arrived", "left",
)  # fmt: skip
"""Names of header fields: those of `FormWords`, whose labels stand on the form."""
_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    "幺": "1",
}

Span = tuple[int, int]


class Cover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to cover: words wherever they stand, whole lines by id, header fields by name."""

    words: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()


class CoveredPlace(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one place is covered; never what."""

    place: str  # a line's id, `note-N`, `header:FIELD`, `rights-N`, `agency`
    bars: int
    characters_at_most: int  # rounded up to tens


class CoveredPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper without what was to be covered."""

    paper: TranscriptPaper
    places: tuple[CoveredPlace, ...]
    words: tuple[str, ...]  # folded: all that may stand nowhere


def cover_paper(paper: TranscriptPaper, cover: Cover) -> CoveredPaper:
    """`paper` without what `cover` names.

    Raises:
        Refused: `cover_empty`, `cover_line_unknown`, `cover_field_unknown`, or with the number of
            a word: `cover_word_too_short` (no letter or digit), `cover_word_not_found`.
    """
    if not (cover.words or cover.lines or cover.header):
        raise Refused("cover_empty")
    named = name_lines(paper.lines)
    _check(cover, [name for name, _ in named])
    words = _words(paper, cover)
    _check_found(paper, words[: len(cover.words)])
    work = _Covering(words)
    header = tuple(
        tuple(work.item(item, _field_of(paper, item), cover.header) for item in row)
        for row in paper.header
    )
    made = replace(
        paper,
        agency=work.text("agency", paper.agency),
        header=header,
        rights=tuple(work.text(f"rights-{n}", one) for n, one in enumerate(paper.rights, 1)),
        lines=tuple(work.line(name, one, whole=name in cover.lines) for name, one in named),
        signers=(),
    )
    return CoveredPaper(paper=made, places=tuple(work.places), words=words)


def name_lines(lines: Sequence[PaperLine]) -> list[tuple[str, PaperLine]]:
    """Each line with its id; notes, which have none, are counted: `note-1`."""
    notes = 0
    named: list[tuple[str, PaperLine]] = []
    for line in lines:
        notes += not line.id
        named.append((line.id or f"note-{notes}", line))
    return named


def cover_text(text: str, words: Sequence[str]) -> str:
    """`text` with a bar wherever one of the folded `words` stands."""
    return _with_bars(text, _spans(text, words))


def fold(text: str) -> str:
    """What a word is found by: letters and digits alone, in one width and case."""
    return "".join(character for character, _ in _folded(text))


def _check(cover: Cover, lines: Sequence[str]) -> None:
    for line in cover.lines:
        if line not in lines:
            raise Refused("cover_line_unknown", line=line)
    for field in cover.header:
        if field not in FIELDS:
            raise Refused("cover_field_unknown", field=field, fields=", ".join(FIELDS))
    for number, word in enumerate(cover.words, 1):
        if not fold(word):
            raise Refused("cover_word_too_short", number=number)


def _words(paper: TranscriptPaper, cover: Cover) -> tuple[str, ...]:
    """The words asked for, then the values of covered fields that tell who somebody is."""
    values = [
        item.value
        for row in paper.header
        for item in row
        if (field := _field_of(paper, item)) in cover.header and field in IDENTIFYING
    ]
    folded = [fold(value) for value in values]
    return (*(fold(word) for word in cover.words), *(one for one in folded if len(one) > 1))


def _check_found(paper: TranscriptPaper, words: Sequence[str]) -> None:
    """A word that stands nowhere was mistyped, and the one that was meant would stay."""
    texts = [paper.agency, *paper.rights, *(item.value for row in paper.header for item in row)]
    for line in paper.lines:
        texts += [line.text, *(one for change in line.corrections for one in change)]
    found = [fold(text) for text in texts]
    for number, word in enumerate(words, 1):
        if not any(word in text for text in found):
            raise Refused("cover_word_not_found", number=number)


def _field_of(paper: TranscriptPaper, item: HeaderItem) -> str:
    return next((name for name in FIELDS if getattr(paper.words, name) == item.label), "")


class _Covering:
    """Covers one text after another and counts."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self.places: list[CoveredPlace] = []

    def text(self, place: str, text: str) -> str:
        spans = _spans(text, self._words)
        self._count(place, spans)
        return _with_bars(text, spans)

    def item(self, item: HeaderItem, field: str, whole: Sequence[str]) -> HeaderItem:
        place = f"header:{field}"
        if field not in whole:
            return replace(item, value=self.text(place, item.value))
        if not item.value:
            return item  # an empty line of the form tells nothing
        self._count(place, [(0, len(item.value))])
        return replace(item, value=BAR)

    def line(self, place: str, line: PaperLine, *, whole: bool) -> PaperLine:
        marked = [
            (character, run.style)
            for run in marked_runs(line.text, line.corrections)
            for character in run.text
        ]
        spans = [(0, len(marked))]
        if not whole and not self._is_hidden_between(line, marked):
            spans = _spans_of_marked(marked, self._words)
        if not spans:
            return line
        self._count(place, spans)
        runs = tuple(_runs(marked, spans))
        kept = "".join(run.text for run in runs if run.style is not RunStyle.STRUCK)
        return replace(line, text=kept, corrections=(), shown=runs)

    def _is_hidden_between(self, line: PaperLine, marked: Sequence[tuple[str, RunStyle]]) -> bool:
        """Whether a wording between the first and the last, drawn in parts, says a word."""
        drawn = {fold(_said(marked, without)) for without in (RunStyle.STRUCK, RunStyle.ADDED)}
        wordings = {fold(one) for change in line.corrections for one in change}
        return any(word in wording for wording in wordings - drawn for word in self._words)

    def _count(self, place: str, spans: Sequence[Span]) -> None:
        characters = sum(end - start for start, end in spans)
        if characters:
            at_most = -(-characters // ROUND_TO) * ROUND_TO
            told = CoveredPlace(place=place, bars=len(spans), characters_at_most=at_most)
            self.places.append(told)


def _said(marked: Sequence[tuple[str, RunStyle]], without: RunStyle) -> str:
    return "".join(character for character, style in marked if style is not without)


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """Each character words are found by, with the place in `text` it comes from."""
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.category(part)[0] in "LNM":
                yield _DIGITS.get(part, part), place


def _spans(text: str, words: Sequence[str]) -> list[Span]:
    """Where words stand in `text`, from the left; what touches is one."""
    folded = list(_folded(text))
    flat = "".join(character for character, _ in folded)
    found: list[Span] = []
    for word in words:
        at = flat.find(word)
        while at >= 0:
            end = folded[at + len(word) - 1][1] + 1
            while end < len(text) and unicodedata.category(text[end])[0] == "M":
                end += 1  # a vowel or accent that belongs to the last letter
            found.append((folded[at][1], end))
            at = flat.find(word, at + 1)
    return _merged(found)


def _spans_of_marked(marked: Sequence[tuple[str, RunStyle]], words: Sequence[str]) -> list[Span]:
    """As `_spans`, in the line as drawn, as it stands and as it stood before."""
    styles = [style for _, style in marked]
    found: list[Span] = []
    for without in (None, RunStyle.STRUCK, RunStyle.ADDED):
        kept = [place for place, style in enumerate(styles) if style is not without]
        text = "".join(marked[place][0] for place in kept)
        found += [(kept[start], kept[end - 1] + 1) for start, end in _spans(text, words)]
    return _merged([_widened(styles, span) for span in found])


def _widened(styles: Sequence[RunStyle], span: Span) -> Span:
    """With the whole of every correction it touches: the other wording would give it away."""
    start, end = span
    while start > 0 and styles[start - 1] is not RunStyle.PLAIN:
        start -= 1
    while end < len(styles) and styles[end] is not RunStyle.PLAIN:
        end += 1
    return start, end


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _with_bars(text: str, spans: Sequence[Span]) -> str:
    plain = [(character, RunStyle.PLAIN) for character in text]
    return "".join(run.text for run in _runs(plain, spans))


def _runs(marked: Sequence[tuple[str, RunStyle]], spans: Sequence[Span]) -> Iterator[Run]:
    done = 0
    for start, end in (*spans, (len(marked), len(marked))):
        for style, group in groupby(marked[done:start], key=_style):
            yield Run("".join(character for character, _ in group), style)
        if start < end:
            yield Run(BAR)
        done = end


def _style(item: tuple[str, RunStyle]) -> RunStyle:
    return item[1]


def closing_note(paper: TranscriptPaper) -> PaperLine:
    """What the copy says in the place of signatures."""
    said = {
        "zh": "（签名、捺指印、录音录像和出示的材料不在本副本内，见封存的原件。）",
        "en": "(Signatures, prints, recordings and exhibits: see the sealed original.)",
    }
    return PaperLine(kind=LineKind.NOTE, text=said["en" if paper.language == "en" else "zh"])
