"""A redacted working copy is made on the Records page; the sealed record stays as it is (L40)."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.covering import BAR
from app.store.custody import CustodyLog
from app.store.keystore import KeyRing
from signing.digest import digest_file
from signing.keys import WorkstationKeys
from signing.verify import verify
from tests.fakes.record import Draft
from tests.fakes.room import FakeRoom
from tests.widgets.conftest import DeskHand
from widgets.pages.records import RecordsPage
from widgets.parts.copy_pane import CopyPane
from widgets.parts.states import Showing

SECRET = "欧阳蕤鑫"
SAID = f"是{SECRET}带我去的，她住在翡翠湾。"
ELSE = "车是她朋友的。"
LIMIT_MS = 30_000


def sealed(folder: Path, *, simulated: bool) -> Path:
    draft = Draft(record_id=folder.name, simulated=simulated)
    written = json.loads(draft.files["transcript/transcript.json"])
    for name, text in (("u8", SAID), ("u9", ELSE)):
        told = {"utterance_id": name, "role": "suspect", "t0_ms": 5000, "t1_ms": 9000}
        hearing = {"raw_text": text, "model": "m"}
        draft.journal.append({"kind": "utterance_heard", "text": text, "hearing": hearing, **told})
        line = {"id": name, "role": "suspect", "t0_ms": 0, "t1_ms": 0}
        written["utterances"].append({**line, "revisions": [{"text": text}]})
    draft.files["transcript/transcript.json"] = json.dumps(written, ensure_ascii=False).encode()
    return draft.seal_into(folder).folder


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed(tmp_path_factory.mktemp("home") / "records" / "r-1", simulated=True)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed(tmp_path_factory.mktemp("home") / "records" / "r-2", simulated=False)


def page_of(desk: DeskHand) -> RecordsPage:
    desk.window.show()
    desk.window.show_page("records")
    page = desk.window.pages["records"]
    assert isinstance(page, RecordsPage)
    desk.rest()
    page.table.selectRow(0)
    return page


def open_pane(desk: DeskHand, room: FakeRoom, folder: Path) -> CopyPane:
    room.film_folder = folder
    page = page_of(desk)
    page.working_copy.click()
    assert page.stack.currentWidget() is page.copying
    until(desk, lambda: page.copying.pane.showing is not Showing.LOADING)
    return page.copying


def until(desk: DeskHand, is_so: Callable[[], bool]) -> None:
    desk.qtbot.waitUntil(is_so, timeout=LIMIT_MS)


def row_of(pane: CopyPane, text: str) -> int:
    return next(at for at, row in enumerate(pane.lines.lines.rows) if text in row.original)


def in_copy(pane: CopyPane, text: str) -> str:
    row = pane.lines.lines.index(row_of(pane, text), 1)
    return str(row.data())


def choose(desk: DeskHand, pane: CopyPane, word: str = SECRET, line: str = ELSE) -> None:
    """One word everywhere, one whole line, and wait for what the copy will say."""
    pane.form.editor.setPlainText(word)
    pane.lines.setCurrentIndex(pane.lines.lines.index(row_of(pane, line), 0))
    QTest.keyClick(pane.lines, Qt.Key.Key_Space)
    until(desk, lambda: in_copy(pane, line) == f"答：{BAR}" and BAR in in_copy(pane, SAID))


def make(desk: DeskHand, pane: CopyPane, folder: Path) -> None:
    pane.form.show_folder(str(folder))
    pane.make.click()
    until(desk, lambda: pane._making is None)
    desk.rest()


def bytes_of(folder: Path) -> list[bytes]:
    """All that was written, documents unpacked."""
    told = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    (document,) = folder.rglob("*.docx")
    with zipfile.ZipFile(document) as inside:
        return told + [inside.read(name) for name in inside.namelist()]


def digests(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): digest_file(f) for f in folder.rglob("*") if f.is_file()}


def test_the_copy_says_what_was_shown_and_the_original_is_unchanged(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    before = digests(simulated)
    pane = open_pane(desk, room, simulated)
    assert "stays whole and unchanged" in pane.promise.text()
    choose(desk, pane)
    assert in_copy(pane, SAID) == f"答：是{BAR}带我去的，她住在翡翠湾。"
    assert pane.count.text() == "Places covered: 2"
    make(desk, pane, tmp_path)
    (made,) = tmp_path.iterdir()
    assert "redacted-working-copy" in made.name
    assert {file.suffix for file in made.iterdir()} == {".pdf", ".docx", ".txt", ".json"}
    for data in bytes_of(made):
        assert SECRET.encode() not in data
        assert ELSE.encode() not in data
    (text,) = made.glob("*.txt")
    assert in_copy(pane, SAID) in text.read_text(encoding="utf-8")
    assert str(made) in pane.done_text.text()
    assert str(made) in desk.window.notices.text.text()
    assert digests(simulated) == before
    verify(simulated)


def test_its_folder_is_opened_or_said(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    pane = open_pane(desk, room, simulated)
    choose(desk, pane)
    assert not pane.done.isVisible()
    make(desk, pane, tmp_path)
    shown: list[Path] = []

    def opens(folder: Path) -> bool:
        shown.append(folder)
        return False  # a machine without a file window

    pane._opens = opens
    assert pane.open.isVisible()
    pane.open.click()
    assert shown == list(tmp_path.iterdir())
    assert str(shown[0]) in desk.window.notices.text.text()


def test_cancelling_leaves_nothing_and_is_told(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    room.copy_waits = True
    pane = open_pane(desk, room, simulated)
    choose(desk, pane)
    pane.form.show_folder(str(tmp_path))
    QTest.keyClick(pane, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(desk, room.copying.is_set)
    assert pane.task.isVisible()
    assert not pane.make.isEnabled()
    pane.task.cancel.click()
    until(desk, lambda: pane._making is None)
    assert list(tmp_path.iterdir()) == []
    assert "nothing was left" in desk.window.notices.text.text()
    assert not pane.done.isVisible()
    assert pane.make.isEnabled()


def test_a_real_record_needs_reason_and_approval_and_is_noted(
    desk: DeskHand, room: FakeRoom, real: Path, tmp_path: Path
) -> None:
    ring = KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), tmp_path)
    room.custody = CustodyLog(tmp_path / "log", ring)
    pane = open_pane(desk, room, real)
    choose(desk, pane)
    make(desk, pane, tmp_path / "out")
    assert pane.form.reason.hint.isVisible()
    assert pane.form.approved_by.hint.isVisible()
    assert not pane.form.words.hint.isVisible()
    assert pane.form.reason.edit.hasFocus() or not desk.window.isActiveWindow()
    assert not (tmp_path / "out").exists()
    pane.form.reason.show_text("供律师查阅")
    pane.form.approved_by.show_text("王处长")
    desk.place.desk.officer_changed.emit("陈立新")
    make(desk, pane, tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 1
    done = room.custody.entries("r-2")[-1]
    assert (done.act, done.what) == ("done", "redacted_copy")
    assert (done.officer, done.reason, done.approved_by) == ("陈立新", "供律师查阅", "王处长")


def test_a_mistyped_word_is_named_and_no_copy_is_made(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    pane = open_pane(desk, room, simulated)
    pane.form.editor.setPlainText(f"{SECRET}\n欧阳瑞新")
    until(desk, pane.form.words.hint.isVisible)
    assert "欧阳瑞新" in pane.form.words.hint.text()
    assert SECRET not in in_copy(pane, SAID), "the other word is covered all the same"
    make(desk, pane, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert "no copy was made" in desk.window.notices.text.text()


def test_refusals_are_one_sentence(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    pane = open_pane(desk, room, simulated)
    pane.make.click()
    assert "nothing is covered yet" in pane.form.words.hint.text()
    assert pane.form.folder.hint.isVisible()
    choose(desk, pane)
    make(desk, pane, simulated.parent)
    assert "among the sealed records" in desk.window.notices.text.text()
    verify(simulated)
    make(desk, pane, tmp_path)
    before = digests(tmp_path)
    make(desk, pane, tmp_path)
    assert "was not overwritten" in desk.window.notices.text.text()
    assert digests(tmp_path) == before


def test_a_changed_record_is_said_and_can_be_tried_again(
    desk: DeskHand, room: FakeRoom, simulated: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(simulated, tmp_path / "r-1"))
    page = folder / "data/compliance.json"
    whole = page.read_bytes()
    page.write_bytes(b"{}")
    pane = open_pane(desk, room, folder)
    assert pane.pane.showing is Showing.FAILED
    assert "compliance.json" in pane.pane.failed.text()
    assert not pane.make.isEnabled()
    page.write_bytes(whole)
    pane.pane.retry.click()
    until(desk, lambda: pane.pane.showing is Showing.FULL)
    assert pane.make.isEnabled()


def test_leaving_keeps_the_choice_for_this_record_only(
    desk: DeskHand, room: FakeRoom, simulated: Path
) -> None:
    pane = open_pane(desk, room, simulated)
    page = desk.window.pages["records"]
    assert isinstance(page, RecordsPage)
    choose(desk, pane)
    QTest.keyClick(pane.lines, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list
    page.working_copy.click()
    until(desk, lambda: BAR in in_copy(pane, ELSE) and BAR in in_copy(pane, SAID))
    pane.leave()
    page.table.selectRow(1)
    page.working_copy.click()
    until(desk, lambda: pane.pane.showing is Showing.FULL)
    assert pane.form.editor.toPlainText() == ""
    assert not pane.lines.lines.ticked
    assert pane.count.text() == "Places covered: 0"


def test_only_what_is_covered_can_be_looked_at(
    desk: DeskHand, room: FakeRoom, simulated: Path
) -> None:
    pane = open_pane(desk, room, simulated)
    choose(desk, pane)
    pane.only.click()
    rows = pane.lines.lines.rows
    hidden = [pane.lines.isRowHidden(at, pane.lines.rootIndex()) for at in range(len(rows))]
    assert hidden == [BAR not in row.in_copy for row in rows]
    assert hidden.count(False) == 2


def test_it_speaks_both_languages(desk: DeskHand, room: FakeRoom, simulated: Path) -> None:
    pane = open_pane(desk, room, simulated)
    desk.place.languages.use("zh")
    until(desk, lambda: pane.back.text() == "返回列表 (Esc)")
    assert pane.title.text().startswith("涂黑工作副本  ·  ")
    assert "封存的原件完整保留" in pane.promise.text()
    header = pane.lines.lines.headerData(1, Qt.Orientation.Horizontal)
    assert header == "副本中的样子"
