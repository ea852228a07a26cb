"""On the Interview page a line is seen and heard again while recording goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app.ipc.messages import Preview
from tests.widgets.conftest import DeskHand
from widgets.pages.interview import InterviewPage

LIMIT_MS = 30_000


@pytest.fixture
def page(desk: DeskHand) -> InterviewPage:
    desk.open("interview")
    page = desk.window.pages["interview"]
    assert isinstance(page, InterviewPage)
    return page


def until(desk: DeskHand, is_so: Callable[[], bool]) -> None:
    desk.qtbot.waitUntil(is_so, timeout=LIMIT_MS)


def jpeg(colour: str) -> bytes:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(data.data())


def centre_of(page: InterviewPage) -> QColor:
    shown = page.picture.grab().toImage()
    return shown.pixelColor(shown.width() // 2, shown.height() // 2)


def test_a_moment_plays_large_and_the_live_picture_comes_back(
    desk: DeskHand, page: InterviewPage
) -> None:
    page.picture.show_jpeg(jpeg("#ff0000"))
    assert centre_of(page).red() > 200
    page.overview.sought.emit(500)
    until(desk, lambda: page.player.playing and centre_of(page).red() < 100)
    assert any(call.startswith("scene 500 ") for call in desk.session.calls)
    page.player.stop()
    assert centre_of(page).red() > 200


def test_a_line_ends_by_itself(desk: DeskHand, page: InterviewPage) -> None:
    line = desk.session.state.utterances[0]
    shorter = replace(line, t0_ms=0, t1_ms=400)
    desk.session.state = replace(desk.session.state, utterances=(shorter,))
    desk.session._publish(desk.session.snapshot)
    until(desk, lambda: page.model.snapshot.state.utterances[0].t1_ms == 400)
    with desk.qtbot.waitSignal(page.player.ended, timeout=LIMIT_MS):
        page.player.play(line.id)
    assert not page.player.playing


def test_the_second_camera_stands_inset_and_a_click_swaps(
    desk: DeskHand, page: InterviewPage
) -> None:
    for stream, colour in (("camera-1", "#ff0000"), ("camera-2", "#0000ff")):
        desk.place.model.preview.emit(Preview(stream=stream, jpeg=jpeg(colour), at_ms=0))
    assert centre_of(page).red() > 200
    inset = page.picture._inset.center().toPoint()
    assert page.picture.grab().toImage().pixelColor(inset).blue() > 200
    QTest.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=inset)
    assert centre_of(page).blue() > 200
    QTest.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert centre_of(page).blue() > 200


def test_the_overview_grows_with_the_recording(desk: DeskHand, page: InterviewPage) -> None:
    desk.session.lively(recording=True, elapsed_ms=4000)
    until(desk, lambda: page.overview.place_of(4000) > page.overview.width() - 10)
