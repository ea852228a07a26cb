"""Marks and their files."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signing.marks import (
    Fingerprint,
    Ink,
    InkPoint,
    InkStroke,
    for_finger,
    read_inkml,
    read_png,
    sensor_data,
    to_inkml,
    to_png,
)
from signing.problem import SealProblem

whole = st.integers(-(2**31), 2**31)
points = st.builds(
    InkPoint,
    x_um=whole,
    y_um=whole,
    pressure=st.integers(0, 10_000).map(lambda n: n / 10_000),
    tilt_x_deg=st.integers(-90, 90),
    tilt_y_deg=st.integers(-90, 90),
    device_ms=st.integers(0, 2**53),
    offset_ms=st.integers(0, 2**40),
)
strokes = st.builds(
    InkStroke,
    points=st.lists(points, min_size=1, max_size=5).map(tuple),
    pointer=st.sampled_from(["pen", "finger", "mouse"]),
)
inks = st.builds(
    Ink,
    strokes=st.lists(strokes, min_size=1, max_size=4).map(tuple),
    width_um=st.integers(0, 10**6),
    height_um=st.integers(0, 10**6),
    device=st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20),
    simulated=st.booleans(),
)


@given(inks)
def test_ink_comes_back_from_its_file(ink: Ink) -> None:
    """L23: the original form is kept, every point with both clocks."""
    assert read_inkml(to_inkml(ink)) == ink


def an_ink() -> Ink:
    stroke = InkStroke((InkPoint(12_345, 6_789, 0.5, 20, -31, 100, 61_000),))
    return Ink((stroke,), 90_000, 30_000, "Wacom <One> & 笔", simulated=False)


def test_ink_file_is_readable_by_others() -> None:
    text = to_inkml(an_ink()).decode()
    assert '<channel name="F" type="decimal" units="%"/>' in text
    assert "12.345 6.789 0.5000 20 -31 100 61000" in text


@pytest.mark.parametrize(
    "change",
    [
        (b"12.345", b"12.3450"),
        (b"</ink>", b""),
        (b"0.5000", b"nan"),
        (b"<definitions>", b"<definitions >"),
        (b"<ink ", b"<!DOCTYPE ink><ink "),
    ],
)
def test_a_changed_ink_file_is_refused(change: tuple[bytes, bytes]) -> None:
    data = to_inkml(an_ink())
    changed = data.replace(*change)
    assert changed != data
    with pytest.raises(SealProblem, match="mark_mismatch"):
        read_inkml(changed)


def a_print() -> Fingerprint:
    gray = bytes((x * y) % 256 for y in range(40) for x in range(30))
    return Fingerprint(gray, 30, 40, 500, "pad", "S1", simulated=True)


def test_print_is_a_lossless_500_dpi_png() -> None:
    data = to_png(a_print())
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.mode == "L"
        assert picture.tobytes() == a_print().gray
        assert round(picture.info["dpi"][0]) == 500
        assert picture.info["Comment"] == "simulated"
    assert read_png(data) == replace(a_print(), device="", serial="")
    assert to_png(a_print()) == data


@pytest.mark.parametrize("place", [0, 18, 60, -20])
def test_a_changed_print_is_refused(place: int) -> None:
    data = bytearray(to_png(a_print()))
    data[place] ^= 1
    with pytest.raises(SealProblem, match="mark_mismatch"):
        read_png(bytes(data))


def test_a_print_with_missing_pixels_is_a_bug() -> None:
    with pytest.raises(ValueError, match="pixels"):
        to_png(replace(a_print(), height=41))


def test_sensor_data_names_the_device() -> None:
    told = json.loads(sensor_data(for_finger(a_print(), "right index")))
    assert told["serial"] == "S1"
    assert told["finger"] == "right index"
    assert told["simulated"] is True
    ink = json.loads(sensor_data(an_ink()))
    assert (ink["strokes"], ink["points"], ink["pointers"]) == (1, 1, ["pen"])
