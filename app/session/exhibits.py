"""Exhibits shown on the tablet: a copy under its digest, its showing and hiding as events."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from app.domain import events as ev
from app.errors import InputProblem
from app.session.proceeding import Proceeding
from app.store.blobs import Blobs
from signing.digest import digest_of

KIND = "exhibits"
LIMIT_BYTES = 64 << 20


class Exhibits:
    """What was shown to the person in this interrogation."""

    def __init__(self, proceeding: Proceeding, blobs: Blobs) -> None:
        self._proceeding = proceeding
        self._blobs = blobs

    def show(self, path: Path, name: str) -> str:
        """Keep and show a file; returns the exhibit's id.

        Raises:
            InputProblem: `file_not_found` or `file_unreadable` (also when over 64 MiB).
        """
        try:
            if path.stat().st_size > LIMIT_BYTES:
                raise InputProblem("file_unreadable", file=str(path), limit_bytes=LIMIT_BYTES)
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise InputProblem("file_not_found", file=str(path)) from error
        except OSError as error:
            raise InputProblem("file_unreadable", file=str(path), why=str(error)) from error
        digest = digest_of(data)
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._blobs.put(KIND, digest, data)
        exhibit_id = f"exhibit-{digest[:12]}"
        self._proceeding.record(
            ev.ExhibitShown(exhibit_id=exhibit_id, name=name, media_type=media_type, digest=digest)
        )
        return exhibit_id

    def hide(self) -> None:
        """Take the exhibit that is shown off the tablet."""
        shown = self._proceeding.state.exhibit_on_tablet
        if shown:
            self._proceeding.record(ev.ExhibitHidden(exhibit_id=shown))

    def read(self, exhibit_id: str) -> tuple[bytes, str]:
        """The exhibit's bytes and media type.

        Raises:
            InputProblem: `file_not_found` for an id that was never shown.
        """
        for exhibit in self._proceeding.state.exhibits:
            if exhibit.exhibit_id == exhibit_id:
                return self._blobs.get(KIND, exhibit.digest), exhibit.media_type
        raise InputProblem("file_not_found", file=exhibit_id)
