"""Brings pieces of film onto the disks: chained, encrypted, in both folders, then into the log.

- A piece is kept when one folder has it synced; the other may be slow or gone.
- One piece at a time is on its way to the folders; while it is, the next is sealed.
- The log line comes after the piece, so that the log never tells of what is not there.
- Every five minutes a new part begins; a folder that failed is tried again there.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.recorder.boxes import Cut
from app.recorder.folder import FolderWriter, Written
from app.recorder.fragment import Sealer, TakeName

PART_MS = 300_000
PATIENCE_S = 0.5  # for the slower folder, once; after that it is not waited for
LAST_LIMIT_S = 10.0  # for any folder at all
MAX_WAITING = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One piece that is on disk; times from the take's beginning."""

    stream: str
    index: int
    head: str
    plain_bytes: int
    t0_ms: int
    t1_ms: int


@dataclass(slots=True)
class StreamProgress:
    """How far one stream is on disk."""

    sealer: Sealer
    name: TakeName
    part: int = 1
    part_from_ms: int = 0
    fragments: int = 0  # without the opening
    written_ms: int = 0
    head: str = ""  # of the last piece that is kept


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A piece for a part, and what is told when it is kept."""

    part: int
    blob: bytes
    kept: Kept


@dataclass(frozen=True, slots=True)
class _Sent:
    """A piece on its way to the folders."""

    piece: _Sealed
    written: Written
    for_all: bool  # or some folder is behind and only the first is waited for


class Keeper:
    """One thread that keeps what all encoders of a take cut."""

    def __init__(
        self,
        folders: Sequence[FolderWriter],
        names: Sequence[TakeName],
        key: bytes,
        on_kept: Callable[[Kept], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Make the keeper.

        Args:
            folders: the media folders' writers.
            names: one for each stream of the take.
            key: the record's derived media key.
            on_kept: called after each piece is on disk, in order.
            on_lost: called once when no folder takes anything any more.
        """
        self._folders = folders
        self.streams = {name.stream: StreamProgress(Sealer(name, key), name) for name in names}
        self._on_kept = on_kept
        self._on_lost = on_lost
        self._queue: queue.Queue[tuple[str, Cut] | None] = queue.Queue()
        self._most_waiting = MAX_WAITING
        self._lost = False
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, stream: str, cut: Cut) -> None:
        """Queue a piece; never waits."""
        if self._queue.qsize() < self._most_waiting:
            self._queue.put((stream, cut))
        else:
            self._lose("too slow")

    def put_all(self, pieces: Sequence[tuple[str, Cut]]) -> None:
        """Queue pieces in their order: one, or all that a pre-roll held; never waits."""
        self._most_waiting = max(self._most_waiting, MAX_WAITING + len(pieces))
        for stream, cut in pieces:
            self.put(stream, cut)

    def close(self) -> None:
        """Keep what is queued; the folders are closed by their owner."""
        self._queue.put(None)
        self._thread.join(LAST_LIMIT_S * 2)

    def _run(self) -> None:
        sent: _Sent | None = None
        while True:
            try:
                waiting = self._queue.get(block=sent is None)
            except queue.Empty:
                self._settle(sent)
                sent = None
                continue
            if waiting is None:
                break
            if self._lost:
                continue
            sealed = self._seal(*waiting)
            self._settle(sent)
            sent = None if self._lost else self._send(sealed)
        self._settle(sent)

    def _seal(self, stream: str, cut: Cut) -> _Sealed:
        progress = self.streams[stream]
        if cut.t0_ms - progress.part_from_ms >= PART_MS:
            progress.part += 1
            progress.part_from_ms = cut.t0_ms
            progress.sealer.new_part()
        piece = progress.sealer.seal(cut.plain)
        kept = Kept(stream, piece.index, piece.head.hex(), piece.plain_bytes, cut.t0_ms, cut.t1_ms)
        return _Sealed(progress.part, piece.blob, kept)

    def _send(self, piece: _Sealed) -> _Sent:
        written = Written(len(self._folders))
        for_all = not any(folder.is_behind for folder in self._folders)
        name = self.streams[piece.kept.stream].name
        for folder in self._folders:
            folder.put(name, piece.part, piece.blob, written)
        return _Sent(piece, written, for_all)

    def _settle(self, sent: _Sent | None) -> None:
        """Wait for what is on its way, and tell that it is kept."""
        if sent is None:
            return
        if not sent.for_all or not sent.written.wait(PATIENCE_S):
            sent.written.wait(LAST_LIMIT_S, for_first=True)
        if not sent.written.kept:
            self._lose("no folder took a piece")
            return
        kept, progress = sent.piece.kept, self.streams[sent.piece.kept.stream]
        progress.head = kept.head
        if kept.index:  # 0 is the opening
            progress.fragments += 1
            progress.written_ms = kept.t1_ms
        self._on_kept(kept)

    def _lose(self, why: str) -> None:
        if not self._lost:
            self._lost = True
            _log.error("media lost: %s", why)
            self._on_lost()
