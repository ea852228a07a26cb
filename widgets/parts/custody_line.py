"""A quiet line while the center could not be told where the custody log ends; hidden otherwise."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QVBoxLayout

from app.sentences import tell_code
from app.session.snapshot import CenterState, Live
from widgets.parts import figures, layouts
from widgets.workplace import Translated, Workplace


def custody_line(center: CenterState, language: str) -> str:
    """Since when, and what stood in the way; empty while nothing is known to be wrong."""
    fault = center.custody_fault
    if fault is None:
        return ""
    told = QCoreApplication.translate(
        "CustodyLine", "The end of the custody log is not yet at the center, tried since %1."
    ).replace("%1", figures.local_day(fault.since_utc))
    return f"{told} {tell_code(fault.code, language, **fault.details)}" if fault.code else told


class CustodyLine(Translated):
    """The same as a widget."""

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self._place = place
        self.told = layouts.label("hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.told)
        place.model.live_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self._show(self._place.model.live)

    @Slot(object)
    def _show(self, live: Live) -> None:
        words = custody_line(live.center, self._place.languages.code)
        self.told.setText(words)
        self.setVisible(bool(words))
