"""While a take grows, any line of it can be seen and heard, and its sound is drawn to the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from app.domain.interrogation import Interrogation, Take
from app.errors import StorageProblem
from app.ipc import messages as ms
from app.recorder.film import FilmReader
from app.recorder.fragment import FragmentWriter, TakeName
from app.recorder.playback import MEDIA_PURPOSE
from app.session.looking import Looking
from app.session.takes import TakePlan
from tests.fakes.films import pieces
from tests.fakes.records import keys_of

RECORD_ID = "r-1"
OFFSET_MS = 60_000


class GrowingTake:
    """Two cameras of the second take, written piece by piece."""

    def __init__(self, folder: Path) -> None:
        keys = keys_of(folder / RECORD_ID)
        self.plan = TakePlan(
            record_id=RECORD_ID,
            room="room-1",
            record_folder=folder / RECORD_ID,
            media_folders=(folder / "a", folder / "b"),
            microphone=ms.MicrophoneChoice(source="default"),
            cameras=(),
            production=False,
        )
        self.state = Interrogation(
            takes=(
                Take(
                    number=2, offset_ms=OFFSET_MS, streams=("camera-1", "camera-2"),
                    started_utc="", microphone="", cameras=(),
                ),
            )
        )  # fmt: skip
        self.looking = Looking(self.plan, keys)
        self._writers = [
            FragmentWriter(medium, TakeName(RECORD_ID, stream, 2), keys.derive(MEDIA_PURPOSE))
            for stream in ("camera-1", "camera-2")
            for medium in self.plan.media_folders
        ]
        self._written = 0

    def grow(self, count: int) -> None:
        for plain in pieces()[self._written : self._written + count]:
            for writer in self._writers:
                writer.append(plain)
        self._written += count

    def each_writer(self, call: Callable[[FragmentWriter], None]) -> None:
        for writer in self._writers:
            call(writer)


@pytest.fixture
def take(tmp_path: Path) -> GrowingTake:
    return GrowingTake(tmp_path)


def test_a_line_is_seen_and_heard_while_the_take_grows(take: GrowingTake) -> None:
    take.grow(4)
    scene = take.looking.scene(take.state, OFFSET_MS + 1500, OFFSET_MS + 1900)
    assert scene.stream == "camera-1"
    with av.open(FilmReader(scene.film), "r") as container:
        frames = [frame.time for frame in container.decode(video=0) if frame.time is not None]
    at_s = scene.in_film_ms(OFFSET_MS + 1500) / 1000
    assert min(frames) <= at_s <= max(frames)
    take.grow(2)
    later = take.looking.scene(take.state, OFFSET_MS + 3200, OFFSET_MS + 3600)
    assert later.begins_ms >= OFFSET_MS + 2000


def test_an_excerpt_keeps_sound_and_picture_together(take: GrowingTake) -> None:
    take.grow(6)
    scene = take.looking.scene(take.state, OFFSET_MS + 1900, OFFSET_MS + 2500)
    film = scene.film
    with av.open(FilmReader(film), "r") as container:
        flash = next(
            frame.time for frame in container.decode(video=0) if frame.to_ndarray()[0, 0] > 150
        )
    with av.open(FilmReader(film), "r") as container:
        click = next(
            frame.time
            for frame in container.decode(audio=0)
            if np.abs(frame.to_ndarray()).max() > 0.4
        )
    expected_s = scene.in_film_ms(OFFSET_MS + 2000) / 1000
    assert abs((flash or 0) - expected_s) < 0.05
    assert abs((click or 0) - expected_s) < 0.05


def test_before_the_first_piece_there_is_nothing_to_see(take: GrowingTake) -> None:
    with pytest.raises(StorageProblem, match="record_not_found"):
        take.looking.scene(take.state, OFFSET_MS, OFFSET_MS + 1000)
    with pytest.raises(StorageProblem, match="record_not_found"):
        take.looking.scene(Interrogation(), 0, 1000)
    assert take.looking.sounds(take.state)[0][1].duration_ms == 0


def test_the_sound_is_drawn_on_as_it_comes_and_once(take: GrowingTake) -> None:
    take.grow(3)
    ((offset_ms, pyramid),) = take.looking.sounds(take.state)
    assert offset_ms == OFFSET_MS
    assert 1800 <= pyramid.duration_ms <= 2100
    take.each_writer(FragmentWriter.new_part)
    take.grow(3)
    ((_, same),) = take.looking.sounds(take.state)
    assert same is pyramid
    assert 3900 <= pyramid.duration_ms <= 4050
    loud = np.abs(pyramid.look(0, 4000, 400).astype(int))[:, 0].max(axis=1)
    assert abs(int(loud.argmax()) * 10 - 2000) <= 30
    assert np.count_nonzero(loud > 60) <= 6


def test_one_medium_may_be_missing(take: GrowingTake, tmp_path: Path) -> None:
    take.grow(6)
    for part in (tmp_path / "a").rglob("*.frag"):
        part.unlink()
    assert take.looking.sounds(take.state)[0][1].duration_ms > 3900
