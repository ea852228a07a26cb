"""The lines of a transcript as a Qt list: what was said, and below it the running guess.

- A guess is shown and never kept; it has no id and cannot be edited.
- Rows change one by one, so that a growing transcript keeps its place and selection.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.people import Role
from app.domain.transcript import Utterance
from app.ipc.messages import PartialHeard

Index = QModelIndex | QPersistentModelIndex
CHANNEL_ROLES = (Role.INVESTIGATOR, Role.SUSPECT)


class Part(IntEnum):
    """What a row can be asked for."""

    UTTERANCE = Qt.ItemDataRole.UserRole + 1
    PARTIAL = Qt.ItemDataRole.UserRole + 2


class TranscriptModel(QAbstractListModel):
    """Rows of utterances in order of time, then rows of guesses."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Utterance, ...] = ()
        self._partials: tuple[PartialHeard, ...] = ()

    @property
    def lines(self) -> tuple[Utterance, ...]:
        """The utterances shown."""
        return self._lines

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._lines) + len(self._partials)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The utterance or the guess of a row; its text for everybody else."""
        row = index.row()
        if not 0 <= row < self.rowCount():
            return None
        line = self._lines[row] if row < len(self._lines) else None
        partial = None if line is not None else self._partials[row - len(self._lines)]
        if role == Part.UTTERANCE:
            return line
        if role == Part.PARTIAL:
            return partial
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.text if line is not None else partial.text if partial is not None else ""
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Lines can be chosen and edited, guesses only be read."""
        if index.row() < len(self._lines):
            flag = Qt.ItemFlag
            return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable
        return Qt.ItemFlag.ItemIsEnabled

    def row_of(self, utterance_id: str) -> int:
        """The row of a line, or -1."""
        for row, line in enumerate(self._lines):
            if line.id == utterance_id:
                return row
        return -1

    def show_lines(self, lines: tuple[Utterance, ...]) -> None:
        """Take over the newest lines, changing as few rows as possible."""
        old = self._lines
        if lines == old:
            return
        if [line.id for line in lines] == [line.id for line in old]:
            self._lines = lines
            for row, (before, after) in enumerate(zip(old, lines, strict=True)):
                if before is not after:
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        same = 0
        while same < min(len(old), len(lines)) and old[same].id == lines[same].id:
            same += 1
        tail = 0
        while tail < min(len(old), len(lines)) - same and old[-1 - tail].id == lines[-1 - tail].id:
            tail += 1
        self._exchange(same, tail, lines)

    def _exchange(self, same: int, tail: int, lines: tuple[Utterance, ...]) -> None:
        old = self._lines
        if len(old) - tail > same:
            self.beginRemoveRows(QModelIndex(), same, len(old) - tail - 1)
            self._lines = old[:same] + old[len(old) - tail :]
            self.endRemoveRows()
        if len(lines) - tail > same:
            self.beginInsertRows(QModelIndex(), same, len(lines) - tail - 1)
            self._lines = lines
            self.endInsertRows()
        self._lines = lines
        if lines:
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))

    def show_partials(self, partials: tuple[PartialHeard, ...]) -> None:
        """Take over the running guesses."""
        partials = tuple(guess for guess in partials if guess.text)
        first = len(self._lines)
        if len(partials) == len(self._partials):
            self._partials = partials
            if partials:
                self.dataChanged.emit(self.index(first), self.index(first + len(partials) - 1))
            return
        if self._partials:
            self.beginRemoveRows(QModelIndex(), first, first + len(self._partials) - 1)
            self._partials = ()
            self.endRemoveRows()
        if partials:
            self.beginInsertRows(QModelIndex(), first, first + len(partials) - 1)
            self._partials = partials
            self.endInsertRows()
