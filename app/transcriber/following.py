"""The sound of a take while it is recorded: decrypted, decoded, in recording offsets.

- One continuous demux: the film is read from its beginning, what was heard before is passed over.
- How much is on disk and not heard yet is counted from the pieces' own headers, not guessed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from app.ipc.messages import StartHearing
from app.recorder.following import FollowingReader
from app.recorder.fragment import TakeName, part_files, read_place
from speech.sound import Block, DecodedSound

PIECE_MS = 1000  # a piece is at most this long; the film's opening is none of them
QUIET_END_S = 3.0  # a take that should grow past `until_ms` and does not for so long is over
COUNT_EVERY_S = 0.5


class PieceCount:
    """How many whole pieces of a take lie in a folder; walks on from where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = 0
        self._offset = 0
        self.count = 0

    def renew(self) -> int:
        """Count again; a folder that cannot be read keeps its last count."""
        parts = part_files(self._folder)
        while self._part < len(parts):
            try:
                self._walk(parts[self._part])
            except OSError:
                break
            if self._part == len(parts) - 1:
                break
            self._part, self._offset = self._part + 1, 0
        return self.count

    def _walk(self, part: Path) -> None:
        with part.open("rb") as file:
            while (place := read_place(file, part, self._offset)) is not None:
                self._offset, self.count = place.end, place.index + 1


class RecordedSound:
    """A `SoundSource` over one take's encrypted pieces."""

    def __init__(self, command: StartHearing, media_key: bytes, cancel: Event) -> None:
        """Nothing is opened yet: the take's first piece may not be there.

        Args:
            command: which take, where its folders are and when it began.
            media_key: the record's derived "media" key.
            cancel: set to end every wait.
        """
        self._name = TakeName(command.record_id, command.stream, command.take)
        folders = [Path(folder) for folder in command.media_folders]
        self._counts = [PieceCount(self._name.folder(folder)) for folder in folders]
        self._reader = self._reader_of(folders, media_key, cancel)
        self._offset_ms = command.offset_ms
        self._decoded: DecodedSound | None = None
        self._is_over = Event()
        self._may_end = Event()
        self._moved = (0, time.monotonic())  # index of the next piece, and when it came
        self._counted = (0, 0.0)

    def _reader_of(self, folders: Sequence[Path], key: bytes, cancel: Event) -> FollowingReader:
        return FollowingReader(folders, self._name, key, self._is_closed, cancel)

    def end(self) -> None:
        """The take is closed: what is on disk is all there will be."""
        self._is_over.set()

    def may_end(self) -> None:
        """Only a part of the take is wanted: if it stops growing, that is its end."""
        self._may_end.set()

    @property
    def ahead_ms(self) -> int:
        """Sound on disk that was not read yet, to a piece's length."""
        count, at = self._counted
        if time.monotonic() - at > COUNT_EVERY_S:
            count = max((told.renew() for told in self._counts), default=0)
            self._counted = count, time.monotonic()
        return max(0, count - max(1, self._reader.index)) * PIECE_MS

    def read(self) -> Block | None:
        """The next block; waits for the recorder.

        Raises:
            SoundProblem: `sound_unreadable`, `sound_missing`.
            StorageProblem: `media_damaged`.
        """
        if self._decoded is None:
            self._decoded = DecodedSound(
                self._reader, self._offset_ms, self._name.file_stem, form="mp4"
            )
        return self._decoded.read()

    def close(self) -> None:
        """Let the decoder go."""
        if self._decoded is not None:
            self._decoded.close()

    def _is_closed(self) -> bool:
        if self._is_over.is_set():
            return True
        index, since = self._moved
        if index != self._reader.index:
            self._moved = self._reader.index, time.monotonic()
            return False
        return self._may_end.is_set() and time.monotonic() - since > QUIET_END_S
