"""The demo from beginning to end: builds the surroundings, opens the desk, runs the script.

- Everything is the program's own: the same room, session, windows, processes and center.
- The script runs beside the GUI thread; a fault of it ends the demo with its sentence.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from app import log
from app import paths as shilu_paths
from app.demo.acts import Acts
from app.demo.report import Report
from app.demo.surroundings import Places, end_processes, running_center
from app.errors import Problem
from app.paths import Paths, make
from app.session.links import ProcessLinks
from app.session.room import Room
from app.session.workstation import Workstation, device_name

ROOM = "讯问室 1"
SCREENS = (
    '{"screens":['
    '{"name":"desk","x":0,"y":0,"width":1440,"height":900,'
    '"logicalDpi":96,"logicalBaseDpi":96,"dpr":1},'
    '{"name":"tablet","x":1440,"y":0,"width":1280,"height":800,'
    '"logicalDpi":96,"logicalBaseDpi":96,"dpr":1}]}'
)
_log = logging.getLogger(__name__)


def play(places: Places, *, window: bool) -> int:
    """Run the demo; 0 only if every judge accepted the record and refused the damaged copy."""
    if not window:
        _offscreen(places.out)

    from app.demo.stage import Stage
    from app.desk import application, open_windows
    from widgets.paper.press import QtPress

    paths = shilu_paths.find()
    log.start("demo", paths.logs)
    _write_settings(paths, places)
    report = Report()
    end_processes(paths, ROOM)
    with ExitStack() as stack:
        stack.callback(end_processes, paths, ROOM)
        url = stack.enter_context(running_center(places.center))
        app = application()
        workstation = Workstation.open(paths)
        _enroll(workstation, places.center, url)
        links = ProcessLinks(paths, workstation.settings.room)
        room = Room(workstation, QtPress(), links)
        windows = open_windows(room, officer="李建国", windowed=window)
        stack.callback(windows.close)
        stage = Stage(windows, places.screens)
        acts = Acts(stage, room, workstation, places, report)
        # Not `quit`: it closes windows first, on whatever thread it is called.
        stage.ended.connect(app.exit)
        runner = _Runner(acts, stage.ended.emit)
        threading.Timer(0.0, runner.start).start()
        app.exec()
        runner.join()
    report.screens = stage.pictures
    report.write(places.out / "report.json")
    report.show()
    if runner.problem is not None:
        raise runner.problem
    return 0 if report.good else 1


class _Runner:
    """Runs the acts on a thread of their own and remembers how they ended."""

    def __init__(self, acts: Acts, done: Callable[[], None]) -> None:
        self._acts = acts
        self._done = done
        self.problem: Problem | None = None
        self._thread = threading.Thread(target=self._run, name="script")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self._acts.all()
        except Problem as problem:
            _log.exception("the script stopped")
            self.problem = problem
        finally:
            self._done()


def _offscreen(out: Path) -> None:
    screens = out / "screens.json"
    screens.write_text(SCREENS, encoding="ascii")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens}"
    # The offscreen platform has no size hints and no PipeWire, and says so for every window.
    os.environ["QT_LOGGING_RULES"] = "qt.qpa.*=false;qt.multimedia.*=false;default.info=false"


def _write_settings(paths: Paths, places: Places) -> None:
    make(paths.config)
    paths.room_settings.write_text(
        f'room = "{ROOM}"\n'
        'agency = "江宁市公安局执法办案管理中心"\n'
        "production = false\n"
        f'microphone = "simulated:{places.out / "microphone"}"\n'
        f'second_media_folder = "{places.home / "second-disk"}"\n'
        'fingerprint_pad = "simulated"\n'
        '[[cameras]]\nsource = "test:"\n',
        encoding="utf-8",
    )


def _enroll(workstation: Workstation, center: Path, url: str) -> None:
    from center import service

    code = service.make_code(center, device_name(), ROOM, 15)
    workstation.enroll(url, code)
