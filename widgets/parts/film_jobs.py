"""Work of the film pane beside the windows: opening the films of a take, drawing its sound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from app.domain.interrogation import Take
from app.errors import StorageProblem

if TYPE_CHECKING:
    from app.recorder.film import Film
    from app.recorder.pyramid import Pyramid
    from app.session.films import RecordFilms

Report = Callable[[float], None]


def open_take(
    films: RecordFilms, take: Take, report: Report, cancel: threading.Event
) -> tuple[Take, dict[str, Film]]:
    """The films of a take by stream; one that has no pieces is left out."""
    from app.recorder.film import FilmCancelled
    from app.session.films import FilmId

    opened: dict[str, Film] = {}
    missing: StorageProblem | None = None
    for number, stream in enumerate(take.streams):
        told = partial(_tell_part, report, number, len(take.streams))
        try:
            opened[stream] = films.open(FilmId(stream, take), told, cancel)
        except FilmCancelled:
            return take, {}
        except StorageProblem as problem:
            missing = problem
    if not opened and missing is not None:
        raise missing
    return take, opened


def _tell_part(report: Report, number: int, of: int, share: float) -> None:
    report((number + share) / of)


def draw_all(
    films: RecordFilms,
    jobs: Sequence[tuple[Take, Pyramid]],
    loaded: Take,
    film: Film,
    report: Report,
    cancel: threading.Event,
) -> None:
    """Draw the sound of every take; a take that cannot be read stays flat."""
    from app.recorder.film import FilmCancelled
    from app.recorder.pyramid import draw_sound
    from app.session.films import FilmId

    for take, pyramid in jobs:
        try:
            heard = (
                film if take == loaded else films.open(FilmId(take.streams[0], take), cancel=cancel)
            )
        except (FilmCancelled, StorageProblem, IndexError):
            continue
        draw_sound(heard, pyramid, report, cancel)
        report(1.0)
