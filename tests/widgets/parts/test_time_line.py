"""What the time line shows of a recording besides its sound."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.interrogation import Interrogation, Take
from widgets import theme
from widgets.parts.side_tabs import LogTab
from widgets.parts.time_line import TimeLine
from widgets.workplace import Workplace

TAKE = Take(
    number=1, streams=("camera-1",), offset_ms=0, started_utc="2026-11-22T03:00:00.000Z",
    microphone="simulated", cameras=("test:",), pre_roll_ms=20_000,
)  # fmt: skip


@pytest.fixture
def line(qtbot: QtBot) -> TimeLine:
    theme.use("light")
    made = TimeLine()
    qtbot.addWidget(made)
    made.resize(800, 136)
    made.show()
    return made


def ground(line: TimeLine, at_ms: int) -> QColor:
    """What the time line's own ground is at a moment, away from line, name and sound."""
    QApplication.processEvents()
    shown = line.grab().toImage()
    ratio = shown.devicePixelRatio()
    x, y = line.place_of(at_ms) * ratio, (line.height() - 30) * ratio
    return shown.pixelColor(round(x), round(y))


def test_a_pre_roll_is_shaded_up_to_the_start_and_not_beyond(line: TimeLine) -> None:
    line.show_state(Interrogation(takes=(TAKE,)), 60_000)
    look = theme.current()
    assert ground(line, 10_000) == look.colour("accent_wash")
    assert ground(line, 40_000) == look.colour("sunken")
    line.show_state(Interrogation(takes=(replace(TAKE, pre_roll_ms=0),)), 60_000)
    assert ground(line, 10_000) == look.colour("sunken")


def test_its_name_is_readable_however_long_the_recording_is(line: TimeLine) -> None:
    """Of six hours it is less than a pixel wide; its name stands there all the same."""
    line.show_state(Interrogation(), 6 * 3_600_000)
    without = line.grab().toImage()
    line.show_state(Interrogation(takes=(TAKE,)), 6 * 3_600_000)
    shown = line.grab().toImage()
    wash = theme.current().colour("accent_wash")
    row = round(shown.height() * 14 / 136)
    named = [x for x in range(shown.width()) if shown.pixelColor(x, row) == wash]
    assert len(named) > 40
    assert not [x for x in range(without.width()) if without.pixelColor(x, row) == wash]
    # Nearer elsewhere it is out of sight, with its name.
    wheel = QWheelEvent(
        QPointF(700, 60), QPointF(700, 60), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    line.wheelEvent(wheel)
    assert line._shown[0] > TAKE.pre_roll_ms
    nearer = line.grab().toImage()
    assert not [x for x in range(nearer.width()) if nearer.pixelColor(x, row) == wash]


def test_the_log_beside_the_transcript_says_where_it_ends(place: Workplace, qtbot: QtBot) -> None:
    tab = LogTab(place)
    qtbot.addWidget(tab)
    told = "Pre-roll of 00:20 ends: the interrogation was begun here"
    assert (20_000, "record", "amber", told) in tab.found(Interrogation(takes=(TAKE,)))
    plain = Interrogation(takes=(replace(TAKE, pre_roll_ms=0),))
    assert not [row for row in tab.found(plain) if "Pre-roll" in row[3]]
