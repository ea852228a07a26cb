"""An encrypted, chained, signed log file: one frame a line, each on disk before it is told.

- Frame: 4-byte big-endian length, then nonce and ciphertext; AAD binds record, log and number.
- A torn last frame is the only damage that is repaired; anything else raises.
- One writer holds the file by an advisory lock; readers may follow while it grows.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import KeyProblem, SealProblem, StorageProblem
from app.store.filelock import lock_exclusively
from signing import chain, envelope
from signing.digest import key_id

FRAME_HEADER = struct.Struct(">I")
FRAME_LIMIT_BYTES = 8 << 20


def _aad(record_id: str, name: str, seq: int) -> bytes:
    return f"{record_id}|{name}|{seq}".encode()


class LogFile:
    """The one writer of a log. Use `LogFile.open`."""

    def __init__(
        self, file: IO[bytes], record_id: str, name: str, key: bytes, signing_key: Ed25519PrivateKey
    ) -> None:
        self._file = file
        self._record_id = record_id
        self._name = name
        self._key = key
        self._signing_key = signing_key
        self._key_id = key_id(signing_key.public_key())
        self.count = 0
        self.head = chain.GENESIS
        self.repaired_bytes = 0

    @classmethod
    def open(
        cls, path: Path, record_id: str, name: str, key: bytes, signing_key: Ed25519PrivateKey
    ) -> LogFile:
        """Open or create the log, check what is there and drop a torn last frame.

        Raises:
            StorageProblem: `journal_damaged` when a line before the last is not as written,
                `folder_unwritable` when the file cannot be opened.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageProblem("folder_unwritable", path=str(path), why=str(error)) from error
        file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            lock_exclusively(file, path)
            log = cls(file, record_id, name, key, signing_key)
            log._check_and_repair(path)
        except Exception:
            file.close()
            raise
        _sync_folder(path.parent)
        return log

    def _check_and_repair(self, path: Path) -> None:
        lines = _frames(path, self._record_id, self._name, self._key)
        for line in chain.read_lines(_counted(lines, path), self._signing_key.public_key()):
            self.count = line.seq + 1
            self.head = line.digest
        end = _whole_frames_end(path)
        size = path.stat().st_size
        if size > end:
            self.repaired_bytes = size - end
            self._file.truncate(end)
            os.fsync(self._file.fileno())
        self._file.seek(end)

    def append(self, body: chain.Body) -> chain.Line:
        """Write one line and sync it; returns the line as kept.

        Raises:
            StorageProblem: `disk_full` or `folder_unwritable`; the log stays as it was.
        """
        return self.append_many([body])[0]

    def append_many(self, bodies: Iterable[chain.Body]) -> list[chain.Line]:
        """Write lines with one sync; either all are kept or none."""
        start = self._file.tell()
        kept: list[chain.Line] = []
        data = bytearray()
        seq, head = self.count, self.head
        for body in bodies:
            raw = chain.make_line(seq, head, body, self._signing_key)
            blob = envelope.seal(self._key, raw, _aad(self._record_id, self._name, seq))
            data += FRAME_HEADER.pack(len(blob)) + blob
            line = chain.Line(seq, head, self._key_id, body, raw)
            kept.append(line)
            seq, head = seq + 1, line.digest
        try:
            _write_all(self._file, data)
            os.fdatasync(self._file.fileno())
        except OSError as error:
            self._file.truncate(start)
            self._file.seek(start)
            code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
            raise StorageProblem(code, path=self._name, why=str(error)) from error
        self.count, self.head = seq, head
        return kept

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        self._file.close()


def read_log(
    path: Path, record_id: str, name: str, key: bytes, public_key: Ed25519PublicKey
) -> Iterator[chain.Line]:
    """Every whole line of a log, also while its writer goes on; a torn tail is left alone."""
    yield from chain.read_lines(_counted(_frames(path, record_id, name, key), path), public_key)


def _counted(lines: Iterator[bytes], path: Path) -> Iterator[bytes]:
    try:
        yield from lines
    except (KeyProblem, SealProblem) as problem:
        raise StorageProblem("journal_damaged", path=str(path), why=str(problem)) from problem


def _frames(path: Path, record_id: str, name: str, key: bytes) -> Iterator[bytes]:
    seq = 0
    with path.open("rb") as file:
        while blob := _next_frame(file):
            yield envelope.open_sealed(key, blob, _aad(record_id, name, seq))
            seq += 1


def _next_frame(file: IO[bytes]) -> bytes | None:
    header = file.read(FRAME_HEADER.size)
    if len(header) < FRAME_HEADER.size:
        return None
    (length,) = FRAME_HEADER.unpack(header)
    if length > FRAME_LIMIT_BYTES:
        raise StorageProblem("journal_damaged", path=file.name, why="frame length")
    blob = file.read(length)
    return blob if len(blob) == length else None


def _whole_frames_end(path: Path) -> int:
    end = 0
    with path.open("rb") as file:
        while _next_frame(file) is not None:
            end = file.tell()
    return end


def _write_all(file: IO[bytes], data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
