"""Rights, read-back, signing, sealing and records, as an officer goes through them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Origin
from app.errors import StorageProblem
from tests.fakes import scenes
from tests.fakes.room import FakeRoom
from tests.widgets.conftest import write
from widgets.pages.read_back import ReadBackPage
from widgets.pages.records import RecordsPage
from widgets.pages.rights import RightsPage
from widgets.pages.seal import SealPage
from widgets.pages.settings import SettingsPage
from widgets.pages.sign import SignPage
from widgets.pages.start import StartPage
from widgets.parts import receipt
from widgets.parts.states import Showing

if TYPE_CHECKING:
    from tests.widgets.conftest import DeskHand


def words_of(page: object) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))  # type: ignore[attr-defined]


class TestStart:
    def page(self, desk: DeskHand) -> StartPage:
        desk.window.show()
        desk.rest()
        page = desk.window.page
        assert isinstance(page, StartPage)
        return page

    def test_running_recorder_is_offered_first(self, desk: DeskHand, room: FakeRoom) -> None:
        room.with_unfinished()
        page = self.page(desk)
        assert page.pane.showing is Showing.FULL
        assert "still running in this room" in words_of(page)

    def test_nobody_begins_without_a_name(self, desk: DeskHand) -> None:
        page = self.page(desk)
        page.begin.click()
        assert not desk.place.model.attached
        assert page.officer.property("wanted") is True

    def test_new_interrogation_opens_prepare(self, desk: DeskHand, room: FakeRoom) -> None:
        page = self.page(desk)
        write(page.officer, "陈立新")
        page.begin.click()
        desk.rest()
        assert room.session.officer == "陈立新"
        assert desk.window.page is desk.window.pages["prepare"]
        assert desk.window.strip.items["officer"].value.text() == "陈立新"


class TestRights:
    def test_mirrors_the_tablet_and_points_to_pages(self, desk: DeskHand) -> None:
        desk.open("rights")
        page = desk.window.page
        assert isinstance(page, RightsPage)
        asked: list[tuple[int, str]] = []
        desk.place.model.tablet.rights_page_changed.connect(lambda *told: asked.append(told))
        page.forward.click()
        assert asked == [(2, "zh")]
        desk.place.model.tablet.page_shown.emit("rights", 3)
        assert page.number.text().startswith("Page 3")
        assert "00:31" in words_of(page)

    def test_refusal_is_noted_with_its_reason(self, desk: DeskHand) -> None:
        """L11."""
        desk.open("rights")
        page = desk.window.page
        assert isinstance(page, RightsPage)
        page.refusal.click()
        write(page.reason.line, "要求见律师后再签")
        page.reason.confirm.click()
        desk.rest()
        assert desk.session.state.rights is not None
        assert desk.session.state.rights.reason == "要求见律师后再签"
        page.begin.click()
        desk.qtbot.waitUntil(lambda: desk.session.state.phase is Phase.INTERVIEWING)


class TestReadBack:
    def page(self, desk: DeskHand) -> ReadBackPage:
        desk.open("read_back")
        page = desk.window.page
        assert isinstance(page, ReadBackPage)
        return page

    def test_shows_the_page_as_it_prints(self, desk: DeskHand) -> None:
        page = self.page(desk)
        desk.qtbot.waitUntil(lambda: page.paper.shows_page == 1)

    def test_correction_keeps_old_and_new(self, desk: DeskHand) -> None:
        """L16."""
        page = self.page(desk)
        line = next(u for u in desk.session.state.utterances if "赌球" in u.text)
        page.transcript.choose(line.id)
        assert page.correction.isVisible()
        assert page.correction.old.text() == line.text
        assert not page.correction.enter.isEnabled()
        page.correction.editor.setPlainText(line.text.replace("赌球", "买彩票"))
        page.correction.enter.click()
        desk.rest()
        changed = desk.session.state.utterance(line.id)
        assert changed.origin is Origin.CORRECTED
        assert line.text in [revision.text for revision in changed.revisions]

    def test_reading_aloud_counts_as_reading(self, desk: DeskHand) -> None:
        """L15."""
        page = self.page(desk)
        desk.place.model.tablet.page_shown.emit("read", 2)
        page.aloud.click()
        page.aloud.click()
        desk.rest()
        last = desk.session.state.readings[-1]
        assert (last.page, last.read_aloud, last.by) == (2, True, Role.SUSPECT)

    def test_signing_is_refused_with_a_sentence_until_agreed(self, desk: DeskHand) -> None:
        page = self.page(desk)
        page.sign.click()
        desk.rest()
        assert desk.window.notices.notice is not None
        assert desk.session.state.phase is Phase.READ_BACK


class TestSign:
    def page(self, desk: DeskHand) -> SignPage:
        desk.open("sign")
        page = desk.window.page
        assert isinstance(page, SignPage)
        return page

    def test_field_goes_to_the_tablet_and_the_next_follows(self, desk: DeskHand) -> None:
        page = self.page(desk)
        asked: list[tuple[str, str]] = []
        link = desk.place.model.tablet
        link.sign_requested.connect(lambda *told: asked.append(told))
        field = "suspect-1 suspect-1-page-2"
        page.findChild(QPushButton, field).click()
        assert asked == [("suspect-1", "suspect-1-page-2")]
        desk.place.model.do(desk.session.give_marks, "suspect-1", "suspect-1-page-2", None, None)
        desk.rest()
        link.marks_given.emit("suspect-1", "suspect-1-page-2")
        assert "Signed" in words_of(page)
        last = page.findChild(QPushButton, "investigator-1 investigator-1-page-2")
        assert last is not None
        assert last.isEnabled()

    def test_an_officer_signs_with_a_token_when_there_is_one(
        self, desk: DeskHand, room: FakeRoom
    ) -> None:
        page = self.page(desk)
        assert page.findChild(QPushButton, "token investigator-1") is None
        room.settings = msgspec.structs.replace(room.settings, officer_token_library="vendor.so")
        page.retranslate()
        assert page.findChild(QPushButton, "token suspect-1") is None
        for pin, is_good in (("000000", False), ("135790", True)):
            page.findChild(QPushButton, "token investigator-1").click()
            assert page.pin.line.echoMode() is QLineEdit.EchoMode.Password
            write(page.pin.line, pin)
            page.pin.confirm.click()
            assert not page.pin.line.text()
            desk.rest()
            assert ("030112" in words_of(page)) is is_good
        assert "PIN is wrong" in words_of(desk.window)
        page.findChild(QPushButton, "token investigator-1").click()
        desk.rest()
        assert desk.session.calls[-1] == "unplug_token"
        assert "030112" not in words_of(page)

    def test_refusal_with_reason_loses_nothing(self, desk: DeskHand) -> None:
        """L18."""
        page = self.page(desk)
        page.findChild(QPushButton, "refuse suspect-1").click()
        write(page.reason.line, "认为记录不实")
        page.reason.confirm.click()
        desk.rest()
        assert desk.session.state.refusals == {"suspect-1": "认为记录不实"}
        assert desk.session.state.signed_fields == ("suspect-1-page-1",)
        assert "认为记录不实" in words_of(page)

    def test_nobody_signs_while_recording_is_not_healthy(self, desk: DeskHand) -> None:
        """L21."""
        from app.domain import events as ev

        page = self.page(desk)
        desk.session.tell(ev.TroubleBegan(code="device_lost", subject="microphone"), "recorder")
        desk.qtbot.waitUntil(page.health.isVisible)
        assert not page.findChild(QPushButton, "suspect-1 suspect-1-page-2").isEnabled()
        desk.session.tell(ev.TroubleEnded(code="device_lost", subject="microphone"), "recorder")
        desk.qtbot.waitUntil(lambda: not page.health.isVisible())

    def test_sealing_says_what_is_missing(self, desk: DeskHand) -> None:
        page = self.page(desk)
        page.seal.click()
        assert desk.window.page is page
        assert desk.window.notices.notice is not None


class TestSeal:
    def test_seals_and_gives_the_receipt(self, desk: DeskHand, tmp_path: Path) -> None:
        desk.open("seal")
        desk.window.show_page("seal")
        page = desk.window.page
        assert isinstance(page, SealPage)
        told: list[object] = []
        desk.place.model.tablet.receipt_ready.connect(told.append)
        page.seal.click()
        desk.rest()
        assert desk.session.state.phase is Phase.SEALED
        record = told[0]
        groups = page.digest.text().split()
        assert "".join(groups).lower() == record.root_digest  # type: ignore[attr-defined]
        assert {len(group) for group in groups} == {4}
        page.save_to(str(tmp_path / "receipt.pdf"))
        assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
        page.close_record.click()
        desk.rest()
        assert not desk.place.model.attached
        assert "leave" in desk.session.calls

    def test_a_fault_is_told_and_sealing_can_be_repeated(self, desk: DeskHand) -> None:
        session = desk.open("seal")
        desk.window.show_page("seal")
        page = desk.window.page
        assert isinstance(page, SealPage)
        whole = session.seal

        def fail(on_step: object) -> object:
            raise StorageProblem("disk_full", path="/media/disk-a")

        session.seal = fail  # type: ignore[method-assign,assignment]
        page.seal.click()
        desk.rest()
        assert page.failure.isVisible()
        assert page.seal.isVisible()
        session.seal = whole  # type: ignore[method-assign]
        page.seal.click()
        desk.rest()
        assert not page.failure.isVisible()

    def test_code_says_nothing_about_the_person(self) -> None:
        session = scenes.at("seal")
        record = session.seal(lambda _: None)
        text = receipt.code_text(record)
        assert record.root_digest in text
        assert session.state.preparation.suspect.name not in text
        assert not receipt.code_image(text).isNull()


class TestRecords:
    def page(self, desk: DeskHand) -> RecordsPage:
        desk.window.show()
        desk.window.show_page("records")
        desk.rest()
        page = desk.window.page
        assert isinstance(page, RecordsPage)
        return page

    def test_search_and_the_empty_state(self, desk: DeskHand) -> None:
        page = self.page(desk)
        assert page.rows.rowCount() == 14
        page.search_for("没有这样的记录")
        desk.qtbot.waitUntil(lambda: page.pane.showing is Showing.EMPTY)
        page.search_for("赵敏")
        desk.qtbot.waitUntil(lambda: page.pane.showing is Showing.FULL)
        assert 0 < page.rows.rowCount() < 14

    def test_failed_state_tells_and_offers_again(self, desk: DeskHand, room: FakeRoom) -> None:
        room.fails = StorageProblem("database_damaged", path="catalogue.db")
        page = self.page(desk)
        assert page.pane.showing is Showing.FAILED
        room.fails = None
        page.pane.retry.click()
        desk.qtbot.waitUntil(lambda: page.pane.showing is Showing.FULL)

    def test_verify_says_good_and_bad(self, desk: DeskHand) -> None:
        page = self.page(desk)
        page.table.selectRow(1)
        page.verify.click()
        desk.rest()
        assert desk.window.notices.frame.property("kind") == "notice-good"
        page.table.selectRow(3)
        page.verify.click()
        desk.rest()
        assert desk.window.notices.frame.property("kind") == "notice-look"

    def test_export_shows_a_figure_and_ends(self, desk: DeskHand, tmp_path: Path) -> None:
        page = self.page(desk)
        page.table.selectRow(1)
        page.export_to(str(tmp_path / "record.zip"))
        assert page.task.isVisible()
        assert page.task.cancel.isVisible()
        desk.rest()
        assert not page.task.isVisible()
        assert page.task.figure.text() == "100 %"

    def test_a_real_record_asks_why_and_who_approved(self, desk: DeskHand, tmp_path: Path) -> None:
        """L40."""
        room = desk.place.room
        assert isinstance(room, FakeRoom)
        room.settings = msgspec.structs.replace(room.settings, production=True)
        page = self.page(desk)
        desk.place.desk.officer_changed.emit("陈立新")
        page.table.selectRow(1)
        page.export.click()
        assert page.reason.isVisible()
        assert not page.reason.confirm.isEnabled()
        page.reason.line.setText("法院调取")
        page.reason.confirm.click()
        page.reason.line.setText("王局长")
        page.reason.confirm.click()
        for dialog in page.findChildren(QFileDialog):
            dialog.close()
        page.export_to(str(tmp_path / "record.zip"))
        desk.rest()
        assert room.order is not None
        assert (room.order.reason, room.order.approved_by) == ("法院调取", "王局长")
        assert room.order.officer == "陈立新"


class TestSettings:
    def test_language_and_look_are_chosen_here(self, desk: DeskHand) -> None:
        desk.window.show()
        desk.window.show_page("settings")
        desk.rest()
        page = desk.window.page
        assert isinstance(page, SettingsPage)
        looks: list[str] = []
        desk.place.desk.theme_asked.connect(looks.append)
        page.look.setCurrentIndex(1)
        assert looks == ["dark"]
        page.language.setCurrentIndex(0)
        desk.qtbot.waitUntil(lambda: page.title.text() == "设置")

    def test_enrolling_tells_how_it_went(self, desk: DeskHand) -> None:
        desk.window.show()
        desk.window.show_page("settings")
        page = desk.window.page
        assert isinstance(page, SettingsPage)
        write(page.url, "https://center.example")
        write(page.code, "123456")
        page.enroll.click()
        desk.rest()
        assert desk.window.notices.frame.property("kind") == "notice-good"
