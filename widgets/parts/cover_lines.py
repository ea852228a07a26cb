"""The transcript in two columns, the original and the copy, with a tick for what is covered whole.

- Ticking changes nothing but this choice; the sealed record is only read.
- An answer may be higher than the view, so it scrolls by pixels; heights are measured once.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.session.copy_preview import PreviewRow

Index = QModelIndex | QPersistentModelIndex
PAD_X, PAD_Y = 12, 6
TICK_WIDTH = 26
TALLEST = 1 << 20
MANY = 32  # changed rows from which on all are laid out anew at once


class CoverLinesModel(QAbstractTableModel):
    """Places of one transcript; what is ticked goes by place."""

    ticked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PreviewRow, ...] = ()
        self.ticked: frozenset[str] = frozenset()

    def show_rows(self, rows: tuple[PreviewRow, ...]) -> None:
        """The places as they are now; the view stays where it is when only words changed."""
        if [row.place for row in rows] != [row.place for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        before, self.rows = self.rows, rows
        both = enumerate(zip(before, rows, strict=True))
        self._tell([at for at, (old, new) in both if old != new])

    def tick(self, places: set[str], *, on: bool) -> None:
        """Cover these places whole, or no longer."""
        known = {row.place for row in self.rows if row.is_choosable}
        ticked = self.ticked | (places & known) if on else self.ticked - places
        if ticked == self.ticked:
            return
        changed, self.ticked = ticked ^ self.ticked, frozenset(ticked)
        self._tell([at for at, row in enumerate(self.rows) if row.place in changed])
        self.ticked_changed.emit()

    def _tell(self, changed: list[int]) -> None:
        if len(changed) >= MANY:
            self.layoutAboutToBeChanged.emit()
            self.layoutChanged.emit()
            return
        for at in changed:
            self.dataChanged.emit(self.index(at, 0), self.index(at, 1))

    def forget_ticks(self) -> None:
        """Nothing is covered whole."""
        self.ticked = frozenset()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only the first column has ticks, and only where a place can be covered whole."""
        told = super().flags(index)
        if index.column() == 0 and self.rows[index.row()].is_choosable:
            told |= Qt.ItemFlag.ItemIsUserCheckable
        return told

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
            QCoreApplication.translate("CopyPane", "Original (ticked: covered whole)"),
            QCoreApplication.translate("CopyPane", "As the copy will say it"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words and ticks."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.in_copy if index.column() else row.original
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0 and row.is_choosable:
            is_ticked = row.place in self.ticked
            return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A tick was set or taken away."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        place = self.rows[index.row()].place
        self.tick({place}, on=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True


class _Wrapped(QStyledItemDelegate):
    """Rows as high as their words need."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[str, int, int], int] = {}

    def forget(self) -> None:
        """Measure anew: another width."""
        self._heights.clear()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.displayAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's
        width = self._view.columnWidth(index.column())
        within = width - 2 * PAD_X - (TICK_WIDTH if index.column() == 0 else 0)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        letters = self._view.fontMetrics()
        known = (words, within, letters.lineSpacing())
        if known not in self._heights:
            space = QRect(0, 0, max(1, within), TALLEST)
            flags = Qt.TextFlag.TextWordWrap
            self._heights[known] = letters.boundingRect(space, flags, words).height()
        return QSize(width, self._heights[known] + 2 * PAD_Y)


class CoverLines(QTreeView):
    """Space ticks all chosen lines, or takes their ticks away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = CoverLinesModel(self)
        self._only_covered = False
        self.setModel(self.lines)
        self._wrapped = _Wrapped(self)
        self.setItemDelegate(self._wrapped)
        self.setObjectName("cover_lines")
        self.setRootIsDecorated(False)
        self.setWordWrap(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._on_resized)

    def show_rows(self, rows: tuple[PreviewRow, ...]) -> None:
        """As the model's; what is out of sight follows."""
        self.lines.show_rows(rows)
        if self._only_covered:
            self.show_only_covered(True)

    @Slot(bool)
    def show_only_covered(self, only: bool) -> None:
        """Whether lines that stay as they are go out of sight."""
        self._only_covered = only
        for at, row in enumerate(self.lines.rows):
            self.setRowHidden(at, QModelIndex(), only and row.original == row.in_copy)

    @Slot(int, int, int)
    def _on_resized(self, _section: int, _before: int, _now: int) -> None:
        self._wrapped.forget()
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
            return
        chosen = {self.lines.rows[index.row()].place for index in self.selectedIndexes()}
        self.lines.tick(chosen, on=bool(chosen - self.lines.ticked - self._fixed()))

    def _fixed(self) -> set[str]:
        return {row.place for row in self.lines.rows if not row.is_choosable}
