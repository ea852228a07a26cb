"""A row under the tools: the chosen line may mean a name of the case, and one click puts it in.

- It is only looked for in lines as they were heard; what a person typed is what they meant.
- Looking it up goes on beside the windows, since its table of sounds takes a while to load.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.transcript import Origin, Utterance
from speech.names import Suggestion, suggestions
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.workplace import Translated, Workplace


class NameHint(Translated):
    """Hidden unless the shown line has a near miss."""

    accepted = Signal(str, str)  # utterance id, its text with the name

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._line: Utterance | None = None
        self._found: Suggestion | None = None
        frame, line = layouts.banner("info")
        self.words = layouts.label("", wrap=True)
        self.use = IconButton("tick", "plain")
        self.use.clicked.connect(self._on_use)
        line.addWidget(IconLabel("person", "ink_soft", 18))
        line.addWidget(self.words, 1)
        line.addWidget(self.use)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 0, 8, 0)
        outer.addWidget(frame)
        self.hide()

    def retranslate(self) -> None:
        """Set every word anew."""
        found = self._found
        if found is None:
            self.hide()
            return
        told = self.tr("“%1” sounds like “%2”, a name of this case.")
        self.words.setText(told.replace("%1", found.heard).replace("%2", found.name))
        self.use.setText(self.tr("Write “%1”").replace("%1", found.name))
        self.show()

    def look_at(self, line: Utterance | None, names: tuple[str, ...]) -> None:
        """Look for near misses of `names` in this line, or in none."""
        if line is not None and self._line is not None and line == self._line:
            return
        self._line, self._found = line, None
        self.retranslate()
        if line is not None and line.origin is Origin.HEARD and names:
            self._place.background.start(
                partial(_look_up, line, names),
                then=self._on_found,
                failed=self._place.notices.problem,
            )

    @Slot(object)
    def _on_found(self, told: tuple[Utterance, Suggestion | None]) -> None:
        line, found = told
        if line == self._line:  # another one may have been chosen meanwhile
            self._found = found
            self.retranslate()

    @Slot()
    def _on_use(self) -> None:
        if self._line is not None and self._found is not None:
            self.accepted.emit(self._line.id, self._found.applied_to(self._line.text))


def _look_up(
    line: Utterance,
    names: tuple[str, ...],
    _report: Callable[[Any], None],
    _cancel: threading.Event,
) -> tuple[Utterance, Suggestion | None]:
    found = suggestions(line.text, names)
    return line, found[0] if found else None
