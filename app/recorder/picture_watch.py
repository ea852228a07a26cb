"""Notices a camera that delivers but shows nothing: black, or the same picture over and over.

- Both are told within three seconds of their beginning.
- A real camera's noise makes no two pictures equal; two seconds of equal ones are a frozen one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

LOOK_EVERY_NS = 500_000_000
FROZEN_LOOKS = 4  # that found the same as the look before
BLACK_LOOKS = 5
EVERY_ROW = 4  # noise is in all of them
BLACK_MEAN = 24.0
BLACK_SPREAD = 3.0


class PictureWatch:
    """Looks at two pictures a second."""

    def __init__(self, on_trouble: Callable[[str, bool], None]) -> None:
        self._on_trouble = on_trouble
        self._looked_ns = 0
        self._sum = 0
        self._counts = {"picture_frozen": 0, "picture_black": 0}

    def look(self, luma: npt.NDArray[np.uint8], now_ns: int) -> None:
        """Look at the brightness plane of a picture as the camera gave it."""
        if now_ns - self._looked_ns < LOOK_EVERY_NS:
            return
        self._looked_ns = now_ns
        told = zlib.crc32(np.ascontiguousarray(luma[::EVERY_ROW]).data)
        self._count("picture_frozen", FROZEN_LOOKS, holds=told == self._sum)
        self._sum = told
        sparse = luma[::8, ::8]
        dark = float(sparse.mean()) < BLACK_MEAN and float(sparse.std()) < BLACK_SPREAD
        self._count("picture_black", BLACK_LOOKS, holds=dark)

    def _count(self, code: str, limit: int, *, holds: bool) -> None:
        before = self._counts[code]
        self._counts[code] = before + 1 if holds else 0
        if before + 1 == limit and holds:
            self._on_trouble(code, False)
        elif before >= limit and not holds:
            self._on_trouble(code, True)
