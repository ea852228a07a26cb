"""An encrypted, chained, signed log file: one frame a line, each on disk before it is told.

- Frame: 4-byte big-endian length, then nonce and ciphertext; AAD binds record, log and number.
- A torn last frame is the only damage that is repaired; anything else raises.
- Torn is cut short, or written in part: whole sectors of it are zero (what a file system leaves
  where it had no time to write), and no whole frame comes after it.
- One writer holds the file by an advisory lock; readers may follow while it grows.
"""

from __future__ import annotations

import errno
import os
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import KeyProblem, SealProblem, StorageProblem
from app.paths import make, sync_folder
from app.store.filelock import lock_exclusively
from signing import chain, envelope
from signing.digest import key_id, parse_canonical

FRAME_HEADER = struct.Struct(">I")
FRAME_LIMIT_BYTES = 8 << 20
FRAME_LEAST_BYTES = 28  # nonce and tag
SECTOR_BYTES = 512


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
        self.tail: tuple[chain.Line, ...] = ()  # the last lines, where `open` was asked for them
        self._end = 0  # of the last line in the file
        self._was_refused = False

    @classmethod
    def open(
        cls,
        path: Path,
        record_id: str,
        name: str,
        key: bytes,
        signing_key: Ed25519PrivateKey,
        *,
        tail: int | None = None,
    ) -> LogFile:
        """Open or create the log, check what is there and drop a torn last frame.

        Args:
            path: of the log.
            record_id: whose log it is.
            name: of the log in the record.
            key: that opens its lines.
            signing_key: that signs them.
            tail: check only so many lines at the end and keep them as `tail`; for a writer that
                has to go on at once and leaves the rest to whoever seals. None checks all.

        Raises:
            StorageProblem: `journal_damaged` when a line before the last is not as written,
                `folder_unwritable` when the file cannot be opened.
        """
        try:
            make(path.parent)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageProblem("folder_unwritable", path=str(path), why=str(error)) from error
        file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            lock_exclusively(file, path)
            log = cls(file, record_id, name, key, signing_key)
            log._check_and_repair(path, tail)
        except Exception:
            file.close()
            raise
        sync_folder(path.parent)
        return log

    def _check_and_repair(self, path: Path, tail: int | None) -> None:
        seq, at = (0, 0) if tail is None else _last_frames(path, tail)
        frames = _Frames(path, self._record_id, self._name, self._key, seq, at)
        told = deque[chain.Line](maxlen=tail or 0)
        for line in _checked(_counted(frames, path), self._signing_key.public_key(), seq):
            self.count = line.seq + 1
            self.head = line.digest
            told.append(line)
        if seq and not told:  # all that was looked at is torn
            self._check_and_repair(path, None)
            return
        self.tail = tuple(told)
        end = frames.end
        size = path.stat().st_size
        if size > end:
            self.repaired_bytes = size - end
            self._file.truncate(end)
            os.fsync(self._file.fileno())
        self._file.seek(end)
        self._end = end

    def append(self, body: chain.Body) -> chain.Line:
        """Write one line and sync it; returns the line as kept.

        Raises:
            StorageProblem: `disk_full` or `folder_unwritable`; the log stays as it was.
        """
        return self.append_many([body])[0]

    def append_many(self, bodies: Iterable[chain.Body]) -> list[chain.Line]:
        """Write lines with one sync; a full disk keeps all or none, a power cut the first ones."""
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
            self._cut_off_refused()
            _write_all(self._file, data)
            os.fdatasync(self._file.fileno())
        except OSError as error:
            self._was_refused = True
            with suppress(OSError):  # a disk that is gone takes no cut either: before the next line
                self._cut_off_refused()
            code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
            raise StorageProblem(code, path=self._name, why=str(error)) from error
        self.count, self.head = seq, head
        self._end += len(data)
        return kept

    def _cut_off_refused(self) -> None:
        """Take away what a refused write has left behind the last line."""
        if self._was_refused:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            self._was_refused = False

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
    frames = _Frames(path, record_id, name, key)
    yield from chain.read_lines(_counted(frames, path), public_key)


def stored_bytes(line: chain.Line) -> int:
    """How many bytes of its file a line takes."""
    return FRAME_HEADER.size + FRAME_LEAST_BYTES + len(line.raw)


def _counted(lines: Iterable[bytes], path: Path) -> Iterator[bytes]:
    try:
        yield from lines
    except (KeyProblem, SealProblem) as problem:
        raise StorageProblem("journal_damaged", path=str(path), why=str(problem)) from problem


def _checked(raws: Iterator[bytes], public_key: Ed25519PublicKey, seq: int) -> Iterator[chain.Line]:
    """Lines from number `seq` on; the head before the first is believed to that line itself."""
    first = next(raws, None)
    if first is None:
        return
    reader = chain.Reader(public_key)
    if seq:
        told = parse_canonical(first)
        prev = told.get("prev") if isinstance(told, dict) else ""
        reader = chain.Reader(public_key, head=str(prev), count=seq)
    yield reader.read(first)
    for raw in raws:
        yield reader.read(raw)


def _last_frames(path: Path, count: int) -> tuple[int, int]:
    """Number and offset of the first of the last `count` whole frames; nothing is opened."""
    starts = deque[int](maxlen=max(1, count))
    seq, at, size = 0, 0, path.stat().st_size
    with path.open("rb") as file:
        while at + FRAME_HEADER.size <= size:
            file.seek(at)
            (length,) = FRAME_HEADER.unpack(file.read(FRAME_HEADER.size))
            end = at + FRAME_HEADER.size + length
            if not FRAME_LEAST_BYTES <= length <= FRAME_LIMIT_BYTES or end > size:
                break
            starts.append(at)
            seq, at = seq + 1, end
    return (seq - len(starts), starts[0]) if starts else (0, 0)


class _Frames:
    """The opened frames of a file in order; `end` is where the last whole one ends."""

    def __init__(
        self, path: Path, record_id: str, name: str, key: bytes, seq: int = 0, at: int = 0
    ) -> None:
        """From line `seq` on, whose frame begins at `at` in the file."""
        self._path = path
        self._record_id = record_id
        self._name = name
        self._key = key
        self._seq = seq
        self.end = at

    def __iter__(self) -> Iterator[bytes]:
        seq = self._seq
        with self._path.open("rb") as file:
            file.seek(self.end)
            while blob := _next_frame(file):
                try:
                    plain = self._opened(blob, seq)
                except KeyProblem:
                    self._require_torn(file, seq)
                    return
                self.end = file.tell()
                seq += 1
                yield plain
            self._require_torn(file, seq)

    def _opened(self, blob: bytes, seq: int) -> bytes:
        return envelope.open_sealed(self._key, blob, _aad(self._record_id, self._name, seq))

    def _require_torn(self, file: IO[bytes], seq: int) -> None:
        """Accept what lies behind `end` as a write that a crash interrupted.

        Raises:
            KeyProblem: it is something else: a line that was whole has been changed.
        """
        file.seek(self.end)
        tail = file.read()
        if not tail or self._opens_at(tail, 0, seq):
            return  # the writer went on in the meantime
        if not _is_interrupted(tail, self.end) or self._goes_on(tail, seq + 1):
            raise KeyProblem("ciphertext_changed", path=str(self._path), seq=seq)

    def _goes_on(self, tail: bytes, seq: int) -> bool:
        """Whether a whole frame of this number begins anywhere in the tail."""
        last = len(tail) - FRAME_HEADER.size - FRAME_LEAST_BYTES
        return any(self._opens_at(tail, at, seq) for at in range(1, last + 1))

    def _opens_at(self, tail: bytes, at: int, seq: int) -> bool:
        begin = at + FRAME_HEADER.size
        if len(tail) < begin:
            return False
        (length,) = FRAME_HEADER.unpack_from(tail, at)
        if not FRAME_LEAST_BYTES <= length <= len(tail) - begin:
            return False
        try:
            self._opened(tail[begin : begin + length], seq)
        except KeyProblem:
            return False
        return True


def _next_frame(file: IO[bytes]) -> bytes | None:
    header = file.read(FRAME_HEADER.size)
    if len(header) < FRAME_HEADER.size:
        return None
    (length,) = FRAME_HEADER.unpack(header)
    if not FRAME_LEAST_BYTES <= length <= FRAME_LIMIT_BYTES:
        return None
    blob = file.read(length)
    return blob if len(blob) == length else None


def _is_interrupted(tail: bytes, start: int) -> bool:
    """Whether a frame that begins at `start` in its file is cut short or has a zero sector."""
    if len(tail) < FRAME_HEADER.size:
        return True
    (length,) = FRAME_HEADER.unpack_from(tail)
    if FRAME_LEAST_BYTES <= length <= FRAME_LIMIT_BYTES and len(tail) < FRAME_HEADER.size + length:
        return True
    edges = [0, *range(SECTOR_BYTES - start % SECTOR_BYTES, len(tail), SECTOR_BYTES), len(tail)]
    return any(not any(tail[begin:end]) for begin, end in pairwise(edges))


def _write_all(file: IO[bytes], data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
