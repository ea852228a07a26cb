"""Loads the bundled typeface, so that paper and screens look alike on every machine.

- Made by packaging/fonts/build.py; holds the rare characters of personal names.
- A missing file is a bug of the installation and fails at once, never a silent substitute.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from app.paths import RESOURCES

FAMILY = "Shilu Sans"
LIGATURES = QFont.Tag("liga")
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


def for_paper(size: float) -> QFont:
    """The typeface for a PDF, `size` points; what is copied out of the file is what stands there.

    Two letters drawn as one have no characters of their own in a PDF: readers lose the "ff" of a
    digest and of a word.
    """
    made = QFont(load())
    made.setPointSizeF(size)
    made.setFeature(LIGATURES, 0)
    return made
