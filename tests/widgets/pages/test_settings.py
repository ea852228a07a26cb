"""Settings: a model that is brought in is tried at once, and the desk says what it found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from speech.problem import ModelProblem
from tests.fakes.room import FakeRoom
from widgets.pages.settings import SettingsPage
from widgets.parts.models_card import ModelRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from widgets.workplace import Workplace


@pytest.fixture
def page(qtbot: QtBot, place: Workplace) -> SettingsPage:
    made = SettingsPage(place)
    qtbot.addWidget(made)
    made.show()
    return made


def rows(page: SettingsPage) -> list[ModelRow]:
    return page.models.findChildren(ModelRow)


def test_an_imported_model_is_tried_and_told(
    qtbot: QtBot, page: SettingsPage, room: FakeRoom
) -> None:
    page.models.import_from("/media/usb/faster-whisper-small")
    qtbot.waitUntil(lambda: bool(rows(page)) and "2.1 s at worst" in rows(page)[0].facts.text())
    row = rows(page)[0]
    assert "faster-whisper-small" in row.text.text()
    assert "77 MB" in row.facts.text()
    assert not page.models.task.isVisible()
    assert [model.facts.name for model in room.installed] == ["faster-whisper-small"]


def test_a_trial_can_be_cancelled(qtbot: QtBot, page: SettingsPage, room: FakeRoom) -> None:
    room.import_model(Path("/media/usb/small"), lambda _share: None)
    page.models.reload()
    qtbot.waitUntil(lambda: bool(rows(page)))
    room.trial_waits = True
    qtbot.mouseClick(rows(page)[0].try_it, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.models.task.isVisible)
    qtbot.mouseClick(page.models.task.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.models.task.isVisible())
    assert room.installed[0].facts.trial is None


def test_a_folder_without_a_model_stands_in_the_list_with_its_reason(
    qtbot: QtBot, page: SettingsPage, room: FakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ModelProblem("model_file_missing", name="small", file="tokenizer.json")
    monkeypatch.setattr(room, "models", lambda: [broken])
    page.models.reload()
    qtbot.waitUntil(lambda: bool(rows(page)))
    assert "tokenizer.json" in rows(page)[0].text.text()
    assert not rows(page)[0].try_it.isVisible()
