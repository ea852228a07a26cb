"""Writes what opens of a dead workstation's record as plain files, and says what does not.

- A film ends at its first piece that does not follow the one before; what came before is kept.
- The text is what the journal leads to, named for what it is: nobody signed it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain.captions import SPEAKERS, web_vtt
from app.domain.events import Entry
from app.domain.evolution import replay
from app.domain.interrogation import Interrogation, Take
from app.errors import Problem, StorageProblem
from app.recorder.fragment import GENESIS, TakeName
from app.recorder.playback import MEDIA_PURPOSE, Pieces
from app.session.documents import EXTENSIONS, write_synced
from app.session.exhibits import KIND as EXHIBITS
from app.session.paperwork import MARKS, PAPER
from app.session.recovered import OpenedKeys, Source, read_furthest
from app.session.takes import LOG_NAME
from app.store.blobs import Blobs
from app.store.journal import NAME as JOURNAL_NAME
from signing.chain import Line
from signing.recovered import LogState, MediaState

OnBytes = Callable[[int], None]


@dataclass(slots=True)
class Found:
    """What was written under `data/`, and what could not be."""

    logs: dict[str, LogState] = field(default_factory=dict)
    media: list[MediaState] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


class Payload:
    """Writes the payload of one recovered record."""

    def __init__(
        self, source: Source, keys: OpenedKeys, public_key: Ed25519PublicKey, data: Path
    ) -> None:
        self._source = source
        self._keys = keys
        self._public_key = public_key
        self._data = data
        self._found = Found()

    def write(self, on_bytes: OnBytes) -> Found:
        """Write everything that opens under `data`, a new folder.

        Raises:
            OSError: a file cannot be written.
        """
        self._data.mkdir(parents=True)
        journal = self._write_log(JOURNAL_NAME)
        recorder = self._write_log(LOG_NAME)
        state = replay(_entries(journal))
        self._write_media(recorder, state, on_bytes)
        self._write_blobs(state)
        folder = self._data / "transcript"
        folder.mkdir(exist_ok=True)
        write_synced(folder / "transcript.json", _transcript(state))
        write_synced(folder / "transcript.txt", _text(state).encode("utf-8"))
        return self._found

    def _write_log(self, name: str) -> tuple[Line, ...]:
        log = read_furthest(self._source, self._keys, self._public_key, name)
        self._found.logs[name] = log.state
        raw = b"".join(line.raw + b"\n" for line in log.lines)
        write_synced(self._data / f"{name}.jsonl", raw)
        return log.lines

    def _write_media(
        self, recorder: Iterable[Line], state: Interrogation, on_bytes: OnBytes
    ) -> None:
        folder = self._data / "media"
        folder.mkdir()
        bodies = [line.body for line in recorder if line.body.get("kind") == "fragment"]
        logged = Counter(f"{body['stream']}-take-{body['take']:03}" for body in bodies)
        ends = _ends(bodies)
        for stem in self._stems():
            told = self._write_film(folder / f"{stem}.mp4", stem, logged[stem], on_bytes)
            self._found.media.append(told)
        for take in state.takes:
            until_ms = ends.get(take.number, take.offset_ms)
            whole = msgspec.structs.replace(take, duration_ms=until_ms - take.offset_ms)
            self._write_captions(folder, whole, state)

    def _write_captions(self, folder: Path, take: Take, state: Interrogation) -> None:
        for stream in take.streams:
            stem = f"{stream}-take-{take.number:03}"
            if (folder / f"{stem}.mp4").exists():
                captions = web_vtt(take, state.utterances)
                write_synced(folder / f"{stem}.vtt", captions.encode("utf-8"))

    def _stems(self) -> list[str]:
        found = set()
        for folder in self._source.media_folders:
            media = folder / self._source.record_id / "media"
            if media.is_dir():
                found |= {path.name for path in media.iterdir() if path.is_dir()}
        return sorted(stem for stem in found if stem.rpartition("-take-")[2].isdecimal())

    def _write_film(self, path: Path, stem: str, logged: int, on_bytes: OnBytes) -> MediaState:
        stream, _, number = stem.rpartition("-take-")
        name = TakeName(self._source.record_id, stream, int(number))
        pieces = Pieces(self._source.media_folders, name, self._keys.derive(MEDIA_PURPOSE))
        head, kept = GENESIS, 0
        with path.open("xb") as file:
            for plain, after in _following(pieces):
                file.write(plain)
                on_bytes(len(plain))
                head, kept = after, kept + 1
            file.flush()
            os.fsync(file.fileno())
        return MediaState(
            path=f"data/media/{path.name}",
            pieces=kept,
            logged=logged,
            head=head.hex() if kept else "",
            damage="media_damaged" if kept < max(logged, len(pieces)) else "",
        )

    def _write_blobs(self, state: Interrogation) -> None:
        """Marks, exhibits and the paper, under the names a sealed record gives them."""
        blobs = Blobs(self._source.record_folder, self._keys)
        kinds = {one.digest: EXTENSIONS.get(one.media_type, "bin") for one in state.exhibits}
        for kind, place in ((MARKS, "marks"), (EXHIBITS, "exhibits"), (PAPER, "transcript")):
            for name in blobs.names(kind):
                try:
                    plain = blobs.get(kind, name)
                except (Problem, ValueError):
                    self._found.unreadable.append(f"{kind}/{name}")
                    continue
                folder = self._data / place
                folder.mkdir(exist_ok=True)
                file = f"{name}.{kinds.get(name, 'bin')}" if kind == EXHIBITS else name
                write_synced(folder / file, plain)


def _following(pieces: Pieces) -> Iterator[tuple[bytes, bytes]]:
    """Plain bytes of each piece that follows the one before, and the head after it."""
    film = hashlib.sha256()
    for index in range(len(pieces)):
        try:
            plain = pieces.plain(index)
        except StorageProblem:
            return
        film.update(plain)
        if film.digest() != pieces.place(index).head:
            return
        yield plain, film.digest()


def _ends(bodies: Iterable[dict[str, object]]) -> dict[int, int]:
    """The last recorded millisecond of each take, from recording start."""
    ends: dict[int, int] = {}
    for body in bodies:
        take, t1_ms = int(str(body["take"])), int(str(body["t1_ms"]))
        ends[take] = max(ends.get(take, 0), t1_ms)
    return ends


def _entries(journal: Iterable[Line]) -> Iterator[Entry]:
    """Typed entries; a kind that this version does not know is passed over."""
    for line in journal:
        try:
            yield msgspec.convert(line.body, Entry)
        except msgspec.ValidationError:
            continue


def _transcript(state: Interrogation) -> bytes:
    told = {"version": 1, "record_id": state.record_id, "state": msgspec.to_builtins(state)}
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8")


def _text(state: Interrogation) -> str:
    """The lines as a person reads them, under a heading that says what they are."""
    told = [
        f"{state.record_id}  {state.room}  {state.preparation.suspect.name}",
        "由日志恢复，未经核对、未经签名。 Recovered from the journal; neither read nor signed.",
        "",
    ]
    for line in state.utterances:
        speaker = SPEAKERS.get(line.role, line.role.value)
        told.append(
            f"[{line.t0_ms // 60000:02}:{line.t0_ms // 1000 % 60:02}] {speaker}：{line.text}"
        )
    return "\n".join([*told, ""])
