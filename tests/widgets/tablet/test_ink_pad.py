"""The ink pad keeps what the hand did; the drawing is only a view of it."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputDevice, QPointingDevice, QTouchEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from signing.marks import read_inkml, to_inkml
from tests.widgets.tablet import pen
from widgets.tablet.ink_pad import InkPad

WAVE = [(40 + 3 * n, 100 + 20 * (n % 3), 0.1 + 0.01 * n) for n in range(60)]


@pytest.fixture
def pad(qtbot: QtBot) -> InkPad:
    made = InkPad(offset_ms=moment)
    qtbot.addWidget(made)
    made.resize(640, 240)
    made.show()
    return made


def moment() -> int:
    return 5_000


def test_every_point_keeps_pressure_tilt_and_both_clocks(pad: InkPad) -> None:
    """L21: what is drawn binds to a moment of the recording."""
    pen.stroke(pad, WAVE, start_ms=70_000)
    (stroke,) = pad.ink().strokes
    assert stroke.pointer == "pen"
    assert [p.pressure for p in stroke.points] == pytest.approx([s[2] for s in WAVE], abs=1e-4)
    assert {(p.tilt_x_deg, p.tilt_y_deg) for p in stroke.points} == {(12, -7)}
    assert [p.device_ms for p in stroke.points] == [70_000 + 8 * n for n in range(60)]
    offsets = [p.offset_ms for p in stroke.points]
    assert offsets == sorted(offsets)
    assert 5_000 <= offsets[0] <= offsets[-1] < 15_000


def test_places_are_kept_in_micrometres_of_the_pad(pad: InkPad) -> None:
    pen.stroke(pad, [(0, 0, 0.5), (pad.width(), pad.height(), 0.5)])
    ink = pad.ink()
    far = ink.strokes[0].points[-1]
    assert (far.x_um, far.y_um) == (ink.width_um, ink.height_um)
    assert ink.device == "Wacom One 13"
    assert not ink.simulated
    assert read_inkml(to_inkml(ink)) == ink


def inked(pad: InkPad) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is written, as shares of the pad."""
    image = pad.grab().toImage()
    spots = [
        (x, y)
        for x in range(2, image.width() - 2)
        for y in range(2, image.height() - 2)
        if image.pixelColor(x, y).lightness() < 60
    ]
    xs, ys = [x / image.width() for x, _ in spots], [y / image.height() for _, y in spots]
    return min(xs), min(ys), max(xs), max(ys)


def test_ink_written_before_the_pad_shrinks_is_shown_whole(pad: InkPad) -> None:
    """A longer text in another language takes room from the pad under the pen."""
    pen.stroke(pad, [(40, 40, 0.3), (300, 200, 0.3), (620, 220, 0.3)])
    before, given = inked(pad), pad.ink()
    pad.resize(640, 130)
    assert inked(pad)[3] < 0.97
    assert pad.ink() == given
    pad.resize(320, 120)
    left, top, right, bottom = inked(pad)
    assert (left, top, right, bottom) == pytest.approx(before, abs=0.02)
    pad.resize(640, 240)
    assert inked(pad) == pytest.approx(before, abs=0.005)


def test_ink_added_after_the_pad_shrank_lands_under_the_pen(pad: InkPad) -> None:
    pen.stroke(pad, [(40, 40, 0.3), (60, 40, 0.3)])
    pad.resize(320, 120)
    pen.stroke(pad, [(280, 100, 0.3), (310, 110, 0.3)])
    image = pad.grab().toImage()
    assert image.pixelColor(295, 105).lightness() < 100
    ink = pad.ink()
    last = ink.strokes[1].points[-1]
    assert last.x_um / ink.width_um == pytest.approx(310 / 320, abs=0.01)
    assert last.y_um / ink.height_um == pytest.approx(110 / 120, abs=0.01)


def test_a_redo_begins_on_the_pad_as_it_is(pad: InkPad) -> None:
    pen.stroke(pad, [(40, 40, 0.3), (60, 40, 0.3)])
    pad.resize(320, 120)
    pad.redo()
    pen.stroke(pad, [(320, 120, 0.3)])
    ink = pad.ink()
    assert (ink.strokes[0].points[0].x_um, ink.strokes[0].points[0].y_um) == (
        ink.width_um,
        ink.height_um,
    )


def test_a_mouse_is_marked_as_a_mouse(pad: InkPad) -> None:
    pen.mouse_stroke(pad, [(10, 10), (60, 60), (90, 20)])
    assert [stroke.pointer for stroke in pad.ink().strokes] == ["mouse"]


def test_a_finger_is_marked_as_a_finger(pad: InkPad) -> None:
    screen = QPointingDevice(
        "screen",
        7,
        QInputDevice.DeviceType.TouchScreen,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position,
        5,
        0,
    )
    for kind, state, x in (
        (QEvent.Type.TouchBegin, QEventPoint.State.Pressed, 20),
        (QEvent.Type.TouchUpdate, QEventPoint.State.Updated, 60),
        (QEvent.Type.TouchEnd, QEventPoint.State.Released, 90),
    ):
        at = QPointF(x, 50)
        point = QEventPoint(1, state, at, pad.mapToGlobal(at))
        event = QTouchEvent(kind, screen, Qt.KeyboardModifier.NoModifier, [point])
        QApplication.sendEvent(pad, event)
    (stroke,) = pad.ink().strokes
    assert stroke.pointer == "finger"
    assert len(stroke.points) == 3


def test_the_resting_hand_leaves_nothing_once_the_pen_writes(pad: InkPad) -> None:
    pen.mouse_stroke(pad, [(10, 10), (11, 11)][:1])  # the hand comes down first and stays
    pen.stroke(pad, WAVE)
    pen.mouse_stroke(pad, [(10, 10), (60, 60), (90, 20)])  # and is lifted just after
    assert [stroke.pointer for stroke in pad.ink().strokes] == ["pen"]


def test_simulated_devices_say_so(pad: InkPad) -> None:
    pen.stroke(pad, WAVE, pen.device("simulated pen"))
    assert pad.ink().simulated


def test_redo_leaves_an_empty_place(pad: InkPad) -> None:
    blank = pad.grab().toImage()
    pen.stroke(pad, WAVE)
    assert pad.grab().toImage() != blank
    pad.redo()
    assert pad.is_empty
    assert pad.grab().toImage() == blank


def test_a_resized_pad_draws_the_same_ink_again(pad: InkPad) -> None:
    pen.stroke(pad, WAVE)
    before = pad.ink().strokes
    pad.resize(800, 300)
    assert pad.ink().strokes == before
    image = pad.grab().toImage()
    along = [image.pixelColor(x, y).lightness() for x in range(60, 200) for y in range(95, 150)]
    assert min(along) < 60


def test_ink_follows_the_pen_well_within_20_ms(pad: InkPad) -> None:
    spots = [(10 + n % 600, 20 + (7 * n) % 200, 0.5) for n in range(400)]
    began = time.perf_counter()
    pen.stroke(pad, spots)
    assert (time.perf_counter() - began) / len(spots) < 0.02
