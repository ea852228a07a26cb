"""The live picture of a camera, as large as its place allows; what it shows is stated in words.

- A picture that stays away longer than its patience is said to be missing, not left standing.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ipc.messages import Preview
from widgets import icons, theme
from widgets.workplace import Translated

PATIENCE_MS = 5_000


class Picture(Translated):
    """The first camera, with the second one inset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: dict[str, QImage] = {}
        self._words = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._patience = QTimer(self)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.forget)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self._words = self.tr("No picture yet")
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width * 9 // 16

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    @Slot(object)
    def show_preview(self, preview: Preview) -> None:
        """The newest picture of a stream."""
        self.show_jpeg(preview.jpeg, preview.stream)

    def show_jpeg(self, jpeg: bytes, stream: str = "camera-1") -> None:
        """A picture as JPEG; an unreadable one is passed over."""
        image = QImage.fromData(jpeg)
        if not image.isNull():
            self._images[stream] = image
            self._patience.start()
            self.update()

    @Slot()
    def forget(self) -> None:
        """No picture any more."""
        self._images.clear()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(box, 6, 6)
        names = sorted(self._images)
        if not names:
            mark = icons.pixmap("camera", look.colours["ink_faint"], 32, 2.0)
            painter.drawPixmap(int(box.center().x() - 16), int(box.center().y() - 28), 32, 32, mark)
            painter.setPen(look.colour("ink_soft"))
            below = box.adjusted(0, box.height() / 2 + 8, 0, 0)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._words)
        else:
            whole = self._draw(painter, self._images[names[0]], box)
            if len(names) > 1:
                inset = QRectF(0, 0, whole.width() * 0.28, whole.height() * 0.28)
                inset.moveBottomRight(whole.bottomRight())
                inset.translate(-8, -8)
                self._draw(painter, self._images[names[1]], inset)
        painter.end()

    def _draw(self, painter: QPainter, image: QImage, box: QRectF) -> QRectF:
        """Draw the whole image in the middle of `box`; gives where it stands."""
        size = image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        painter.drawImage(target, image)
        return target
