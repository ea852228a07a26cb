"""A signature's revision fills its one field, and no page can come to look another way."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from PySide6.QtWidgets import QApplication

from signing import paper
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from tests.signing.test_paper import drawn

NAMES = tuple(f"signer-{number}" for number in range(12))
Act = Callable[[Any], None]


@pytest.fixture(scope="module")
def keys() -> WorkstationKeys:
    return WorkstationKeys.generate("讯问室 1")


@pytest.fixture(scope="module")
def blank(qapp: QApplication) -> bytes:
    fields = [paper.Field(name, 1 + number % 2, None) for number, name in enumerate(NAMES)]
    return paper.prepare(drawn("讯问笔录"), fields)


def sign(pdf: bytes, keys: WorkstationKeys, name: str) -> bytes:
    act = paper.Signing(
        field=name, signer_name="甲", reason="", moment=datetime(2026, 11, 22, tzinfo=UTC)
    )
    return paper.sign(pdf, act, keys.seal_key, keys.chain)


def first_page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0].get_object()


def pass_a_page_off_as_dates(writer: Any) -> None:
    """The page's drawing is named as the document's metadata, which may be overwritten."""
    drawing = first_page(writer).raw_get("/Contents")
    drawing.get_object()._data = b"0 0 200 50 re f"
    drawing.get_object()._encoded_data = None
    writer.mark_update(drawing.reference)
    writer.root[pdf_name("/Metadata")] = drawing
    writer.update_root()


def refer_to_a_page(writer: Any) -> None:
    page = IndirectObject(first_page(writer).container_ref.idnum, 0, writer)
    writer.add_object(DictionaryObject({pdf_name("/Page"): page}))


def draw_with_another_state(writer: Any) -> None:
    """A drawing for when the mouse is over the field, beside the one that is printed."""
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    drawing = writer.add_object(StreamObject(stream_data=b"0 0 5 5 re f"))
    field["/AP"] = DictionaryObject({pdf_name("/N"): drawing, pdf_name("/R"): drawing})
    writer.update_container(field)


@pytest.mark.parametrize(
    "act", [pass_a_page_off_as_dates, refer_to_a_page, draw_with_another_state]
)
def test_a_revision_that_does_more_is_refused(
    blank: bytes, keys: WorkstationKeys, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by one who holds the workstation's key and skips its own check."""

    class Writer(IncrementalPdfFileWriter):
        def __init__(self, stream: object, prev: object) -> None:
            super().__init__(stream, prev=prev)
            act(self)

    with monkeypatch.context() as patched:
        patched.setattr(paper, "IncrementalPdfFileWriter", Writer)
        with pytest.raises(SealProblem, match="paper_changed"):
            sign(blank, keys, NAMES[0])
        patched.setattr(paper, "check_newest", lambda *_: None)
        forged = sign(blank, keys, NAMES[0])
    forged = sign(forged, keys, NAMES[1])
    with pytest.raises(SealProblem) as caught:
        paper.check(forged, NAMES[:2], [])
    assert caught.value.code == "paper_changed"
    assert caught.value.details["field"] == NAMES[0]


def use_a_field_for_drawing(writer: Any) -> None:
    """What signing puts into the field would change how the page is drawn."""
    field = writer.root["/AcroForm"]["/Fields"].raw_get(3)
    resources = first_page(writer)["/Resources"]
    resources["/ExtGState"] = DictionaryObject({NameObject("/GSa"): field})


def refer_to_what_comes(writer: Any) -> None:
    """A signature could bring the object that this page already draws."""
    first_page(writer)["/Resources"]["/XObject"] = DictionaryObject(
        {NameObject("/Later"): IndirectObject(500, 0, writer)}
    )


def use_the_dates_for_drawing(writer: Any) -> None:
    first_page(writer)["/Contents"] = writer.root.raw_get("/Metadata")


@pytest.mark.parametrize(
    "act", [use_a_field_for_drawing, refer_to_what_comes, use_the_dates_for_drawing]
)
def test_pages_laid_out_to_change_are_refused(
    blank: bytes, keys: WorkstationKeys, act: Act
) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(blank)))
    act(writer)
    out = io.BytesIO()
    writer.write(out)
    signed = sign(out.getvalue(), keys, NAMES[0])
    with pytest.raises(SealProblem) as caught:
        paper.check(signed, NAMES[:1], [])
    assert caught.value.code == "paper_changed"


def test_twice_the_signatures_take_twice_the_reading(
    blank: bytes, keys: WorkstationKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper of hundreds of signatures must be checked in seconds."""
    papers, pdf = [blank], blank
    for name in NAMES:
        pdf = sign(pdf, keys, name)
        papers.append(pdf)
    counted = 0
    read = PdfFileReader._read_object

    def counting(reader: object, *arguments: object, **options: object) -> object:
        nonlocal counted
        counted += 1
        return read(reader, *arguments, **options)

    monkeypatch.setattr(PdfFileReader, "_read_object", counting)
    reads = []
    for number in (4, 8, 12):
        counted = 0
        paper.check(papers[number], NAMES[:number], [])
        reads.append(counted)
    assert reads[2] - reads[1] == reads[1] - reads[0]
