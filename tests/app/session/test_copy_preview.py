"""What a redacted working copy will say is shown by the covering that makes it."""

from __future__ import annotations

import pytest

from app.domain.covering import BAR, Cover, cover_paper
from app.errors import Refused
from app.session.copy_preview import Preview, cover_of, preview
from tests.widgets.paper.samples import paper


def said(told: Preview) -> dict[str, str]:
    return {row.place: row.in_copy for row in told.rows}


def test_nothing_chosen_shows_the_paper_as_it_is() -> None:
    told = preview(paper(6), Cover())
    assert told.covered == 0
    assert told.rows
    assert all(row.original == row.in_copy for row in told.rows)


def test_ticked_lines_and_fields_are_covered_as_in_the_copy() -> None:
    whole = paper(6)
    line = next(line for line in whole.lines if line.id)
    cover = cover_of((), frozenset({line.id, "header:suspect"}))
    assert (cover.lines, cover.header) == ((line.id,), ("suspect",))
    told = preview(whole, cover)
    assert said(told)[line.id].endswith(BAR)
    assert said(told)["header:suspect"].endswith(BAR)
    assert told.covered == len(cover_paper(whole, cover).places)


def test_a_word_that_cannot_be_covered_is_told_and_the_rest_is_shown() -> None:
    whole = paper(6)
    text = next(line.text for line in whole.lines if line.id)
    told = preview(whole, Cover(words=("，", text[:4], "从未说过的词")))
    assert told.problem is not None
    assert (told.problem.code, told.problem.details["number"]) == ("cover_word_too_short", 1)
    assert told.covered > 0
    later = preview(whole, Cover(words=(text[:4], "从未说过的词")))
    assert later.problem is not None
    assert (later.problem.code, later.problem.details["number"]) == ("cover_word_not_found", 2)
    assert said(later) == said(told)


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(Refused, match="cover_line_unknown"):
        preview(paper(1), cover_of((), frozenset({"u-nowhere"})))
