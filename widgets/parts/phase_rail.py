"""The left rail: the phases in order, done ones ticked, the next one stating what is missing.

- An item is drawn here, so that number, tick and words stay aligned at any length.
- A phase can always be looked at; only the session decides whether it can be entered.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QLabel, QVBoxLayout, QWidget

from app.domain.phase import Phase
from app.session.snapshot import Snapshot
from widgets import icons, theme, words
from widgets.workplace import Translated, Workplace

PHASES = (
    ("prepare", Phase.PREPARED),
    ("rights", Phase.RIGHTS),
    ("interview", Phase.INTERVIEWING),
    ("read_back", Phase.READ_BACK),
    ("sign", Phase.SIGNING),
    ("seal", Phase.SEALED),
)
ORDER = [phase for _, phase in PHASES]
ENTERS = {"seal": "marks_missing"}


def place_of(phase: Phase, resume: Phase) -> int:
    """Which of the six a phase is; a suspension stands where it will go on."""
    if phase is Phase.SUSPENDED:
        phase = resume
    return ORDER.index(phase) if phase in ORDER else 0


class RailItem(QAbstractButton):
    """One line of the rail: a round mark or icon, a name and, below it, what is missing."""

    def __init__(self, name: str, number: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._number = number
        self._note = ""
        self._is_done = False
        self._is_here = False
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def note(self) -> str:
        """What is missing, as shown."""
        return self._note

    def show_state(self, done: bool, here: bool, note: str) -> None:
        """Tick it, fill it, or say what is missing."""
        if (done, here, note) != (self._is_done, self._is_here, self._note):
            self._is_done, self._is_here, self._note = done, here, note
            self.setToolTip(note)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        width = theme.current().sizes["rail"] - 16
        return QSize(width, 44 + (self._note_rect(width).height() + 4 if self._note else 0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _note_rect(self, width: int) -> QRect:
        metrics = QFontMetrics(theme.font(theme.current().sizes["small"]))
        room = QRect(44, 38, width - 52, 200)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), self._note)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_wash" if self.isChecked() else "ground"))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box, 6, 6)
        self._paint_mark(painter, look)
        strong = self.isChecked() or self._is_here
        painter.setFont(theme.font(look.sizes["text"], bold=strong))
        painter.setPen(look.colour("accent" if self.isChecked() else "ink"))
        painter.drawText(
            QRect(44, 0, self.width() - 48, 44), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self._note:
            painter.setFont(theme.font(look.sizes["small"]))
            painter.setPen(look.colour("ink_faint"))
            painter.drawText(
                self._note_rect(self.width()), int(Qt.TextFlag.TextWordWrap), self._note
            )
        painter.end()

    def _paint_mark(self, painter: QPainter, look: theme.Theme) -> None:
        mark = QRectF(10, 10, 24, 24)
        if not self._number:
            colour = look.colours["accent" if self.isChecked() else "ink_soft"]
            painter.drawPixmap(QRect(12, 12, 20, 20), icons.pixmap(self.name, colour, 20, 2.0))
            return
        filled = self._is_here
        painter.setPen(QPen(look.colour("accent" if filled else "line_strong"), 1.5))
        painter.setBrush(look.colour("accent") if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(mark)
        if self._is_done:
            tick = icons.pixmap("tick", look.colours["ink_soft"], 16, 2.0)
            painter.drawPixmap(QRect(14, 14, 16, 16), tick)
            return
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(look.colour("on_accent" if filled else "ink_soft"))
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(self._number))


class PhaseRail(Translated):
    """The rail; tells which page was asked for."""

    page_asked = Signal(str)

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = place.model
        self._group = QButtonGroup(self)
        self.items: dict[str, RailItem] = {}
        frame = QFrame(self)
        frame.setProperty("kind", "rail")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        self.brand = QLabel()
        self.brand.setProperty("kind", "section")
        self.brand.setContentsMargins(12, 4, 0, 8)
        column.addWidget(self.brand)
        self._add(column, "start")
        column.addSpacing(8)
        for number, (name, _) in enumerate(PHASES, start=1):
            self._add(column, name, number)
        column.addStretch(1)
        self._add(column, "records")
        self._add(column, "settings")
        self.setFixedWidth(theme.current().sizes["rail"])
        self._group.buttonClicked.connect(self._on_item)
        self._model.snapshot_changed.connect(self._show)
        self.retranslate()

    def _add(self, column: QVBoxLayout, name: str, number: int = 0) -> None:
        item = RailItem(name, number, self)
        self.items[name] = item
        self._group.addButton(item)
        column.addWidget(item)

    def select(self, name: str) -> None:
        """Mark the page that is shown."""
        self.items[name].setChecked(True)

    def retranslate(self) -> None:
        """Set every word anew."""
        self.brand.setText(self.tr("Shilu"))
        self.items["start"].setText(self.tr("Start"))
        self.items["records"].setText(self.tr("Records"))
        self.items["settings"].setText(self.tr("Settings"))
        for name, phase in PHASES:
            self.items[name].setText(words.phase(phase))
        self._show(self._model.snapshot)

    @Slot(object)
    def _show(self, now: Snapshot) -> None:
        is_open = self._model.attached
        here = place_of(now.state.phase, now.state.resume_phase)
        for place, (name, phase) in enumerate(PHASES):
            sealed = now.state.phase is Phase.SEALED
            done = is_open and (place < here or sealed)
            note = ""
            if is_open and not sealed and place == here + 1:
                note = self._note(now, phase)
            self.items[name].show_state(done, is_open and place == here and not sealed, note)

    def _note(self, now: Snapshot, phase: Phase) -> str:
        codes = now.moves.get(phase, ())
        if len(codes) > 2:
            return self.tr("%n things are missing", "", len(codes))
        return "\n".join(words.missing(code) for code in codes)

    @Slot(QAbstractButton)
    def _on_item(self, button: QAbstractButton) -> None:
        assert isinstance(button, RailItem)
        self.page_asked.emit(button.name)
