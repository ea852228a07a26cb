"""Marks in their boxes: at their own size, small, and shown on the signed page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.paths import RESOURCES
from signing import paper as signed_paper
from signing.keys import WorkstationKeys
from signing.marks import Ink, InkPoint, InkStroke
from signing.pads.handwriting import write
from signing.pads.simulated import print_of
from tests.widgets.paper.samples import paper
from widgets.paper.appearance import Appearance, to_pdf
from widgets.paper.layout import lay_out
from widgets.paper.pages import page_image

NOW = datetime(2026, 11, 22, 10, 20, 30, tzinfo=UTC)
FONT = RESOURCES / "fonts" / "ShiluSans-Regular.otf"


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    assert qtbot


def an_ink(words: str = "𠮷䶮", width_um: int = 24_000, height_um: int = 12_000) -> Ink:
    strokes = tuple(
        InkStroke(
            tuple(
                InkPoint(round(p.x * width_um), round(p.y * height_um), p.pressure) for p in stroke
            )
        )
        for stroke in write(words, FONT, aspect=width_um / height_um)
    )
    return Ink(strokes, width_um, height_um, "simulated pen", simulated=True)


def reddest(image: QImage) -> tuple[int, int, int, int]:
    """The rectangle that holds every red pixel."""
    spots = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if _is_red(image.pixelColor(x, y))
    ]
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return min(xs), min(ys), max(xs), max(ys)


def _is_red(color: QColor) -> bool:
    return color.red() > color.green() + 60


def test_a_print_has_its_own_size() -> None:
    look = Appearance(width=151, height=57, name="甲", moment=NOW, fingerprint=print_of(1))
    image = page_image(to_pdf(look), 1, 144)
    assert (image.width(), image.height()) == (302, 114)
    left, top, right, bottom = reddest(image)
    # the invented finger fills about 205 x 250 of 256 x 288 pixels at 500 dpi
    assert right - left == pytest.approx(205 / 500 * 144, abs=7)
    assert bottom - top == pytest.approx(250 / 500 * 144, abs=9)


def test_ink_too_large_is_made_smaller_not_clipped() -> None:
    look = Appearance(
        width=104, height=57, name="甲", moment=NOW, ink=an_ink("周明远", 200_000, 90_000)
    )
    image = page_image(to_pdf(look), 1, 144)
    dark = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height() - 24)
        if image.pixelColor(x, y).lightness() < 120
    ]
    assert dark
    assert min(x for x, _ in dark) > 2
    assert max(x for x, _ in dark) < image.width() - 2


def test_an_appearance_is_small() -> None:
    look = Appearance(
        width=151, height=57, name="甲", moment=NOW, ink=an_ink(), fingerprint=print_of(1)
    )
    assert len(to_pdf(look)) < 50_000


def test_a_dot_and_an_empty_ink_are_drawn() -> None:
    dot = Ink((InkStroke((InkPoint(5000, 5000, 1.0),)),), 10_000, 10_000, "pen", simulated=True)
    for ink in (dot, Ink((), 10_000, 10_000, "pen", simulated=True)):
        assert to_pdf(Appearance(width=104, height=57, name="甲", moment=NOW, ink=ink))


def test_a_refusal_is_noted_in_words() -> None:
    """L18: the investigator's note stands where the signature would be."""
    blank = Appearance(width=151, height=57, name="", moment=NOW)
    noted = Appearance(
        width=151, height=57, name="", moment=NOW, note="被讯问人拒绝签名捺印，理由：对内容有异议。"
    )
    assert page_image(to_pdf(noted), 1, 100) != page_image(to_pdf(blank), 1, 100)


def test_the_signed_page_shows_the_mark_in_its_box() -> None:
    drawn = lay_out(paper(3))
    field = drawn.fields[0]
    x0, y0, x1, y1 = field.box
    blank = signed_paper.prepare(
        drawn.pdf, [signed_paper.Field(f.name, f.page, f.box) for f in drawn.fields]
    )
    look = Appearance(
        width=x1 - x0,
        height=y1 - y0,
        name="𠮷䶮",
        moment=NOW,
        ink=an_ink(),
        fingerprint=print_of(1),
    )
    keys = WorkstationKeys.generate("讯问室")
    act = signed_paper.Signing(
        field=field.name, signer_name="𠮷䶮", reason="核对", moment=NOW, appearance=to_pdf(look)
    )
    signed = signed_paper.sign(blank, act, keys.seal_key, keys.chain)
    before, after = page_image(blank, field.page, 72), page_image(signed, field.page, 72)
    left, top, right, bottom = reddest(after)
    assert x0 <= left < right <= x1
    assert 842 - y1 <= top < bottom <= 842 - y0
    outside = [(x, y) for x in range(0, 595, 7) for y in range(0, round(842 - y1) - 2, 7)]
    assert all(before.pixel(x, y) == after.pixel(x, y) for x, y in outside)
