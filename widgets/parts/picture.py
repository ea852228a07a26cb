"""Pictures of the cameras: one large, the other inset; a click on the inset swaps them.

- A live picture that stays away longer than its patience is said to be missing, not left standing.
- What is played back is never taken for live: a band over it says so with its time.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ipc.messages import Preview
from widgets import icons, theme
from widgets.workplace import Translated

PATIENCE_MS = 5_000
LOOK_EVERY_MS = 500
INSET_SHARE = 0.28
GAP_PX = 8


class Picture(Translated):
    """As large as its place allows, 16 to 9."""

    def __init__(self, parent: QWidget | None = None, *, live: bool = True) -> None:
        super().__init__(parent)
        self._live = live
        self._images: dict[str, QImage] = {}
        self._came: dict[str, float] = {}
        self._large = ""
        self._band = ""
        self._replay: QImage | None = None
        self._words = ""
        self._inset = QRectF()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self._patience = QTimer(self)
        self._patience.setInterval(LOOK_EVERY_MS)
        self._patience.timeout.connect(self._forget_stale)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self._words = self.tr("No picture yet")
        self.update()

    @property
    def streams(self) -> list[str]:
        """What is shown, the large picture first."""
        names = sorted(self._images)
        if self._large in names:
            names.remove(self._large)
            names.insert(0, self._large)
        return names

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
        self.show_image(stream, QImage.fromData(jpeg))

    def show_image(self, stream: str, image: QImage) -> None:
        """A picture; an empty one is passed over."""
        if image.isNull():
            return
        self._images[stream] = image
        self._came[stream] = time.monotonic()
        if self._live and not self._patience.isActive():
            self._patience.start()
        self._tell_swap()
        self.update()

    def show_replay(self, words: str, image: QImage | None = None) -> None:
        """A picture of earlier (none when there was only sound) and words that say so."""
        self._band = words
        if image is not None and not image.isNull():
            self._replay = image
        self.update()

    @Slot()
    def end_replay(self) -> None:
        """Only live pictures again."""
        self._band, self._replay = "", None
        self.update()

    @Slot()
    def swap(self) -> None:
        """The inset becomes large, and the large one inset."""
        shown = self.streams
        if len(shown) > 1:
            self._large = shown[1]
            self.update()

    @Slot()
    def forget(self) -> None:
        """No picture any more."""
        self._patience.stop()
        self._images.clear()
        self._came.clear()
        self._tell_swap()
        self.update()

    @Slot()
    def _forget_stale(self) -> None:
        oldest = time.monotonic() - PATIENCE_MS / 1000
        for stream in [name for name, came in self._came.items() if came < oldest]:
            del self._images[stream], self._came[stream]
            self.update()
        if not self._images:
            self.forget()

    def _tell_swap(self) -> None:
        may_swap = len(self._images) > 1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if may_swap else Qt.FocusPolicy.NoFocus)
        words = self.tr("Click the small picture to see it large") if may_swap else ""
        if self.toolTip() != words:
            self.setToolTip(words)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = len(self._images) > 1 and self._inset.contains(event.position())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if len(self._images) > 1 and self._inset.contains(event.position()):
            self.swap()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.swap()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(box, 6, 6)
        shown = [self._images[name] for name in self.streams]
        if self._replay is not None:
            shown.insert(0, self._replay)
        self._inset = QRectF()
        if not shown:
            self._draw_nothing(painter, box)
        else:
            whole = self._draw(painter, shown[0], box)
            if len(shown) > 1:
                self._draw_inset(painter, shown[1], whole)
            if self._band:
                self._draw_band(painter, whole)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _draw_nothing(self, painter: QPainter, box: QRectF) -> None:
        look = theme.current()
        mark = icons.pixmap("camera", look.colours["ink_faint"], 32, 2.0)
        painter.drawPixmap(int(box.center().x() - 16), int(box.center().y() - 28), 32, 32, mark)
        painter.setPen(look.colour("ink_soft"))
        below = box.adjusted(0, box.height() / 2 + 8, 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._words)

    def _draw_inset(self, painter: QPainter, image: QImage, whole: QRectF) -> None:
        size = whole.size() * INSET_SHARE
        place = QRectF(
            whole.right() - size.width() - GAP_PX,
            whole.bottom() - size.height() - GAP_PX,
            size.width(),
            size.height(),
        )
        self._inset = self._draw(painter, image, place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().colour("surface"), 2))
        painter.drawRect(self._inset)

    def _draw_band(self, painter: QPainter, whole: QRectF) -> None:
        look = theme.current()
        room = painter.fontMetrics().boundingRect(self._band)
        band = QRectF(whole.left() + GAP_PX, whole.top() + GAP_PX, room.width() + 24, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("amber_wash"))
        painter.drawRoundedRect(band, 6, 6)
        painter.setPen(look.colour("amber"))
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, self._band)

    def _draw(self, painter: QPainter, image: QImage, box: QRectF) -> QRectF:
        """Draw the whole image in the middle of `box`; gives where it stands."""
        size = image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        painter.drawImage(target, image)
        return target
