"""Ink for other programs, read back by a reader written from the format's table alone."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from signing.ink_iso import scaling_value, to_iso
from signing.marks import Ink, InkPoint, InkStroke

NAMES = ["X", "Y", "Z", "VX", "VY", "AX", "AY", "T", "DT", "F", "S", "TX", "TY", "AZ", "EL", "R"]
SIGNED = {"X", "Y", "VX", "VY", "AX", "AY", "TX", "TY"}


def an_ink(pointer: str = "pen", device_ms: int = 5000, last_ms: int = 40) -> Ink:
    """Two strokes on an area of 80 by 30 mm."""
    down = (
        InkPoint(1000, 2000, 0.25, 10, -20, device_ms, 77_000),
        InkPoint(1500, 2500, 0.5, 11, -21, device_ms + 8, 77_008),
    )
    dot = InkPoint(80_000, 30_000, 1.0, -60, 60, device_ms + last_ms, 77_000 + last_ms)
    strokes = (InkStroke(down, pointer), InkStroke((dot,), pointer))
    return Ink(strokes, 80_000, 30_000, "pen", simulated=False)


def read(data: bytes) -> tuple[dict[str, dict[str, float]], list[dict[str, float]]]:
    """The channels with their attributes, and the samples in the channels' units."""
    assert data[:8] == b"SDI\0 10\0"
    included = struct.unpack(">H", data[8:10])[0]
    names = [name for bit, name in enumerate(NAMES) if included & 0x8000 >> bit]
    place, channels = 10, {}
    for name in names:
        preamble, place = data[place], place + 1
        channels[name] = {}
        for bit, attribute in enumerate(("scaling", "least", "greatest", "mean", "deviation")):
            if preamble & 0x80 >> bit:
                number = struct.unpack(">H", data[place : place + 2])[0]
                place += 2
                if attribute == "scaling":
                    number = (1 + (number & 0x7FF) / 2048) * 2.0 ** ((number >> 11) - 16)
                elif name in SIGNED:
                    number -= 32768
                channels[name][attribute] = number
        assert not preamble & 0x07
    assert data[place : place + 2] == b"\0\0"
    count = int.from_bytes(data[place + 2 : place + 5], "big")
    place += 5
    samples = []
    for _ in range(count):
        sample = {}
        for name in names:
            size = 1 if name == "S" else 2
            number = int.from_bytes(data[place : place + size], "big")
            place += size
            number -= 32768 if name in SIGNED else 0
            sample[name] = number / channels[name].get("scaling", 1)
        samples.append(sample)
    assert place == len(data)
    return channels, samples


def test_another_reader_finds_places_times_force_and_tilt() -> None:
    channels, samples = read(to_iso(an_ink()))
    assert list(channels) == ["X", "Y", "T", "F", "S", "TX", "TY"]
    assert channels["X"]["scaling"] == channels["Y"]["scaling"] == 100
    assert (channels["X"]["greatest"], channels["Y"]["greatest"]) == (8000, 3000)
    first, second, lifted, dot, end = samples
    assert (first["X"], first["Y"], first["T"]) == (1.0, 28.0, 0.0)
    assert (second["X"], second["Y"], second["T"]) == (1.5, 27.5, 0.008)
    assert second["F"] == round(0.5 * 65535)
    assert (first["TX"], first["TY"]) == (10, -20)
    assert (dot["X"], dot["Y"], dot["F"], dot["TX"], dot["TY"]) == (80.0, 0.0, 65535, -60, 60)
    assert [sample["S"] for sample in samples] == [1, 1, 0, 1, 0]
    assert (lifted["X"], lifted["T"], lifted["F"]) == (second["X"], second["T"], 0)
    assert end["F"] == 0


@pytest.mark.parametrize("pointer", ["finger", "mouse"])
def test_no_force_is_claimed_that_nobody_measured(pointer: str) -> None:
    channels, samples = read(to_iso(an_ink(pointer)))
    assert "F" not in channels
    assert len(samples) == 5


def test_a_pad_without_a_clock_has_ours() -> None:
    ink = an_ink()
    strokes = tuple(
        replace(stroke, points=tuple(replace(point, device_ms=0) for point in stroke.points))
        for stroke in ink.strokes
    )
    _, samples = read(to_iso(replace(ink, strokes=strokes)))
    assert [sample["T"] for sample in samples] == [0.0, 0.008, 0.008, 0.04, 0.04]


def test_slow_writing_on_a_large_area_still_fits() -> None:
    """Five minutes and two metres: coarser numbers, none cut off."""
    ink = replace(an_ink(last_ms=300_000), width_um=2_000_000)
    _, samples = read(to_iso(ink))
    assert samples[-1]["T"] == pytest.approx(300, abs=0.01)
    assert samples[-1]["X"] == pytest.approx(80, abs=0.05)


@pytest.mark.parametrize(("value", "written"), [(1, 16 << 11), (2, 17 << 11), (1000, 0xCFA0)])
def test_scaling_values(value: int, written: int) -> None:
    assert scaling_value(value) == written


def test_one_ink_has_one_form() -> None:
    assert to_iso(an_ink()) == to_iso(an_ink())
    assert to_iso(an_ink()) != to_iso(an_ink(last_ms=41))
    assert len(read(to_iso(Ink((), 80_000, 30_000, "pen", simulated=False)))[1]) == 0
