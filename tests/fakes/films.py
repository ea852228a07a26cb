"""A sealed record whose films really play: two cameras, a flash and a click at 2 s of 4."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from app.recorder.film import Film
from app.session.looking import Scene
from tests.app.recorder.test_film import encode
from tests.fakes.record import BuiltRecord, Draft

STREAMS = ("camera-1", "camera-2")
SECONDS = 4


@cache
def pieces() -> tuple[bytes, ...]:
    return tuple(cut.plain for cut in encode(SECONDS))


class PiecesInMemory:
    """The same film as the recorder's pieces."""

    authenticates = True
    total_bytes = 0

    def __len__(self) -> int:
        return len(pieces())

    def plain(self, index: int) -> bytes:
        return pieces()[index]

    def head(self, _index: int) -> bytes | None:
        return None


def scene() -> Scene:
    """What a session gives to be played again."""
    return Scene("camera-1", Film(PiecesInMemory(), is_excerpt=True).index(), 0)


def sealed_record(folder: Path, **changes: object) -> BuiltRecord:
    """As `build_record`, with films in it."""
    draft = Draft(**changes)
    draft.recorder = [body for body in draft.recorder if body["kind"] != "fragment"]
    heads = {}
    for stream in STREAMS:
        film = hashlib.sha256()
        for index, plain in enumerate(pieces()):
            film.update(plain)
            t0_ms = max(0, index - 1) * 1000
            draft.recorder.insert(
                -1,
                {"kind": "fragment", "stream": stream, "take": 1, "index": index,
                 "head": film.hexdigest(), "bytes": len(plain), "t0_ms": t0_ms,
                 "t1_ms": t0_ms + (1000 if index else 0)},
            )  # fmt: skip
        heads[stream] = film.hexdigest()
        draft.files[f"media/{stream}-take-001.mp4"] = b"".join(pieces())
    for body in (*draft.journal, *draft.recorder):
        if body["kind"] in ("take_ended", "take_closed"):
            body["heads"] = heads
            if "duration_ms" in body:
                body["duration_ms"] = SECONDS * 1000
        if body["kind"] == "media_pinned":
            body["head"], body["index"] = heads[body["stream"]], len(pieces()) - 1
    return draft.seal_into(folder)
