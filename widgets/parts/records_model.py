"""Sealed records as a Qt table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.session.snapshot import RecordRow
from widgets import icons, words
from widgets.parts import figures

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("sealed", "case", "number", "suspect", "length", "pages", "verified", "delivery")
LOOKS = {
    "good": ("verify", "green"),
    "unknown": ("wait", "ink_faint"),
    "acknowledged": ("good", "green"),
    "rejected": ("look", "amber"),
}


class RecordsModel(QAbstractTableModel):
    """One row a record; nothing here edits anything."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RecordRow] = []

    def show_rows(self, rows: list[RecordRow]) -> None:
        """These records, in place of what stood here."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def record(self, row: int) -> RecordRow | None:
        """The record of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, record_id: str) -> int:
        """The row of a record, or -1."""
        ids = [row.record_id for row in self._rows]
        return ids.index(record_id) if record_id in ids else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            QCoreApplication.translate("Records", "Sealed"),
            QCoreApplication.translate("Records", "Case"),
            QCoreApplication.translate("Records", "Case number"),
            QCoreApplication.translate("Records", "Person"),
            QCoreApplication.translate("Records", "Length"),
            QCoreApplication.translate("Records", "Pages"),
            QCoreApplication.translate("Records", "Checked"),
            QCoreApplication.translate("Records", "Delivery"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words and, for the two states, an icon with them."""
        record = self.record(index.row())
        if record is None:
            return None
        name = COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._words(record, name)
        if role == Qt.ItemDataRole.DecorationRole and name in ("verified", "delivery"):
            state = record.verified if name == "verified" else record.delivery
            default = ("look", "amber") if name == "verified" else ("wait", "ink_soft")
            return icons.icon(*LOOKS.get(state, default), 16)
        return None

    def _words(self, record: RecordRow, name: str) -> str:
        match name:
            case "sealed":
                return figures.local_day(record.sealed_utc)
            case "case":
                return record.case_name
            case "number":
                return record.case_number
            case "suspect":
                return record.suspect
            case "length":
                return figures.clock(record.duration_ms) if record.duration_ms else "–"
            case "pages":
                return str(record.pages) if record.pages else "–"
            case "verified":
                return verified(record.verified)
        return words.delivery(record.delivery)


def verified(state: str) -> str:
    """What the last check found."""
    if state == "good":
        return QCoreApplication.translate("Records", "Verified")
    if state == "unknown":
        return QCoreApplication.translate("Records", "Not checked")
    return QCoreApplication.translate("Records", "Not valid")
