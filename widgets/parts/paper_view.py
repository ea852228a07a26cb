"""One page of the paper as it will print, drawn beside the GUI thread and kept while it stands."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from widgets import theme
from widgets.background import Background, plainly
from widgets.paper.pages import page_image
from widgets.workplace import Translated

DPI = 120.0


class PaperView(Translated):
    """Shows a page of a PDF, whole and sharp."""

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._pdf = b""
        self._page = 0
        self._image = QImage()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 320)
        self.retranslate()

    @property
    def shows_page(self) -> int:
        """The page that is drawn, or 0."""
        return self._page if not self._image.isNull() else 0

    def retranslate(self) -> None:
        """Set every word anew."""
        self._words = self.tr("The page is being drawn")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 680)

    def show_page(self, pdf: bytes, page: int) -> None:
        """Draw page `page` (from 1) of this PDF."""
        if (pdf, page) == (self._pdf, self._page) or not pdf:
            return
        self._pdf, self._page = pdf, page
        self._image = QImage()
        self.update()
        self._background.start(plainly(partial(page_image, pdf, page, DPI)), then=self._on_image)

    def forget(self) -> None:
        """No page."""
        self._pdf, self._page, self._image = b"", 0, QImage()
        self.update()

    @Slot(object)
    def _on_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image.isNull():
            painter.setPen(look.colour("ink_faint"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._words if self._page else "")
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
