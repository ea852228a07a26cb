"""Long work as people see it: a sentence, a bar with its figure, and a way out where harmless."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from widgets.background import Work
from widgets.icons import IconButton
from widgets.parts import layouts
from widgets.workplace import Translated


class TaskBar(Translated):
    """Hidden until work is watched; hides again when it ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work: Work | None = None
        frame = QFrame(self)
        frame.setProperty("kind", "banner-info")
        self.sentence = layouts.label("strong")
        self.figure = layouts.label("soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.cancel = IconButton("close", "plain")
        self.cancel.clicked.connect(self._on_cancel)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self.sentence)
        row.addWidget(self.bar, 1)
        row.addWidget(self.figure)
        row.addWidget(self.cancel)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.cancel.setText(self.tr("Cancel"))

    def watch(self, work: Work, sentence: str, cancellable: bool) -> None:
        """Show this work until it ends."""
        self._work = work
        self.sentence.setText(sentence)
        self.cancel.setVisible(cancellable)
        self.show_share(0.0)
        work.ended.connect(self._on_ended)
        self.show()

    def show_share(self, share: float) -> None:
        """How much is done, 0 to 1."""
        self.bar.setValue(round(share * 1000))
        self.figure.setText(f"{share * 100:.0f} %")

    @Slot()
    def _on_cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    @Slot()
    def _on_ended(self) -> None:
        self._work = None
        self.hide()
