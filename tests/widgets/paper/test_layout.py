"""The transcript's pages: the official form, nothing clipped, nothing pre-written."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.corrections import RunStyle
from tests.widgets.paper.samples import RIGHTS, paper
from widgets.paper.content import PAGE_HEIGHT, PAGE_WIDTH, DrawnPaper, Frame, Rule, Text
from widgets.paper.layout import lay_out
from widgets.paper.pages import page_image, page_text
from widgets.paper.typeset import width_of

CORRECTED = {4: "没有带工具。我口袋里只有一把钥匙和一部旧手机。"}


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    assert QGuiApplication.instance() is not None


def text_of(drawn: DrawnPaper, page: int) -> str:
    return page_text(drawn.pdf, page)


def test_a_reader_finds_the_official_form() -> None:
    drawn = lay_out(paper(12, rights=RIGHTS))
    first = text_of(drawn, 1)  # Qt's text layer knows no characters beyond U+FFFF, such as 𠮷
    for words in (
        "讯问笔录（第 1 次）",
        "被讯问人",
        "周明远",
        "何静",
        "䶮",
        "权利义务告知",
        "问：",
    ):
        assert words in first
    for number in range(1, drawn.pages + 1):
        assert f"第 {number} 页 共 {drawn.pages} 页" in " ".join(text_of(drawn, number).split())


@pytest.mark.parametrize("turns", [0, 1, 9, 10, 11, 12, 40])
@pytest.mark.parametrize("people", [(False, False), (True, True)])
def test_nothing_is_clipped_and_nothing_overlaps(turns: int, people: tuple[bool, bool]) -> None:
    minor, foreign = people
    drawn = lay_out(paper(turns, minor=minor, foreign=foreign, corrected=CORRECTED))
    for page in drawn.content:
        texts = [item for item in page.items if isinstance(item, Text)]
        for text in texts:
            assert text.x > 50
            assert text.x + width_of(text.text, text.size, bold=text.bold) < PAGE_WIDTH - 50
            assert 30 < text.y < PAGE_HEIGHT - 20
        strip = min(rule.y0 for rule in page.items if isinstance(rule, Rule) and rule.y0 > 200)
        frames = [item for item in page.items if isinstance(item, Frame)]
        top = min(frame.y for frame in frames)
        said = [text.y for text in texts if text.size >= 10 and text.y < top]
        assert max(said) + 3 < top, strip
    last = drawn.content[-1]
    assert any(isinstance(item, Text) and item.size >= 10 and item.y < 120 for item in last.items)


def test_each_page_has_its_signing_places() -> None:
    drawn = lay_out(paper(60, minor=True, foreign=True))
    for number in range(1, drawn.pages + 1):
        signers = {field.signer_id for field in drawn.fields if field.page == number}
        assert {"suspect-1", "guardian-1", "interpreter-1"} <= signers
    last = {field.signer_id for field in drawn.content[-1].fields}
    assert {"investigator-1", "investigator-2", "clerk-1", ""} <= last
    names = [field.name for field in drawn.fields]
    assert len(names) == len(set(names))
    assert {"suspect-1-opinion", "spare-1", "spare-2"} <= set(names)
    for field in drawn.fields:
        x0, y0, x1, y1 = field.box
        assert 50 < x0 < x1 < PAGE_WIDTH - 50
        assert 40 < y0 < y1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_closing_sentence_is_never_prefilled(language: str) -> None:
    """L17: the person writes it by hand."""
    drawn = lay_out(paper(5, language=language))
    everything = "".join(text_of(drawn, page) for page in range(1, drawn.pages + 1))
    for words in ("以上笔录", "我看过", "相符", "read the above"):
        assert words not in everything


def test_a_correction_shows_the_former_wording_struck() -> None:
    """L16: the original wording stays visible, and the page says how many it has."""
    drawn = lay_out(paper(12, corrected=CORRECTED))
    texts = [item for page in drawn.content for item in page.items if isinstance(item, Text)]
    assert any(text.style is RunStyle.ADDED and "一部旧" in text.text for text in texts)
    corrected = [text for text in texts if "本页更正 1 处" in text.text]
    assert len(corrected) == 1


def test_only_changed_pages_get_another_digest() -> None:
    before = lay_out(paper(60))
    again = lay_out(paper(60))
    after = lay_out(paper(60, corrected={30: "是我拿走的，一个黑的包，里面有现金和一些票据。"}))
    assert before.page_digests == again.page_digests
    assert before.pages == after.pages
    changed = [
        number
        for number, (old, new) in enumerate(
            zip(before.page_digests, after.page_digests, strict=True)
        )
        if old != new
    ]
    assert len(changed) == 1


def test_pages_are_shown_on_white() -> None:
    drawn = lay_out(paper(2))
    image = page_image(drawn.pdf, 1, 72)
    assert (image.width(), image.height()) == (595, 842)
    assert image.pixelColor(5, 5).name() == "#ffffff"
    assert any(image.pixelColor(x, 100).value() < 100 for x in range(200, 400))
    with pytest.raises(ValueError, match="9"):
        page_image(drawn.pdf, 9, 72)


def test_an_empty_header_is_an_empty_line() -> None:
    """L19: what nobody told stays empty and visible."""
    drawn = lay_out(paper(1))
    rules = [item for item in drawn.content[0].items if isinstance(item, Rule)]
    assert len(rules) > 20
