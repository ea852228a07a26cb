"""Ink as ISO/IEC 19794-7:2007 signature/sign time series data, full format: for other programs.

- A copy: the InkML beside it is the original, with every digit the device gave and both clocks.
- Nothing is invented: there is a force channel only where every stroke was a pen's.
- One ink has exactly one byte sequence.

All numbers are big-endian. The file, field by field:

====================  ======  =====================================================================
field                 bytes   content
====================  ======  =====================================================================
format identifier     4       "SDI" and a zero byte
version               4       " 10" and a zero byte
channel inclusion     2       one bit a channel, the highest first: X Y Z VX VY AX AY T, DT F S TX
                              TY AZ EL R; here X, Y, T, S, TX and TY, and F if it was measured
channel descriptions  varies  for each included channel in that order: a preamble of one byte (bits
                              from the highest: scaling value, least, greatest, mean, deviation,
                              constant, linear component removed, reserved), then each attribute
                              so announced in two bytes
reserved              1       zero
body preamble         1       zero: no extended data follows
number of samples     3
samples               varies  each included channel in that order; two bytes, S one byte
====================  ======  =====================================================================

A signed number (X, Y, TX, TY) is written with 32768 added. A scaling value is
(1 + F / 2048) * 2 ** (E - 16), E in the five higher bits and F in the eleven lower; a number
divided by it has the channel's unit: X and Y millimetres from the lower left corner of the writing
area, T seconds from the first sample, TX and TY degrees. F has no scaling value, for pads do not
measure newtons: 65535 is the strongest the device can tell. S is 1 while the tip touches; each
stroke ends with a sample of its last place where it is 0.

Source: ISO/IEC 19794-7:2007 clause 7 and annex B, see docs/decisions/0080.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from signing.marks import Ink, InkPoint

FORMAT, VERSION = b"SDI\0", b" 10\0"
CHANNELS = ("X", "Y", "Z", "VX", "VY", "AX", "AY", "T", "DT", "F", "S", "TX", "TY", "AZ", "EL", "R")
SCALING, LEAST, GREATEST = 0x80, 0x40, 0x20
OFFSET = 32768  # added to signed numbers
HIGHEST, HIGHEST_SIGNED = 65535, 32767
COUNTS_PER_MM, COUNTS_PER_S, COUNTS_PER_DEGREE = 100, 1000, 1
MAX_SAMPLES = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class Scale:
    """What numbers are multiplied by, so that the largest still fits."""

    per_mm: int
    per_s: int


def to_iso(ink: Ink) -> bytes:
    """The ink as a full-format record.

    Raises:
        ValueError: There are more samples than the format can count.
    """
    scale, has_force = _scale(ink), all(stroke.pointer == "pen" for stroke in ink.strokes)
    samples = list(_samples(ink, scale, has_force=has_force))
    if len(samples) > MAX_SAMPLES:
        raise ValueError(len(samples))
    described = _descriptions(ink, scale, has_force=has_force)
    included = sum(1 << 15 - CHANNELS.index(name) for name in described)
    return b"".join(
        (
            FORMAT, VERSION, struct.pack(">H", included), *described.values(), b"\0",
            b"\0", struct.pack(">I", len(samples))[1:], *samples,
        )
    )  # fmt: skip


def scaling_value(value: int) -> int:
    """The two bytes of a scaling value that is an integer of at most twelve bits."""
    exponent = math.floor(math.log2(value))
    return (exponent + 16) << 11 | (value * 2048 >> exponent) - 2048


def _scale(ink: Ink) -> Scale:
    points = [point for stroke in ink.strokes for point in stroke.points]
    longest_um = max(ink.width_um, ink.height_um, 1, *map(_reach_um, points))
    last_ms = max((_time_ms(ink, point) for point in points), default=0)
    return Scale(
        per_mm=max(1, min(COUNTS_PER_MM, HIGHEST_SIGNED * 1000 // longest_um)),
        per_s=max(1, min(COUNTS_PER_S, HIGHEST * 1000 // max(1, last_ms))),
    )


def _reach_um(point: InkPoint) -> int:
    return max(abs(point.x_um), abs(point.y_um))


def _time_ms(ink: Ink, point: InkPoint) -> int:
    """Since the first sample; by our clock where the device has none."""
    first = ink.strokes[0].points[0]
    has_clock = any(one.device_ms for stroke in ink.strokes for one in stroke.points[:1])
    if has_clock:
        return max(0, point.device_ms - first.device_ms)
    return max(0, point.offset_ms - first.offset_ms)


def _descriptions(ink: Ink, scale: Scale, *, has_force: bool) -> dict[str, bytes]:
    """The included channels in their order, each with its preamble and attributes."""
    per_mm = scaling_value(scale.per_mm)
    tilt = struct.pack(">BH", SCALING, scaling_value(COUNTS_PER_DEGREE))
    described = {
        "X": _place_description(per_mm, _counts(ink.width_um, scale.per_mm)),
        "Y": _place_description(per_mm, _counts(ink.height_um, scale.per_mm)),
        "T": struct.pack(">BH", SCALING, scaling_value(scale.per_s)),
        "F": struct.pack(">BHH", LEAST | GREATEST, 0, HIGHEST),
        "S": b"\0",
        "TX": tilt,
        "TY": tilt,
    }
    if not has_force:
        del described["F"]
    return described


def _place_description(scaling: int, greatest: int) -> bytes:
    return struct.pack(
        ">BHHH", SCALING | LEAST | GREATEST, scaling, OFFSET, min(HIGHEST, greatest + OFFSET)
    )


def _samples(ink: Ink, scale: Scale, *, has_force: bool) -> Iterator[bytes]:
    for stroke in ink.strokes:
        for point in stroke.points:
            yield _sample(ink, point, scale, touching=True, has_force=has_force)
        yield _sample(ink, stroke.points[-1], scale, touching=False, has_force=has_force)


def _sample(ink: Ink, point: InkPoint, scale: Scale, *, touching: bool, has_force: bool) -> bytes:
    force = round(point.pressure * HIGHEST) if touching else 0
    return b"".join(
        (
            _signed(_counts(point.x_um, scale.per_mm)),
            _signed(_counts(ink.height_um - point.y_um, scale.per_mm)),
            struct.pack(">H", _time_ms(ink, point) * scale.per_s // 1000),
            struct.pack(">H", force) if has_force else b"",
            bytes((touching,)),
            _signed(point.tilt_x_deg * COUNTS_PER_DEGREE),
            _signed(point.tilt_y_deg * COUNTS_PER_DEGREE),
        )
    )


def _counts(micrometres: int, per_mm: int) -> int:
    return round(micrometres * per_mm / 1000)


def _signed(value: int) -> bytes:
    return struct.pack(">H", min(HIGHEST, max(0, value + OFFSET)))
