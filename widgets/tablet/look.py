"""Dresses the tablet's window: the desk's colours at a size for reading and touching.

- Colours come from the one token table; sizes are the tablet's own (24 px text, 56 px targets).
- A style sheet on the window wins over the application's, so both windows live side by side.
"""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from app.paths import RESOURCES
from widgets import theme

SIZES = {
    "body": 24,  # the least a person on the tablet is asked to read
    "item": 26,
    "lead": 28,
    "heading": 38,
    "touch": 64,  # with its border; a target is never under 56
    "corner": 8,
}
FILE = theme.FOLDER / "tablet.qss"


def style_sheet(look: theme.Theme) -> str:
    """tablet.qss with every @name filled in."""
    values = dict(look.colours) | {name: f"{size}px" for name, size in SIZES.items()}
    values |= {"icons": (RESOURCES / "icons").as_posix(), "theme": look.name}
    template = FILE.read_text(encoding="utf-8")
    return re.sub(r"@([a-z_]+)", lambda found: values[found[1]], template)


def dress(window: QWidget) -> None:
    """Give `window` the tablet's look in the theme that is in use."""
    look = theme.current()
    if window.property("look") != look.name:
        window.setProperty("look", look.name)
        window.setFont(theme.font(SIZES["body"]))
        window.setStyleSheet(style_sheet(look))
