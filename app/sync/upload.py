"""Sends one file by the tus protocol 1.0, from wherever the center already has it.

- Nothing about an upload is kept here: the center finds it by record, path and digest, so two
  files of the same size and beginning never mix, and a lost database loses no progress.
- Each piece carries its digest; the center counts a piece only when it is checked and synced.
- Pieces shrink when the line fails and grow while it is fast, so a bad line still gets through.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import StorageProblem, SyncProblem
from app.sync.client import Body, CenterClient

TUS = {"Tus-Resumable": "1.0.0"}
SMALLEST_PIECE_BYTES = 64 << 10
LARGEST_PIECE_BYTES = 32 << 20
FIRST_PIECE_BYTES = 8 << 20
SETTLE_S = 300.0  # after a restart the center may have to read a long take again
QUICK_S = 1.0  # a piece that took less may be larger next time
SLOW_S = 8.0
BLOCK_BYTES = 256 << 10
WRONG_OFFSETS = 3  # in a row: then the center contradicts itself

Advance = Callable[[int], None]  # told how many bytes more the center has


class Stopped(Exception):  # noqa: N818 - asked for, no error
    """The worker is to stop; the upload goes on another time."""


@dataclass(slots=True)
class Pace:
    """How large the next piece is; one per worker, because the line is the same for all files."""

    piece_bytes: int = FIRST_PIECE_BYTES

    def note_success(self, seconds: float) -> None:
        """A piece got through."""
        if seconds < QUICK_S:
            self.piece_bytes = min(self.piece_bytes * 2, LARGEST_PIECE_BYTES)
        elif seconds > SLOW_S:
            self.note_failure()

    def note_failure(self) -> None:
        """A piece got lost, or took so long that it might be."""
        self.piece_bytes = max(self.piece_bytes // 2, SMALLEST_PIECE_BYTES)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a record to be sent."""

    record_id: str
    path: str  # in the record
    file: Path
    digest: str
    length_bytes: int


@dataclass(slots=True)
class Sender:
    """Sends files over one client until `stop` is set."""

    client: CenterClient
    stop: threading.Event = field(default_factory=threading.Event)
    pace: Pace = field(default_factory=Pace)

    def send(self, upload: Upload, advance: Advance) -> None:
        """Bring one file to the center whole.

        Raises:
            SyncProblem: From the center, or on the way there.
            StorageProblem: `media_damaged` when the file cannot be read or has become shorter.
            Stopped: `stop` was set.
        """
        location, offset_bytes = self._announce(upload)
        advance(offset_bytes)
        contradictions = 0
        while offset_bytes < upload.length_bytes:
            piece = _read(upload, offset_bytes, self.pace.piece_bytes)
            try:
                reached_bytes = self._send_piece(location, offset_bytes, piece)
                contradictions = 0
            except SyncProblem as problem:
                told = problem.details.get("offset_bytes")
                contradictions += 1
                is_told = problem.code == "offset_wrong" and isinstance(told, int)
                if not is_told or contradictions > WRONG_OFFSETS:
                    raise
                assert isinstance(told, int)
                reached_bytes = told
            advance(reached_bytes - offset_bytes)
            offset_bytes = reached_bytes

    def _announce(self, upload: Upload) -> tuple[str, int]:
        told = {"record": upload.record_id, "path": upload.path, "sha256": upload.digest}
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
        )
        headers = {
            **TUS,
            "Upload-Length": str(upload.length_bytes),
            "Upload-Metadata": metadata,
        }
        self._check_stop()
        answer = self.client.ask("POST", "/v1/uploads", headers=headers)
        try:
            return answer.headers["Location"], int(answer.headers["Upload-Offset"])
        except (KeyError, ValueError) as error:
            raise SyncProblem("center_refused", reason="answer_malformed") from error

    def _send_piece(self, location: str, offset_bytes: int, piece: bytes) -> int:
        digest = hashlib.sha256(piece)
        body = Body(self._blocks(piece), len(piece), digest.hexdigest())
        headers = {
            **TUS,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset_bytes),
            "Upload-Checksum": f"sha256 {base64.b64encode(digest.digest()).decode()}",
        }
        started = time.monotonic()
        try:
            answer = self.client.send("PATCH", location, body, headers, SETTLE_S)
        except SyncProblem as problem:
            if problem.code == "center_unreachable":
                self.pace.note_failure()
            raise
        self.pace.note_success(time.monotonic() - started)
        reached = answer.headers.get("Upload-Offset", "")
        if reached != str(offset_bytes + len(piece)):
            raise SyncProblem("offset_wrong", told=reached)
        return offset_bytes + len(piece)

    def _blocks(self, piece: bytes) -> Iterator[bytes]:
        for start in range(0, len(piece), BLOCK_BYTES):
            self._check_stop()
            yield piece[start : start + BLOCK_BYTES]

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise Stopped


def _read(upload: Upload, offset_bytes: int, most_bytes: int) -> bytes:
    wanted_bytes = min(most_bytes, upload.length_bytes - offset_bytes)
    try:
        with upload.file.open("rb") as file:
            file.seek(offset_bytes)
            piece = file.read(wanted_bytes)
    except OSError as error:
        raise StorageProblem("media_damaged", path=upload.path, why=str(error)) from error
    if len(piece) != wanted_bytes:
        raise StorageProblem("media_damaged", path=upload.path, why="shorter than before")
    return piece
