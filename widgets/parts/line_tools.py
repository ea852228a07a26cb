"""The tools over the transcript: play, edit, split, merge, swap speaker; each has its key.

- Numbers can be looked at as digits; that is a way of looking and changes no text.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.workplace import Translated

ICONS = {"play": "play", "edit": "edit", "split": "split", "merge": "merge", "swap": "swap"}


class LineTools(Translated):
    """A row of buttons; tells which was pressed."""

    asked = Signal(str)
    digits_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {name: IconButton(icon, "plain") for name, icon in ICONS.items()}
        line = layouts.row(spacing=0)
        for name, button in self.buttons.items():
            button.setObjectName(name)
            button.clicked.connect(self._on_button)
            line.addWidget(button)
        self.digits = IconButton("digits", "plain")
        self.digits.setCheckable(True)
        self.digits.toggled.connect(self.digits_toggled)
        line.addStretch(1)
        line.addWidget(self.digits)
        self.setLayout(line)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        told = {
            "play": (self.tr("Play"), self.tr("Play the line (Space, or a click on it)")),
            "edit": (self.tr("Edit"), self.tr("Edit the line (F2, or a double click)")),
            "split": (self.tr("Split"), self.tr("Split the line at the cursor (Ctrl+Return)")),
            "merge": (self.tr("Merge"), self.tr("Merge with the next line (Ctrl+M)")),
            "swap": (self.tr("Swap"), self.tr("Give the line to the other speaker (Ctrl+T)")),
        }
        for name, (text, tip) in told.items():
            self.buttons[name].setText(text)
            self.buttons[name].setToolTip(tip)
        self.digits.setText(self.tr("As digits"))
        self.digits.setToolTip(self.tr("Show numbers as digits; the text stays as it was heard"))

    @Slot()
    def _on_button(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.asked.emit(sender.objectName())
