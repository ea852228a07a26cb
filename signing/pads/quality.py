"""Whether a finger's image can serve as a mark, and what would make it better.

- It looks at the image only: how much of it is ridges, how dark they are, where they lie.
- It is guidance while capturing, no score of a person and no comparison.
"""

from __future__ import annotations

from collections import Counter

from signing.marks import Fingerprint
from signing.pads.pad import Hint

TOUCHED = 215  # a pixel something lies on is darker
DARK = 128  # a ridge's pixel is darker
LEAST_TOUCHED = 0.04  # of the image; below this nothing lies on the pad
LEAST_DARK = 0.12
FAINTEST = 90  # the darkest fiftieth of a good print is darker than this
MOST_ASIDE = 0.2  # of width or height, between the ridges' middle and the image's


def rate(image: Fingerprint) -> Hint:
    """GOOD, WAITING for an empty pad, or what to do better."""
    if _share_below(image.gray, TOUCHED) < LEAST_TOUCHED:
        return Hint.WAITING
    if _percentile(image.gray, 0.02) > FAINTEST:
        return Hint.TOO_DRY
    x, y = _middle(image)
    if abs(x - 0.5) > MOST_ASIDE or abs(y - 0.5) > MOST_ASIDE:
        return Hint.OFF_CENTER
    return Hint.GOOD if _share_below(image.gray, DARK) >= LEAST_DARK else Hint.PRESS_HARDER


def _share_below(gray: bytes, limit: int) -> float:
    return sum(count for value, count in Counter(gray).items() if value < limit) / len(gray)


def _percentile(gray: bytes, share: float) -> int:
    """The value that `share` of the pixels do not exceed."""
    left = share * len(gray)
    for value, count in sorted(Counter(gray).items()):
        left -= count
        if left <= 0:
            return value
    return 255


def _middle(image: Fingerprint) -> tuple[float, float]:
    """Centre of the touched pixels as shares of width and height."""
    dark_table = bytes(1 if value < TOUCHED else 0 for value in range(256))
    dark = image.gray.translate(dark_table)
    rows = [sum(dark[row * image.width : (row + 1) * image.width]) for row in range(image.height)]
    columns = [sum(dark[column :: image.width]) for column in range(image.width)]
    total = max(sum(rows), 1)
    x = sum(place * count for place, count in enumerate(columns)) / total / image.width
    y = sum(place * count for place, count in enumerate(rows)) / total / image.height
    return x, y
