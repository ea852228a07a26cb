"""Writes the opening of an ordinary MP4 from a fragmented one's opening and its sample tables.

- What describes picture and sound is taken over byte for byte; only tables and lengths are new.
- Captions become a timed text track that players can switch on and off.

Source: ISO/IEC 14496-12 8.2-8.7; 3GPP TS 26.245 5 (timed text).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.recorder.sample_tables import Box, Runs, SampleTables, Track, big_endian, child, walk

FILE_TYPE = struct.pack(">I4s4sI16s", 32, b"ftyp", b"isom", 0x200, b"isomiso2avc1mp41")
UNDETERMINED = 0x55C4  # the language "und"
TEXT_TICKS_PER_S = 1000
WIDE = 1 << 32


@dataclass(frozen=True, slots=True)
class Caption:
    """A line and when it shows, in milliseconds of the film."""

    t0_ms: int
    t1_ms: int
    text: str


class TextTrack:
    """Captions as samples: no two at a time, an empty one where nothing is said."""

    def __init__(self, captions: Sequence[Caption]) -> None:
        self.payload = bytearray()
        self.sizes = array("I")
        self.durations = Runs()
        edges = sorted({0, *(t for one in captions for t in (one.t0_ms, one.t1_ms) if t >= 0)})
        waiting = sorted(captions, key=lambda one: one.t0_ms)
        shown: list[Caption] = []
        for begin, end in pairwise(edges):
            while waiting and waiting[0].t0_ms <= begin:
                shown.append(waiting.pop(0))
            shown = [one for one in shown if one.t1_ms > begin]
            self._add("\n".join(one.text for one in shown), end - begin)
        self.duration_ms = edges[-1]

    def _add(self, text: str, duration_ms: int) -> None:
        told = text.encode()[:0xFFFF]
        self.payload += struct.pack(">H", len(told)) + told
        self.sizes.append(2 + len(told))
        self.durations.add(duration_ms)


def make_opening(
    tables: SampleTables, texts: TextTrack | None, title: str, comment: str, mdat_start: int
) -> bytes:
    """The `moov` box of the whole film.

    Args:
        tables: of picture and sound.
        texts: captions, whose samples lie behind all others.
        title: what the film is called.
        comment: what whoever looks into the file should know.
        mdat_start: where the first sample lies in the file.
    """
    opening = tables.opening
    moov = next(box for box in walk(opening) if box.kind == b"moov")
    mvhd = child(opening, moov, b"mvhd")
    if mvhd is None:
        raise ValueError("no mvhd")
    ticks_per_s = struct.unpack_from(
        ">I", opening, mvhd.content + (20 if opening[mvhd.content] == 1 else 12)
    )[0]
    parts = [
        _track(opening, trak, tables, ticks_per_s, mdat_start)
        for trak in walk(opening, moov.content, moov.end)
        if trak.kind == b"trak"
    ]
    length = max(
        (_in_movie_ticks(track, ticks_per_s) for track in tables.tracks.values()), default=0
    )
    number = max(tables.tracks) + 1
    if texts is not None and texts.sizes:
        start = mdat_start + tables.payload_bytes
        parts.append(_text_track(texts, number, ticks_per_s, start))
        length = max(length, texts.duration_ms * ticks_per_s // 1000)
        number += 1
    head = _mvhd(opening[mvhd.content : mvhd.end], length, number)
    return box(b"moov", head, *parts, _told(title, comment))


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of these parts."""
    return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)


def mdat_head(payload_bytes: int) -> bytes:
    """What stands before the samples."""
    if payload_bytes + 8 < WIDE:
        return struct.pack(">I4s", payload_bytes + 8, b"mdat")
    return struct.pack(">I4sQ", 1, b"mdat", payload_bytes + 16)


def _in_movie_ticks(track: Track, ticks_per_s: int) -> int:
    return -(-track.next_tick * ticks_per_s // track.ticks_per_s)


def _mvhd(old: bytes, length: int, next_track: int) -> bytes:
    told = bytearray(old)
    _set_length(told, 24 if told[0] == 1 else 16, length)
    struct.pack_into(">I", told, len(told) - 4, next_track)
    return box(b"mvhd", bytes(told))


def _set_length(head: bytearray, at: int, length: int) -> None:
    if head[0] == 1:
        struct.pack_into(">Q", head, at, length)
    else:
        struct.pack_into(">I", head, at, min(length, WIDE - 1))


def _track(
    opening: bytes, trak: Box, tables: SampleTables, ticks_per_s: int, mdat_start: int
) -> bytes:
    tkhd, mdia = child(opening, trak, b"tkhd"), child(opening, trak, b"mdia")
    assert tkhd is not None
    assert mdia is not None
    head = bytearray(opening[tkhd.content : tkhd.end])
    number = struct.unpack_from(">I", head, 20 if head[0] == 1 else 12)[0]
    track = tables.tracks[number]
    _set_length(head, 28 if head[0] == 1 else 20, _in_movie_ticks(track, ticks_per_s))
    edits = _edits(opening, trak, track, ticks_per_s)

    def table(old: bytes) -> bytes:
        return _sample_table(old, track, mdat_start)

    media = _rebuilt(opening, mdia, {b"mdhd": _media_head(track), b"stbl": table})
    return box(b"trak", box(b"tkhd", bytes(head)), edits, media)


def _media_head(track: Track) -> Callable[[bytes], bytes]:
    def told(old: bytes) -> bytes:
        length = track.next_tick - max(0, track.first_tick)
        language = old[-4:]
        if length < WIDE:
            return box(b"mdhd", struct.pack(">5I", 0, 0, 0, track.ticks_per_s, length), language)
        return box(
            b"mdhd", struct.pack(">IQQIQ", 1 << 24, 0, 0, track.ticks_per_s, length), language
        )

    return told


def _rebuilt(data: bytes, old: Box, changed: dict[bytes, Callable[[bytes], bytes]]) -> bytes:
    """A container with some of what is in it made anew."""
    parts = []
    for inner in walk(data, old.content, old.end):
        if inner.kind in changed:
            parts.append(changed[inner.kind](data[inner.content : inner.end]))
        elif inner.kind == b"minf":
            parts.append(_rebuilt(data, inner, changed))
        else:
            parts.append(data[inner.start : inner.end])
    return box(old.kind, *parts)


def _edits(opening: bytes, trak: Box, track: Track, ticks_per_s: int) -> bytes:
    """Where the track begins: a late beginning, and what the camera's own list skips."""
    media_time = 0
    edts = child(opening, trak, b"edts")
    elst = child(opening, edts, b"elst") if edts is not None else None
    if elst is not None and opening[elst.content] == 0:
        count = struct.unpack_from(">I", opening, elst.content + 4)[0]
        times = [
            struct.unpack_from(">i", opening, elst.content + 12 + 12 * number)[0]
            for number in range(count)
        ]
        media_time = max([0, *times])
    late = max(0, track.first_tick) * ticks_per_s // track.ticks_per_s
    if not late and not media_time:
        return b""
    length = min(_in_movie_ticks(track, ticks_per_s) - late, WIDE - 1)
    entries = [struct.pack(">Iii", late, -1, 1 << 16)] if late else []
    entries.append(struct.pack(">Iii", length, media_time, 1 << 16))
    return box(b"edts", box(b"elst", struct.pack(">II", 0, len(entries)), *entries))


def _sample_table(old: bytes, track: Track, mdat_start: int) -> bytes:
    stsd = next(one for one in walk(old) if one.kind == b"stsd")
    parts = [old[stsd.start : stsd.end], _counted(b"stts", track.durations)]
    if any(track.shifts.values):
        version = 1 << 24 if min(track.shifts.values) < 0 else 0
        parts.append(_counted(b"ctts", track.shifts, version))
    if len(track.sync) < track.samples:
        parts.append(box(b"stss", struct.pack(">II", 0, len(track.sync)), big_endian(track.sync)))
    parts += [
        _chunk_table(track.chunk_samples),
        box(b"stsz", struct.pack(">III", 0, 0, track.samples), big_endian(track.sizes)),
        _offsets(track.chunk_starts, mdat_start),
    ]
    return box(b"stbl", *parts)


def _counted(kind: bytes, runs: Runs, version: int = 0) -> bytes:
    pairs = array("I")
    for count, value in zip(runs.counts, runs.values, strict=True):
        pairs.append(count)
        pairs.append(value & 0xFFFFFFFF)
    return box(kind, struct.pack(">II", version, len(runs.counts)), big_endian(pairs))


def _chunk_table(samples: Runs) -> bytes:
    rows, first = array("I"), 1
    for count, value in zip(samples.counts, samples.values, strict=True):
        rows.extend((first, value, 1))
        first += count
    return box(b"stsc", struct.pack(">II", 0, len(rows) // 3), big_endian(rows))


def _offsets(starts: array[int], mdat_start: int) -> bytes:
    placed = array("Q", (start + mdat_start for start in starts))
    if not placed or placed[-1] < WIDE:
        return box(
            b"stco", struct.pack(">II", 0, len(placed)), big_endian(array("I", placed.tolist()))
        )
    return box(b"co64", struct.pack(">II", 0, len(placed)), big_endian(placed))


def _text_track(texts: TextTrack, number: int, ticks_per_s: int, start: int) -> bytes:
    length = texts.duration_ms * ticks_per_s // 1000
    matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    tkhd = struct.pack(">6I8xhhhxx", 3, 0, 0, number, 0, length, 0, 2, 0) + matrix + bytes(8)
    mdhd = struct.pack(">5IHH", 0, 0, 0, TEXT_TICKS_PER_S, texts.duration_ms, UNDETERMINED, 0)
    hdlr = struct.pack(">II4s12x", 0, 0, b"sbtl") + b"Captions\0"
    reference = box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", 1)))
    samples = Runs()
    samples.add(len(texts.sizes))
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), _text_look()),
        _counted(b"stts", texts.durations),
        _chunk_table(samples),
        box(b"stsz", struct.pack(">III", 0, 0, len(texts.sizes)), big_endian(texts.sizes)),
        _offsets(array("Q", [0]), start),
    )
    media = box(b"minf", box(b"nmhd", bytes(4)), box(b"dinf", reference), table)
    heads = box(b"mdhd", mdhd) + box(b"hdlr", hdlr)
    return box(b"trak", box(b"tkhd", tkhd), box(b"mdia", heads, media))


def _text_look() -> bytes:
    """White text at the picture's lower edge."""
    entry = struct.pack(">6xHIbb4x", 1, 0, 1, -1) + struct.pack(">4h", 0, 0, 0, 0)
    style = struct.pack(">HHHBB4B", 0, 0, 1, 0, 18, 255, 255, 255, 255)
    fonts = box(b"ftab", struct.pack(">HHB", 1, 1, 5) + b"Serif")
    return box(b"tx3g", entry, style, fonts)


def _told(title: str, comment: str) -> bytes:
    """Title and comment where players and file managers look for them."""
    items = b"".join(
        box(kind, box(b"data", struct.pack(">II", 1, 0), text.encode()))
        for kind, text in ((b"\xa9nam", title), (b"\xa9cmt", comment))
        if text
    )
    hdlr = box(b"hdlr", struct.pack(">II4s4s", 0, 0, b"mdir", b"appl") + bytes(9))
    return box(b"udta", box(b"meta", bytes(4), hdlr, box(b"ilst", items))) if items else b""
