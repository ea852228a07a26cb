"""Says under an ink pad what wrote, because a finger or a mouse is noted as such in the record."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from widgets.tablet.ink_pad import FINGER, MOUSE, PEN, InkPad
from widgets.tablet.page import TabletPage

SENTENCES = ((MOUSE, "ink_by_mouse"), (FINGER, "ink_by_touch"), (PEN, "ink_by_pen"))
"""The least device first: ink that is part mouse is told as written with a mouse."""


class SourceLine(QObject):
    """Keeps one label of a page in step with its pad."""

    def __init__(self, page: TabletPage, pad: InkPad) -> None:
        super().__init__(page)
        self._page = page
        self._pad = pad
        self.label = page.line("soft")
        pad.changed.connect(self._show)
        pad.began.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        wrote = self._pad.pointers
        told = [sentence for pointer, sentence in SENTENCES if pointer in wrote]
        self._page.say(self.label, told[0] if told else "ink_empty")
