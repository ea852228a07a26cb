"""The notice bar tells every problem in a whole sentence of the screens' language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import DeviceProblem, Refused
from app.sentences import tell
from widgets.notice_bar import NoticeBar
from widgets.problems import NoticeKind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace


def test_problem_is_told_in_both_languages(qtbot: QtBot, place: Workplace) -> None:
    bar = NoticeBar(place)
    qtbot.addWidget(bar)
    problem = Refused("marks_missing")
    place.notices.problem(problem)
    assert bar.text.text() == tell(problem, "en")
    place.languages.use("zh")
    bar.retranslate()
    assert bar.text.text() == tell(problem, "zh")
    assert len(bar.text.text()) > 5


def test_what_loses_something_is_red_and_the_rest_amber(qtbot: QtBot, place: Workplace) -> None:
    bar = NoticeBar(place)
    qtbot.addWidget(bar)
    place.notices.problem(DeviceProblem("device_lost"))
    assert bar.frame.property("kind") == "notice-stop"
    place.notices.problem(Refused("reason_missing"))
    assert bar.frame.property("kind") == "notice-look"


def test_closing_clears_it(qtbot: QtBot, place: Workplace) -> None:
    bar = NoticeBar(place)
    qtbot.addWidget(bar)
    place.notices.say(NoticeKind.GOOD, "Done.")
    bar.dismiss.click()
    assert bar.notice is None
    assert bar.frame.property("kind") == "notice-none"
