"""How a running take stands, as the heartbeat tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.ipc import messages as ms
from app.recorder.folder import FolderWriter
from app.recorder.keeper import StreamProgress
from app.recorder.stream import Stream

LEAST_RATE = 20_000.0  # bytes a second; at the very beginning nothing is known yet


def stream_states(
    streams: Iterable[Stream],
    progress: Mapping[str, StreamProgress],
    sound_code: str,
    offset_ms: int,
) -> tuple[ms.StreamState, ...]:
    """All streams; the first one is not well either while the microphone is not."""
    states = []
    for number, stream in enumerate(streams):
        kept = progress[stream.name]
        code = stream.code or ("" if number else sound_code)
        states.append(
            ms.StreamState(
                name=stream.name,
                healthy=not code,
                fragments=kept.fragments,
                head=kept.head,
                written_ms=offset_ms + kept.written_ms,
                code=code,
            )
        )
    return tuple(states)


def folder_states(
    folders: Sequence[FolderWriter], seconds: float, reserve_bytes: int
) -> tuple[ms.FolderState, ...]:
    """All media folders, with the hours left at the rate of the last `seconds`."""
    fastest = max((folder.bytes / max(1.0, seconds) for folder in folders), default=0.0)
    rate = max(fastest, LEAST_RATE)
    states = []
    for folder in folders:
        free = folder.free_bytes
        states.append(
            ms.FolderState(
                path=str(folder.path),
                healthy=not folder.code,
                free_bytes=free,
                hours_left=round(max(0, free - reserve_bytes) / rate / 3600, 1),
                code=folder.code,
            )
        )
    return tuple(states)
