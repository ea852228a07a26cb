"""The page shown is the page asked for last, in whatever order the pages were drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes import scenes
from widgets.background import Background, Job, Work
from widgets.paper.pages import page_image
from widgets.parts.paper_view import DPI, PaperView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class PatientBackground(Background):
    """Does each piece of work when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Job, Callable[[Any], None]]] = []

    def start(
        self,
        job: Job,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Any], None] | None = None,
        progress: Callable[[Any], None] | None = None,
    ) -> Work:
        assert then is not None
        assert failed is progress is None
        self.waiting.append((job, then))
        return Work(self)

    def draw(self, number: int) -> Callable[[], None]:
        """Do the work asked for as the `number`th; what is called then tells its result."""
        job, then = self.waiting[number]
        result = job(print, threading.Event())
        return lambda: then(result)


def shown(view: PaperView, pdf: bytes, page: int) -> bool:
    return view.shows_page == page and view._image == page_image(pdf, page, DPI)


def test_a_page_drawn_late_is_not_shown_over_the_one_asked_for_last(qtbot: QtBot) -> None:
    background, pdf = PatientBackground(), scenes.at("read_back").paper_pdf()
    view = PaperView(background)
    qtbot.addWidget(view)
    view.show_page(pdf, 1)
    late = background.draw(0)
    view.show_page(pdf, 2)
    late()
    assert view.shows_page == 0  # not the first page under the second one's number
    background.draw(1)()
    assert shown(view, pdf, 2)
    late()
    assert shown(view, pdf, 2)


def test_paging_back_draws_anew_and_a_forgotten_page_stays_away(qtbot: QtBot) -> None:
    background, pdf = PatientBackground(), scenes.at("read_back").paper_pdf()
    view = PaperView(background)
    qtbot.addWidget(view)
    for page in (1, 2, 1):
        view.show_page(pdf, page)
    background.draw(1)()
    background.draw(0)()  # paged past before its turn came
    assert view.shows_page == 0
    background.draw(2)()
    assert shown(view, pdf, 1)
    view.show_page(pdf, 2)
    late = background.draw(3)
    view.forget()
    late()
    assert (view.page, view.shows_page) == (0, 0)
