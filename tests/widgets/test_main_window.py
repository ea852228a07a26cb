"""The desk's frame: pages follow the phase, words follow the language, looks follow the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor

from tests.fakes import scenes
from widgets import theme
from widgets.main_window import PAGES

if TYPE_CHECKING:
    from tests.widgets.conftest import DeskHand

PHASE_PAGES = (*scenes.NAMES,)


@pytest.mark.parametrize("name", PHASE_PAGES)
def test_each_page_is_shown_and_drawn_for_its_phase(desk: DeskHand, name: str) -> None:
    desk.open(name)
    desk.window.show_page(name)
    picture = desk.window.grab().toImage()
    shades = {QColor(picture.pixel(x, 300)).name() for x in range(0, picture.width(), 7)}
    assert len(shades) > 3
    assert desk.window.page is desk.window.pages[name]


@pytest.mark.parametrize("name", [name for name in PAGES if name not in PHASE_PAGES])
def test_other_pages_are_drawn_without_an_interrogation(desk: DeskHand, name: str) -> None:
    desk.window.show()
    desk.window.show_page(name)
    desk.rest()
    assert not desk.window.grab().isNull()


def test_page_follows_the_phase(desk: DeskHand) -> None:
    desk.open("prepare")
    assert desk.window.page is desk.window.pages["prepare"]
    desk.place.model.do(desk.session.begin)
    desk.qtbot.waitUntil(lambda: desk.window.page is desk.window.pages["rights"])
    desk.place.model.detach()
    assert desk.window.page is desk.window.pages["start"]


def test_rail_says_what_is_missing_for_the_next_phase(desk: DeskHand) -> None:
    desk.open("rights")
    assert desk.window.rail.items["interview"].note == "Rights notice not yet acknowledged"
    desk.place.model.do(desk.session.acknowledge_rights, None)
    desk.qtbot.waitUntil(lambda: desk.window.rail.items["interview"].note == "")


def test_language_switches_without_restart(desk: DeskHand) -> None:
    desk.open("interview")
    page = desk.window.page
    assert page.title.text() == "Interview"  # type: ignore[attr-defined]
    desk.place.languages.use("zh")
    desk.qtbot.waitUntil(lambda: page.title.text() == "讯问")  # type: ignore[attr-defined]
    assert desk.window.rail.items["seal"].text() == "封存"
    assert desk.window.strip.items["media"].value.text() == "86 · 112 小时"
    assert desk.window.windowTitle() == "实录"
    desk.place.languages.use("en")
    desk.qtbot.waitUntil(lambda: page.title.text() == "Interview")  # type: ignore[attr-defined]


def test_theme_switches_without_restart(desk: DeskHand) -> None:
    desk.open("interview")
    light = desk.window.grab().toImage().pixel(700, 300)
    theme.use("dark")
    desk.qtbot.waitUntil(lambda: desk.window.grab().toImage().pixel(700, 300) != light)
    assert theme.load("dark").colours["surface"] in desk.window.styleSheet()
    theme.use("light")


def test_strip_shows_recording_only_while_it_is_expected(desk: DeskHand) -> None:
    desk.open("prepare")
    assert not desk.window.strip.items["recording"].isVisible()
    desk.open("interview")
    assert desk.window.strip.items["recording"].isVisible()
    assert desk.window.strip.items["recording"].value.text().startswith("00:0")


def test_lost_recording_is_told_in_red(desk: DeskHand) -> None:
    session = desk.open("interview")
    session.lively(recording=False)
    value = desk.window.strip.items["recording"].value
    desk.qtbot.waitUntil(lambda: value.text() == "Lost")
    assert value.property("kind") == "red"


def test_strip_item_opens_its_detail_in_the_page(desk: DeskHand) -> None:
    desk.open("interview")
    desk.window.detail.toggle("media")
    assert desk.window.detail.isVisible()
    assert "/media/disk-a/shilu" in desk.window.detail.text.text()
    desk.window.detail.toggle("media")
    assert not desk.window.detail.isVisible()


def test_objection_is_told_at_the_desk(desk: DeskHand) -> None:
    desk.open("interview")
    desk.place.model.tablet.objected.emit("read", 1)
    assert "objected" in desk.window.notices.text.text()


def test_nothing_is_wider_than_the_smallest_desk(desk: DeskHand) -> None:
    desk.open("interview")
    for language in ("en", "zh"):
        desk.place.languages.use(language)
        for name in PAGES:
            desk.window.show_page(name)
            desk.rest()
            assert desk.window.minimumSizeHint().width() <= 1280, (name, language)
            assert desk.window.minimumSizeHint().height() <= 720, (name, language)
