"""Cuts a fragmented MP4 at its boxes while it is being written, and reads each fragment's times.

- A piece is the opening (up to and with `moov`) or one fragment (up to and with its `mdat`).
- Times come from the fragment itself (`tfdt` and `trun`, ISO/IEC 14496-12 8.8), not from a guess.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})


@dataclass(frozen=True, slots=True)
class Cut:
    """One piece of a film: its bytes and the media time of its first track, in milliseconds."""

    plain: bytes
    is_opening: bool
    t0_ms: int
    t1_ms: int


def boxes(data: bytes | memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of every box, also of those inside containers, in order of the file."""
    view = memoryview(data)
    while len(view) >= 8:
        size = _U32.unpack_from(view)[0]
        kind = bytes(view[4:8])
        if size < 8 or size > len(view):
            return
        content = view[8:size]
        yield kind, content
        if kind in _CONTAINERS:
            yield from boxes(content)
        view = view[size:]


def timescales(opening: bytes) -> dict[int, int]:
    """Ticks per second of each track, by its id, in the order of the tracks."""
    told: dict[int, int] = {}
    track = 0
    for kind, content in boxes(opening):
        if kind == b"tkhd":
            track = _U32.unpack_from(content, 20 if content[0] == 1 else 12)[0]
        elif kind == b"mdhd":
            told[track] = _U32.unpack_from(content, 20 if content[0] == 1 else 12)[0]
    return told


def begins_ms(fragment: bytes, ticks_per_s: Mapping[int, int]) -> int:
    """The whole millisecond in which the first of a fragment's tracks begins."""
    begun = (span(fragment, track) for track in ticks_per_s)
    starts = zip(begun, ticks_per_s.values(), strict=True)
    return min((told[0] * 1000 // ticks for told, ticks in starts if told), default=0)


def earlier(fragment: bytes, by_ms: int, ticks_per_s: Mapping[int, int]) -> bytes:
    """The same fragment with every track's time (`tfdt`, 8.8.12) so much earlier.

    Exact where a millisecond is a whole number of ticks, as at 90 kHz and 48 kHz.
    """
    moved = bytearray(fragment)
    track = 0
    for kind, content in boxes(memoryview(moved)):
        if kind == b"tfhd":
            track = _U32.unpack_from(content, 4)[0]
        elif kind == b"tfdt":
            form = _U64 if content[0] == 1 else _U32
            ticks = by_ms * ticks_per_s[track] // 1000
            form.pack_into(content, 4, max(0, form.unpack_from(content, 4)[0] - ticks))
    return bytes(moved)


def span(fragment: bytes, track: int) -> tuple[int, int] | None:
    """First and last tick of one track in a fragment; None when it holds none of it."""
    current, default, start, length, seen = 0, 0, 0, 0, False
    for kind, content in boxes(fragment):
        if kind == b"tfhd":
            current, default = _default_duration(content)
        elif kind == b"tfdt" and current == track:
            wide = content[0] == 1
            start = (_U64 if wide else _U32).unpack_from(content, 4)[0]
            seen = True
        elif kind == b"trun" and current == track:
            length += _run_duration(content, default)
    return (start, start + length) if seen else None


def _default_duration(tfhd: memoryview) -> tuple[int, int]:
    flags = int.from_bytes(tfhd[1:4], "big")
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    duration = _U32.unpack_from(tfhd, at)[0] if flags & 0x8 else 0
    return _U32.unpack_from(tfhd, 4)[0], duration


def _run_duration(trun: memoryview, default: int) -> int:
    flags = int.from_bytes(trun[1:4], "big")
    count = _U32.unpack_from(trun, 4)[0]
    if not flags & 0x100:
        return int(count * default)
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    stride = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    return sum(_U32.unpack_from(trun, at + number * stride)[0] for number in range(count))


class Cutter:
    """The file that the muxer writes to: gives each piece on as soon as it is whole."""

    def __init__(self, on_cut: Callable[[Cut], None]) -> None:
        self._on_cut = on_cut
        self._buffer = bytearray()
        self._seen = 0  # bytes of whole boxes at the buffer's beginning
        self._track = 0
        self._ticks_per_s = 1

    def write(self, data: bytes) -> int:
        """Take in what the muxer wrote."""
        self._buffer += data
        while (kind := self._next_box()) is not None:
            if kind in {b"moov", b"mdat"}:
                plain = bytes(self._buffer[: self._seen])
                del self._buffer[: self._seen]
                self._seen = 0
                self._on_cut(self._cut(plain, is_opening=kind == b"moov"))
        return len(data)

    def _next_box(self) -> bytes | None:
        if len(self._buffer) < self._seen + 8:
            return None
        size = _U32.unpack_from(self._buffer, self._seen)[0]
        if size == 1:  # 64-bit size
            if len(self._buffer) < self._seen + 16:
                return None
            size = _U64.unpack_from(self._buffer, self._seen + 8)[0]
        if len(self._buffer) < self._seen + size:
            return None
        kind = bytes(self._buffer[self._seen + 4 : self._seen + 8])
        self._seen += size
        return kind

    def _cut(self, plain: bytes, *, is_opening: bool) -> Cut:
        if is_opening:
            self._track, self._ticks_per_s = next(iter(timescales(plain).items()))
            return Cut(plain, is_opening=True, t0_ms=0, t1_ms=0)
        t0, t1 = span(plain, self._track) or (0, 0)
        return Cut(
            plain,
            is_opening=False,
            t0_ms=t0 * 1000 // self._ticks_per_s,
            t1_ms=t1 * 1000 // self._ticks_per_s,
        )
