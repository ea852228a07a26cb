"""Original and copy beside each other: every line is read to its end and ticked by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.session.copy_preview import PreviewRow
from widgets import theme
from widgets.parts.cover_lines import MANY, CoverLines

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def row(place: str, text: str, *, choosable: bool = True, in_copy: str = "") -> PreviewRow:
    return PreviewRow(place=place, original=text, in_copy=in_copy or text, is_choosable=choosable)


@pytest.fixture
def view(qtbot: QtBot) -> CoverLines:
    made = CoverLines()
    qtbot.addWidget(made)
    theme.use("light")
    theme.dress(made)
    made.resize(500, 300)
    made.show()
    return made


def test_an_answer_higher_than_the_view_is_read_to_its_end(view: CoverLines) -> None:
    view.show_rows((row("u1", "问：说吧。"), row("u2", "答：" + "后来我们又去了一趟。" * 80)))
    view.scrollToBottom()
    drawn = view.visualRect(view.lines.index(1, 0))
    assert drawn.height() > view.viewport().height()
    assert drawn.bottom() <= view.viewport().height()


def test_space_ticks_all_chosen_lines_and_takes_the_ticks_away(view: CoverLines) -> None:
    heading = row("agency", "某市公安局", choosable=False)
    view.show_rows((heading, row("u1", "问：谁？"), row("u2", "答：我。")))
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.lines.ticked == {"u1", "u2"}
    view.lines.tick({"u1"}, on=False)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.lines.ticked == {"u1", "u2"}, "some were not: now all are"
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert not view.lines.ticked


def test_a_field_that_stands_twice_is_ticked_at_both_places(view: CoverLines) -> None:
    both = (row("header:investigator", "讯问人：甲"), row("header:investigator", "讯问人：乙"))
    view.show_rows(both)
    view.lines.setData(
        view.lines.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole
    )
    ticks = [view.lines.index(at, 0).data(Qt.ItemDataRole.CheckStateRole) for at in (0, 1)]
    assert ticks == [Qt.CheckState.Checked] * 2


def test_the_place_one_looks_at_stays_when_many_lines_change(view: CoverLines) -> None:
    places = [f"u{number}" for number in range(MANY * 2)]
    view.show_rows(tuple(row(place, "答：是王小芳。") for place in places))
    view.setCurrentIndex(view.lines.index(MANY, 0))
    at = view.verticalScrollBar().value()
    assert at > 0
    view.show_rows(tuple(row(place, "答：是王小芳。", in_copy="答：是████。") for place in places))
    assert view.currentIndex().row() == MANY
    assert view.verticalScrollBar().value() == at
    assert view.lines.index(0, 1).data() == "答：是████。"
