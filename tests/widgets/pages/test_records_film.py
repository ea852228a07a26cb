"""A sealed record is looked at and listened to on the Records page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from tests.fakes.films import pieces, sealed_record
from tests.fakes.room import FakeRoom
from tests.widgets.conftest import DeskHand
from widgets.pages.records import RecordsPage
from widgets.parts.film_pane import BEFORE_MS, FilmPane

LIMIT_MS = 30_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed_record(tmp_path_factory.mktemp("records") / "r-20261122-0001").folder


@pytest.fixture
def page(desk: DeskHand, room: FakeRoom, folder: Path) -> RecordsPage:
    room.film_folder = folder
    return open_list(desk)


def open_list(desk: DeskHand) -> RecordsPage:
    desk.window.show()
    desk.window.show_page("records")
    page = desk.window.pages["records"]
    assert isinstance(page, RecordsPage)
    desk.rest()
    page.table.selectRow(0)
    return page


def open_film(desk: DeskHand, page: RecordsPage) -> FilmPane:
    page.show_film()
    until(desk, lambda: bool(page.film.picture.streams))
    desk.rest()
    return page.film


def until(desk: DeskHand, is_so: Callable[[], bool]) -> None:
    desk.qtbot.waitUntil(is_so, timeout=LIMIT_MS)


def close(page: RecordsPage) -> None:
    page.film.leave()


def test_a_record_shows_both_pictures_its_sound_and_its_lines(
    desk: DeskHand, page: RecordsPage
) -> None:
    film = open_film(desk, page)
    until(desk, lambda: len(film.picture.streams) == 2)
    assert film.picture.streams == ["camera-1", "camera-2"]
    assert [line.text for line in film.lines.lines.lines] == [
        "姓名？",
        "张三，男。",
        "住址不记得了",
    ]
    assert film.clock.text() == "00:00:00 / 00:00:04"
    ((_, sound),) = film._sounds
    assert sound.duration_ms > 3900
    assert not film.damage.isVisible()
    close(page)


def test_a_line_plays_from_its_beginning(desk: DeskHand, page: RecordsPage) -> None:
    film = open_film(desk, page)
    line = film.lines.lines.lines[1]
    film.lines.play_asked.emit(line.id)
    until(desk, lambda: film.player.playing and film.at_ms >= line.t0_ms)
    film.toggle_playing()
    assert not film.player.playing
    close(page)


def test_a_word_is_asked_for_by_its_moment(desk: DeskHand, page: RecordsPage) -> None:
    film = open_film(desk, page)
    line = film.lines.lines.lines[1]
    film.lines.word_asked.emit(line.id, 1500)
    until(desk, lambda: film.player.playing and film.at_ms >= 1500 - BEFORE_MS)
    film.toggle_playing()
    close(page)


def test_every_move_has_a_key(desk: DeskHand, page: RecordsPage) -> None:
    film = open_film(desk, page)
    film.setFocus()
    QTest.keyClick(film, Qt.Key.Key_Space)
    until(desk, lambda: film.player.playing)
    QTest.keyClick(film, Qt.Key.Key_K)
    until(desk, lambda: not film.player.playing)
    film.go_to(3000)
    until(desk, lambda: film.player.position_ms == 3000)
    QTest.keyClick(film, Qt.Key.Key_J)
    until(desk, lambda: film.player.position_ms == 0)
    QTest.keyClick(film, Qt.Key.Key_Down)
    until(desk, lambda: film.lines.chosen_id == film.lines.lines.lines[1].id)
    QTest.keyClick(film, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list


def test_a_click_on_the_time_line_goes_there(desk: DeskHand, page: RecordsPage) -> None:
    film = open_film(desk, page)
    place = QPoint(round(film.time_line.place_of(2000)), 60)
    QTest.mouseClick(film.time_line, Qt.MouseButton.LeftButton, pos=place)
    until(desk, lambda: abs(film.player.position_ms - 2000) < 40)
    close(page)


def test_a_click_on_the_small_picture_makes_it_the_large_one(
    desk: DeskHand, page: RecordsPage
) -> None:
    film = open_film(desk, page)
    until(desk, lambda: len(film.picture.streams) == 2)
    film.picture.grab()
    inset = film.picture._inset.center()
    QTest.mouseClick(film.picture, Qt.MouseButton.LeftButton, pos=QPointF(inset).toPoint())
    assert film.picture.streams == ["camera-2", "camera-1"]
    close(page)


def test_damage_is_said_with_its_time_and_the_rest_plays(
    desk: DeskHand, room: FakeRoom, tmp_path: Path
) -> None:
    record = sealed_record(tmp_path / "r-1", record_id="r-1").folder
    path = record / "data/media/camera-1-take-001.mp4"
    data = bytearray(path.read_bytes())
    data[sum(map(len, pieces()[:2])) + 900] ^= 1  # in the second of one to two
    path.write_bytes(data)
    room.film_folder = record
    page = open_list(desk)
    film = open_film(desk, page)
    assert film.damage.isVisible()
    assert "00:00:01.0" in film.damage_text.text()
    film.play_line(film.lines.lines.lines[2].id)
    until(desk, lambda: film.at_ms >= 3200)
    close(page)


def test_a_record_that_is_not_there_is_said(desk: DeskHand, room: FakeRoom) -> None:
    page = open_list(desk)
    page.show_film()
    until(desk, page.film.damage.isVisible)
    assert "not here" in page.film.damage_text.text()
    close(page)


def test_films_are_written_as_working_copies(
    desk: DeskHand, page: RecordsPage, tmp_path: Path
) -> None:
    page.copy_films_to(str(tmp_path))
    desk.rest()
    assert len(list(tmp_path.glob("*-working-copy.mp4"))) == 2
    assert "working copies" in desk.window.notices.text.text()
