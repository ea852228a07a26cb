"""Checks the signature that was just put on a transcript PDF, however many stand there already.

- Only the newest revision is read, so the twentieth signature costs what the first did.
- What that revision may do is what `paper_step.fills_only` says, as in the check of the whole.
- Enough for bytes this program appended to a paper it had checked; a paper from elsewhere, and each
  paper when its record is sealed, goes through `paper_check.check` as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.paper_check import PATH, UNREADABLE, check_signature, locks, open_reader
from signing.paper_step import fills_only
from signing.problem import SealProblem


def check_newest(pdf: bytes, field: str) -> None:
    """Check the signature of `field` alone, which must be the newest.

    Raises:
        SealProblem: `signer_missing` when the newest revision signs no field of that name,
            otherwise as `paper_check.check`.
    """
    reader = open_reader(pdf)
    try:
        place = _place_of(reader, field)
        newest = EmbeddedPdfSignature(reader, _field_of(place), field)
    except UNREADABLE as error:
        raise _problem("paper_malformed", field) from error
    check_signature(newest)
    if newest.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _problem("paper_not_covered", field)
    try:
        is_alone = fills_only(reader, reader.xrefs.total_revisions - 1, place)
    except UNREADABLE as error:
        raise _problem("paper_changed", field) from error
    if not is_alone:
        raise _problem("paper_changed", field)


def is_locked(reader: PdfFileReader) -> bool:
    """Whether the newest signature is one after which nothing may be added.

    Raises:
        SealProblem: `paper_malformed`.
    """
    try:
        objects = [reference.get_object() for reference in _newest(reader)]
        return any(isinstance(one, DictionaryObject) and locks(one) for one in objects)
    except UNREADABLE as error:
        raise SealProblem("paper_malformed", path=PATH) from error


def _newest(reader: PdfFileReader) -> Iterator[Reference]:
    """The objects the newest revision wrote; none for a paper without a signature."""
    revision = reader.xrefs.total_revisions - 1
    if revision:
        yield from reader.xrefs.explicit_refs_in_revision(revision)


def _place_of(reader: PdfFileReader, field: str) -> Reference:
    """The field of that name, if the newest revision filled it."""
    for reference in _newest(reader):
        one: Any = reference.get_object()
        if isinstance(one, DictionaryObject) and one.get("/T") == field and "/V" in one:
            return reference
    raise _problem("signer_missing", field)


def _field_of(place: Reference) -> DictionaryObject:
    found = place.get_object()
    assert isinstance(found, DictionaryObject)
    return found


def _problem(code: str, field: str) -> SealProblem:
    return SealProblem(code, path=PATH, field=field)
