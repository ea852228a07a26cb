"""Pieces that a killed recorder had on disk but not yet in its log: logged by the next one.

- Only the last take the log tells of is looked at, and in it only what follows the last line.
- Such a piece is known by its place: its tag binds record, stream, take, index and head.
- Its line says `adopted`, and its times follow those of the piece before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import StorageProblem
from app.recorder.boxes import span, timescales
from app.recorder.fragment import Opener, Place, TakeName, open_any, part_files, places_of_part

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the log says last of one stream of a take; times from recording start."""

    index: int  # of its last piece; -1 when it has none
    t1_ms: int


def unlogged(
    lines: Sequence[Body], record_id: str, media_folders: Sequence[Path], key: bytes
) -> Iterator[dict[str, object]]:
    """The lines that are missing after these, in order; without their kind.

    Args:
        lines: the last bodies of the recorder's log.
        record_id: of the record.
        media_folders: where its takes lie.
        key: the record's derived media key.
    """
    take = max((number for line in lines if isinstance(number := line.get("take"), int)), default=0)
    for stream, told in _told_of(lines, take).items():
        name = TakeName(record_id, stream, take)
        yield from _missing(name, told, media_folders, Opener(name, key))


def _told_of(lines: Sequence[Body], take: int) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    for line in lines:
        if line.get("take") != take:
            continue
        match line:
            case {"kind": "take_opened", "streams": list() as streams, "offset_ms": int() as ms}:
                told = {str(stream): _Told(-1, ms) for stream in streams}
            case {"kind": "fragment", "stream": str() as stream, "index": int() as index,
                  "t1_ms": int() as ms}:  # fmt: skip
                told[stream] = _Told(index, ms)
    return told


def _missing(
    name: TakeName, told: _Told, media_folders: Sequence[Path], opener: Opener
) -> Iterator[dict[str, object]]:
    found: dict[int, list[Place]] = {}
    for folder in media_folders:
        try:
            for place in _after(name.folder(folder), told.index):
                found.setdefault(place.index, []).append(place)
        except OSError:
            continue  # a folder that cannot be read is what the other one is for
    index, at_ms = told.index + 1, told.t1_ms
    while index in found:
        try:
            plain = open_any(opener, found[index])
            length_ms = _length_ms(name, media_folders, opener, plain) if index else 0
        except (StorageProblem, OSError):
            return  # it is not what a recorder wrote; whoever reads the take says so
        yield {
            "take": name.take,
            "stream": name.stream,
            "index": index,
            "head": found[index][0].head.hex(),
            "bytes": len(plain),
            "t0_ms": at_ms,
            "t1_ms": at_ms + length_ms,
            "adopted": True,
        }
        index, at_ms = index + 1, at_ms + length_ms


def _after(folder: Path, index: int) -> Iterator[Place]:
    """The pieces behind this one; the parts before the one that holds it are not read."""
    parts = part_files(folder)
    late: list[Place] = []
    for number in range(len(parts) - 1, -1, -1):
        found = list(places_of_part(parts, number))
        late = [place for place in found if place.index > index] + late
        if found and found[0].index <= index + 1:
            break
    return iter(late)


def _length_ms(name: TakeName, media_folders: Sequence[Path], opener: Opener, plain: bytes) -> int:
    """How long a fragment lasts, by the film's own ticks."""
    for folder in media_folders:
        first = next((p for p in _opening(name.folder(folder)) if p.index == 0), None)
        if first is not None:
            track, ticks_per_s = next(iter(timescales(opener.open(first)).items()))
            t0, t1 = span(plain, track) or (0, 0)
            return (t1 - t0) * 1000 // ticks_per_s
    return 0


def _opening(folder: Path) -> Iterator[Place]:
    parts = part_files(folder)
    return places_of_part(parts, 0) if parts else iter(())
