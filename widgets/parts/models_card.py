"""The speech models of this machine: which one hears here, how fast, and bringing in another.

- A model that is copied in is tried at once on this machine; the trial can be left out, and made
  again at any time.
- A folder that holds no usable model stays in the list with the reason.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from app.errors import Problem
from app.sentences import tell
from app.session.model_trial import tell_trial
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.states import StatePane
from widgets.parts.task_bar import TaskBar
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Translated, Workplace

MEBIBYTE = 1 << 20
DIGEST_SHOWN = 16  # characters, as the record's compliance page shows


class ModelRow(QWidget):
    """One model with what is known of it, and a button that tries it."""

    def __init__(self, card: ModelsCard, model: Any) -> None:
        super().__init__(card)
        self._card = card
        self._name = ""
        self.text = layouts.label("", wrap=True)
        self.facts = layouts.label("soft", wrap=True)
        self.try_it = IconButton("play", "plain")
        self.try_it.clicked.connect(self._on_try)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.text)
        words.addWidget(self.facts)
        if isinstance(model, Problem):
            icon = IconLabel("look", "amber", 20)
            self.text.setText(tell(model, card.place.languages.code))
            self.facts.hide()
            self.try_it.hide()
        else:
            icon = self._show_model(model)
        line = layouts.row(icon)
        line.addLayout(words, 1)
        line.addWidget(self.try_it)
        for beside in (icon, self.try_it):
            line.setAlignment(beside, Qt.AlignmentFlag.AlignTop)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(line)

    def _show_model(self, model: Any) -> IconLabel:
        place, facts = self._card.place, model.facts
        self._name = facts.name
        is_used = facts.name == place.room.settings.model
        told = self.tr("%1 (used in this room)") if is_used else "%1"
        self.text.setText(told.replace("%1", facts.name))
        size = self.tr("%1 MB").replace("%1", f"{facts.size_bytes / MEBIBYTE:.0f}")
        lines = [f"{size} · {facts.digest[:DIGEST_SHOWN]}"]
        if facts.demonstration:
            lines.append(self.tr("For demonstration: it understands a synthetic voice only."))
        if facts.trial is not None:
            lines += tell_trial(facts.trial, place.languages.code)
        self.facts.setText("\n".join(lines))
        self.try_it.setText(self.tr("Try on this machine"))
        return IconLabel("good" if is_used else "model", "green" if is_used else "ink_soft", 20)

    @Slot()
    def _on_try(self) -> None:
        self._card.start_trial(self._name)


class ModelsCard(Translated):
    """The list of models, importing, and trying."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        frame, column = layouts.card()
        self.title = layouts.label("section")
        self.task = TaskBar()
        content = QWidget()
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(0, 0, 8, 0)
        self.rows.setSpacing(16)
        self.pane = StatePane(layouts.scrolled(content))
        self.pane.retry_asked.connect(self.reload)
        self.import_model = IconButton("import")
        self.import_model.clicked.connect(self._on_import)
        column.addLayout(layouts.row(self.title, None, self.import_model))
        column.addWidget(self.task)
        column.addWidget(self.pane, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(_filled(frame))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Speech models"))
        self.import_model.setText(self.tr("Import a model folder"))
        if self.isVisible():  # a page that comes into sight lists them itself
            self.reload()

    @Slot()
    def reload(self) -> None:
        """List the models again."""
        if not self.rows.count():
            self.pane.show_loading()
        self.place.background.start(
            plainly(self.place.room.models), then=self._show_models, failed=self._show_failed
        )

    @Slot(object)
    def _show_models(self, found: list[Any]) -> None:
        layouts.clear(self.rows)
        if not found:
            self.pane.show_empty(self.tr("There is no speech model here. Import one."))
            return
        for model in found:
            self.rows.addWidget(ModelRow(self, model))
        self.rows.addStretch(1)
        self.pane.show_full()

    @Slot(object)
    def _show_failed(self, problem: Problem) -> None:
        self.pane.show_failed(sentence(problem, self.place.languages.code))

    @Slot()
    def _on_import(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of the model"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.import_from)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def import_from(self, folder: str) -> None:
        """Check a model folder, copy it in, then try it."""
        work = self.place.background.start(
            partial(self._import, Path(folder)),
            then=self._on_imported,
            failed=self.place.notices.problem,
            progress=self.task.show_share,
        )
        self.task.watch(work, self.tr("Importing the model"), cancellable=False)

    def _import(
        self, folder: Path, report: Callable[[float], None], _cancel: threading.Event
    ) -> Any:
        return self.place.room.import_model(folder, report)

    @Slot(object)
    def _on_imported(self, model: Any) -> None:
        self.place.notices.say(NoticeKind.GOOD, self.tr("The model was checked and copied in."))
        self.reload()
        self.start_trial(model.facts.name)

    def start_trial(self, name: str) -> None:
        """Try an installed model on this machine; it can be cancelled."""
        work = self.place.background.start(
            partial(self.place.room.try_model, name),
            then=self._on_tried,
            failed=self.place.notices.problem,
            progress=self.task.show_share,
        )
        sentence_ = self.tr("Trying %1 on this machine")
        self.task.watch(work, sentence_.replace("%1", name), cancellable=True)

    @Slot(object)
    def _on_tried(self, trial: Any) -> None:
        told = tell_trial(trial, self.place.languages.code)
        self.place.notices.say(NoticeKind.GOOD, told[0])
        self.reload()


def _filled(frame: QFrame) -> QFrame:
    layouts.grow(frame)
    return frame
