"""The films of one record, sealed or still open: for looking and listening, and as working copies.

- The journal says which takes there are; a take that died before its first piece has no film.
- A copy says in its name and inside that it is one; the custody log says who took it (L40).
- Works while recording goes on: what is on disk now is the film now.
"""

from __future__ import annotations

import threading
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.captions import cues, web_vtt
from app.domain.evolution import replay
from app.domain.interrogation import Interrogation, Take
from app.errors import StorageProblem
from app.export.handover import Order, Subject, noted
from app.export.work import ExportCancelled, Progress
from app.paths import RESOURCES, Paths
from app.recorder.film import (
    Caption,
    Damage,
    Film,
    FilmCancelled,
    FilmFile,
    FilmNote,
    PieceSource,
    export_film,
)
from app.recorder.fragment import TakeName
from app.recorder.piece_source import LoggedPiece, OpenPieces, SealedPieces
from app.recorder.playback import MEDIA_PURPOSE
from app.session.takes import TakePlan
from app.settings import Settings
from app.store.custody import CustodyLog
from app.store.journal import entry_of, read_entries
from app.store.keystore import KeyRing, RecordKeys
from signing import chain, manifest
from signing.record_files import check_name
from signing.seal import Seal, parse_seal

WORKING_COPY = "working-copy"


@dataclass(frozen=True, slots=True)
class FilmId:
    """One film of a record."""

    stream: str
    take: Take

    @property
    def stem(self) -> str:
        """`camera-1-take-001`."""
        return f"{self.stream}-take-{self.take.number:03d}"


@dataclass(frozen=True, slots=True)
class RecordFilms:
    """All films of one record."""

    state: Interrogation
    root_digest: str  # empty while the record is open
    _source: Callable[[FilmId], PieceSource]
    _media: Path | None = None  # of the sealed record

    def facts(self, film: FilmId) -> bytes:
        """The caption track of date, place and climate of a copied camera; empty without one."""
        path = self._media / f"{film.stem}.facts.vtt" if self._media is not None else None
        return path.read_bytes() if path is not None and path.exists() else b""

    def films(self) -> list[FilmId]:
        """Every take of every stream, in order of the takes."""
        return [FilmId(stream, take) for take in self.state.takes for stream in take.streams]

    def take_at(self, at_ms: int) -> Take | None:
        """The take that holds a moment of the recording, or the last one before it."""
        begun = [take for take in self.state.takes if take.offset_ms <= at_ms]
        return begun[-1] if begun else next(iter(self.state.takes), None)

    def source(self, film: FilmId) -> PieceSource:
        """The pieces of a film. Raises StorageProblem `record_not_found` when there are none."""
        source = self._source(film)
        if not len(source):
            raise StorageProblem("record_not_found", path=film.stem)
        return source

    def open(
        self,
        film: FilmId,
        progress: Progress = lambda _share: None,
        cancel: threading.Event | None = None,
    ) -> Film:
        """A film to be looked at; indexing reads it once. Raises as `Film.index`."""
        return Film(self.source(film)).index(progress, cancel)

    def captions(self, film: FilmId) -> list[Caption]:
        """The lines of a film."""
        return [
            Caption(cue.t0_ms, cue.t1_ms, f"{cue.speaker}：{cue.text}")
            for cue in cues(film.take, self.state.utterances)
        ]


def find_films(
    paths: Paths, settings: Settings, record_id: str, ring: Callable[[], KeyRing]
) -> RecordFilms:
    """The films of a record of this workstation: the sealed one's where there is one.

    Raises:
        StorageProblem: `record_not_found`.
        SetupProblem: an open record and no key store.
    """
    check_name(record_id)
    if (paths.records / record_id / manifest.SEAL).exists():
        return sealed_films(paths.records / record_id)
    folder = paths.interrogations / record_id
    if not (folder / "keys.json").exists():
        raise StorageProblem("record_not_found", path=record_id)
    keys = RecordKeys.open(folder, ring())
    state = replay(read_entries(folder, keys))
    return open_films(TakePlan.of_room(settings, paths, record_id), keys, state)


def sealed_films(folder: Path) -> RecordFilms:
    """The films of the sealed record in `folder`; its logs are checked, its media as they are read.

    Raises:
        SealProblem: the seal or a log is not as it was written.
        StorageProblem: `record_not_found`.
    """
    try:
        seal = parse_seal((folder / manifest.SEAL).read_bytes())
        entries = [entry_of(line, folder) for line in _lines(folder / "data/journal.jsonl", seal)]
        logged: dict[str, list[LoggedPiece]] = defaultdict(list)
        for line in _lines(folder / "data/recorder.jsonl", seal):
            if line.body.get("kind") == "fragment":
                stem = f"{line.body['stream']}-take-{int(str(line.body['take'])):03d}"
                piece = LoggedPiece(int(str(line.body["bytes"])), str(line.body["head"]))
                logged[stem].append(piece)
    except OSError as error:
        raise StorageProblem("record_not_found", path=str(folder)) from error

    def source(film: FilmId) -> PieceSource:
        return SealedPieces(folder / "data/media" / f"{film.stem}.mp4", logged[film.stem])

    return RecordFilms(replay(entries), manifest.root_digest(folder), source, folder / "data/media")


def open_films(plan: TakePlan, keys: RecordKeys, state: Interrogation) -> RecordFilms:
    """The films of an open record, up to what is on disk when each is asked for."""

    def source(film: FilmId) -> PieceSource:
        name = TakeName(plan.record_id, film.stream, film.take.number)
        return OpenPieces(plan.media_folders, name, keys.derive(MEDIA_PURPOSE))

    return RecordFilms(state, "", source)


def export_films(
    films: RecordFilms,
    folder: Path,
    order: Order,
    custody: CustodyLog | None,
    progress: Progress,
    cancel: threading.Event | None = None,
) -> tuple[FilmFile, ...]:
    """Write every take as an MP4 with captions, and these as a file beside it.

    Args:
        films: of the record.
        folder: gets `<record id>-<stream>-take-001-working-copy.mp4` and `.vtt`, and of a copied
            camera `.facts.vtt`.
        order: who asks, why, and who approved; a real record needs the last two.
        custody: where it is noted.
        progress: told the share done.
        cancel: set to stop; films that were whole by then stay.

    Raises:
        Refused: `reason_missing` or `approval_missing`.
        StorageProblem: As `export_film`.
        ExportCancelled: `cancel` was set.
    """
    subject = Subject(films.state.record_id, films.root_digest, films.state.simulated, "film")
    with noted(subject, folder, order, custody):
        try:
            return tuple(_write_all(films, folder, progress, cancel))
        except FilmCancelled as asked:
            raise ExportCancelled from asked


def _write_all(
    films: RecordFilms, folder: Path, progress: Progress, cancel: threading.Event | None
) -> Iterator[FilmFile]:
    found = [(film, source) for film in films.films() if (source := _found(films, film))]
    if not found:
        raise StorageProblem("record_not_found", path=films.state.record_id)
    whole, done = max(1, sum(source.total_bytes for _, source in found)), 0
    for film, source in found:
        share, start = source.total_bytes / whole, done / whole
        target = folder / f"{films.state.record_id}-{film.stem}-{WORKING_COPY}.mp4"
        told = _part(progress, start, share)
        note = FilmNote(target.stem, _comment(films, film))
        made = export_film(source, target, films.captions(film), told, cancel, note)
        captions = target.with_suffix(".vtt")
        captions.write_text(web_vtt(film.take, films.state.utterances), encoding="utf-8")
        if facts := films.facts(film):  # what a copied picture does not show itself
            target.with_suffix(".facts.vtt").write_bytes(facts)
        done += source.total_bytes
        yield made
    progress(1.0)


def damage_of(damage: Iterable[Damage], unproven_from_ms: int = -1) -> list[StorageProblem]:
    """What is wrong with a film, each with its time, for a person to read."""
    told = [
        StorageProblem("film_damaged", begin=_clock(hole.t0_ms), end=_clock(hole.t1_ms))
        for hole in damage
    ]
    if unproven_from_ms >= 0:
        told.append(StorageProblem("film_unproven", begin=_clock(unproven_from_ms)))
    return told


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000 // 100}"


def _found(films: RecordFilms, film: FilmId) -> PieceSource | None:
    """A film's pieces; None when it died before its first one, which the journal states."""
    try:
        return films.source(film)
    except StorageProblem as problem:
        if problem.code != "record_not_found":
            raise
        return None


def _comment(films: RecordFilms, film: FilmId) -> str:
    with (RESOURCES / "i18n" / "film.toml").open("rb") as file:
        words = tomllib.load(file)["sealed" if films.root_digest else "open"]
    told = {
        "record_id": films.state.record_id,
        "film": film.stem,
        "root_digest": films.root_digest,
    }
    return "\n".join(words[language].format(**told) for language in ("zh", "en"))


def _part(progress: Progress, start: float, share: float) -> Progress:
    def told(done: float) -> None:
        progress(start + share * done)

    return told


def _lines(path: Path, seal: Seal) -> Iterable[chain.Line]:
    with path.open("rb") as file:
        yield from chain.read_lines(file, seal.public_key, path=path.name)
