"""A journal tells which wording of the rights a person saw, and what they acknowledged."""

from __future__ import annotations

import msgspec

from app.domain import events as ev
from app.domain.people import Procedure
from app.session import rights_text

CRIMINAL = next(iter(Procedure))


def test_every_page_and_language_has_a_digest_of_its_own() -> None:
    digests = [
        rights_text.page_digest(rights_text.read(CRIMINAL, code), number)
        for code, _name in rights_text.languages(CRIMINAL)
        for number in range(1, len(rights_text.read(CRIMINAL, code).pages) + 1)
    ]
    assert len(set(digests)) == len(digests) > 2
    assert all(len(digest) == 64 for digest in digests)
    assert rights_text.page_digest(rights_text.read(CRIMINAL, "zh"), 99) == ""


def test_a_journal_from_before_still_reads() -> None:
    old = {"kind": "rights_shown", "page": 1, "language": "zh", "shown_ms": 900}
    assert msgspec.convert(old, ev.RightsShown).text_digest == ""
