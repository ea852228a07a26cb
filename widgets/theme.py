"""The look of both windows from one table of tokens; light and dark.

- Colours live in resources/themes/tokens.toml alone; the style sheet names them.
- A painted part asks `current()` while it paints, so that a change of theme needs no wiring.
- Every text/background pair is in the table and a test measures it (WCAG 2.2, AA).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

import msgspec
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.paths import RESOURCES
from widgets import fonts

THEMES = ("light", "dark")
FOLDER = RESOURCES / "themes"
FALLBACK_FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei")


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """One theme: colours as `#RRGGBB` by name, sizes in pixels."""

    name: str
    colours: dict[str, str]
    sizes: dict[str, int]

    def colour(self, name: str) -> QColor:
        """The colour of that name."""
        return QColor(self.colours[name])


@cache
def _table() -> dict[str, dict[str, object]]:
    return tomllib.loads((FOLDER / "tokens.toml").read_text(encoding="utf-8"))


@cache
def load(name: str) -> Theme:
    """The theme of that name; an unknown name is the light one."""
    name = name if name in THEMES else "light"
    table = _table()
    return Theme(
        name=name,
        colours=msgspec.convert(table[name], dict[str, str]),
        sizes=msgspec.convert(table["sizes"], dict[str, int]),
    )


def pairs(kind: str) -> list[tuple[str, str]]:
    """The pairs of colour names that stand on each other: kind `text` or `edges`."""
    return msgspec.convert(_table()["pairs"][kind], list[tuple[str, str]])


def style_sheet(theme: Theme) -> str:
    """desk.qss with every @name filled in."""
    values = dict(theme.colours)
    values |= {name: f"{value}px" for name, value in theme.sizes.items()}
    values |= {"icons": (RESOURCES / "icons").as_posix(), "theme": theme.name}
    template = (FOLDER / "desk.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda found: values[found[1]], template)


def font(size_px: int, bold: bool = False) -> QFont:
    """The one family at a size, with the system's CJK faces behind it."""
    wanted = QFont()
    wanted.setFamilies([fonts.FAMILY, *FALLBACK_FAMILIES])
    wanted.setPixelSize(size_px)
    wanted.setBold(bold)
    return wanted


def use(name: str) -> Theme:
    """Give the running application this theme's font and palette; needs a QApplication.

    A window draws its style sheet from `dress`; it is told by QEvent.PaletteChange.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = load(name)
    fonts.load()
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font(theme.sizes["text"]))
    app.setProperty("theme", theme.name)
    app.setPalette(_palette(theme))
    return theme


def dress(window: QWidget) -> None:
    """Put the current theme's style sheet on a window; the other window has its own."""
    sheet = style_sheet(current())
    if window.styleSheet() != sheet:
        window.setStyleSheet(sheet)


def current() -> Theme:
    """The theme in use."""
    app = QApplication.instance()
    return load(str(app.property("theme")) if app is not None else "light")


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget another role in the style sheet and draw it anew."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "ground",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.PlaceholderText: "ink_faint",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.ToolTipBase: "surface",
        QPalette.ColorRole.ToolTipText: "ink",
    }
    for role, name in roles.items():
        palette.setColor(role, theme.colour(name))
    return palette
