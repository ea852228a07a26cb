"""Builds the desk's process: one application, two windows, one room; the only Qt outside widgets.

- The officer's window stands on the primary display, the person's on the second one.
- With one display the person's window covers it while they read or sign, until it is unlocked.
- Leaving the desk ends neither recorder nor transcriber.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSettings, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import log, paths
from app.domain.phase import Phase
from app.errors import Problem, SetupProblem
from app.session.links import ProcessLinks
from app.session.room import Room
from app.session.snapshot import Snapshot
from app.session.workstation import Workstation
from widgets import theme
from widgets.background import Background, plainly
from widgets.languages import Languages
from widgets.main_window import MainWindow
from widgets.pages.start import StartPage
from widgets.paper.press import QtPress
from widgets.ports import PadPort, RoomPort
from widgets.problems import NoticeKind, Notices
from widgets.session_model import SessionModel
from widgets.start_failure import StartFailure
from widgets.tablet.window import TabletWindow
from widgets.workplace import Desk, Workplace

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
BEFORE_THE_PERSON = (Phase.RIGHTS, Phase.READ_BACK)
"""Phases that begin with the person reading."""


@dataclass(frozen=True, slots=True)
class DeskWindows:
    """Both windows and what they work with."""

    place: Workplace
    main: MainWindow
    tablet: TabletWindow
    screens: Screens

    @property
    def model(self) -> SessionModel:
        """The session as both windows see it."""
        return self.place.model

    def speak(self, language: str) -> None:
        """Switch the words of both windows; the record's languages are not touched."""
        self.place.languages.use(language)
        self.tablet.choose_language(language)

    def close(self) -> None:
        """Close both windows and let session and room go; recorder and transcriber go on."""
        model = self.place.model
        if model.attached:
            model.session.leave()
        self.tablet.shut()
        self.main.close()
        self.place.background.close()
        model.close()
        self.place.room.close()
        self.place.languages.remove()


class Screens(QObject):
    """Which window stands on which display."""

    def __init__(
        self, main: MainWindow, tablet: TabletWindow, place: Workplace, windowed: bool
    ) -> None:
        super().__init__(main)
        self._main = main
        self._tablet = tablet
        self._place = place
        self._phase: Phase | None = None
        self._is_alone = False
        self._windowed = windowed
        link = place.model.tablet
        link.unlock_asked.connect(link.unlocked)
        for pointed in (link.acknowledge_requested, link.sign_requested):
            pointed.connect(self._on_person_asked)
        place.model.snapshot_changed.connect(self._on_snapshot)
        tablet.screen_lost.connect(self._on_screen_lost)

    def show(self) -> None:
        """Put both windows where they belong."""
        primary = QGuiApplication.primaryScreen()
        others = [screen for screen in QGuiApplication.screens() if screen is not primary]
        self._main.setScreen(primary)
        self._main.move(primary.availableGeometry().topLeft())
        if self._windowed:
            self._main.show()
            self._tablet.show()
            return
        self._main.showMaximized()
        self._is_alone = not others
        if others:
            self._tablet.stand_on(others[0])

    @Slot(object)
    def _on_snapshot(self, now: Snapshot) -> None:
        entered = now.state.phase is not self._phase
        self._phase = now.state.phase
        if entered and now.state.phase in BEFORE_THE_PERSON:
            self._on_person_asked()

    @Slot()
    def _on_person_asked(self) -> None:
        if self._is_alone:
            self._tablet.cover()

    @Slot()
    def _on_screen_lost(self) -> None:
        self._is_alone = True
        self._place.notices.say(
            NoticeKind.LOOK,
            self.tr(
                "The person's display is gone. Recording goes on and nothing is lost. Connect it "
                "again and restart the desk, or go on with this display for both."
            ),
        )


class Shell(QObject):
    """Keeps the chosen language and look, and opens the fingerprint pad beside the windows."""

    def __init__(self, place: Workplace, kept: QSettings) -> None:
        super().__init__()
        self._place = place
        self._kept = kept
        place.languages.changed.connect(self._on_language)
        place.desk.theme_asked.connect(self._on_theme)

    def open_pad(self) -> None:
        """Find the room's fingerprint pad; without one the tablet asks for ink alone."""
        self._place.background.start(
            plainly(self._place.room.pad), then=self._on_pad, failed=self._on_no_pad
        )

    @Slot(object)
    def _on_pad(self, pad: PadPort) -> None:
        self._place.model.pad = pad

    @Slot(object)
    def _on_no_pad(self, problem: Problem) -> None:
        if self._place.room.settings.fingerprint_pad != "none":
            self._place.notices.problem(problem)

    @Slot(str)
    def _on_language(self, code: str) -> None:
        self._kept.setValue("language", code)

    @Slot(str)
    def _on_theme(self, name: str) -> None:
        theme.use(name)
        self._kept.setValue("theme", name)


def open_windows(room: RoomPort, officer: str = "", *, windowed: bool = False) -> DeskWindows:
    """Build both windows for a room; a QApplication must exist.

    `windowed` shows both as ordinary windows, for one display beside a keyboard.
    """
    kept = QSettings(str(room.paths.config / "display.ini"), QSettings.Format.IniFormat)
    theme.use(str(kept.value("theme", room.settings.theme)))
    place = Workplace(
        model=SessionModel(),
        room=room,
        background=Background(),
        languages=Languages(str(kept.value("language", room.settings.language))),
        notices=Notices(),
        desk=Desk(),
    )
    place.model.watch(room)
    shell = Shell(place, kept)
    main = MainWindow(place)
    shell.setParent(main)
    tablet = TabletWindow(place.model, place.background)
    screens = Screens(main, tablet, place, windowed)
    start = main.pages["start"]
    assert isinstance(start, StartPage)
    start.officer.setText(officer)
    screens.show()
    shell.open_pad()
    return DeskWindows(place, main, tablet, screens)


def application() -> QApplication:
    """The process's one QApplication.

    Raises:
        SetupProblem: `display_missing`; Qt itself would end the process without a word to a person.
    """
    made = QApplication.instance()
    if isinstance(made, QApplication):
        return made
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        raise SetupProblem("display_missing")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("shilu")
    app.setApplicationDisplayName("实录 Shilu")
    return app


def run(officer: str = "") -> int:
    """Open the desk of this machine's room and stay until it is closed; the exit status."""
    where = paths.find()
    log.start("desk", paths.make(where.logs))
    app = application()
    try:
        workstation = Workstation.open(where)
    except Problem as problem:
        return _tell_failure(app, problem)
    links = ProcessLinks(where, workstation.settings.room)
    windows = open_windows(Room(workstation, QtPress(), links), officer)
    status = app.exec()
    windows.close()
    return status


def _tell_failure(app: QApplication, problem: Problem) -> int:
    theme.use("light")
    languages = Languages("zh")
    window = StartFailure(problem, languages.code)
    window.show()
    app.exec()
    return 1
