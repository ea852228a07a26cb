"""Every problem of this package is told in both languages, with its file."""

from __future__ import annotations

import string

import pytest

from signing import sentences
from signing.problem import KeyProblem, PadProblem, Problem, SealProblem

FAMILIES = (SealProblem, KeyProblem, PadProblem)
CODES = [(family, code) for family in FAMILIES for code in sorted(family.CODES)]
DETAILS = {"path", "seq", "what", "said", "found", "fragment", "t0_ms", "t1_ms", "field", "line",
           "at", "since", "suite", "library", "label", "why", "pad", "record"}  # fmt: skip


@pytest.mark.parametrize(("family", "code"), CODES)
@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_every_code_has_whole_sentences(family: type[Problem], code: str, language: str) -> None:
    text = sentences.table()[code][language]
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert fields <= DETAILS
    assert text.endswith("。" if language == "zh" else ".")
    assert text.count("。" if language == "zh" else ". ") >= 2  # happened; safe; what to do
    told = sentences.tell(family(code, path="data/journal.jsonl"), language)
    assert "{" not in told
    if family is SealProblem and code != "inclusion_wrong":
        assert "data/journal.jsonl" in told


def test_the_table_has_no_stray_code() -> None:
    assert set(sentences.table()) == {code for _, code in CODES}
