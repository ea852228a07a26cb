"""The transcript on the screen: a list of lines with one line editor open at a time.

- The view decides nothing: it tells what was asked for, and draws what the snapshot says.
- A click on a word that stands as it was heard asks for that word, else for its line.
- It follows the end while the end is in sight, and never jumps away from what is being read.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.domain.spoken_words import word_at
from app.domain.transcript import Utterance, Word
from app.ipc.messages import PartialHeard
from widgets.parts.line_editor import LineEditor
from widgets.parts.transcript_delegate import TranscriptDelegate
from widgets.parts.transcript_model import TranscriptModel


class TranscriptView(QListView):
    """Lines of the transcript."""

    play_asked = Signal(str)  # utterance id
    word_asked = Signal(str, int)  # utterance id, where the word begins in the recording
    revised = Signal(str, str, object)  # utterance id, text, Origin
    split_asked = Signal(str, int)  # utterance id, characters that stay
    line_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, editable: bool = True) -> None:
        super().__init__(parent)
        self._editable = editable
        self.lines = TranscriptModel(self)
        self.painter = TranscriptDelegate(self)
        self.setModel(self.lines)
        self.setItemDelegate(self.painter)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.viewport().setMouseTracking(True)
        self.editor: LineEditor | None = None
        self._edited_id = ""
        self._follows = True
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self.selectionModel().currentChanged.connect(self._on_current)

    @property
    def chosen_id(self) -> str:
        """The line that is selected, or an empty string."""
        line = self.chosen
        return line.id if line is not None else ""

    @property
    def chosen(self) -> Utterance | None:
        """The line that is selected."""
        row = self.currentIndex().row()
        return self.lines.lines[row] if 0 <= row < len(self.lines.lines) else None

    @property
    def next_id(self) -> str:
        """The line after the selected one, or an empty string."""
        row = self.currentIndex().row() + 1
        return self.lines.lines[row].id if 0 < row < len(self.lines.lines) else ""

    def choose(self, utterance_id: str) -> None:
        """Select a line and bring it into sight."""
        row = self.lines.row_of(utterance_id)
        if row >= 0:
            index = self.lines.index(row)
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)

    def show_lines(
        self, lines: tuple[Utterance, ...], partials: tuple[PartialHeard, ...] = ()
    ) -> None:
        """Draw these lines; stay at the end if the end was in sight."""
        self.lines.show_lines(lines)
        self.lines.show_partials(partials)
        self._place_editor()

    def redraw(self) -> None:
        """Measure and draw all anew."""
        self.painter.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    @Slot(bool)
    def show_digits(self, wanted: bool) -> None:
        """Show numbers as digits or as they were heard; editing always shows the text itself."""
        self.painter.shows_digits = wanted
        self.redraw()

    def edit_chosen(self) -> None:
        """Open the editor over the selected line."""
        line = self.chosen
        if line is None or not self._editable:
            return
        self._close_editor()
        self._edited_id = line.id
        self.editor = LineEditor(self.viewport())
        self.editor.begin(line.text)
        self.editor.accepted.connect(self._on_accepted)
        self.editor.cancelled.connect(self._close_editor)
        self.editor.split_asked.connect(self._on_split)
        self.editor.left.connect(self._on_left)
        self._place_editor()
        self.editor.show()
        self.editor.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.painter.forget()
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._place_editor()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_editor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.chosen_id:
            self.play_asked.emit(self.chosen_id)
        elif event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return) and not event.modifiers():
            self.edit_chosen()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not is_left or not index.isValid() or index != self.currentIndex():
            return
        word = self._word_at(point)
        if word is not None:
            self.word_asked.emit(self.chosen_id, word.t0_ms)
        elif self.chosen_id:
            self.play_asked.emit(self.chosen_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._word_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.edit_chosen()

    def _word_at(self, point: QPoint) -> Word | None:
        index = self.indexAt(point)
        row = index.row()
        if not 0 <= row < len(self.lines.lines):
            return None
        line = self.lines.lines[row]
        return word_at(line, self.painter.character_at(self.visualRect(index), line, point))

    def _place_editor(self) -> None:
        row = self.lines.row_of(self._edited_id)
        if self.editor is None or row < 0:
            return
        box = self.painter.text_rect(self.visualRect(self.lines.index(row)))
        box = box.adjusted(-8, -6, 0, 6)
        self.editor.setGeometry(QRect(box.left(), box.top(), box.width(), max(box.height(), 40)))

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - 40

    @Slot(int, int)
    def _on_range(self, _least: int, most: int) -> None:
        if self._follows:
            self.verticalScrollBar().setValue(most)

    @Slot()
    def _close_editor(self) -> None:
        if self.editor is not None:
            editor, self.editor = self.editor, None
            self._edited_id = ""
            editor.hide()
            editor.deleteLater()
            self.setFocus()

    @Slot(str)
    def _on_accepted(self, text: str) -> None:
        if self.editor is None:
            return
        line_id, origin = self._edited_id, self.editor.origin
        row = self.lines.row_of(line_id)
        changed = row >= 0 and text and text != self.lines.lines[row].text
        self._close_editor()
        if changed:
            self.revised.emit(line_id, text, origin)

    @Slot(str, int)
    def _on_split(self, text: str, at: int) -> None:
        line_id = self._edited_id
        row = self.lines.row_of(line_id)
        if row < 0 or self.editor is None:
            return
        if text != self.lines.lines[row].text:
            self.revised.emit(line_id, text, self.editor.origin)
        self._close_editor()
        if 0 < at < len(text):
            self.split_asked.emit(line_id, at)

    @Slot()
    def _on_left(self) -> None:
        """Leaving the editor keeps what was written: no edit is ever lost by a click."""
        if self.editor is not None:
            self._on_accepted(self.editor.text)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.line_chosen.emit(self.chosen_id)
