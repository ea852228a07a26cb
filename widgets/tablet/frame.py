"""The frame round every page of the tablet: what is being recorded, what was told, objecting.

- Whether recording runs is said in words beside a shape, never by colour alone.
- The objection button stands on every page, at the same place.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.domain.interrogation import Interrogation
from app.domain.phase import Phase
from app.session.snapshot import Live
from widgets import theme
from widgets.tablet.texts import TabletText

SIGN_PX = 20
TOP_PX = 80
PASSING_MS = 8000  # how long a sentence stands that asks nothing
KINDS = {"recording_lost": "red", "recording_pre_roll": "look"}


class RecordingSign(QWidget):
    """A full disc while recording runs, a ring when it does not, a triangle when it is lost.

    A ring with a dot in it while a pre-roll is held.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIGN_PX, SIGN_PX)
        self.state = "recording_not_begun"

    def show_state(self, state: str) -> None:
        """Draw the shape of that sentence."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        inner = self.rect().adjusted(3, 3, -3, -3)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.state == "recording_runs":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("red"))
                painter.drawEllipse(inner)
            elif self.state == "recording_lost":
                painter.setPen(QPen(look.colour("red"), 3))
                corners = (inner.bottomLeft(), inner.bottomRight())
                top = QPointF(inner.center().x(), inner.top())
                painter.drawPolygon(QPolygonF([QPointF(corners[0]), QPointF(corners[1]), top]))
            elif self.state == "recording_pre_roll":
                painter.setPen(QPen(look.colour("amber"), 2))
                painter.drawEllipse(inner)
                painter.setBrush(look.colour("amber"))
                painter.drawEllipse(inner.adjusted(5, 5, -5, -5))
            else:
                painter.setPen(QPen(look.colour("ink_faint"), 2))
                painter.drawEllipse(inner)


class TopStrip(QFrame):
    """Recording and its time at the left, the other language at the right."""

    language_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "top")
        self.setFixedHeight(TOP_PX)
        self._sign = RecordingSign(self)
        self.recording = QLabel(self)
        self.recording.setObjectName("recording_line")
        self._simulated = QLabel(self)
        self._simulated.setProperty("kind", "look")
        self.language = QPushButton(self)
        self.language.setObjectName("language_switch")
        self.language.setProperty("kind", "plain")
        self.language.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.language.clicked.connect(self.language_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 0, 24, 0)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self.recording)
        row.addSpacing(24)
        row.addWidget(self._simulated)
        row.addStretch()
        row.addWidget(self.language)

    def show_state(self, text: TabletText, state: Interrogation, live: Live) -> None:
        """Say whether recording runs, and for how long."""
        sentence = recording_sentence(state, live)
        self._sign.show_state(sentence)
        theme.set_kind(self.recording, KINDS.get(sentence, ""))
        held = live.pre_roll.announced_s
        self.recording.setText(text(sentence, time=elapsed(live.elapsed_ms), seconds=held))
        self._simulated.setText(text("simulated"))
        self._simulated.setVisible(state.simulated)
        self.language.setText(text("language_other"))


class ToldBar(QFrame):
    """One sentence over the top of the page, so that a pad below never moves while it is told.

    It goes with the page, at a touch, or by itself when nothing is asked of the person.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setObjectName("told")
        self.label.setWordWrap(True)
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(PASSING_MS)
        self._passing.timeout.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 12, 32, 12)
        row.addWidget(self.label)
        self.clear()

    def tell(self, sentence: str, kind: str = "told") -> None:
        """Show a whole sentence; `kind` is told, told-good, told-look or told-stop."""
        theme.set_kind(self, kind)
        self.label.setText(sentence)
        self.place(self.y(), self.width())
        self.setVisible(True)
        self.raise_()
        if kind in ("told", "told-good"):
            self._passing.start()
        else:
            self._passing.stop()

    def place(self, top: int, width: int) -> None:
        """Lie below `top`, as wide as the window and as high as the sentence needs."""
        self.setGeometry(0, top, width, self.heightForWidth(width))

    @Slot()
    def clear(self) -> None:
        """Nothing to tell."""
        self._passing.stop()
        self.setVisible(False)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.clear()


class BottomStrip(QFrame):
    """Objecting at the left; the buttons of the page at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bottom")
        self.setFixedHeight(96)
        self.objection = QPushButton(self)
        self.objection.setObjectName("objection")
        self.objection.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 24, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self.objection)
        self._shown: QWidget | None = None

    def add(self, actions: QWidget) -> None:
        """Take in the row of buttons of a page."""
        actions.setParent(self)
        actions.hide()  # a hidden row takes no room from the one that is shown
        self._row.addWidget(actions, 1)

    def show_actions(self, actions: QWidget) -> None:
        """Show the buttons of one page."""
        if self._shown is not None:
            self._shown.hide()
        self._shown = actions
        actions.show()


def recording_sentence(state: Interrogation, live: Live) -> str:
    """Sentence id of whether recording runs."""
    if state.recording_expected:
        return "recording_runs" if live.recording else "recording_lost"
    if state.phase is Phase.PREPARED and live.pre_roll.announced_s:
        return "recording_pre_roll"
    if state.phase is Phase.PREPARED or not state.record_id:
        return "recording_not_begun"
    return "recording_ended"


def elapsed(elapsed_ms: int) -> str:
    """Hours, minutes and seconds since recording start."""
    seconds = max(0, elapsed_ms) // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
