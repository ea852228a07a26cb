"""The signed transcript keeps what PDF/A-1b asks for, as far as its structure shows.

No validator is at hand here (decision 0081); these are the rules that our own steps could break.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pytestqt.qtbot import QtBot

from signing import paper as signed_paper
from signing.keys import WorkstationKeys
from signing.pads.simulated import print_of
from tests.widgets.paper.samples import paper
from tests.widgets.paper.test_appearance import an_ink
from widgets.paper.appearance import Appearance, to_pdf
from widgets.paper.layout import lay_out

NOW = datetime(2026, 11, 22, 10, 20, 30, tzinfo=UTC)


@pytest.fixture(params=["laid out", "prepared", "signed"])
def pdf(qtbot: QtBot, request: pytest.FixtureRequest) -> bytes:
    assert qtbot
    drawn = lay_out(paper(turns=6))
    if request.param == "laid out":
        return drawn.pdf
    fields = [signed_paper.Field("a", 1, (60, 60, 200, 118)), signed_paper.Field("b", 1)]
    made = signed_paper.prepare(drawn.pdf, fields)
    if request.param == "prepared":
        return made
    keys = WorkstationKeys.generate("讯问室 1", now=NOW)
    look = to_pdf(
        Appearance(
            width=140, height=58, name="甲", moment=NOW, ink=an_ink(), fingerprint=print_of(1)
        )
    )
    act = signed_paper.Signing("a", "甲", "", NOW, look)
    return signed_paper.sign(made, act, keys.seal_key, keys.chain)


def test_it_claims_the_level_and_says_what_its_colours_mean(pdf: bytes) -> None:
    """ISO 19005-1, 6.7.11 and 6.2.2."""
    root: Any = PdfFileReader(io.BytesIO(pdf)).root
    told = root["/Metadata"].data
    assert b"http://www.aiim.org/pdfa/ns/id/" in told
    assert b"part" in told
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0]["/DestOutputProfile"].data


def test_every_typeface_is_inside_and_nothing_shines_through(pdf: bytes) -> None:
    """ISO 19005-1, 6.3.4, 6.4, 6.1.10 and 6.6.1."""
    reader = PdfFileReader(io.BytesIO(pdf))
    assert not reader.encrypted
    fonts = 0
    for one in dictionaries(reader):
        if one.get("/Type") == "/FontDescriptor":
            assert "/FontFile2" in one or "/FontFile3" in one
            fonts += 1
        assert one.get("/SMask", "/None") == "/None"
        assert one.get("/ca", 1) == one.get("/CA", 1) == 1
        assert one.get("/S") not in ("/Transparency", "/JavaScript", "/Launch")
        assert "LZWDecode" not in str(one.get("/Filter", ""))
    assert fonts


def test_its_fields_print_and_have_a_drawing(pdf: bytes) -> None:
    """ISO 19005-1, 6.5.3 and 6.9."""
    root: Any = PdfFileReader(io.BytesIO(pdf)).root
    form: Any = root["/AcroForm"] if "/AcroForm" in root else {}  # noqa: SIM401 - get gives no object
    assert not form.get("/NeedAppearances", False)
    for reference in form["/Fields"] if form else ():
        field = reference.get_object()
        flags = int(field["/F"])
        assert flags & 4  # print
        assert not flags & 0b100011  # invisible, hidden, no view
        if any(side != 0 for side in field["/Rect"]):
            assert "/N" in field["/AP"]


def dictionaries(reader: PdfFileReader) -> Iterator[DictionaryObject]:
    """Every dictionary that the document reaches, each once."""
    seen: set[int] = set()
    left: list[Any] = [reader.trailer_view["/Root"]]
    references: set[Any] = set()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, (DictionaryObject, StreamObject)):
            yield one
            raw = [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            raw = [one.raw_get(place) for place in range(len(one))]
        else:
            continue
        for value in raw:
            reference = getattr(value, "reference", None)
            if reference is None:
                left.append(value)
            elif reference not in references:
                references.add(reference)
                left.append(value.get_object())
