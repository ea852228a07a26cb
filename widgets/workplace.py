"""What every page of the desk works with, handed down once and never looked up."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.session.snapshot import Snapshot
from widgets.background import Background
from widgets.languages import Languages
from widgets.ports import RoomPort
from widgets.problems import Notices
from widgets.session_model import SessionModel


class Desk(QObject):
    """Wishes of a page that only the window can fulfil."""

    page_asked = Signal(str)  # name of a page
    officer_changed = Signal(str)
    theme_asked = Signal(str)
    record_asked = Signal(str)  # show this record in the records list

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.officer = ""  # who works here now, as they told it; the custody log names them (L40)
        self.officer_changed.connect(self._keep_officer)

    @Slot(str)
    def _keep_officer(self, name: str) -> None:
        self.officer = name


@dataclass(frozen=True, slots=True)
class Workplace:
    """The model, the room and the bridges of one desk."""

    model: SessionModel
    room: RoomPort
    background: Background
    languages: Languages
    notices: Notices
    desk: Desk


class Translated(QWidget):
    """A widget that redraws its words when the language changes; call `retranslate` once built."""

    def retranslate(self) -> None:
        """Set every word anew."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class Page(Translated):
    """A page of the desk; shown by name. It draws snapshots while it is in sight, and only then."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.model = place.model
        self.setProperty("kind", "ground")
        self.model.snapshot_changed.connect(self._on_snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_snapshot(self.model.snapshot)

    @Slot(object)
    def _on_snapshot(self, now: Snapshot) -> None:
        if self.isVisible():
            self.show_snapshot(now)
