"""The person's window as a whole: pages follow the state, and objecting is always possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain.events import BreakKind
from app.domain.people import Role
from app.session.snapshot import Live
from tests.fakes import scenes
from tests.widgets.tablet.conftest import Tablet
from tests.widgets.tablet.session import TabletSession, at
from widgets.parts import figures
from widgets.tablet.texts import LANGUAGES, catalogue


def rights(tablet: Tablet) -> None:
    tablet.attach(at("rights"))


def acknowledge(tablet: Tablet) -> None:
    tablet.attach(at("rights"))
    tablet.model.tablet.acknowledge_requested.emit()


def interview(tablet: Tablet) -> None:
    tablet.attach(at("interview"))


def exhibit(tablet: Tablet) -> None:
    session = tablet.attach(at("interview"))
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    path = tablet.tmp_path / "slip.png"
    picture.save(str(path))
    session.show_exhibit(path, "转账凭证.png")
    tablet.settle()


def reading(tablet: Tablet) -> TabletSession:
    session = tablet.attach(at("interview"))
    session.begin_read_back()
    tablet.settle()
    return session


def signing(tablet: Tablet) -> TabletSession:
    session = reading(tablet)
    assert session.state.paper is not None
    for page in range(1, session.state.paper.pages + 1):
        session.page_read(page, Role.SUSPECT, 1000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    tablet.settle()
    tablet.model.tablet.sign_requested.emit("suspect-1", "suspect-1-page-1")
    tablet.settle()
    return session


def prepared(tablet: Tablet) -> None:
    tablet.attach(at("prepare"))


PAGES: dict[str, Callable[[Tablet], object]] = {
    "language": prepared,
    "rights": rights,
    "acknowledge": acknowledge,
    "waiting": interview,
    "exhibit": exhibit,
    "read": reading,
    "sign": signing,
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_touched_is_large_and_what_is_read_is_large(
    tablet: Tablet, kind: str, language: str
) -> None:
    tablet.window.resize(1280, 720)
    tablet.window.choose_language(language)
    PAGES[kind](tablet)
    assert kind == tablet.window.page.KIND
    for button in tablet.window.findChildren(QPushButton):
        if button.isVisible():
            assert min(button.width(), button.height()) >= 56, button.objectName()
            assert button.width() >= button.sizeHint().width(), button.text()
    for label in tablet.window.findChildren(QLabel):
        if label.isVisible() and label.text():
            assert label.fontInfo().pixelSize() >= 24, label.text()
            if not label.wordWrap():
                assert label.width() >= label.sizeHint().width(), label.text()
            elif label.hasHeightForWidth():
                assert label.height() >= label.heightForWidth(label.width()), label.text()


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "预录中：开始前最后 20 秒"), ("en", "Pre-roll: the last 20 seconds")],
)
def test_a_pre_roll_is_announced_to_the_person_before_anything_is_recorded(
    tablet: Tablet, language: str, told: str
) -> None:
    """L31: nobody is recorded who was not told; it ends when nothing is held any more."""
    tablet.window.resize(1280, 720)
    tablet.window.choose_language(language)
    session = tablet.attach(at("prepare"))
    line = tablet.window.findChild(QLabel, "recording_line")
    assert told not in line.text()
    session.stand_by(20)
    tablet.settle()
    assert told in line.text()
    assert line.isVisible()
    assert line.width() >= line.sizeHint().width()
    assert line.geometry().right() <= tablet.window.findChild(QPushButton, "language_switch").x()
    session.stand_down()
    tablet.settle()
    assert told not in line.text()
    session.stand_by(20)
    session.begin()
    tablet.settle()
    assert told not in line.text()


@pytest.mark.parametrize("kind", PAGES)
def test_the_person_can_object_on_every_page_and_it_stays(tablet: Tablet, kind: str) -> None:
    """C12: the objection reaches the record with its page; nothing at the desk closes it."""
    PAGES[kind](tablet)
    tablet.press("objection")
    panel = tablet.window.objection_panel
    assert tablet.window.page is panel
    assert not tablet.button("objection_send").isEnabled()
    panel.words.setPlainText("我没有说过这句话")
    tablet.press("objection_send")
    (kept,) = tablet.session.state.objections
    assert kept.text == "我没有说过这句话"
    assert kept.page.split(":")[0] == kind
    assert kept.by is Role.SUSPECT
    tablet.press("objection_close")
    assert kind == tablet.window.page.KIND


def test_the_desk_cannot_close_an_open_objection(tablet: Tablet) -> None:
    session = tablet.attach(at("interview"))
    tablet.press("objection")
    panel = tablet.window.objection_panel
    panel.words.setPlainText("我要求休息")
    session.start_break(BreakKind.REST)
    session.end_break("x")
    session.begin_read_back()
    tablet.model.tablet.read_page_changed.emit(1)
    tablet.model.tablet.exhibit_changed.emit()
    tablet.settle()
    assert tablet.window.page is panel
    assert panel.words.toPlainText() == "我要求休息"
    tablet.press("objection_close")
    assert tablet.window.page.KIND == "read"


def test_a_chosen_matter_and_own_words_stand_both_in_the_record(tablet: Tablet) -> None:
    tablet.attach(at("interview"))
    tablet.press("objection")
    assert tablet.window.objection_panel.statement == ""  # nothing is chosen beforehand
    tablet.press("objection_counsel")
    tablet.window.objection_panel.words.setPlainText("现在就要")
    tablet.press("objection_send")
    assert tablet.session.state.objections[0].text == "我要求见律师\n现在就要"


def test_the_tablets_language_is_its_own(tablet: Tablet) -> None:
    tablet.attach(at("rights"))
    tablet.press("language_switch")
    assert tablet.button("rights_next").text() == "Next"
    assert tablet.window.rights_page.notice.language == "en"
    tablet.press("language_switch")
    assert tablet.button("rights_next").text() == "下一页"


def test_every_sentence_is_whole_in_each_language() -> None:
    import string

    for sentence, told in catalogue().items():
        assert set(told) == set(LANGUAGES), sentence
        names = [
            {field for _, field, _, _ in string.Formatter().parse(told[code]) if field}
            for code in LANGUAGES
        ]
        assert all(one == names[0] for one in names), sentence
        assert all(told[code].strip() for code in LANGUAGES), sentence


def test_it_always_says_in_words_whether_recording_runs(tablet: Tablet) -> None:
    line = tablet.window.top.recording
    assert line.text() == "尚未开始录制"
    session = tablet.attach(at("rights"))
    assert line.text() == "正在录音录像  00:01:14"
    session.show(Live(recording=False, elapsed_ms=80_000))
    tablet.settle()
    assert line.text() == "录制中断，请稍候"
    assert line.property("kind") == "red"


def test_waiting_says_where_the_proceeding_stands(tablet: Tablet) -> None:
    session = tablet.attach(at("interview"))
    heading = tablet.window.waiting_page.findChild(QLabel)
    assert heading is not None
    assert heading.text() == "讯问正在进行"
    session.start_break(BreakKind.MEAL)
    tablet.settle()
    assert heading.text() == "休息中"
    session.end_break("吃饭")
    session.suspend("停电")
    tablet.settle()
    assert heading.text() == "已中止"


def test_an_exhibit_appears_and_leaves_with_the_record(tablet: Tablet) -> None:
    exhibit(tablet)
    assert tablet.window.page.KIND == "exhibit"
    canvas = tablet.window.exhibit_page.view.canvas
    tablet.qtbot.waitUntil(lambda: canvas.image.width() == 300)
    tablet.session.hide_exhibit()
    tablet.settle()
    assert tablet.window.page.KIND == "waiting"
    assert tablet.window.exhibit_page.view.is_empty


def test_the_only_screen_comes_back_to_an_officer_alone(tablet: Tablet) -> None:
    tablet.attach(at("interview"))
    tablet.window.cover()
    tablet.window.close()
    assert tablet.window.isVisible()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(tablet.window, Qt.Key.Key_U, keys)
    assert tablet.window.page is tablet.window.lock_panel
    tablet.window.lock_panel.name.setText("王志远")
    with tablet.qtbot.assertNotEmitted(tablet.model.tablet.unlock_asked):
        tablet.press("unlock_confirm")
    tablet.window.lock_panel.name.setText(scenes.PREPARATION.participants[0].name)
    with tablet.qtbot.waitSignal(tablet.model.tablet.unlock_asked):
        tablet.press("unlock_confirm")
    tablet.model.tablet.unlocked.emit()
    assert not tablet.window.isVisible()


def test_the_receipt_shows_the_root_digest_whole(tablet: Tablet) -> None:
    """C6: the person can later compare it, figure by figure."""
    session = signing(tablet)
    for signer in session.state.signers:
        for field in session.state.fields_left(signer.id):
            session.give_marks(signer.id, field, None, None)
    steps: list[object] = []
    sealed = session.seal(steps.append)
    tablet.settle()
    tablet.model.tablet.receipt_ready.emit(sealed)
    assert tablet.window.page.KIND == "receipt"
    digest = tablet.window.findChild(QLabel, "receipt_digest")
    assert digest is not None
    # As on the desk and on the slip, so that they can be compared by eye.
    assert digest.text() == figures.in_fours(sealed.root_digest)
    assert "".join(digest.text().split()).lower() == sealed.root_digest


def test_a_finger_pushes_the_page_and_a_touch_points(tablet: Tablet) -> None:
    reading(tablet)
    view = tablet.window.read_page.view
    start = view.verticalScrollBar().value()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view.canvas, left, pos=QPoint(400, 400))
    QTest.mouseMove(view.canvas, QPoint(400, 300))
    QTest.mouseRelease(view.canvas, left, pos=QPoint(400, 300))
    assert view.verticalScrollBar().value() > start


def test_whoever_has_not_chosen_reads_what_the_screen_is_for_in_both_languages(
    tablet: Tablet,
) -> None:
    told = " ".join(label.text() for label in tablet.window.findChildren(QLabel))
    assert "这块屏幕给您使用" in told
    assert "This screen is for you" in told
