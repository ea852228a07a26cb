"""Prepare: the form fills what it can, and Start leads to what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.domain.people import Case, Participant, Person, Preparation, Role
from app.domain.phase import Phase
from tests.fakes.scenes import PREPARATION
from tests.widgets.conftest import write
from widgets.pages.prepare import PreparePage

if TYPE_CHECKING:
    from tests.widgets.conftest import DeskHand

MINOR_ID = "320102201203070015"


def page_of(desk: DeskHand) -> PreparePage:
    page = desk.window.page
    assert isinstance(page, PreparePage)
    return page


def open_with(desk: DeskHand, preparation: Preparation) -> PreparePage:
    session = desk.open("prepare")
    desk.place.model.detach()
    session.prepare(preparation)
    desk.place.model.attach(session)
    desk.rest()
    return page_of(desk)


class TestIdNumber:
    def test_fills_birth_sex_and_age(self, desk: DeskHand) -> None:
        page = open_with(desk, replace(PREPARATION, suspect=Person(name="王志远")))
        field = page.form.person.lines["id_number"].edit
        desk.qtbot.keyClicks(field, PREPARATION.suspect.id_number)
        assert page.form.person.value.birth == "1988-03-07"
        assert page.form.person.value.sex == "male"
        assert page.form.person.age.text().isdigit()

    def test_wrong_check_digit_is_said(self, desk: DeskHand) -> None:
        page = open_with(desk, replace(PREPARATION, suspect=Person(name="王志远")))
        field = page.form.person.lines["id_number"]
        good = PREPARATION.suspect.id_number
        desk.qtbot.keyClicks(field.edit, good[:17] + ("1" if good[17] != "1" else "2"))
        assert field.hint.isVisible()
        assert page.form.person.value.birth == ""

    def test_under_18_gets_a_row_for_the_adult(self, desk: DeskHand) -> None:
        """L9."""
        page = open_with(desk, replace(PREPARATION, suspect=Person(name="小王")))
        birth = page.form.person.lines["birth"].edit
        desk.qtbot.keyClicks(birth, "2012-03-07")
        assert [p.role for p in page.form.value.participants].count(Role.GUARDIAN) == 1
        assert page.form.lines["guardian_absence_reason"].isVisible()


class TestMissing:
    def test_is_listed_and_leads_to_the_field(self, desk: DeskHand) -> None:
        empty = Preparation(participants=PREPARATION.participants)
        page = open_with(desk, empty)
        links = {
            button.objectName()
            for button in page.findChildren(QPushButton)
            if button.objectName().endswith("_missing")
        }
        assert links == {"case_missing", "suspect_missing"}
        page.jump_to("suspect_missing")
        field = page.form.person.lines["name"]
        assert field.edit.hasFocus()
        assert field.edit.property("wanted") is True

    def test_start_does_not_begin_and_jumps(self, desk: DeskHand) -> None:
        page = open_with(desk, replace(PREPARATION, case=Case()))
        desk.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
        desk.rest()
        assert desk.session.state.phase is Phase.PREPARED
        assert page.form.lines["number"].edit.hasFocus()
        assert desk.window.notices.notice is not None

    def test_second_investigator_is_asked_for(self, desk: DeskHand) -> None:
        """L8."""
        one = (PREPARATION.participants[0],)
        page = open_with(desk, replace(PREPARATION, participants=one))
        page.jump_to("too_few_investigators")
        rows = page.form.participants.rows
        assert len(rows) == 2
        assert rows[1].name.hasFocus()


def test_start_begins_recording_and_shows_the_rights(desk: DeskHand) -> None:
    page = open_with(desk, PREPARATION)
    desk.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.session.state.phase is Phase.RIGHTS)
    desk.qtbot.waitUntil(lambda: desk.window.page is desk.window.pages["rights"])


def test_edits_are_kept_without_a_button(desk: DeskHand) -> None:
    page = open_with(desk, PREPARATION)
    page.form.lines["offence"].edit.end(False)  # type: ignore[attr-defined]
    write(page.form.lines["offence"].edit, "（未遂）")
    desk.qtbot.waitUntil(
        lambda: desk.session.state.preparation.case.offence == "诈骗罪（未遂）", timeout=3_000
    )


def test_participants_are_added_and_removed(desk: DeskHand) -> None:
    page = open_with(desk, PREPARATION)
    desk.qtbot.mouseClick(page.form.participants.add, Qt.MouseButton.LeftButton)
    write(page.form.participants.rows[-1].name, "何平")
    assert page.form.value.participants[-1] == Participant(role=Role.INVESTIGATOR, name="何平")
    page.form.participants.rows[-1].remove.click()
    assert len(page.form.value.participants) == 2


def test_loopback_says_what_was_heard(desk: DeskHand) -> None:
    page = open_with(desk, PREPARATION)
    page.check.loopback.click()
    desk.rest()
    assert "-34 dBFS" in page.check.heard.text()


def test_abandoning_asks_for_a_reason_first(desk: DeskHand) -> None:
    page = open_with(desk, PREPARATION)
    page.abandon.click()
    assert page.reason.isVisible()
    assert not page.reason.confirm.isEnabled()
    write(page.reason.line, "案件已移送")
    page.reason.confirm.click()
    desk.qtbot.waitUntil(lambda: desk.session.state.phase is Phase.ABANDONED)


class TestPreRoll:
    """Item 6 of recording: announced before it begins, and forgotten when nothing begins."""

    def open(self, desk: DeskHand) -> PreparePage:
        room = desk.place.room
        room.settings = replace(room.settings, pre_roll_s=20)  # type: ignore[misc]
        room.checks = [one for one in room.checks if one.state != "failed"]  # type: ignore[attr-defined]
        page = open_with(desk, PREPARATION)
        desk.qtbot.waitUntil(lambda: desk.session.live.pre_roll.is_held)
        desk.rest()
        return page

    def test_is_told_on_page_and_strip_and_ends_with_the_page(self, desk: DeskHand) -> None:
        page = self.open(desk)
        assert page.pre_roll.isVisible()
        assert "20" in page.pre_roll.text()
        assert desk.window.strip.items["recording"].isVisible()
        assert "Pre-roll" in desk.window.strip.items["recording"].value.text()
        page.hide()
        desk.qtbot.waitUntil(lambda: not desk.session.live.pre_roll.announced_s)
        desk.rest()
        assert not desk.window.strip.items["recording"].isVisible()

    def test_devices_are_taken_back_for_another_check(self, desk: DeskHand) -> None:
        page = self.open(desk)
        held = []
        stop = desk.session.subscribe(held.append)
        page.check.again.click()
        desk.qtbot.waitUntil(lambda: len(held) > 1 and desk.session.live.pre_roll.is_held)
        stop()
        assert [live.pre_roll.is_held for live in held[:2]] == [False, True]
        desk.rest()

    def test_when_the_recorder_lets_go_by_itself_the_page_has_its_devices_again(
        self, desk: DeskHand
    ) -> None:
        page = self.open(desk)
        desk.session.stand_down()  # as the recorder's state tells it after half an hour
        desk.qtbot.waitUntil(lambda: not desk.window.strip.items["recording"].isVisible())
        assert "when the devices are checked" in page.pre_roll.text()
        page.check.again.click()
        desk.qtbot.waitUntil(lambda: desk.session.live.pre_roll.is_held)
        desk.rest()

    @pytest.mark.parametrize("is_held", [True, False])
    def test_a_start_says_when_nothing_was_held(self, desk: DeskHand, is_held: bool) -> None:
        page = self.open(desk)
        if not is_held:
            desk.session.stand_down()
            desk.rest()
        desk.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(lambda: bool(desk.session.state.takes))
        desk.rest()
        assert bool(desk.session.state.takes[0].pre_roll_ms) is is_held
        told = desk.window.notices.notice
        assert told is not None
        assert ("no pre-roll was held" in told.text) is not is_held

    def test_a_room_without_one_says_nothing(self, desk: DeskHand) -> None:
        page = open_with(desk, PREPARATION)
        assert not page.pre_roll.isVisible()
        assert not desk.session.live.pre_roll.announced_s
