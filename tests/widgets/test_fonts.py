"""The bundled typeface draws what transcripts and names need."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QRawFont
from pytestqt.qtbot import QtBot

from widgets import fonts


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Bold])
def test_rare_name_characters_have_glyphs(qtbot: QtBot, weight: QFont.Weight) -> None:
    raw = QRawFont.fromFont(QFont(fonts.load(), 12, weight))
    assert raw.familyName() == fonts.FAMILY
    assert raw.weight() == weight
    for character in "问答笔录龘䶮㐂𠮷〇（）「」：；，。、Aa0①℃":
        assert all(raw.glyphIndexesForString(character)), character
