"""Read-back: a line, or a word of it, is heard and seen again before it is agreed to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.widgets.conftest import DeskHand, point_of
from widgets.pages.read_back import ReadBackPage
from widgets.parts.replay import AFTER_MS, BEFORE_MS

LIMIT_MS = 30_000


@pytest.fixture
def page(desk: DeskHand) -> ReadBackPage:
    desk.open("read_back")
    page = desk.window.page
    assert isinstance(page, ReadBackPage)
    return page


def test_a_click_on_a_word_plays_from_it_and_leaving_the_page_ends_it(
    desk: DeskHand, page: ReadBackPage
) -> None:
    line = next(one for one in desk.session.state.utterances if one.hearing is not None)
    assert line.hearing is not None
    page.transcript.choose(line.id)
    point = point_of(page.transcript, 5)
    desk.qtbot.mouseClick(page.transcript.viewport(), Qt.MouseButton.LeftButton, pos=point)
    desk.qtbot.waitUntil(lambda: page.player.playing, timeout=LIMIT_MS)
    begins = line.hearing.words[5].t0_ms - BEFORE_MS
    assert f"scene {begins} {line.t1_ms + AFTER_MS}" in desk.session.calls
    desk.window.show_page("interview")
    assert not page.player.playing
