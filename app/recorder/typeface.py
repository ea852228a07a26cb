"""The bundled typeface for what is burnt into pictures, or a system one that has Chinese."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

from app.paths import RESOURCES

_PLACES = (
    RESOURCES / "fonts" / "ShiluSans-Regular.otf",
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)


@cache
def typeface(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The typeface at a height in pixels."""
    for place in _PLACES:
        if place.exists():
            return ImageFont.truetype(str(place), pixels)
    return ImageFont.load_default(pixels)
