"""Where the center keeps bytes: uploads on their way, staged records and stored records.

- A stored record is named by its root digest, so two contents can never share a place.
- Storing is: everything synced, then one rename, then the folder synced; never half a record.
- A stored file is read-only. Nothing here removes a stored record; only second names (hard
  links) of uploads and of a staged record are given up.
- One writer per upload: an advisory lock that dies with its process.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from center.problem import CenterProblem
from signing.digest import digest_file


class Storage(Protocol):
    """What the center asks of a place for bytes; a bucket with object lock fits as well."""

    def begin(self, upload_id: str) -> None:
        """Make an empty upload, durably; nothing happens when it is there already."""

    @contextmanager
    def writer(self, upload_id: str) -> Iterator[IO[bytes]]:
        """The upload's bytes, for one writer alone.

        Raises:
            CenterProblem: `writer_busy` or `not_found`.
        """

    def digest(self, upload_id: str) -> str:
        """SHA-256 of what lies on disk for this upload, read again."""

    def stage(self, record_id: str, files: Mapping[str, str]) -> Path:
        """A folder with these files (path in the record -> upload id), ready to be verified."""

    def keep(self, staged: Path, root: str) -> Path:
        """Store a staged record for good; the same root again changes nothing."""

    def release_staged(self, staged: Path) -> None:
        """Give up the staged names of a stored or refused record."""

    def release_uploads(self, upload_ids: list[str]) -> None:
        """Give up the upload names of a stored record."""

    def find(self, root: str) -> Path:
        """The folder of a stored record."""


class FolderStorage:
    """Bytes in one file system; uploads, staged and stored records must share it."""

    def __init__(self, folder: Path) -> None:
        self._uploads = folder / "uploads"
        self._staging = folder / "staging"
        self._records = folder / "records"
        for place in (self._uploads, self._staging, self._records):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, upload_id: str) -> None:
        """Make an empty upload, durably; nothing happens when it is there already."""
        with self._uploads.joinpath(upload_id).open("ab"):
            pass
        sync_folder(self._uploads)

    @contextmanager
    def writer(self, upload_id: str) -> Iterator[IO[bytes]]:
        """The upload's bytes, for one writer alone.

        Raises:
            CenterProblem: `writer_busy`, `not_found`, or `disk_full` for a write that did not fit.
        """
        try:
            file = self._uploads.joinpath(upload_id).open("r+b", buffering=0)
        except FileNotFoundError as error:
            raise CenterProblem("not_found", upload=upload_id) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CenterProblem("writer_busy", upload=upload_id) from error
            try:
                yield file
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise CenterProblem("disk_full") from error
                raise

    def digest(self, upload_id: str) -> str:
        """SHA-256 of what lies on disk for this upload, read again."""
        return digest_file(self._uploads / upload_id)

    def stage(self, record_id: str, files: Mapping[str, str]) -> Path:
        """A folder of hard links to uploads; an earlier one of the same record is given up."""
        folder = self._staging / record_id
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        for path, upload_id in files.items():
            place = folder / path
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.hardlink_to(self._uploads / upload_id)
        return folder

    def keep(self, staged: Path, root: str) -> Path:
        """Store a staged record for good; the same root again changes nothing."""
        place = self.find(root)
        if place.exists():
            return place
        for current, _, names in os.walk(staged):
            for name in names:
                Path(current, name).chmod(0o400)
            sync_folder(Path(current))
        staged.rename(place)
        sync_folder(self._records)
        return place

    def release_staged(self, staged: Path) -> None:
        """Give up the staged names of a stored or refused record."""
        if staged.exists():
            shutil.rmtree(staged)

    def release_uploads(self, upload_ids: list[str]) -> None:
        """Give up the upload names of a stored record."""
        for upload_id in upload_ids:
            (self._uploads / upload_id).unlink(missing_ok=True)

    def find(self, root: str) -> Path:
        """The folder of a stored record."""
        return self._records / root


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
