"""Receives files by the tus protocol 1.0: core, creation and checksum.

- An upload is named by device, record, path and digest: two files never share one, and a client
  that lost everything but the file finds its upload again by creating it once more.
- The offset counts only bytes whose digest was checked and that are synced; whatever lies
  behind it on disk (a killed server, a cut line) is written over.
- A finished upload was read again from disk and has the digest it was announced with.
- One writer at a time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before it sends it."""

    record_id: str
    path: str
    digest: str
    length_bytes: int


class Uploads:
    """All files on their way to this center."""

    def __init__(self, database: Database, storage: Storage, config: Config) -> None:
        self._database = database
        self._storage = storage
        self._config = config

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
            received_bytes, digest = await self._write(request, file, room_bytes)
            if digest != admitted.body_digest:
                file.truncate(offset_bytes)
                raise CenterProblem("digest_wrong", offset_bytes=offset_bytes)
            await run_in_threadpool(os.fsync, file.fileno())
            return await run_in_threadpool(self._advance, upload_id, offset_bytes + received_bytes)

    async def _write(self, request: Request, file: IO[bytes], room_bytes: int) -> tuple[int, str]:
        told = request.headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > room_bytes:
            raise CenterProblem("upload_too_large", limit_bytes=room_bytes)
        state = hashlib.sha256()
        received_bytes = 0
        gathered = bytearray()
        async for block in blocks(request, self._config.idle_s):
            received_bytes += len(block)
            if received_bytes > room_bytes:
                raise CenterProblem("upload_too_large", limit_bytes=room_bytes)
            gathered += block
            if len(gathered) >= WRITE_BYTES:
                await run_in_threadpool(_put, file, state, gathered)
                gathered = bytearray()
        await run_in_threadpool(_put, file, state, gathered)
        return received_bytes, state.hexdigest()

    def _advance(self, upload_id: str, offset_bytes: int) -> int:
        with self._database.writing() as session:
            upload = session.get_one(Upload, upload_id)
            upload.offset_bytes = offset_bytes
        if offset_bytes == upload.length_bytes:
            self._finish(upload_id)
        return offset_bytes

    def _finish(self, upload_id: str) -> None:
        """Read the whole file again; a wrong one starts anew at offset 0."""
        digest = self._storage.digest(upload_id)
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


def _put(file: IO[bytes], state: hashlib._Hash, data: bytearray) -> None:
    state.update(data)
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
