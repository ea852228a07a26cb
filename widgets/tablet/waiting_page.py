"""What stands on the tablet while nothing is asked of the person: where the proceeding is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Procedure
from app.domain.phase import Phase
from widgets.tablet.page import TabletPage


class WaitingPage(TabletPage):
    """One calm sentence about now, and one about what comes next."""

    KIND = "waiting"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = self._label("waiting_interview", "heading")
        self._more = self._label("waiting_interview_more", "lead")
        self._objections = self._label(kind="soft")
        column = QVBoxLayout(self)
        column.setContentsMargins(96, 48, 96, 48)
        column.setSpacing(24)
        column.addStretch(2)
        for label in (self._heading, self._more, self._objections):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)

    def show_state(self, state: Interrogation) -> None:
        """Say where the proceeding stands."""
        now = situation(state)
        heading = now
        if now == "waiting_rights_refused":
            heading = "waiting_rights_done"
        more = f"{now}_more"
        if now == "waiting_interview" and state.preparation.procedure is not Procedure.CRIMINAL:
            heading = "waiting_inquiry"
        self.say(self._heading, heading)
        self.say(self._more, more)
        self.say(self._objections, "objections_kept", count=len(state.objections))
        self._objections.setVisible(bool(state.objections))


def situation(state: Interrogation) -> str:
    """Sentence id of where the proceeding stands, as the waiting page says it."""
    if state.phase is Phase.RIGHTS:
        refused = state.rights is not None and state.rights.refused
        return "waiting_rights_refused" if refused else "waiting_rights_done"
    if state.phase is Phase.READ_BACK:
        return "waiting_read_done" if state.read_back_confirmed else "waiting_read_back"
    if state.open_break is not None:
        return "waiting_break"
    return {
        Phase.SUSPENDED: "waiting_suspended",
        Phase.SIGNING: "waiting_sign",
        Phase.SEALED: "waiting_sealed",
    }.get(state.phase, "waiting_interview")
