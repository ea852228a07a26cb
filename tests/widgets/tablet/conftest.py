"""A tablet at a session in memory, dressed and shown without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.widgets.tablet.session import TabletSession
from widgets import theme
from widgets.background import Background
from widgets.session_model import SessionModel
from widgets.tablet.window import TabletWindow


class Tablet:
    """The window with what a test needs around it."""

    def __init__(
        self, qtbot: QtBot, model: SessionModel, window: TabletWindow, tmp_path: Path
    ) -> None:
        self.qtbot = qtbot
        self.tmp_path = tmp_path
        self.model = model
        self.window = window
        self.session = TabletSession()

    def attach(self, session: TabletSession) -> TabletSession:
        """Show this interrogation."""
        self.session = session
        self.model.attach(session)
        self.settle()
        return session

    def settle(self) -> None:
        """Wait until every command is done and told."""
        for _ in range(2):  # what a snapshot brings may ask for something again
            QApplication.processEvents()
            self.qtbot.waitUntil(lambda: not self.model.busy)
        QApplication.processEvents()

    def button(self, name: str) -> QPushButton:
        """The visible button of that name."""
        found = [b for b in self.window.findChildren(QPushButton, name) if b.isVisible()]
        assert found, f"no {name} on {self.window.page.KIND}"
        return found[0]

    def press(self, name: str) -> None:
        """Press it as a finger would, and wait for what follows."""
        button = self.button(name)
        assert button.isEnabled(), f"{name} cannot be pressed"
        button.click()
        self.settle()


@pytest.fixture
def tablet(qtbot: QtBot, tmp_path: Path) -> Iterator[Tablet]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.property("theme") != "light" or not app.styleSheet():
        theme.use("light")  # dressing the whole application takes a while
    model, background = SessionModel(), Background()
    window = TabletWindow(model, background)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    made = Tablet(qtbot, model, window, tmp_path)
    yield made
    window.shut()
    background.close()
    model.close()
    window.deleteLater()
    QApplication.processEvents()
