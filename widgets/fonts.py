"""Loads the bundled typeface, so that paper and screens look alike on every machine.

- Made by packaging/fonts/build.py; holds the rare characters of personal names.
- A missing file is a bug of the installation and fails at once, never a silent substitute.
"""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from app.paths import RESOURCES

FAMILY = "Shilu Sans"
FILES = ("ShiluSans-Regular.otf", "ShiluSans-Bold.otf")


def load() -> str:
    """Make the typeface known to Qt, once for each application; gives the family's name.

    A QGuiApplication must exist. Raises FileNotFoundError if a font file cannot be read.
    """
    if FAMILY not in QFontDatabase.families():
        for name in FILES:
            path = RESOURCES / "fonts" / name
            if QFontDatabase.addApplicationFont(str(path)) < 0:
                raise FileNotFoundError(path)
    return FAMILY
