"""One page of the paper as it will print, drawn beside the GUI thread and kept while it stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from widgets import theme
from widgets.background import Background, plainly
from widgets.paper.pages import page_image
from widgets.workplace import Translated

DPI = 120.0


@dataclass(slots=True, eq=False)
class _Request:
    """A page asked for; nobody waits for one that is stale."""

    pdf: bytes
    page: int
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class _Drawn:
    request: _Request
    image: QImage


def _draw(request: _Request) -> _Drawn:
    """On a worker; one that was paged past before its turn came is not drawn."""
    empty = QImage()
    return _Drawn(
        request, empty if request.is_stale else page_image(request.pdf, request.page, DPI)
    )


class PaperView(Translated):
    """Shows a page of a PDF, whole and sharp."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._request: _Request | None = None
        self._image = QImage()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 320)
        self.retranslate()

    @property
    def page(self) -> int:
        """The page that is wanted, drawn yet or not; 0 without one."""
        return self._request.page if self._request else 0

    @property
    def shows_page(self) -> int:
        """The page that is drawn, or 0."""
        return self.page if not self._image.isNull() else 0

    def retranslate(self) -> None:
        """Set every word anew."""
        self._words = self.tr("The page is being drawn")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 680)

    def show_page(self, pdf: bytes, page: int) -> None:
        """Draw page `page` (from 1) of this PDF."""
        request = self._request
        if not pdf or (request is not None and (pdf, page) == (request.pdf, request.page)):
            return
        self.forget()
        self._request = _Request(pdf, page)
        self._background.start(plainly(_draw, self._request), then=self._on_drawn)

    def forget(self) -> None:
        """No page; what is still being drawn is not shown."""
        if self._request is not None:
            self._request.is_stale = True
        self._request, self._image = None, QImage()
        self.update()

    @Slot(object)
    def _on_drawn(self, drawn: _Drawn) -> None:
        if drawn.request is self._request:  # paging fast, an earlier page may come later
            self._image = drawn.image
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image.isNull():
            painter.setPen(look.colour("ink_faint"))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignCenter, self._words if self._request else ""
            )
        else:
            ratio = self.devicePixelRatioF()
            size = self._image.size().scaled(
                (box.size() * ratio).toSize(), Qt.AspectRatioMode.KeepAspectRatio
            )
            target = QRectF(0, 0, size.width() / ratio, size.height() / ratio)
            target.moveCenter(box.center())
            smooth = self._image.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.drawImage(target, smooth)
            painter.setPen(look.colour("line_strong"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(target)
        painter.end()
