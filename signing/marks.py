"""Marks as values, and the files they become: ink as InkML, fingerprints as lossless PNG.

- Originals are kept as the device gave them; every drawing of them is only a view.
- A file says by itself which device made the mark and whether the device was simulated.
- A mark has exactly one byte sequence, so its digest binds it to the journal (L21).
- Biometrics serve as marks alone: nothing here compares two of them (L45).

Sources: W3C InkML (Recommendation 2011-09-20); PNG (ISO/IEC 15948), pHYs for the resolution.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from signing.digest import canonical
from signing.problem import SealProblem

INKML = "http://www.w3.org/2003/InkML"
MAX_INKML_BYTES = 32 << 20
MAX_PIXELS = 4096 * 4096
INCHES_PER_METRE = 39.3701
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
POINTERS = ("pen", "finger", "mouse")
# Name, type and units of each InkML channel, in the order of a point's numbers. T is the device's
# clock; M is our own: milliseconds from recording start by the monotonic clock.
CHANNELS = (
    ("X", "decimal", "mm"),
    ("Y", "decimal", "mm"),
    ("F", "decimal", "%"),
    ("OTx", "integer", "deg"),
    ("OTy", "integer", "deg"),
    ("T", "integer", "ms"),
    ("M", "integer", "ms"),
)


@dataclass(frozen=True, slots=True)
class InkPoint:
    """One event of a pen: place from the upper left, force, tilt and both clocks."""

    x_um: int
    y_um: int
    pressure: float  # 0 to 1; files keep four digits
    tilt_x_deg: int = 0
    tilt_y_deg: int = 0
    device_ms: int = 0
    offset_ms: int = 0  # from recording start, monotonic


@dataclass(frozen=True, slots=True)
class InkStroke:
    """From pen down to pen up; `pointer` is "pen", "finger" or "mouse" (these know no force)."""

    points: tuple[InkPoint, ...]
    pointer: str = "pen"


@dataclass(frozen=True, slots=True)
class Ink:
    """What somebody wrote in one place."""

    strokes: tuple[InkStroke, ...]
    width_um: int  # of the writing area
    height_um: int
    device: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One good print: 8-bit grey, dark ridges on white, rows from the top."""

    gray: bytes
    width: int
    height: int
    dpi: int
    device: str
    serial: str
    simulated: bool
    finger: str = ""  # which finger was asked for; "" if none


def to_inkml(ink: Ink) -> bytes:
    """The ink as an InkML document in UTF-8; `read_inkml` gives the same value back."""
    used = [pointer for pointer in POINTERS if any(s.pointer == pointer for s in ink.strokes)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<ink xmlns="{INKML}">']
    lines.append(f'<annotation type="simulated">{str(ink.simulated).lower()}</annotation>')
    lines.append("<definitions>")
    for pointer in used:
        lines += _source(ink, pointer)
    lines.append("</definitions>")
    for stroke in ink.strokes:
        points = ", ".join(_point_text(point) for point in stroke.points)
        lines.append(f'<trace contextRef="#{stroke.pointer}">{points}</trace>')
    lines.append("</ink>\n")
    return "\n".join(lines).encode()


def _source(ink: Ink, pointer: str) -> Iterator[str]:
    yield f'<inkSource xml:id="{pointer}-source" description={quoteattr(ink.device)}>'
    yield "<traceFormat>"
    for name, kind, units in CHANNELS:
        yield f'<channel name="{name}" type="{kind}" units="{units}"/>'
    yield "</traceFormat>"
    width, height = _mm(ink.width_um), _mm(ink.height_um)
    yield f'<activeArea width="{width}" height="{height}" units="mm"/>'
    yield "</inkSource>"
    yield f'<context xml:id="{pointer}" inkSourceRef="#{pointer}-source"/>'


def _mm(micrometres: int) -> str:
    sign = "-" if micrometres < 0 else ""
    return f"{sign}{abs(micrometres) // 1000}.{abs(micrometres) % 1000:03}"


def _point_text(p: InkPoint) -> str:
    place = f"{_mm(p.x_um)} {_mm(p.y_um)} {p.pressure:.4f}"
    return f"{place} {p.tilt_x_deg} {p.tilt_y_deg} {p.device_ms} {p.offset_ms}"


def read_inkml(data: bytes) -> Ink:
    """The ink of a file `to_inkml` wrote.

    Raises:
        SealProblem: `mark_mismatch` when it is not such a file.
    """
    if len(data) > MAX_INKML_BYTES or b"<!" in data:  # no document type, so no entities
        raise SealProblem("mark_mismatch", why="inkml")
    try:
        root = ET.fromstring(data)  # noqa: S314 - without a document type there are no entities
        source = root.find(f"{{{INKML}}}definitions/{{{INKML}}}inkSource")
        area = root.find(f".//{{{INKML}}}activeArea")
        ink = Ink(
            strokes=tuple(_stroke(trace) for trace in root.iter(f"{{{INKML}}}trace")),
            width_um=_um(area.attrib["width"]) if area is not None else 0,
            height_um=_um(area.attrib["height"]) if area is not None else 0,
            device=source.attrib["description"] if source is not None else "",
            simulated=root.findtext(f"{{{INKML}}}annotation") == "true",
        )
    except (ET.ParseError, ValueError, KeyError) as error:
        raise SealProblem("mark_mismatch", why="inkml") from error
    if to_inkml(ink) != data:
        raise SealProblem("mark_mismatch", why="inkml")
    return ink


def _stroke(trace: ET.Element) -> InkStroke:
    points = tuple(_point(text.split()) for text in (trace.text or "").split(","))
    return InkStroke(points, trace.attrib["contextRef"].removeprefix("#"))


def _point(numbers: Sequence[str]) -> InkPoint:
    x, y, force, tilt_x, tilt_y, device_ms, offset_ms = numbers
    if not 0 <= float(force) <= 1:
        raise ValueError(force)
    return InkPoint(
        _um(x), _um(y), float(force), int(tilt_x), int(tilt_y), int(device_ms), int(offset_ms)
    )


def _um(text: str) -> int:
    return round(float(text) * 1000)


def to_png(fingerprint: Fingerprint) -> bytes:
    """The print as an 8-bit grey PNG with its resolution; every pixel as the device gave it."""
    width, height = fingerprint.width, fingerprint.height
    if len(fingerprint.gray) != width * height:
        raise ValueError("pixels do not fill the picture")
    per_metre = round(fingerprint.dpi * INCHES_PER_METRE)
    rows = b"".join(
        b"\x00" + fingerprint.gray[row * width : (row + 1) * width] for row in range(height)
    )
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
    ]
    if fingerprint.simulated:
        chunks.append(_chunk(b"tEXt", b"Comment\x00simulated"))
    chunks += [_chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")]
    return PNG_HEAD + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read_png(data: bytes) -> Fingerprint:
    """The print of a file `to_png` wrote; device and serial stand in its sensor data instead.

    Raises:
        SealProblem: `mark_mismatch` when it is not such a file.
    """
    try:
        return _read_png(dict(_chunks(data)))
    except (ValueError, KeyError, struct.error, zlib.error) as error:
        raise SealProblem("mark_mismatch", why="png") from error


def _read_png(chunks: dict[bytes, bytes]) -> Fingerprint:
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    per_metre = struct.unpack(">IIB", chunks[b"pHYs"])[0]
    if form != [8, 0, 0, 0, 0] or not 0 < width * height <= MAX_PIXELS:
        raise ValueError(form)
    stride = width + 1
    rows = zlib.decompressobj().decompress(chunks[b"IDAT"], stride * height + 1)
    if len(rows) != stride * height or any(rows[::stride]):
        raise ValueError(len(rows))
    return Fingerprint(
        gray=b"".join(rows[row * stride + 1 : (row + 1) * stride] for row in range(height)),
        width=width,
        height=height,
        dpi=round(per_metre / INCHES_PER_METRE),
        device="",
        serial="",
        simulated=b"tEXt" in chunks,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(PNG_HEAD):
        raise ValueError("no PNG")
    place = len(PNG_HEAD)
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        if data[place : place + 12 + length] != _chunk(kind, content):
            raise ValueError(kind)
        yield kind, content
        place += 12 + length


def sensor_data(mark: Ink | Fingerprint) -> bytes:
    """What is known of the device, as canonical JSON to lie beside the original."""
    told: dict[str, object] = {"device": mark.device, "simulated": mark.simulated, "version": 1}
    if isinstance(mark, Fingerprint):
        told |= {
            "dpi": mark.dpi,
            "finger": mark.finger,
            "height_px": mark.height,
            "kind": "fingerprint",
            "serial": mark.serial,
            "width_px": mark.width,
        }
    else:
        told |= {
            "height_um": mark.height_um,
            "kind": "ink",
            "pointers": sorted({stroke.pointer for stroke in mark.strokes}),
            "points": sum(len(stroke.points) for stroke in mark.strokes),
            "strokes": len(mark.strokes),
            "width_um": mark.width_um,
        }
    return canonical(told)


def for_finger(fingerprint: Fingerprint, finger: str) -> Fingerprint:
    """The same print, told which finger was asked for."""
    return replace(fingerprint, finger=finger)
