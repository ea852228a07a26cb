"""The transcriber's process and its client; importing this loads neither model nor engine."""

from __future__ import annotations

from app.paths import Paths
from app.settings import Settings


def run(paths: Paths, room: str, settings: Settings) -> int:
    """Be the transcriber of a room; see `app.transcriber.service.run`."""
    from app.transcriber import service

    return service.run(paths, room, settings)
