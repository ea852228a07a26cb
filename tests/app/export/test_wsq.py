"""The WSQ copy shows the same finger, and is absent where it would mislead."""

from __future__ import annotations

import io
from dataclasses import replace

import wsq  # noqa: F401 - teaches Pillow the format
from PIL import Image

from app.export.wsq import to_wsq
from signing.pads.simulated import print_of

LIKE = 0.9  # of 1; another finger's is below a half


def test_the_copy_shows_the_print_much_smaller() -> None:
    original = print_of(7)
    copy = to_wsq(original)
    assert copy is not None
    assert copy.startswith(b"\xff\xa0")  # start of image
    assert len(copy) < len(original.gray) / 8
    shown = Image.open(io.BytesIO(copy)).convert("L")
    assert shown.size == (original.width, original.height)
    assert likeness(shown.tobytes(), original.gray) > LIKE
    assert likeness(shown.tobytes(), print_of(8).gray) < LIKE / 2 + 0.3


def test_a_print_of_another_resolution_has_no_copy() -> None:
    assert to_wsq(replace(print_of(7), dpi=1000)) is None


def test_a_print_too_small_for_the_coder_has_no_copy() -> None:
    assert to_wsq(replace(print_of(7), gray=bytes(20 * 20), width=20, height=20)) is None


def likeness(one: bytes, other: bytes) -> float:
    """Correlation of two pictures, 1 for the same."""
    pairs = list(zip(one, other, strict=True))
    a, b = sum(one) / len(one), sum(other) / len(other)
    joint = sum((x - a) * (y - b) for x, y in pairs)
    spread = sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other)
    return float(joint / spread**0.5)
