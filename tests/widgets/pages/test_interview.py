"""Interview: every command has its key, and the transcript tells where words come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QMenu

from app.domain import lines
from app.domain.events import BreakKind
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.spoken_words import split_ms
from app.domain.transcript import Hearing, Origin, Revision, Utterance, Word
from app.ipc.messages import PartialHeard
from app.session.snapshot import SecondHearing
from tests.fakes import scenes
from tests.widgets.conftest import point_of, write
from widgets.pages.interview import InterviewPage
from widgets.parts.replay import AFTER_MS, BEFORE_MS
from widgets.parts.second_tab import DifferenceCard, SecondTab
from widgets.parts.transcript_delegate import doubtful
from widgets.parts.transcript_model import Part

if TYPE_CHECKING:
    from tests.widgets.conftest import DeskHand

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def open_page(desk: DeskHand) -> InterviewPage:
    desk.open("interview")
    page = desk.window.page
    assert isinstance(page, InterviewPage)
    page.transcript.setFocus()
    return page


class TestKeys:
    def test_new_question_and_answer(self, desk: DeskHand) -> None:
        page = open_page(desk)
        for key, role in ((Qt.Key.Key_2, Role.SUSPECT), (Qt.Key.Key_1, Role.INVESTIGATOR)):
            desk.qtbot.keyClick(page, key, CONTROL)
            assert page.composer.editor.hasFocus()
            write(page.composer.editor, "补充一句")
            desk.qtbot.keyClick(page.composer.editor, Qt.Key.Key_Return)
            desk.rest()
            line = desk.session.state.utterances[-1]
            assert (line.role, line.text, line.origin) == (role, "补充一句", Origin.TYPED)

    def test_bookmark(self, desk: DeskHand) -> None:
        page = open_page(desk)
        desk.qtbot.keyClick(page, Qt.Key.Key_B, CONTROL)
        desk.rest()
        assert len(desk.session.state.bookmarks) == 2

    def test_swap_speaker(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[2]
        page.transcript.choose(line.id)
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_T, CONTROL)
        desk.rest()
        assert desk.session.state.utterance(line.id).role is Role.SUSPECT

    def test_merge_with_the_next_line(self, desk: DeskHand) -> None:
        page = open_page(desk)
        first, second = desk.session.state.utterances[2:4]
        page.transcript.choose(first.id)
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_T, CONTROL)
        desk.rest()
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_M, CONTROL)
        desk.rest()
        assert desk.session.state.utterance(first.id).text == first.text + second.text

    def test_split_at_the_cursor(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[1]
        page.transcript.choose(line.id)
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_F2)
        editor = page.transcript.editor
        assert editor is not None
        cursor = editor.textCursor()
        cursor.setPosition(5)
        editor.setTextCursor(cursor)
        desk.qtbot.keyClick(editor, Qt.Key.Key_Return, CONTROL)
        desk.rest()
        assert desk.session.state.utterance(line.id).text == line.text[:5]

    def test_split_of_a_line_with_a_wide_character_stands_at_the_cursor(
        self, desk: DeskHand
    ) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[1]
        page.transcript.choose(line.id)
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_F2)
        editor = page.transcript.editor
        assert editor is not None
        editor.setPlainText("  我叫𫟼远，是他。")
        cursor = editor.textCursor()
        cursor.setPosition(8)  # two blanks, and one character that Qt counts as two
        editor.setTextCursor(cursor)
        desk.qtbot.keyClick(editor, Qt.Key.Key_Return, CONTROL)
        desk.rest()
        assert desk.session.state.utterance(line.id).text == "我叫𫟼远，"

    def test_a_doubtful_word_of_one_part_is_not_marked_in_the_other(self) -> None:
        words = (Word("赌", 100, 200, 0.2), Word("了", 200, 300, 0.9), Word("赌", 300, 400, 0.9))
        line = Utterance(
            id="u", role=Role.SUSPECT, t0_ms=100, t1_ms=400,
            revisions=(Revision(text="赌了赌", origin=Origin.HEARD, by="m", at_ms=0),),
            hearing=Hearing(raw_text="赌了赌", words=words),
        )  # fmt: skip
        head, tail = lines.split((line,), "u", "v", 1, split_ms(line, 1))
        assert doubtful(head) == [(0, 1)]
        assert doubtful(tail) == []

    def test_play_fetches_the_sound_of_the_line(self, desk: DeskHand) -> None:
        page = open_page(desk)
        page.transcript.choose(desk.session.state.utterances[0].id)
        asked: list[str] = []
        page.transcript.play_asked.connect(asked.append)
        desk.qtbot.keyClick(page.transcript, Qt.Key.Key_Space)
        desk.rest()
        assert asked == [desk.session.state.utterances[0].id]

    def test_a_click_on_a_word_plays_from_that_word(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[3]
        assert line.hearing is not None
        page.transcript.choose(line.id)
        desk.qtbot.mouseClick(page.transcript.viewport(), LEFT, pos=point_of(page.transcript, 7))
        desk.rest()
        begins = line.hearing.words[7].t0_ms - BEFORE_MS
        assert desk.session.calls[-1] == f"scene {begins} {line.t1_ms + AFTER_MS}"

    def test_beside_the_words_and_in_a_changed_wording_the_line_plays(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[3]
        page.transcript.choose(line.id)
        whole = f"scene {line.t0_ms} {line.t1_ms + AFTER_MS}"
        beside = page.transcript.visualRect(page.transcript.currentIndex()).topLeft()
        desk.qtbot.mouseClick(page.transcript.viewport(), LEFT, pos=beside + QPoint(12, 12))
        desk.rest()
        assert desk.session.calls[-1] == whole
        desk.session.calls.clear()
        desk.session.revise(line.id, line.text + "真的。")
        desk.qtbot.waitUntil(lambda: page.transcript.lines.lines[3].text.endswith("真的。"))
        desk.qtbot.mouseClick(page.transcript.viewport(), LEFT, pos=point_of(page.transcript, 7))
        desk.rest()
        assert desk.session.calls[-1] == whole

    def test_break_begins_from_the_menu_and_ends_with_a_note(self, desk: DeskHand) -> None:
        """L6: recording goes on."""
        page = open_page(desk)
        desk.qtbot.keyClick(page, Qt.Key.Key_P, CONTROL)
        menu = page.findChild(QMenu)
        assert menu is not None
        kinds = [action.data() for action in menu.actions()]
        assert kinds == list(BreakKind)
        menu.actions()[0].trigger()
        menu.close()
        desk.rest()
        assert desk.session.state.open_break is not None
        assert desk.session.state.phase is Phase.INTERVIEWING
        assert page.break_bar.isVisible()
        page.end_break.click()
        write(page.reason.line, "用餐二十分钟")
        page.reason.confirm.click()
        desk.rest()
        assert desk.session.state.breaks[-1].note == "用餐二十分钟"
        assert not page.break_bar.isVisible()


class TestTranscript:
    def test_editing_a_line_keeps_the_former_wording(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[2]
        page.transcript.choose(line.id)
        page.transcript.edit_chosen()
        assert page.transcript.editor is not None
        page.transcript.editor.setPlainText("权利义务告知书看过没有？")
        desk.qtbot.keyClick(page.transcript.editor, Qt.Key.Key_Return)
        desk.rest()
        changed = desk.session.state.utterance(line.id)
        assert [r.origin for r in changed.revisions] == [Origin.HEARD, Origin.TYPED]

    def test_leaving_the_editor_by_a_click_loses_nothing(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[2]
        page.transcript.choose(line.id)
        page.transcript.edit_chosen()
        assert page.transcript.editor is not None
        page.transcript.editor.setPlainText("改了一半")
        page.composer.editor.setFocus()
        desk.rest()
        assert desk.session.state.utterance(line.id).text == "改了一半"

    def test_escape_changes_nothing(self, desk: DeskHand) -> None:
        page = open_page(desk)
        line = desk.session.state.utterances[2]
        page.transcript.choose(line.id)
        page.transcript.edit_chosen()
        assert page.transcript.editor is not None
        page.transcript.editor.setPlainText("不要了")
        desk.qtbot.keyClick(page.transcript.editor, Qt.Key.Key_Escape)
        desk.rest()
        assert desk.session.state.utterance(line.id).text == line.text

    def test_pasted_words_are_told_apart(self, desk: DeskHand) -> None:
        page = open_page(desk)
        page.composer.begin(Role.INVESTIGATOR)
        data = QMimeData()
        data.setText("粘贴来的问题？")
        page.composer.editor.insertFromMimeData(data)
        desk.qtbot.keyClick(page.composer.editor, Qt.Key.Key_Return)
        desk.rest()
        assert desk.session.state.utterances[-1].origin is Origin.PASTED

    def test_suggested_question_is_a_template_until_changed(self, desk: DeskHand) -> None:
        page = open_page(desk)
        page.guidance.question_chosen.emit("对方为什么相信你？")
        desk.qtbot.keyClick(page.composer.editor, Qt.Key.Key_Return)
        desk.rest()
        assert desk.session.state.utterances[-1].origin is Origin.TEMPLATE

    def test_guess_is_shown_below_and_never_kept(self, desk: DeskHand) -> None:
        page = open_page(desk)
        before = desk.session.state.utterances
        guess = PartialHeard(record_id="x", channel=1, t0_ms=1, text="我愿意退")
        desk.session.show(scenes.live(500_000, partials=(guess,)))
        desk.qtbot.waitUntil(
            lambda: page.transcript.lines.index(len(before)).data(Part.PARTIAL) == guess
        )
        assert page.transcript.lines.lines == before
        desk.session.show(scenes.live(501_000, partials=()))
        desk.qtbot.waitUntil(lambda: page.transcript.lines.rowCount() == len(before))

    def test_doubtful_words_are_marked_only_while_as_heard(self, desk: DeskHand) -> None:
        open_page(desk)
        heard = next(u for u in desk.session.state.utterances if "赌球" in u.text)
        assert [heard.text[a : a + n] for a, n in doubtful(heard)] == ["赌", "球"]
        desk.session.revise(heard.id, heard.text + "。")
        assert doubtful(desk.session.state.utterance(heard.id)) == []

    def test_view_stays_where_one_reads(self, desk: DeskHand) -> None:
        page = open_page(desk)
        bar = page.transcript.verticalScrollBar()
        bar.setValue(0)
        desk.session.hear(Role.SUSPECT, "新的一句", 600_000, 601_000)
        desk.rest()
        desk.qtbot.waitUntil(lambda: len(page.transcript.lines.lines) == 15)
        assert bar.value() == 0


def test_suspending_needs_a_reason(desk: DeskHand) -> None:
    """L36."""
    page = open_page(desk)
    page.suspend.click()
    assert not page.reason.confirm.isEnabled()
    write(page.reason.line, "停电")
    page.reason.confirm.click()
    desk.rest()
    assert desk.session.state.phase is Phase.SUSPENDED
    assert page.state.text() == "Suspended, nothing is recorded"


def test_read_back_follows(desk: DeskHand) -> None:
    page = open_page(desk)
    page.read_back.click()
    desk.qtbot.waitUntil(lambda: desk.window.page is desk.window.pages["read_back"])


def test_guidance_ticks_what_answers_touch(desk: DeskHand) -> None:
    page = open_page(desk)
    assert page.guidance._ticked == (True, True, True, True, False)
    desk.session.hear(Role.SUSPECT, "我愿意退赔", 700_000, 701_000)
    desk.qtbot.waitUntil(lambda: page.guidance._ticked[-1])


class TestNames:
    def near_miss(self, desk: DeskHand) -> tuple[InterviewPage, str]:
        page = open_page(desk)
        line_id = desk.session.hear(Role.SUSPECT, "是李桂方介绍我去的。", 900_000, 903_000)
        desk.session.show(desk.session.live)
        desk.rest()
        return page, line_id

    def test_a_name_of_the_case_is_offered_and_written_by_a_click(self, desk: DeskHand) -> None:
        page, line_id = self.near_miss(desk)
        page.transcript.choose(line_id)
        desk.qtbot.waitUntil(page.name_hint.isVisible, timeout=20_000)
        assert "李桂方" in page.name_hint.words.text()
        assert desk.session.state.utterance(line_id).text == "是李桂方介绍我去的。"
        desk.qtbot.mouseClick(page.name_hint.use, Qt.MouseButton.LeftButton)
        desk.rest()
        line = desk.session.state.utterance(line_id)
        assert (line.text, line.origin) == ("是李桂芳介绍我去的。", Origin.TYPED)
        assert line.revisions[0].origin is Origin.HEARD
        desk.qtbot.waitUntil(page.name_hint.isHidden)

    def test_a_line_with_the_right_name_gets_no_hint(self, desk: DeskHand) -> None:
        page, line_id = self.near_miss(desk)
        page.transcript.choose(line_id)
        desk.qtbot.waitUntil(page.name_hint.isVisible, timeout=20_000)
        page.transcript.choose(desk.session.state.utterances[0].id)
        desk.qtbot.waitUntil(page.name_hint.isHidden)


class TestDigits:
    def test_numbers_are_shown_as_digits_and_kept_as_heard(self, desk: DeskHand) -> None:
        page = open_page(desk)
        page.transcript.choose(desk.session.state.utterances[9].id)
        before = [line.text for line in desk.session.state.utterances]
        as_heard = page.transcript.grab().toImage()
        desk.qtbot.mouseClick(page.tools.digits, Qt.MouseButton.LeftButton)
        desk.rest()
        assert page.transcript.grab().toImage() != as_heard
        page.transcript.edit_chosen()
        editor = page.transcript.editor
        assert editor is not None
        assert "十八万六千元" in editor.text
        desk.qtbot.keyClick(editor, Qt.Key.Key_Escape)
        desk.qtbot.mouseClick(page.tools.digits, Qt.MouseButton.LeftButton)
        desk.rest()
        assert [line.text for line in desk.session.state.utterances] == before


class TestSecondHearing:
    def tab(self, desk: DeskHand) -> SecondTab:
        page = open_page(desk)
        page.tabs.setCurrentWidget(page.second)
        return page.second

    def cards(self, tab: SecondTab) -> list[DifferenceCard]:
        return [card for card in tab.findChildren(DifferenceCard) if card.isVisible()]

    def test_it_shows_how_far_it_is_and_can_be_stopped(self, desk: DeskHand) -> None:
        tab = self.tab(desk)
        desk.qtbot.mouseClick(tab.start, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(tab.cancel.isVisible)
        assert "00:00:42 of 00:02:50, by small" in tab.figure.text()
        desk.qtbot.mouseClick(tab.cancel, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(tab.start.isVisible)
        assert desk.session.second_pass.orders == ["start", "cancel"]

    def test_a_difference_is_taken_or_the_draft_kept_by_a_click(self, desk: DeskHand) -> None:
        tab = self.tab(desk)
        first, second = desk.session.state.utterances[1], desk.session.state.utterances[3]
        better = first.text.replace("5幢", "6幢")
        desk.session.second_pass.propose(first.role, better, first.t0_ms, first.t1_ms)
        desk.session.second_pass.propose(second.role, "看了。", second.t0_ms, second.t1_ms)
        desk.qtbot.waitUntil(lambda: len(self.cards(tab)) == 2)
        desk.qtbot.mouseClick(self.cards(tab)[0].take, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(lambda: len(self.cards(tab)) == 1)
        assert desk.session.state.utterance(first.id).text == better
        assert desk.session.state.utterance(first.id).origin is Origin.HEARD_AGAIN
        desk.qtbot.mouseClick(self.cards(tab)[0].keep, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(lambda: not self.cards(tab))
        assert desk.session.state.utterance(second.id).text == second.text

    def test_why_it_ended_is_said(self, desk: DeskHand) -> None:
        tab = self.tab(desk)
        desk.session.second_pass.show(SecondHearing(model="small", code="engine_failed"))
        desk.rest()
        assert "engine failed" in desk.window.notices.text.text()
        assert tab.start.isVisible()
