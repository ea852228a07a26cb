"""Long work shows its figure, can be cancelled, and leaves no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.errors import Problem, StorageProblem

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace


class Listener(QObject):
    """What a page would do with the signals."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []
        self.results: list[object] = []
        self.problems: list[Problem] = []
        self.threads: set[str] = set()

    @Slot(object)
    def on_share(self, share: float) -> None:
        self.threads.add(threading.current_thread().name)
        self.shares.append(share)

    @Slot(object)
    def on_result(self, result: object) -> None:
        self.results.append(result)

    @Slot(object)
    def on_problem(self, problem: Problem) -> None:
        self.problems.append(problem)


def test_progress_and_result_arrive_on_the_gui_thread(qtbot: QtBot, place: Workplace) -> None:
    heard = Listener()

    def job(report: Callable[[object], None], _cancel: threading.Event) -> str:
        report(0.5)
        report(1.0)
        return "done"

    place.background.start(job, then=heard.on_result, progress=heard.on_share)
    qtbot.waitUntil(lambda: not place.background.busy)
    assert heard.shares == [0.5, 1.0]
    assert heard.results == ["done"]
    assert heard.threads == {threading.current_thread().name}


def test_cancelled_work_tells_no_result(qtbot: QtBot, place: Workplace) -> None:
    heard, begun = Listener(), threading.Event()

    def job(_report: object, cancel: threading.Event) -> str:
        begun.set()
        cancel.wait(5)
        return "too late"

    work = place.background.start(job, then=heard.on_result, failed=heard.on_problem)
    assert begun.wait(5)
    work.cancel()
    qtbot.waitUntil(lambda: not place.background.busy)
    assert heard.results == []
    assert heard.problems == []


def test_a_problem_reaches_its_handler(qtbot: QtBot, place: Workplace) -> None:
    heard = Listener()

    def job(_report: object, _cancel: object) -> None:
        raise StorageProblem("target_exists", path="x")

    place.background.start(job, failed=heard.on_problem)
    qtbot.waitUntil(lambda: not place.background.busy)
    assert [problem.code for problem in heard.problems] == ["target_exists"]
