"""The rights notice reaches the person page by page, and the record says for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.people import Procedure
from app.errors import SetupProblem
from app.session import rights_text
from tests.widgets.tablet import pen
from tests.widgets.tablet.conftest import Tablet
from tests.widgets.tablet.session import at

NAME = [(60 + 4 * n, 80 + (n % 5) * 12, 0.6) for n in range(40)]


@pytest.mark.parametrize("procedure", list(Procedure))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_notice_names_its_law_and_keeps_its_pages_short(
    procedure: Procedure, language: str
) -> None:
    """L11, L12: the text travels with the law's version."""
    notice = rights_text.read(procedure, language)
    assert notice.language == language
    assert notice.version
    assert len(notice.pages) == len(rights_text.read(procedure, "zh").pages)
    for page in notice.pages:
        assert page.basis
        assert 1 <= len(page.items) <= 4


def test_a_language_without_a_notice_falls_back_to_chinese() -> None:
    assert rights_text.read(Procedure.CRIMINAL, "ug").language == "zh"


def test_a_broken_notice_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "criminal.zh.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(SetupProblem, match="settings_unreadable") as unreadable:
        rights_text.read(Procedure.CRIMINAL, "zh", tmp_path)
    assert str(unreadable.value.details["file"]).endswith("criminal.zh.toml")
    (tmp_path / "criminal.en.toml").write_text("title = 'only a title'", encoding="utf-8")
    with pytest.raises(SetupProblem, match="setting_wrong"):
        rights_text.read(Procedure.CRIMINAL, "en", tmp_path)


def test_pages_come_in_order_with_the_time_each_was_shown(tablet: Tablet) -> None:
    """L11, L15."""
    session = tablet.attach(at("rights"))
    assert tablet.window.page.KIND == "rights"
    pages = len(tablet.window.rights_page.notice.pages)
    tablet.press("rights_read_aloud")
    for _ in range(pages):
        tablet.press("rights_next")
    shown = session.state.rights_shown
    assert [one.page for one in shown] == list(range(1, pages + 1))
    assert all(one.shown_ms >= 0 and one.language == "zh" for one in shown)
    assert [one.read_aloud for one in shown] == [True] + [False] * (pages - 1)
    assert tablet.window.page.KIND == "acknowledge"


def test_each_page_tells_its_own_time(tablet: Tablet) -> None:
    session = tablet.attach(at("rights"))
    tablet.qtbot.wait(120)
    tablet.press("rights_next")
    tablet.press("rights_back")
    first, second = session.state.rights_shown
    assert first.shown_ms >= 100
    assert second.shown_ms < first.shown_ms


def test_empty_ink_acknowledges_nothing(tablet: Tablet) -> None:
    tablet.attach(at("rights"))
    tablet.model.tablet.acknowledge_requested.emit()
    assert not tablet.button("rights_acknowledge").isEnabled()
    pen.stroke(tablet.window.acknowledge_page.pad, NAME)
    assert tablet.button("rights_acknowledge").isEnabled()
    tablet.press("rights_redo")
    assert not tablet.button("rights_acknowledge").isEnabled()


def test_ink_under_the_notice_reaches_the_session(tablet: Tablet) -> None:
    session = tablet.attach(at("rights"))
    tablet.model.tablet.acknowledge_requested.emit()
    pen.stroke(tablet.window.acknowledge_page.pad, NAME)
    tablet.press("rights_acknowledge")
    assert session.state.rights is not None
    assert not session.state.rights.refused
    assert len(session.last_ink.strokes[0].points) == len(NAME)
    assert tablet.window.page.KIND == "waiting"
    assert tablet.window.acknowledge_page.pad.is_empty


def test_the_desk_mirrors_what_is_shown(tablet: Tablet) -> None:
    told: list[tuple[str, int]] = []
    link = tablet.model.tablet

    def keep(kind: str, number: int) -> None:
        told.append((kind, number))

    link.page_shown.connect(keep)
    tablet.attach(at("rights"))
    tablet.press("rights_next")
    link.rights_page_changed.emit(5, "en")
    assert told[:2] == [("rights", 1), ("rights", 2)]
    assert told[-1] == ("rights", 5)
    assert tablet.window.language == "en"
