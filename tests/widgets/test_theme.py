"""The look is legible: every text on every ground it may stand on (WCAG 2.2, AA)."""

from __future__ import annotations

import re

import pytest

from widgets import theme


@pytest.mark.parametrize("name", theme.THEMES)
class TestContrast:
    def test_text_is_legible(self, name: str) -> None:
        colours = theme.load(name).colours
        low = [
            (text, ground, round(theme.contrast(colours[text], colours[ground]), 2))
            for text, ground in theme.pairs("text")
            if theme.contrast(colours[text], colours[ground]) < 4.5
        ]
        assert not low

    def test_edges_can_be_seen(self, name: str) -> None:
        colours = theme.load(name).colours
        low = [
            pair
            for pair in theme.pairs("edges")
            if theme.contrast(colours[pair[0]], colours[pair[1]]) < 3
        ]
        assert not low


def test_every_pair_in_the_style_sheet_is_measured() -> None:
    measured = set(theme.pairs("text"))
    sheet = (theme.FOLDER / "desk.qss").read_text(encoding="utf-8")
    used = set()
    for block in re.findall(r"\{([^}]*)\}", sheet):
        text = re.search(r"(?:^|[ ;])color: @([a-z_]+)", block)
        ground = re.search(r"(?:^|[ ;])background-color: @([a-z_]+)", block)
        if text and ground:
            used.add((text[1], ground[1]))
    assert used
    assert used <= measured


def test_both_themes_name_the_same_colours() -> None:
    assert theme.load("light").colours.keys() == theme.load("dark").colours.keys()


def test_black_on_white_is_21() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
