"""Shows an exhibit to the person: the picture or document itself, its name and its digest.

- What is shown are the bytes kept under the digest that the record carries, nothing else.
- A kind of file that cannot be drawn says so; the original is then shown by hand.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Slot
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.events import ExhibitShown
from widgets.background import Background
from widgets.paper.pages import page_count, page_image
from widgets.session_model import SessionModel
from widgets.tablet.page import TabletPage
from widgets.tablet.page_view import ZOOMS, PageView

LARGEST_PX = 8192  # of a picture's longer side; more is read smaller
SAMPLE_DPI = 24  # of a small drawing that tells a page's shape


class ExhibitPage(TabletPage):
    """One exhibit, large; zoom and pages by touch."""

    KIND = "exhibit"

    def __init__(
        self, model: SessionModel, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._exhibit: ExhibitShown | None = None
        self._data = b""
        self._pages = 0
        self._number = 1
        self._heading = self._label(kind="subheading")
        self._of = self._label(kind="soft")
        self._state = self._label("exhibit_loading", "lead")
        self._digest = self._label(kind="soft")
        self._digest.setWordWrap(False)
        self.view = PageView(background, self, whole=True)
        self._lay_out()
        self._build_actions()

    @property
    def number(self) -> int:
        return self._number if self._pages else 0

    def show_exhibit(self, exhibit: ExhibitShown) -> None:
        """Fetch and show it; the same exhibit again changes nothing."""
        if self._exhibit is not None and self._exhibit.exhibit_id == exhibit.exhibit_id:
            return
        self._exhibit = exhibit
        self._data, self._pages, self._number = b"", 0, 1
        self.view.show_page(None)
        self.say(self._heading, "exhibit_heading", name=exhibit.name)
        self.say(self._digest, "exhibit_digest", digest=f"SHA-256 {exhibit.digest[:16]}…")
        self._tell("exhibit_loading")
        self._model.do(
            load, self._model, exhibit.exhibit_id, then=self._on_loaded, failed=self._fail
        )

    def clear(self) -> None:
        """Forget the exhibit; it left the tablet."""
        self._exhibit, self._data = None, b""
        self.view.show_page(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        self._of.setWordWrap(False)
        head.addWidget(self._of)
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 16, 32, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self._state, 1)
        column.addWidget(self._digest)

    def _build_actions(self) -> None:
        self.smaller = self._button("exhibit_zoom_out", "zoom_out")
        self.larger = self._button("exhibit_zoom_in", "zoom_in")
        self.previous = self._button("exhibit_back", "back")
        self.onward = self._button("exhibit_next", "next")
        for button in (self.smaller, self.larger, self.previous, self.onward):
            self._row.addWidget(button)
        self.smaller.clicked.connect(partial(self.view.zoom, -1))
        self.larger.clicked.connect(partial(self.view.zoom, 1))
        self.previous.clicked.connect(self._on_previous)
        self.onward.clicked.connect(self._on_onward)
        self.view.zoomed.connect(self._show_buttons)

    def _on_loaded(self, loaded: tuple[str, bytes, QImage | None]) -> None:
        exhibit_id, data, image = loaded
        if self._exhibit is None or exhibit_id != self._exhibit.exhibit_id:
            return  # another one was shown meanwhile
        self._data = data
        if image is not None:
            self._show_image(image)
        elif data and (pages := page_count(data)):
            self._pages = pages
            self._show_page(1)
        else:
            self._tell("exhibit_unreadable")

    def _show_image(self, image: QImage) -> None:
        self._tell("")
        self.view.show_page(partial(_scaled, image), image.height() / max(1, image.width()))
        self._show_buttons()

    def _show_page(self, number: int) -> None:
        self._tell("")
        self._number = number
        sample = page_image(self._data, number, SAMPLE_DPI)
        points_across = sample.width() * 72 / SAMPLE_DPI
        aspect = sample.height() / max(1, sample.width())
        self.view.show_page(partial(draw_page, self._data, number, points_across), aspect)
        self._show_buttons()

    def _tell(self, sentence: str) -> None:
        self._state.setVisible(bool(sentence))
        self.view.setVisible(not sentence)
        if sentence:
            self.say(self._state, sentence)
        self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        several = self._pages > 1
        self._of.setVisible(several)
        if several:
            self.say(self._of, "page_of", page=self._number, pages=self._pages)
        self.previous.setVisible(several)
        self.onward.setVisible(several)
        self.previous.setEnabled(self._number > 1)
        self.onward.setEnabled(self._number < self._pages)
        self.smaller.setEnabled(not self.view.is_empty and self.view.step > 0)
        self.larger.setEnabled(not self.view.is_empty and self.view.step < len(ZOOMS) - 1)

    @Slot()
    def _on_previous(self) -> None:
        self._show_page(self._number - 1)

    @Slot()
    def _on_onward(self) -> None:
        self._show_page(self._number + 1)


def load(model: SessionModel, exhibit_id: str) -> tuple[str, bytes, QImage | None]:
    """On the worker: the exhibit's id, its bytes if it is a document, its image if it is one."""
    data, media_type = model.session.exhibit_bytes(exhibit_id)
    if media_type == "application/pdf":
        return exhibit_id, data, None
    return exhibit_id, b"", picture(data)


def picture(data: bytes) -> QImage | None:
    """The image in `data`, turned as its camera says and never over `LARGEST_PX`, or None."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > LARGEST_PX:
        box = QSize(LARGEST_PX, LARGEST_PX)
        reader.setScaledSize(size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def draw_page(pdf: bytes, number: int, points_across: float, width_px: int) -> QImage:
    """A page of a document for a width in device pixels."""
    return page_image(pdf, number, width_px / points_across * 72)


def _scaled(image: QImage, width_px: int) -> QImage:
    """The picture at a width; never blown up, the painter does that."""
    if width_px >= image.width():
        return image
    return image.scaledToWidth(width_px, Qt.TransformationMode.SmoothTransformation)
