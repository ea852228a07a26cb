"""Receives files by the tus protocol 1.0: core, creation and checksum.

- An upload is named by device, record, path and digest: two files never share one, and a client
  that lost everything but the file finds its upload again by creating it once more.
- The offset counts only bytes whose digest was checked and that are synced; whatever lies
  behind it on disk (a killed server, a cut line) is written over.
- A finished upload has the digest it was announced with.
- One writer at a time.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from typing import IO

from sqlalchemy import Select, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from center.config import Config
from center.database import Database, Upload, utc_now
from center.names import check_path, check_record_id
from center.problem import CenterProblem
from center.request import Admitted, blocks
from center.storage import Storage
from signing.digest import is_digest

WRITE_BYTES = 1 << 20  # blocks from the line are gathered up to this before a thread writes them
MAX_RUNNING = 1000  # unfinished uploads whose digest is kept in memory


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before it sends it."""

    record_id: str
    path: str
    digest: str
    length_bytes: int


class _Running:
    """Digests of unfinished uploads up to their offset; a lost one is read again from disk."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[int, hashlib._Hash]] = {}

    def get(self, upload_id: str, offset_bytes: int) -> hashlib._Hash | None:
        """A copy of the state at this offset."""
        if offset_bytes == 0:
            return hashlib.sha256()
        known_bytes, state = self._states.get(upload_id, (-1, None))
        return state.copy() if state is not None and known_bytes == offset_bytes else None

    def keep(self, upload_id: str, offset_bytes: int, state: hashlib._Hash | None) -> None:
        """The state after a piece that was checked and synced."""
        if len(self._states) >= MAX_RUNNING:
            self._states.clear()
        if state is not None:
            self._states[upload_id] = (offset_bytes, state)

    def take(self, upload_id: str, length_bytes: int) -> hashlib._Hash | None:
        """The state of a whole file, for the last time."""
        state = self.get(upload_id, length_bytes)
        self._states.pop(upload_id, None)
        return state


@dataclass(slots=True)
class _Piece:
    """One piece on its way to disk."""

    file: IO[bytes]
    whole: hashlib._Hash | None  # of the file up to here, when it is known
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    received_bytes: int = 0

    def put(self, data: bytearray) -> None:
        """Digest and write a block."""
        self.digest.update(data)
        if self.whole is not None:
            self.whole.update(data)
        view = memoryview(data)
        while view:
            view = view[self.file.write(view) :]
        self.received_bytes += len(data)


class Uploads:
    """All files on their way to this center."""

    def __init__(self, database: Database, storage: Storage, config: Config) -> None:
        self._database = database
        self._storage = storage
        self._config = config
        self._running = _Running()

    def create(self, device: str, announced: Announced) -> tuple[Upload, bool]:
        """The upload of a file, and whether it is new; an older one goes on where it stood.

        Raises:
            CenterProblem: `upload_too_large`, `length_differs` or `digest_wrong`.
        """
        if announced.length_bytes > self._config.max_file_bytes:
            raise CenterProblem("upload_too_large", limit_bytes=self._config.max_file_bytes)
        with self._database.writing() as session:
            upload = session.scalar(_same_file(device, announced))
            is_new = upload is None
            if upload is None:
                upload = _new_upload(device, announced)
                session.add(upload)
        if upload.length_bytes != announced.length_bytes:
            raise CenterProblem("length_differs", length_bytes=upload.length_bytes)
        self._storage.begin(upload.id)
        if upload.offset_bytes == upload.length_bytes and not upload.complete:
            with self._storage.writer(upload.id):
                self._finish(upload.id)
        return self.find(device, upload.id), is_new

    def find(self, device: str, upload_id: str) -> Upload:
        """One upload of this device. Raises `not_found`."""
        with self._database.reading() as session:
            upload = session.get(Upload, upload_id)
        if upload is None or upload.device != device:
            raise CenterProblem("not_found")
        return upload

    async def receive(
        self, request: Request, admitted: Admitted, upload_id: str, offset_bytes: int
    ) -> int:
        """Take one piece and return the new offset, which is on disk.

        Raises:
            CenterProblem: `not_found`, `writer_busy`, `offset_wrong` (with the right one),
                `upload_too_large`, `digest_wrong`, `sender_silent` or `disk_full`.
        """
        with self._storage.writer(upload_id) as file:
            upload = await run_in_threadpool(self.find, admitted.device, upload_id)
            if offset_bytes != upload.offset_bytes:
                raise CenterProblem("offset_wrong", offset_bytes=upload.offset_bytes)
            room_bytes = min(upload.length_bytes - offset_bytes, self._config.max_piece_bytes)
            file.seek(offset_bytes)
            file.truncate(offset_bytes)
            piece = _Piece(file, self._running.get(upload_id, offset_bytes))
            await self._write(request, piece, room_bytes)
            if piece.digest.hexdigest() != admitted.body_digest:
                file.truncate(offset_bytes)
                raise CenterProblem("digest_wrong", offset_bytes=offset_bytes)
            await run_in_threadpool(os.fsync, file.fileno())
            offset_bytes += piece.received_bytes
            self._running.keep(upload_id, offset_bytes, piece.whole)
            return await run_in_threadpool(self._advance, upload_id, offset_bytes)

    async def _write(self, request: Request, piece: _Piece, room_bytes: int) -> None:
        """Receive into the piece; a thread digests and writes while the next block comes in."""
        told = request.headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > room_bytes:
            raise CenterProblem("upload_too_large", limit_bytes=room_bytes)
        gathered = bytearray()
        writing: asyncio.Future[None] | None = None
        try:
            async for block in blocks(request, self._config.idle_s):
                gathered += block
                if piece.received_bytes + len(gathered) > room_bytes:
                    raise CenterProblem("upload_too_large", limit_bytes=room_bytes)
                if len(gathered) >= WRITE_BYTES:
                    if writing is not None:
                        await writing
                    writing = asyncio.ensure_future(run_in_threadpool(piece.put, gathered))
                    gathered = bytearray()
        finally:
            if writing is not None:
                await writing
        await run_in_threadpool(piece.put, gathered)

    def _advance(self, upload_id: str, offset_bytes: int) -> int:
        with self._database.writing() as session:
            upload = session.get_one(Upload, upload_id)
            upload.offset_bytes = offset_bytes
        if offset_bytes == upload.length_bytes:
            self._finish(upload_id)
        return offset_bytes

    def _finish(self, upload_id: str) -> None:
        """Compare the whole; a wrong one starts anew at offset 0.

        The digest kept while the pieces came is used when no restart interrupted it, because a
        day's take read again takes minutes; the record is read again from disk in any case
        before it is taken in.
        """
        with self._database.reading() as session:
            length_bytes = session.get_one(Upload, upload_id).length_bytes
        state = self._running.take(upload_id, length_bytes)
        digest = self._storage.digest(upload_id) if state is None else state.hexdigest()
        with self._database.writing() as session:
            upload = session.get_one(Upload, upload_id)
            upload.complete = digest == upload.digest
            if not upload.complete:
                upload.offset_bytes = 0
        if not upload.complete:
            raise CenterProblem("digest_wrong", offset_bytes=0, path=upload.path)


def read_metadata(field: str, length: str) -> Announced:
    """The meaning of `Upload-Metadata` and `Upload-Length`.

    Raises:
        CenterProblem: `request_malformed` or `name_unsafe`.
    """
    told: dict[str, str] = {}
    try:
        for member in field.split(","):
            name, value = member.strip().split(" ")
            told[name] = base64.b64decode(value, validate=True).decode("ascii")
        length_bytes = int(length)
        record_id, path, digest = told["record"], told["path"], told["sha256"]
    except (ValueError, KeyError, binascii.Error) as error:
        raise CenterProblem("request_malformed", field="Upload-Metadata") from error
    if length_bytes < 0 or not is_digest(digest):
        raise CenterProblem("request_malformed", field="Upload-Metadata")
    return Announced(check_record_id(record_id), check_path(path), digest, length_bytes)


def check_piece_digest(field: str | None, admitted: Admitted) -> None:
    """`Upload-Checksum` must name the digest the request was signed with.

    Raises:
        CenterProblem: `request_malformed` for another algorithm, `digest_wrong`.
    """
    if field is None:
        return
    algorithm, _, value = field.partition(" ")
    if algorithm != "sha256":
        raise CenterProblem("request_malformed", field="Upload-Checksum")
    if value != base64.b64encode(bytes.fromhex(admitted.body_digest)).decode():
        raise CenterProblem("digest_wrong")


def _same_file(device: str, announced: Announced) -> Select[Upload]:
    return select(Upload).where(
        Upload.device == device,
        Upload.record_id == announced.record_id,
        Upload.path == announced.path,
        Upload.digest == announced.digest,
    )


def _new_upload(device: str, announced: Announced) -> Upload:
    return Upload(
        id=secrets.token_hex(16),
        device=device,
        record_id=announced.record_id,
        path=announced.path,
        digest=announced.digest,
        length_bytes=announced.length_bytes,
        offset_bytes=0,
        complete=False,
        created_utc=utc_now(),
    )
