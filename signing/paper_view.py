"""The same paper with its signatures drawn as page content, for screens and printers.

- Some PDF engines (Qt's among them) do not draw signature fields; this copy shows them to all.
- It is a view: it carries no valid signature any more and is never stored or delivered.
"""

from __future__ import annotations

import io
from collections import defaultdict

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import enumerate_sig_fields

from signing.paper_check import UNREADABLE
from signing.problem import SealProblem

Drawing = tuple[IndirectObject, bytes]


def flattened(pdf: bytes) -> bytes:
    """The paper with every filled signature field drawn on its page.

    Raises:
        SealProblem: `paper_malformed`.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        for page, drawings in _drawings(writer).items():
            _add(writer, page, drawings)
        out = io.BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
    except UNREADABLE as error:
        raise SealProblem("paper_malformed") from error
    return out.getvalue()


def _drawings(writer: IncrementalPdfFileWriter) -> dict[int, list[Drawing]]:
    """The appearances of signed fields by page index, each with its place on the page."""
    reader = writer.prev
    count = int(reader.root["/Pages"]["/Count"])
    pages = [reader.find_page_for_modification(n) for n in range(count)]  # type: ignore[no-untyped-call]
    numbers = {page.reference: index for index, (page, _) in enumerate(pages)}
    found: dict[int, list[Drawing]] = defaultdict(list)
    for _, _, reference in enumerate_sig_fields(reader, filled_status=True):
        field = reference.get_object()
        if "/AP" not in field:
            continue
        appearance = field["/AP"].raw_get("/N")
        page = numbers[field.raw_get("/P").reference]
        found[page].append((appearance, _place(field, appearance.get_object())))
    return found


def _place(field: DictionaryObject, appearance: StreamObject) -> bytes:
    """The matrix that puts the appearance's box into the field's rectangle."""
    x0, y0, x1, y1 = _sides(field["/Rect"])
    bx0, by0, bx1, by1 = _sides(appearance["/BBox"])
    if bx1 <= bx0 or by1 <= by0:
        raise ValueError("empty appearance")
    across, up = (x1 - x0) / (bx1 - bx0), (y1 - y0) / (by1 - by0)
    numbers = (across, 0, 0, up, x0 - bx0 * across, y0 - by0 * up)
    return b" ".join(b"%.4f" % number for number in numbers)


def _sides(rectangle: list[float]) -> tuple[float, float, float, float]:
    a, b, c, d = (float(side) for side in rectangle)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _add(writer: IncrementalPdfFileWriter, page: int, drawings: list[Drawing]) -> None:
    names = [f"/Signature{number}" for number in range(len(drawings))]
    drawn = DictionaryObject(  # type: ignore[no-untyped-call]
        {pdf_name(name): drawing[0] for name, drawing in zip(names, drawings, strict=True)}
    )
    resources = DictionaryObject({pdf_name("/XObject"): drawn})  # type: ignore[no-untyped-call]
    content = [b"Q"]  # ends what the page's own content may have left changed
    for name, (_, matrix) in zip(names, drawings, strict=True):
        content.append(b"q %s cm %s Do Q" % (matrix, name.encode()))
    before = writer.add_object(StreamObject(stream_data=b"q"))
    after = writer.add_object(StreamObject(stream_data=b"\n".join(content)))
    writer.add_stream_to_page(page, before, prepend=True)  # type: ignore[no-untyped-call]
    writer.add_stream_to_page(page, after, resources)  # type: ignore[no-untyped-call]
