"""The tab of the second hearing: start it, see how far it is, and settle each difference.

- What the better model heard stands beside the draft; nothing goes in but by a person's click.
- Differences are drawn as on paper: the draft's words struck, the other ones underlined.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.domain.comparison import Difference, Kind, differences
from app.domain.corrections import RunStyle, marked_runs
from app.domain.phase import Phase
from app.sentences import tell_code
from app.session.snapshot import Live, SecondHearing, Snapshot
from widgets import theme, words
from widgets.icons import IconButton
from widgets.parts import figures, layouts
from widgets.parts.states import StatePane
from widgets.problems import NoticeKind
from widgets.workplace import Translated, Workplace

MOST_SHOWN = 200  # of differences at once; settling some brings the next ones


class DifferenceCard(QFrame):
    """One place where the two hearings differ."""

    settled = Signal(str, bool)  # proposal id, whether it is taken

    def __init__(self, found: Difference, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self.setProperty("kind", "card")
        self.head = layouts.label("caption")
        self.head.setText(f"{figures.clock(found.t0_ms)}  {words.speaks_as(found.role)}")
        self.words = QLabel(_marked(found))
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.hint = layouts.label("soft", wrap=True)
        self.take = IconButton("tick", "plain")
        self.keep = IconButton("close", "plain")
        self.take.clicked.connect(self._on_take)
        self.keep.clicked.connect(self._on_keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(self.words)
        column.addWidget(self.hint)
        column.addLayout(layouts.row(self.take, self.keep, None, spacing=0))
        self._name()

    def _name(self) -> None:
        found = self.found
        self.take.setText(self.tr("Take over"))
        self.take.setEnabled(found.can_be_taken)
        self.keep.setText(self.tr("Keep draft"))
        told = {
            Kind.CHANGED: "",
            Kind.MISSING: self.tr("The draft has no line here."),
            Kind.SPREAD: self.tr("Several lines stand here: put them right by hand."),
        }[found.kind]
        self.hint.setText(told)
        self.hint.setVisible(bool(told))

    @Slot()
    def _on_take(self) -> None:
        self.settled.emit(self.found.proposal_id, True)

    @Slot()
    def _on_keep(self) -> None:
        self.settled.emit(self.found.proposal_id, False)


class SecondTab(Translated):
    """Everything about the second hearing."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.model = place.model
        self._drawn: tuple[Difference, ...] = ()
        self._told_code = ""
        self.about = layouts.label("soft", wrap=True)
        self.start = IconButton("refresh")
        self.cancel = IconButton("close", "plain")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.figure = layouts.label("caption")
        self.start.clicked.connect(self._on_start)
        self.cancel.clicked.connect(self._on_cancel)
        content = QWidget()
        self.cards = QVBoxLayout(content)
        self.cards.setContentsMargins(0, 8, 8, 8)
        self.cards.setSpacing(8)
        self.pane = StatePane(layouts.scrolled(content))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(4, 8, 4, 0)
        outer.setSpacing(8)
        outer.addWidget(self.about)
        outer.addLayout(layouts.row(self.start, self.cancel, None))
        outer.addWidget(self.bar)
        outer.addWidget(self.figure)
        outer.addWidget(self.pane, 1)
        self.model.snapshot_changed.connect(self.show_snapshot)
        self.model.live_changed.connect(self._on_live)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        self.about.setText(
            self.tr("The best model here hears everything again; recording is not touched.")
        )
        self.start.setText(self.tr("Hear again"))
        self.cancel.setText(self.tr("Stop"))
        self._drawn = ()
        self._show_progress(self.model.live.second)
        self.show_snapshot(self.model.snapshot)

    @Slot(object)
    def show_snapshot(self, now: Snapshot) -> None:
        """Draw the differences if they changed."""
        found = differences(now.state)[:MOST_SHOWN]
        self.start.setEnabled(now.state.phase in (Phase.INTERVIEWING, Phase.SUSPENDED))
        if found == self._drawn and self.cards.count():
            return
        self._drawn = found
        layouts.clear(self.cards)
        if not found:
            proposals = now.state.proposals
            self.pane.show_empty(
                self.tr("Both hearings agree, or every difference is settled.")
                if proposals
                else self.tr("Nothing was heard a second time yet.")
            )
            return
        for difference in found:
            card = DifferenceCard(difference)
            card.settled.connect(self._on_settled)
            self.cards.addWidget(card)
        self.cards.addStretch(1)
        self.pane.show_full()

    @Slot(object)
    def _on_live(self, live: Live) -> None:
        self._show_progress(live.second)

    def _show_progress(self, second: SecondHearing) -> None:
        self.bar.setVisible(second.running)
        self.figure.setVisible(second.running)
        self.cancel.setVisible(second.running)
        self.start.setVisible(not second.running)
        if second.running:
            self.bar.setRange(0, max(1, second.until_ms))
            self.bar.setValue(min(second.heard_ms, second.until_ms))
            told = self.tr("%1 of %2, by %3")
            told = told.replace("%1", figures.clock(second.heard_ms))
            told = told.replace("%2", figures.clock(second.until_ms))
            self.figure.setText(told.replace("%3", second.model))
        elif second.code and second.code != self._told_code:
            sentence = tell_code(second.code, self.place.languages.code, name=second.model)
            self.place.notices.say(NoticeKind.LOOK, sentence)
        self._told_code = second.code

    @Slot()
    def _on_start(self) -> None:
        self.model.do(self.model.session.second_pass.start)

    @Slot()
    def _on_cancel(self) -> None:
        self.model.do(self.model.session.second_pass.cancel)

    @Slot(str, bool)
    def _on_settled(self, proposal_id: str, taken: bool) -> None:
        sender = self.sender()
        if isinstance(sender, DifferenceCard):
            for button in sender.findChildren(QPushButton):
                button.setEnabled(False)
        second = self.model.session.second_pass
        self.model.do(second.take if taken else second.keep, proposal_id)


def _marked(found: Difference) -> str:
    """The draft's words struck and the other ones underlined, as rich text."""
    look = theme.current()
    parts = []
    for run in marked_runs(found.proposed, ((found.draft, found.proposed),)):
        text = html.escape(run.text)
        if run.style is RunStyle.STRUCK:
            text = f'<s style="color:{look.colours["ink_faint"]}">{text}</s>'
        elif run.style is RunStyle.ADDED:
            text = f"<u>{text}</u>"
        parts.append(text)
    return "".join(parts)
