"""Checks the signature that was just put on a transcript PDF, however many stand there already.

- Only the newest revision is read, so the twentieth signature costs what the first did.
- That revision may overwrite one field that was empty, and the PDF's dates; all else in it is new
  and hangs on that field. No other page, field or drawing can have changed.
- Enough for bytes this program appended to a paper it had checked; a paper from elsewhere, and each
  paper when its record is sealed, goes through `paper_check.check` as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.paper_check import PATH, UNREADABLE, check_signature, locks, open_reader
from signing.problem import SealProblem

FILLED = frozenset({"/V", "/AP"})  # what signing sets in a field: value and drawing
TOLD = frozenset({"/Metadata"})  # the document's dates and maker, printed nowhere


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
        is_alone = _fills_only(reader, place)
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


def _fills_only(reader: PdfFileReader, place: Reference) -> bool:
    """Whether the newest revision fills this field and changes nothing else that was there."""
    xrefs, revision = reader.xrefs, reader.xrefs.total_revisions - 1
    written = set(_newest(reader))
    new = {one for one in written if xrefs.get_historical_ref(one, revision - 1) is None}
    trailers = [reader.trailer.flatten(one) for one in (revision - 1, revision)]
    root = trailers[1].raw_get("/Root")
    fields, roots = (
        [_dictionary(reader, one, of) for of in (revision - 1, revision)]
        for one in (place, root.reference)
    )
    holders: list[tuple[Any, str]] = [(trailers[1], "/Info"), (roots[1], "/Metadata")]
    told = {one.raw_get(name).reference for one, name in holders if name in one}
    return (
        not xrefs.refs_freed_in_revision(revision)
        and written <= new | {place, root.reference} | told
        and trailers[0].raw_get("/Root") == root
        and _rest(roots[0], TOLD) == _rest(roots[1], TOLD)
        and _rest(fields[0], FILLED) == _rest(fields[1], FILLED)
        and "/V" not in fields[0]
        and fields[1].raw_get("/V").reference in new
        and _is_own_look(fields[0], fields[1], new)
    )


def _rest(one: DictionaryObject, names: frozenset[str]) -> dict[str, object]:
    """What stands there beside these names, references unresolved."""
    return {name: one.raw_get(name) for name in one if name not in names}


def _is_own_look(before: DictionaryObject, after: DictionaryObject, new: set[Reference]) -> bool:
    """Whether the drawing in the field is the former one, or one that nothing else uses."""
    look: Any = after.get("/AP", {})
    drawings = [look.raw_get(name) for name in look]
    is_new = all(isinstance(one, IndirectObject) and one.reference in new for one in drawings)
    return is_new or look == before.get("/AP", {})


def _dictionary(reader: PdfFileReader, place: Reference, revision: int) -> DictionaryObject:
    found = reader.get_object(place, revision=revision)  # type: ignore[no-untyped-call]
    if not isinstance(found, DictionaryObject):
        raise TypeError(place)
    return found


def _problem(code: str, field: str) -> SealProblem:
    return SealProblem(code, path=PATH, field=field)
