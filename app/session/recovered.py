"""Reads an open record from the disks of a dead workstation, with the key its center held.

- Nothing is repaired and nothing invented: what does not open is named, what is whole is kept.
- Only the folders given are read, and nothing in them is changed.
- The workstation's own keys are not needed, and nothing is signed in its name.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.errors import InputProblem, KeyProblem, Problem, SealProblem, StorageProblem
from app.session.takes import LOG_FILE, LOG_NAME
from app.store.journal import FILE as JOURNAL_FILE
from app.store.journal import NAME as JOURNAL_NAME
from app.store.logfile import read_log, stored_bytes
from signing import envelope
from signing.chain import Line
from signing.recovered import LogState

KEYS_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Where what is left of one record lies."""

    record_id: str
    wrapped: bytes  # the data key, for the center
    record_folder: Path
    media_folders: tuple[Path, ...]  # each holds `<record id>/media`

    @classmethod
    def find(cls, record_folder: Path, media: Sequence[Path] = ()) -> Source:
        """Look at a copied record folder; further media folders as the settings named them.

        Raises:
            InputProblem: `file_not_found` without `keys.json`, `file_unreadable`.
            KeyProblem: `escrow_missing`: the workstation was not enrolled when it began.
        """
        file = record_folder / KEYS_FILE
        try:
            told = json.loads(file.read_bytes())
            record_id, escrow = str(told["record_id"]), str(told["escrow"])
            wrapped = base64.b64decode(escrow, validate=True)
        except FileNotFoundError as error:
            raise InputProblem("file_not_found", file=str(file)) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputProblem("file_unreadable", file=str(file)) from error
        if not wrapped:
            raise KeyProblem("escrow_missing", path=record_id)
        folders = [record_folder.absolute().parent, *(folder.absolute() for folder in media)]
        return cls(record_id, wrapped, record_folder, tuple(dict.fromkeys(folders)))


@dataclass(frozen=True, slots=True)
class OpenedKeys:
    """A record's data key without its signing key."""

    record_id: str
    dek: bytes

    def derive(self, purpose: str) -> bytes:
        """The key of one stream or kind of file."""
        return envelope.derive(self.dek, purpose)


@dataclass(frozen=True, slots=True)
class ReadLog:
    """The lines of a log up to the first that is not as written, and how far that is."""

    lines: tuple[Line, ...]
    state: LogState


def signing_key(
    source: Source, keys: OpenedKeys, known: Iterable[Ed25519PublicKey]
) -> Ed25519PublicKey:
    """The one of the known keys that signed this record's logs.

    Raises:
        KeyProblem: `ciphertext_changed`: no log opens with the data key; `journal_key_unknown`:
            no known key signed it.
        StorageProblem: `record_not_found`: no log has a line.
    """
    known = tuple(known)
    has_opened = False
    files = [(name, path) for name, path in _log_files(source) if path.stat().st_size]
    if not files:  # opened, and nothing was ever written
        raise StorageProblem("record_not_found", path=source.record_id)
    for name, path in files:
        for key in known:
            try:
                for _ in read_log(path, source.record_id, name, keys.derive(name), key):
                    return key
            except StorageProblem:  # the frames do not open, whoever signed them
                continue
            except SealProblem as problem:  # the line opened; another key signed it
                has_opened = has_opened or problem.code == "chain_signature_wrong"
    raise KeyProblem(
        "journal_key_unknown" if has_opened else "ciphertext_changed", path=source.record_id
    )


def media_bytes(source: Source) -> int:
    """Bytes of the largest copy of the media, at least 1: what a progress counts against."""
    copies = [folder / source.record_id / "media" for folder in source.media_folders]
    sizes = [sum(one.stat().st_size for one in copy.rglob("*.frag")) for copy in copies]
    return max(1, *sizes)


def _log_files(source: Source) -> Iterator[tuple[str, Path]]:
    """Each log with every place it may lie in."""
    places = [source.record_folder, *(one / source.record_id for one in source.media_folders)]
    for name, file in ((JOURNAL_NAME, JOURNAL_FILE), (LOG_NAME, LOG_FILE)):
        for place in dict.fromkeys(path.absolute() for path in places):
            if (place / file).is_file():
                yield name, place / file


def read_furthest(
    source: Source, keys: OpenedKeys, public_key: Ed25519PublicKey, name: str
) -> ReadLog:
    """Of the copies of a log, the one that reaches furthest."""
    best = ReadLog((), LogState(lines=0, head="", damage="record_not_found"))
    for told, path in _log_files(source):
        if told == name:
            found = _read(path, source.record_id, name, keys, public_key)
            better = len(found.lines) > len(best.lines)
            best = found if better or best.state.damage == "record_not_found" else best
    return best


def _read(
    path: Path, record_id: str, name: str, keys: OpenedKeys, public_key: Ed25519PublicKey
) -> ReadLog:
    lines: list[Line] = []
    damage = ""
    try:
        for line in read_log(path, record_id, name, keys.derive(name), public_key):
            lines.append(line)  # noqa: PERF402 - what came before a fault is kept
    except Problem as problem:
        damage = problem.code
    except OSError:
        damage = "file_unreadable"
    head = lines[-1].digest if lines else ""
    behind = 0 if damage else path.stat().st_size - sum(map(stored_bytes, lines))
    return ReadLog(
        tuple(lines), LogState(lines=len(lines), head=head, torn_bytes=behind, damage=damage)
    )
