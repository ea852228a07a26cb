"""How a room reaches its recorder and its transcriber; tests give their own."""

from __future__ import annotations

from typing import Protocol

from app.paths import Paths
from app.session.hearing import TranscriberLink
from app.session.recording import RecorderLink


class Links(Protocol):
    """Makes a connection for each interrogation."""

    def recorder(self) -> RecorderLink:
        """A link to the room's recorder."""

    def transcriber(self) -> TranscriberLink:
        """A link to the room's transcriber."""


class ProcessLinks:
    """The real processes of one room."""

    def __init__(self, paths: Paths, room: str) -> None:
        self._paths = paths
        self._room = room

    def recorder(self) -> RecorderLink:
        """A link to the room's recorder."""
        from app.recorder.client import RecorderClient

        return RecorderClient(self._paths, self._room)

    def transcriber(self) -> TranscriberLink:
        """A link to the room's transcriber."""
        from app.transcriber.client import TranscriberClient

        return TranscriberClient(self._paths, self._room)
