"""That the center lacks the custody log's end is told where deliveries are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session.snapshot import CenterState, CustodyFault
from tests.fakes import scenes
from tests.fakes.room import FakeRoom
from widgets.pages.records import RecordsPage
from widgets.parts import figures
from widgets.parts.custody_line import CustodyLine, custody_line

if TYPE_CHECKING:
    from tests.widgets.conftest import DeskHand

FAULT = CustodyFault(
    since_utc="2026-11-22T03:04:05+00:00", code="custody_cut", details={"known": 4}
)


def test_the_records_page_and_the_strip_tell_it_until_it_is_over(
    desk: DeskHand, room: FakeRoom
) -> None:
    """L40: a custody log nobody elsewhere vouches for is said to be so."""
    desk.place.model.watch(room)
    desk.window.show()
    desk.window.show_page("records")
    desk.rest()
    page = desk.window.page
    assert isinstance(page, RecordsPage)
    (line,) = page.findChildren(CustodyLine)
    desk.window.detail.toggle("center")
    assert not line.isVisible()  # nobody tried yet: nothing is claimed
    room.watchers[-1](CenterState(enrolled=True, linked=True, custody_fault=FAULT))
    desk.qtbot.waitUntil(line.isVisible)
    for told in (line.told.text(), desk.window.detail.text.text()):
        assert figures.local_day(FAULT.since_utc) in told
        assert "it saw line 4" in told
    room.watchers[-1](CenterState(enrolled=True, linked=True, url="https://z"))
    desk.qtbot.waitUntil(lambda: not line.isVisible())
    assert "custody" not in desk.window.detail.text.text()


def test_without_a_sentence_the_moment_alone_is_told() -> None:
    assert custody_line(scenes.live(0).center, "en") == ""
    unnamed = CenterState(enrolled=True, custody_fault=CustodyFault(since_utc=FAULT.since_utc))
    assert custody_line(unnamed, "en").endswith(f"{figures.local_day(FAULT.since_utc)}.")
