"""Read-back: a line, or a word of it, is heard and seen again before it is agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from app.domain.phase import Phase
from signing.digest import digest_of
from tests.fakes.printers import PdfPrinters
from tests.widgets.conftest import DeskHand, point_of
from widgets.pages.read_back import ReadBackPage
from widgets.parts import paper_print
from widgets.parts.paper_print import PaperPrintWindow
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


def test_printing_is_noted_before_it_happens_and_not_after_sealing(
    desk: DeskHand, page: ReadBackPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L40: a journal event says who printed which pages; what cannot be noted is not printed."""
    monkeypatch.setattr(paper_print, "SystemPrinters", lambda: PdfPrinters(tmp_path))
    page.print.click()
    desk.rest()
    (window,) = page.findChildren(PaperPrintWindow)
    window.all.setChecked(False)
    window.last.setValue(1)
    window.copies.setValue(2)
    stands = desk.session.state
    desk.session.state = replace(stands, phase=Phase.SEALED)
    window.print.click()
    desk.rest()
    assert not desk.session.state.printings
    assert not list(tmp_path.iterdir())
    assert window.told.text()
    desk.session.state = stands
    window.print.click()
    desk.rest()
    (printed,) = desk.session.state.printings
    assert printed.paper_digest == digest_of(desk.session.paper_pdf())
    assert (printed.pages, printed.copies, printed.printer) == ((1,), 2, "to file")
    assert [one.name for one in tmp_path.iterdir()] == ["to file.pdf"]
