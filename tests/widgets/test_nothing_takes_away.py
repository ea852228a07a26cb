"""No button, action, shortcut or tip on any page offers to pause, mute, mask, trim or delete.

Principle 3, L30, L43. A player may be stopped: it plays what is kept and touches nothing of it.
"""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.main_window import PAGES, MainWindow
from widgets.tablet.window import TabletWindow
from widgets.workplace import Workplace

TAKES_AWAY = re.compile(
    r"\b(delete|remove|erase|discard|trim|cut|crop|mask|blur|mute|pause|redact|purge|wipe)"
    r"|删除|移除|抹去|擦除|清除|丢弃|剪辑|裁剪|剪切|遮盖|遮挡|打码|静音|暂停",
    re.IGNORECASE,
)
KNOWN = {
    "Deaf or mute",  # of a person
    "Redacted working copy…",  # made anew; the sealed record is only read (decision 0104)
}


def said_by(window: QWidget) -> set[str]:
    """Every word by which an action or a button of the window can be known."""
    told: set[str] = set()
    for action in window.findChildren(QAction):
        told |= {action.text(), action.toolTip(), action.objectName(), action.iconText()}
    for button in window.findChildren(QAbstractButton):
        told |= {button.text(), button.toolTip(), button.accessibleName(), button.objectName()}
    return told - {""}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_action_takes_anything_away(place: Workplace, qtbot: object, language: str) -> None:
    place.languages.use(language)
    main, tablet = MainWindow(place), TabletWindow(place.model, place.background)
    try:
        told = said_by(main) | said_by(tablet)
        assert len(told) > 3 * len(PAGES)  # all pages are there and have names
        wrong = {words for words in told if TAKES_AWAY.search(words)} - KNOWN
        assert not wrong
    finally:
        for window in (main, tablet):
            window.close()
            window.deleteLater()
