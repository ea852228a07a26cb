"""The desk's process: two windows, one room, and an end that leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.desk import DeskWindows, open_windows
from app.paths import Paths
from tests.fakes import scenes
from tests.fakes.room import FakeRoom
from widgets import theme


@pytest.fixture
def room(tmp_path: Path) -> FakeRoom:
    made = FakeRoom()
    made.paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    made.paths.config.mkdir()
    return made


@pytest.fixture
def windows(qtbot: QtBot, room: FakeRoom) -> Iterator[DeskWindows]:
    before = set(threading.enumerate())
    made = open_windows(room, officer="陈立新")
    qtbot.addWidget(made.main)
    qtbot.addWidget(made.tablet)
    yield made
    made.close()
    theme.use("light")
    left = {t for t in set(threading.enumerate()) - before if t.is_alive()}
    assert not left, f"threads left behind: {left}"


def test_officer_of_the_command_line_is_signed_in(windows: DeskWindows) -> None:
    assert windows.main.strip.items["officer"].value.text() == "陈立新"


def test_only_display_goes_to_the_person_and_comes_back_by_an_officer(
    qtbot: QtBot, windows: DeskWindows
) -> None:
    assert not windows.tablet.isVisible()
    windows.model.attach(scenes.at("rights"))
    assert windows.tablet.isVisible()
    assert windows.tablet.is_locked
    assert not windows.tablet.close()  # the person cannot reach the desk
    windows.model.tablet.unlock_asked.emit()
    qtbot.waitUntil(lambda: not windows.tablet.isVisible())
    windows.model.tablet.acknowledge_requested.emit()
    assert windows.tablet.is_locked


def test_language_and_look_are_kept_for_the_next_start(
    windows: DeskWindows, room: FakeRoom
) -> None:
    windows.place.languages.use("en")
    windows.place.desk.theme_asked.emit("dark")
    kept = QSettings(str(room.paths.config / "display.ini"), QSettings.Format.IniFormat)
    kept.sync()
    assert kept.value("language") == "en"
    assert kept.value("theme") == "dark"


def test_leaving_lets_the_session_go(qtbot: QtBot, room: FakeRoom) -> None:
    windows = open_windows(room, windowed=True)
    qtbot.addWidget(windows.main)
    qtbot.addWidget(windows.tablet)
    session = scenes.at("interview")
    windows.model.attach(session)
    windows.close()
    assert session.calls[-1] == "leave"
    assert room.watchers == []
