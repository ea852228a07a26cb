"""The GUI thread never waits, and a slow screen skips rather than lags."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.errors import Problem, Refused
from tests.fakes import scenes
from tests.fakes.session import FakeSession
from widgets.session_model import NOTHING, SessionModel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace


def test_commands_run_in_order_beside_the_gui_thread(qtbot: QtBot, place: Workplace) -> None:
    gate, done, threads = threading.Event(), [], set()

    def command(number: int) -> int:
        gate.wait(5)
        threads.add(threading.current_thread().name)
        return number

    for number in range(5):
        place.model.do(command, number, then=done.append)
    assert done == []  # nothing waited here
    assert place.model.busy
    gate.set()
    qtbot.waitUntil(lambda: not place.model.busy)
    assert done == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threading.current_thread().name not in threads


def test_a_problem_is_told_and_the_next_command_runs(qtbot: QtBot, place: Workplace) -> None:
    told: list[Problem] = []
    after: list[str] = []
    place.model.refused.connect(told.append)

    def refuse() -> None:
        raise Refused("wrong_phase")

    place.model.do(refuse)
    place.model.do(lambda: "went on", then=after.append)
    qtbot.waitUntil(lambda: not place.model.busy)
    assert [problem.code for problem in told] == ["wrong_phase"]
    assert after == ["went on"]


def test_an_own_handler_takes_the_problem_instead(qtbot: QtBot, place: Workplace) -> None:
    told: list[Problem] = []
    own: list[Problem] = []
    place.model.refused.connect(told.append)

    def refuse() -> None:
        raise Refused("text_empty")

    place.model.do(refuse, failed=own.append)
    qtbot.waitUntil(lambda: not place.model.busy)
    assert [problem.code for problem in own] == ["text_empty"]
    assert told == []


def test_a_bug_is_told_and_does_not_end_the_desk(qtbot: QtBot, place: Workplace) -> None:
    broken: list[Exception] = []
    after: list[int] = []
    place.model.broke.connect(broken.append)
    place.model.do(int, "not a number")
    place.model.do(int, "7", then=after.append)
    qtbot.waitUntil(lambda: not place.model.busy)
    assert isinstance(broken[0], ValueError)
    assert after == [7]


def test_snapshot_of_a_command_is_shown_before_its_end_is_told(
    qtbot: QtBot, place: Workplace
) -> None:
    model = place.model
    model.attach(scenes.at("interview"))
    before = len(model.snapshot.state.bookmarks)
    seen: list[int] = []

    def note(_: object) -> None:
        seen.append(len(model.snapshot.state.bookmarks))

    model.do(model.session.bookmark, "here", then=note)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [before + 1]


def test_live_values_are_coalesced(qtbot: QtBot, place: Workplace) -> None:
    model, session = place.model, scenes.at("interview")
    model.attach(session)
    shown: list[int] = []
    model.live_changed.connect(lambda live: shown.append(live.elapsed_ms))
    for elapsed_ms in range(1_000, 101_000, 1_000):
        session.show(scenes.live(elapsed_ms))
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == 100_000)
    assert len(shown) < 10


def test_detached_session_is_not_heard_any_more(qtbot: QtBot) -> None:
    model, session = SessionModel(), FakeSession()
    model.attach(session)
    model.detach()
    session.show(scenes.live(5_000))
    assert model.snapshot is NOTHING
    assert not model.attached
    qtbot.wait(0)
    assert model.live.elapsed_ms == 0
    model.close()
