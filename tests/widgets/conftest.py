"""A desk in memory: fake session and room, real pages, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.fakes import scenes
from tests.fakes.room import FakeRoom
from tests.fakes.session import FakeSession
from widgets import theme
from widgets.background import Background
from widgets.languages import Languages
from widgets.problems import Notices
from widgets.session_model import SessionModel
from widgets.workplace import Desk, Workplace

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.main_window import MainWindow
    from widgets.parts.transcript_view import TranscriptView


@pytest.fixture
def room() -> FakeRoom:
    return FakeRoom()


@pytest.fixture
def place(qtbot: QtBot, room: FakeRoom) -> Iterator[Workplace]:
    theme.use("light")
    before = set(threading.enumerate())
    made = Workplace(
        model=SessionModel(),
        room=room,
        background=Background(),
        languages=Languages("en"),
        notices=Notices(),
        desk=Desk(),
    )
    yield made
    made.background.close()
    made.model.close()
    made.languages.remove()
    left = {t for t in set(threading.enumerate()) - before if t.is_alive()}
    assert not left, f"threads left behind: {left}"


def write(field: QWidget, text: str) -> None:
    """Put text in as a Chinese input method does: committed as a whole."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def point_of(view: TranscriptView, at: int) -> QPoint:
    """Where character `at` of the chosen line is drawn in the viewport."""
    assert view.chosen is not None
    box = view.painter.text_rect(view.visualRect(view.currentIndex()))
    layout, _ = view.painter._layout(view.chosen.text, box.width())
    line = layout.lineForTextPosition(at)
    x = (line.cursorToX(at)[0] + line.cursorToX(at + 1)[0]) / 2  # type: ignore[index]
    return box.topLeft() + QPoint(round(x), round(line.y()) + 12)


class DeskHand:
    """Opens the window at a scene and waits for what the desk does by itself."""

    def __init__(self, qtbot: QtBot, place: Workplace) -> None:
        from widgets.main_window import MainWindow

        self.qtbot = qtbot
        self.place = place
        self.window: MainWindow = MainWindow(place)
        qtbot.addWidget(self.window)
        self.session = FakeSession()

    def open(self, name: str) -> FakeSession:
        self.session = scenes.at(name)
        self.place.model.attach(self.session)
        with self.qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.rest()
        return self.session

    def rest(self) -> None:
        """Until nothing is under way."""
        self.qtbot.waitUntil(self._is_at_rest)

    def _is_at_rest(self) -> bool:
        return not self.place.model.busy and not self.place.background.busy


@pytest.fixture
def desk(qtbot: QtBot, place: Workplace) -> Iterator[DeskHand]:
    hand = DeskHand(qtbot, place)
    yield hand
    hand.window.hide()
