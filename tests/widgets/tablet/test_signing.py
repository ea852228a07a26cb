"""Reading back and signing on the tablet: nothing prefilled, nothing given unseen."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QLabel

from app.domain.people import Participant, Role
from signing.marks import for_finger
from signing.pads.pad import Hint
from signing.problem import PadProblem
from tests.fakes import scenes
from tests.widgets.tablet import pen
from tests.widgets.tablet.conftest import Tablet
from tests.widgets.tablet.pad import PRINT, HandPad
from tests.widgets.tablet.session import TabletSession, at

NAME = [(40 + 5 * n, 60 + (n % 7) * 9, 0.55) for n in range(50)]
OPINION = "suspect-1-opinion"


def read_back(tablet: Tablet) -> TabletSession:
    session = tablet.attach(at("interview"))
    session.begin_read_back()
    tablet.settle()
    return session


def ask(tablet: Tablet, signer: str, field: str) -> TabletSession:
    """Bring the session to signing, and the tablet to that field."""
    session = read_back(tablet)
    assert session.state.paper is not None
    for page in range(1, session.state.paper.pages + 1):
        session.page_read(page, Role.SUSPECT, 1000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    tablet.settle()
    tablet.model.tablet.sign_requested.emit(signer, field)
    tablet.settle()
    return session


def test_reading_is_confirmed_only_after_every_page(tablet: Tablet) -> None:
    """L15, C9."""
    session = read_back(tablet)
    assert session.state.paper is not None
    pages = session.state.paper.pages
    assert pages > 1
    while tablet.window.read_page.onward.isVisible():
        assert not tablet.window.read_page.confirm.isVisible()
        tablet.press("read_next")
    tablet.press("read_confirm")
    assert session.state.read_back_confirmed
    assert {one.page for one in session.state.readings} == set(range(1, pages + 1))
    assert all(one.by is Role.SUSPECT for one in session.state.readings)
    assert tablet.window.page.KIND == "waiting"


def test_skipping_to_the_last_page_confirms_nothing(tablet: Tablet) -> None:
    session = read_back(tablet)
    assert session.state.paper is not None
    tablet.window.read_page.go_to(session.state.paper.pages)
    tablet.window.read_page._seen.discard(1)
    tablet.window.read_page.enter()
    assert not tablet.button("read_confirm").isEnabled()


def test_touching_a_line_objects_to_that_line(tablet: Tablet) -> None:
    session = read_back(tablet)
    line = next(u for u in session.state.utterances if "十八万六千" in u.text)
    place = next(p for p in tablet.window.read_page._places if p.utterance_id == line.id)
    tablet.window.read_page.go_to(place.page)
    tablet.window.read_page.view.touched.emit(place.rectangle.center())
    assert tablet.window.page is tablet.window.objection_panel
    tablet.press("line_not_said")
    tablet.press("objection_send")
    assert session.state.objections[0].page == f"line:{line.id}"
    tablet.press("objection_close")
    assert tablet.window.read_page.view.canvas.marks


def test_every_line_is_found_on_the_pages(tablet: Tablet) -> None:
    session = read_back(tablet)
    found = {place.utterance_id for place in tablet.window.read_page._places}
    assert found == {line.id for line in session.state.utterances}


def test_a_correction_asks_for_another_reading(tablet: Tablet) -> None:
    """L16: what was agreed before a correction is not agreed after it."""
    session = read_back(tablet)
    while tablet.window.read_page.onward.isVisible():
        tablet.press("read_next")
    before = session.state.paper
    session.correct(session.state.utterances[3].id, "看过了。我申请回避。", Role.SUSPECT)
    tablet.settle()
    assert tablet.window.told.label.text() == "笔录已改正，请再核对一遍。"
    assert tablet.window.read_page.number == 1
    assert not tablet.window.read_page.confirm.isVisible()
    assert before is not None
    old = {one.page_digest for one in session.state.readings}
    assert old <= set(before.page_digests)  # no time is told of a page that was not shown


def test_a_guardian_reads_after_the_minor(tablet: Tablet) -> None:
    """L24."""
    session = TabletSession()
    guardian = Participant(role=Role.GUARDIAN, name="王建国", note="父亲")
    people = (*scenes.PREPARATION.participants, guardian)
    session.prepare(replace(scenes.PREPARATION, participants=people))
    session.begin()
    session.show(scenes.live(1000))
    session.acknowledge_rights(None)
    session.begin_interview()
    session.hear(Role.SUSPECT, "我叫王志远。", 0, 900)
    session.begin_read_back()
    tablet.attach(session)
    tablet.press("read_confirm")
    assert tablet.window.page.KIND == "read"
    assert tablet.window.read_page.reader is Role.GUARDIAN
    tablet.press("read_confirm")
    assert {one.by for one in session.state.readings} == {Role.SUSPECT, Role.GUARDIAN}
    assert tablet.window.page.KIND == "waiting"


def test_an_empty_pad_signs_nothing(tablet: Tablet) -> None:
    ask(tablet, "investigator-1", "investigator-1-last")
    assert tablet.window.page.KIND == "sign"
    assert not tablet.button("sign_confirm").isEnabled()
    pen.stroke(tablet.window.sign_page.pad, NAME)
    assert tablet.button("sign_confirm").isEnabled()
    tablet.press("sign_redo")
    assert not tablet.button("sign_confirm").isEnabled()


def test_ink_and_print_are_given_together_for_one_field(tablet: Tablet) -> None:
    """L17, C7."""
    pad = HandPad(Hint.WAITING, Hint.PRESS_HARDER)
    tablet.model.pad = pad
    session = ask(tablet, "suspect-1", "suspect-1-page-1")
    pen.stroke(tablet.window.sign_page.pad, NAME)
    assert not tablet.button("sign_confirm").isEnabled()  # the print is still missing
    tablet.press("fingerprint_capture")
    hint = tablet.window.findChild(QLabel, "fingerprint_hint")
    assert hint is not None
    tablet.qtbot.waitUntil(lambda: hint.text() == "请再用力一点")
    pad.finger.set()
    tablet.qtbot.waitUntil(lambda: hint.text() == "指印清晰，已采好。")
    with tablet.qtbot.waitSignal(tablet.model.tablet.marks_given) as given:
        tablet.press("sign_confirm")
    assert given.args == ["suspect-1", "suspect-1-page-1"]
    assert session.last_fingerprint == for_finger(PRINT, "right index")
    assert session.state.signed_fields == ("suspect-1-page-1",)
    assert tablet.window.sign_page.pad.is_empty
    assert tablet.window.sign_page.finger.fingerprint is None


@pytest.mark.parametrize("hint", list(Hint))
def test_every_hint_is_told_in_both_languages(tablet: Tablet, hint: Hint) -> None:
    for language in ("zh", "en"):
        tablet.window.choose_language(language)
        assert tablet.window.text(f"hint_{hint.value}")


def test_stopping_a_fingerprint_waits_for_no_finger(tablet: Tablet) -> None:
    pad = HandPad(Hint.WAITING)
    tablet.model.pad = pad
    ask(tablet, "suspect-1", "suspect-1-page-1")
    tablet.press("fingerprint_capture")
    tablet.qtbot.waitUntil(lambda: pad.asked == 1)
    began = time.monotonic()
    tablet.press("fingerprint_cancel")
    tablet.qtbot.waitUntil(tablet.button("fingerprint_capture").isEnabled)
    assert time.monotonic() - began < 10  # 200 ms on an idle machine; a finger never comes
    assert pad.cancelled_after_s > began
    assert tablet.window.sign_page.finger.fingerprint is None


def test_a_pad_that_is_pulled_out_is_told_and_may_be_tried_again(tablet: Tablet) -> None:
    pad = HandPad(Hint.WAITING)
    pad.problem = PadProblem("pad_unplugged")
    tablet.model.pad = pad
    ask(tablet, "suspect-1", "suspect-1-page-1")
    with tablet.qtbot.waitSignal(tablet.model.tablet.marks_refused):
        tablet.press("fingerprint_capture")
    assert tablet.window.told.isVisible()
    tablet.qtbot.waitUntil(tablet.button("fingerprint_capture").isEnabled)


def test_nobody_signs_while_recording_is_in_trouble(tablet: Tablet) -> None:
    """L21: what is on the pad stays until the recording is restored."""
    session = ask(tablet, "investigator-1", "investigator-1-last")
    pen.stroke(tablet.window.sign_page.pad, NAME)
    session.lively(recording=False)
    tablet.settle()
    assert not tablet.button("sign_confirm").isEnabled()
    assert not tablet.window.sign_page.pad.isEnabled()
    session.lively(recording=True)
    tablet.settle()
    assert tablet.button("sign_confirm").isEnabled()
    assert not tablet.window.sign_page.pad.is_empty


def test_the_closing_sentence_is_an_example_above_an_empty_line(tablet: Tablet) -> None:
    """L17: the software never writes it; only the hand does."""
    session = ask(tablet, "suspect-1", OPINION)
    page = tablet.window.sign_page
    assert page.is_closing_sentence
    assert page.pad.is_empty
    blank = page.pad.grab().toImage()
    colours = {blank.pixelColor(x, 20).name() for x in range(10, blank.width() - 10, 3)}
    assert colours == {"#ffffff"}
    examples = [w for w in page.findChildren(QLabel) if "以上笔录我看过" in w.text()]
    assert len(examples) == 1
    bottom = examples[0].mapTo(page, examples[0].rect().bottomLeft()).y()
    assert bottom < page.pad.geometry().top()
    pen.stroke(page.pad, NAME)
    tablet.press("sign_confirm")
    assert session.state.signed_fields == (OPINION,)
    assert session.last_fingerprint is None


def test_asking_twice_for_a_field_keeps_what_is_written(tablet: Tablet) -> None:
    ask(tablet, "investigator-1", "investigator-1-last")
    pen.stroke(tablet.window.sign_page.pad, NAME)
    tablet.model.tablet.sign_requested.emit("investigator-1", "investigator-1-last")
    assert not tablet.window.sign_page.pad.is_empty


def test_a_field_taken_away_gives_nothing(tablet: Tablet) -> None:
    session = ask(tablet, "investigator-1", "investigator-1-last")
    pen.stroke(tablet.window.sign_page.pad, NAME)
    tablet.model.tablet.sign_withdrawn.emit()
    tablet.settle()
    assert tablet.window.page.KIND == "waiting"
    assert session.state.signed_fields == ()
    assert tablet.window.sign_page.pad.is_empty


def test_an_open_objection_keeps_the_ink_below_it(tablet: Tablet) -> None:
    ask(tablet, "investigator-1", "investigator-1-last")
    pen.stroke(tablet.window.sign_page.pad, NAME)
    tablet.press("objection")
    tablet.press("objection_close")
    assert tablet.window.page.KIND == "sign"
    assert not tablet.window.sign_page.pad.is_empty
