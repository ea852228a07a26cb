"""Tells whether a revision of a transcript PDF does nothing but fill its one signature field.

- A revision may overwrite that field's value and drawing, and the PDF's dates; all else in it is
  new, hangs on that field and refers to nothing that was there before.
- What may be overwritten is used as nothing else by the laid-out pages: a field stands in the form
  and on its page, the dates in their own places. So no page can come to look another way.
- Each revision is read once, whatever came before it. Comparing whole states of the file, as
  pyHanko's difference analysis does, reads every object again for every signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

FILLED = frozenset({"/V", "/AP"})  # what signing sets in a field: value and drawing
TOLD = frozenset({"/Metadata"})  # the document's dates and maker, printed nowhere
LOOKS = frozenset({"/N"})  # ISO 32000-2 table 170: the one drawing a signature has
Path = tuple[str | int, ...]
Place = tuple[Reference, Path]
"""An object, and the way to something inside it."""


def fills_only(reader: PdfFileReader, revision: int, field: Reference) -> bool:
    """Whether a revision fills this field and changes nothing else that was there.

    Args:
        reader: The file.
        revision: From 1, the first after the laid-out one.
        field: Where the field stands.

    Raises:
        Exception: one of `paper_check.UNREADABLE` for what is no proper PDF.
    """
    xrefs, before = reader.xrefs, revision - 1
    written = xrefs.explicit_refs_in_revision(revision)
    new = _numbered_from(written, xrefs.get_xref_container_info(before).size)
    trailers = [reader.trailer.flatten(one) for one in (before, revision)]
    root = trailers[1].raw_get("/Root").reference
    fields, roots = (
        [_dictionary(reader, one, of) for of in (before, revision)] for one in (field, root)
    )
    told = _told(trailers[1], roots[1])
    content = written - {field, root} - xrefs.xref_stream_refs
    return (
        not xrefs.refs_freed_in_revision(revision)
        and _is_numbered_within(reader, revision)
        and written <= new | {field, root} | told
        and told <= new | _told(trailers[0], roots[0])
        and trailers[0].raw_get("/Root").reference == root
        and _rest(roots[0], TOLD) == _rest(roots[1], TOLD)
        and _rest(fields[0], FILLED) == _rest(fields[1], FILLED)
        and "/V" not in fields[0]
        and fields[1].raw_get("/V").reference in new
        and _is_own_look(fields[0], fields[1], new)
        and all(_refers_to(reader, one, revision, new) <= new | {root} for one in content)
    )


def laid_out_fields(reader: PdfFileReader) -> dict[str, Reference]:
    """The signature fields of the first revision by name.

    Raises:
        Exception: one of `paper_check.UNREADABLE`, also when what a signature overwrites is used
            as something else too.
    """
    trailer = reader.trailer.flatten(0)
    root = trailer.raw_get("/Root").reference
    catalog = _dictionary(reader, root, 0)
    form_at, form = _follow(reader, (root, ()), catalog, "/AcroForm")
    lists_at, listed = _follow(reader, form_at, form, "/Fields")
    fields = {
        str(_dictionary(reader, one, 0)["/T"]): one for way, one in _references(listed) if way
    }
    lists = {lists_at, *_annotations(reader, catalog)}
    signed, dates = set(fields.values()), _told(trailer, catalog)
    overwritten = {root, *signed, *dates}
    size = reader.xrefs.get_xref_container_info(0).size
    for user, way, used in _uses(reader):
        in_place = (
            used not in overwritten
            or (used in signed and (user, way[:-1]) in lists)
            or (used in dates and (user, way) == (root, ("/Metadata",)))
        )
        if not in_place or used.idnum >= size:
            raise ValueError(used)
    if not _is_numbered_within(reader, 0):
        raise ValueError(root)
    return fields


def _numbered_from(written: set[Reference], size: int) -> set[Reference]:
    """What no earlier revision can have had or have referred to."""
    return {one for one in written if one.idnum >= size and not one.generation}


def _is_numbered_within(reader: PdfFileReader, revision: int) -> bool:
    size = reader.xrefs.get_xref_container_info(revision).size
    return all(one.idnum < size for one in reader.xrefs.explicit_refs_in_revision(revision))


def _told(trailer: DictionaryObject, root: DictionaryObject) -> set[Reference]:
    """Where the document's dates stand."""
    holders: list[tuple[Any, str]] = [(trailer, "/Info"), (root, "/Metadata")]
    return {one.raw_get(name).reference for one, name in holders if name in one}


def _rest(one: DictionaryObject, names: frozenset[str]) -> dict[str, object]:
    """What stands there beside these names, references unresolved."""
    return {name: one.raw_get(name) for name in one if name not in names}


def _is_own_look(before: DictionaryObject, after: DictionaryObject, new: set[Reference]) -> bool:
    """Whether the drawing in the field is the former one, or one that nothing else uses."""
    former, look = (one.raw_get("/AP") if "/AP" in one else None for one in (before, after))
    if look == former:
        return True
    return (
        isinstance(look, DictionaryObject)
        and not isinstance(look, StreamObject)
        and look.keys() <= LOOKS
        and all(look.raw_get(name).reference in new for name in look)
    )


def _refers_to(
    reader: PdfFileReader, one: Reference, revision: int, new: set[Reference]
) -> set[Reference]:
    # What is new here is read as it stands in the end, once: a later revision that overwrote it
    # would not pass.
    of = None if one in new else revision
    found = reader.get_object(one, revision=of)  # type: ignore[no-untyped-call]
    return {used for _, used in _references(found)}


def _uses(reader: PdfFileReader) -> Iterator[tuple[Reference, Path, Reference]]:
    """Every reference in the first revision: from which object, where in it, to which."""
    for user in reader.xrefs.explicit_refs_in_revision(0) - reader.xrefs.xref_stream_refs:
        found = reader.get_object(user, revision=0)  # type: ignore[no-untyped-call]
        for way, used in _references(found):
            yield user, way, used


def _references(one: object, way: Path = ()) -> Iterator[tuple[Path, Reference]]:
    if isinstance(one, IndirectObject):
        yield way, one.reference
    elif isinstance(one, DictionaryObject):
        for name in one:
            yield from _references(one.raw_get(name), (*way, str(name)))
    elif isinstance(one, ArrayObject):
        for number in range(len(one)):
            yield from _references(one.raw_get(number), (*way, number))


def _annotations(reader: PdfFileReader, catalog: DictionaryObject) -> Iterator[Place]:
    """Where each page lists what stands on it."""
    waiting, seen = [catalog.raw_get("/Pages").reference], set[Reference]()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        node = _dictionary(reader, place, 0)
        if "/Kids" in node:
            _, kids = _follow(reader, (place, ()), node, "/Kids")
            waiting += [one for _, one in _references(kids)]
        elif "/Annots" in node:
            yield _follow(reader, (place, ()), node, "/Annots")[0]


def _follow(
    reader: PdfFileReader, at: Place, owner: DictionaryObject, name: str
) -> tuple[Place, Any]:
    """What an entry of `owner`, which stands at `at`, holds in the first revision, and where."""
    found: Any = owner.raw_get(name)
    if isinstance(found, IndirectObject):
        found_at: Place = (found.reference, ())
        return found_at, reader.get_object(found.reference, revision=0)  # type: ignore[no-untyped-call]
    return (at[0], (*at[1], name)), found


def _dictionary(reader: PdfFileReader, place: Reference, revision: int) -> DictionaryObject:
    found = reader.get_object(place, revision=revision)  # type: ignore[no-untyped-call]
    if not isinstance(found, DictionaryObject):
        raise TypeError(place)
    return found
