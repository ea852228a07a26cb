"""Flips bits of a record's files and asks the strict check: each must be found, in its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography import x509

from signing.verify import examine


def files_of(record: Path) -> list[str]:
    """The names of all files of a record, sorted."""
    return sorted(one.relative_to(record).as_posix() for one in record.rglob("*") if one.is_file())


def blamed(record: Path, name: str, place: int, bit: int, trust: list[x509.Certificate]) -> str:
    """The files that the check names after one flipped bit, which is put back; "" for none."""
    path = record / name
    raw = path.read_bytes()
    changed = bytearray(raw)
    changed[place] ^= 1 << bit
    path.write_bytes(changed)
    try:
        found = examine(record, trust)
    finally:
        path.write_bytes(raw)
    return ", ".join(str(problem.details["path"]) for problem in found)


def places_of(length: int, most: int) -> Iterator[tuple[int, int]]:
    """At most `most` places of a file, evenly from its first to its last byte, with a bit each."""
    count = min(length, most)
    for n in range(count):
        yield n * (length - 1) // max(1, count - 1), n % 8
