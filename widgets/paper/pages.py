"""Shows the pages of a PDF as pictures: transcripts with their signatures, and exhibits.

- A page of a PDF is transparent until something is drawn: it is put on white.
- Qt draws no signature fields: a signed paper is shown from a flattened copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QBuffer, QIODevice, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions

from signing.paper_view import flattened
from signing.problem import SealProblem

POINTS_PER_INCH = 72


def page_count(pdf: bytes) -> int:
    """Number of pages; 0 for bytes that are no PDF a reader can open."""
    with _opened(pdf) as document:
        return document.pageCount()


def page_points(pdf: bytes, page: int) -> QSizeF:
    """Width and height of a page (from 1), in points."""
    with _opened(pdf) as document:
        return document.pagePointSize(page - 1)


def page_image(pdf: bytes, page: int, dpi: float) -> QImage:
    """A page (from 1) as a picture on white, signatures included.

    Raises:
        ValueError: `pdf` is no PDF, or has no such page.
    """
    with _opened(_shown(pdf)) as document:
        if not 1 <= page <= document.pageCount():
            raise ValueError(page)
        points = document.pagePointSize(page - 1)
        scale = dpi / POINTS_PER_INCH
        size = QSize(round(points.width() * scale), round(points.height() * scale))
        options = QPdfDocumentRenderOptions()
        options.setRenderFlags(QPdfDocumentRenderOptions.RenderFlag.Annotations)
        rendered = document.render(page - 1, size, options)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.drawImage(0, 0, rendered)
    return image


def page_text(pdf: bytes, page: int) -> str:
    """What a reader finds written on a page (from 1)."""
    with _opened(pdf) as document:
        return document.getAllText(page - 1).text()


@lru_cache(maxsize=2)  # pages of one paper are asked for one after another
def _shown(pdf: bytes) -> bytes:
    if b"/ByteRange" not in pdf:
        return pdf
    try:
        return flattened(pdf)
    except SealProblem:
        return pdf  # an exhibit signed in a way of its own is shown as it is


@contextmanager
def _opened(pdf: bytes) -> Iterator[QPdfDocument]:
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    try:
        yield document
    finally:
        document.close()  # before the buffer goes
