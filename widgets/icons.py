"""Our own line icons, tinted by the theme when they are drawn."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.paths import RESOURCES
from widgets import theme

FOLDER = RESOURCES / "icons"


@cache
def _drawing(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """The icon `name` in `colour` (`#RRGGBB`); an unknown name raises FileNotFoundError."""
    picture = QPixmap(QSize(size_px, size_px) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    drawing = QSvgRenderer(QByteArray(_drawing(name).replace("#000000", colour).encode()))
    painter = QPainter(picture)
    drawing.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str = "ink", size_px: int = 18) -> QIcon:
    """The icon in a colour of the current theme, and grey where it is disabled."""
    look = theme.current()
    made = QIcon(pixmap(name, look.colours[colour], size_px, 2.0))
    grey = pixmap(name, look.colours["disabled"], size_px, 2.0)
    made.addPixmap(grey, QIcon.Mode.Disabled)
    return made


class IconLabel(QLabel):
    """An icon that stands beside a word."""

    def __init__(
        self, name: str, colour: str = "ink_soft", size_px: int = 18, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._colour, self._size_px = name, colour, size_px
        self.setFixedSize(size_px, size_px)
        self._draw()

    def show_icon(self, name: str, colour: str) -> None:
        """Another icon or colour."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        colour = theme.current().colours[self._colour]
        self.setPixmap(pixmap(self._name, colour, self._size_px, 2.0))


class IconButton(QPushButton):
    """A button with an icon and a word; `kind` is its role in the style sheet."""

    def __init__(self, name: str, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        if kind:
            self.setProperty("kind", kind)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()

    def show_icon(self, name: str) -> None:
        """Another icon."""
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        kinds = {"primary": "on_accent", "plain": "accent", "link": "accent"}
        self.setIcon(icon(self._name, kinds.get(str(self.property("kind")), "ink")))
