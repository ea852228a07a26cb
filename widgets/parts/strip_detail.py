"""The detail of one strip item, opened under the strip in the flow of the page."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.rules import TERMS
from app.sentences import tell_code
from app.session.snapshot import Live
from widgets import words
from widgets.icons import IconButton
from widgets.parts import figures, layouts
from widgets.parts.custody_line import custody_line
from widgets.workplace import Translated, Workplace


class StripDetail(Translated):
    """Hidden until an item of the strip is clicked; the same item hides it again."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._model = place.model
        self.name = ""
        frame = QFrame(self)
        frame.setProperty("kind", "detail")
        self.text = layouts.label("", wrap=True)
        self.dismiss = IconButton("close", "plain")
        self.dismiss.clicked.connect(self._on_dismiss)
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 8, 8, 8)
        row.addWidget(self.text, 1)
        row.addWidget(self.dismiss)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._model.live_changed.connect(self._show)
        self.retranslate()
        self.hide()

    @Slot(str)
    def toggle(self, name: str) -> None:
        """Show the detail of that item, or hide it when it is shown."""
        self.name = "" if name == self.name else name
        self._show(self._model.live)
        self.setVisible(bool(self.name))

    def retranslate(self) -> None:
        """Set every word anew."""
        self.dismiss.setText(self.tr("Close"))
        self._show(self._model.live)

    @Slot(object)
    def _show(self, live: Live) -> None:
        if self.name:
            self.text.setText("\n".join(self._lines(live)))

    @Slot()
    def _on_dismiss(self) -> None:
        self.toggle(self.name)

    def _lines(self, live: Live) -> list[str]:
        match self.name:
            case "media":
                return [self._folder(live, place) for place in range(len(live.folders))]
            case "camera" | "recording":
                return self._streams(live)
            case "microphones":
                told = self.tr("%1. Left channel: investigator %2 dBFS; right: suspect %3 dBFS.")
                told = told.replace("%1", live.microphone or "?")
                told = told.replace("%2", f"{live.levels_dbfs[0]:.0f}")
                return [told.replace("%3", f"{live.levels_dbfs[1]:.0f}")]
            case "limit":
                return [self._limit()]
            case "backlog":
                return [self._hearing(live)]
            case "center":
                fault = custody_line(live.center, self._place.languages.code)
                return [self._center(live), fault] if fault else [self._center(live)]
            case "clock":
                return [self._clock(live)]
        return [
            self.tr("This name stands beside everything done at this desk. Change it on Start.")
        ]

    def _folder(self, live: Live, place: int) -> str:
        folder = live.folders[place]
        if not folder.healthy:
            return f"{folder.path}  {tell_code(folder.code, self._place.languages.code)}"
        told = self.tr("%1: healthy, %2 GB free, room for %3 hours.").replace("%1", folder.path)
        told = told.replace("%2", f"{folder.free_bytes / 1e9:.0f}")
        return told.replace("%3", f"{folder.hours_left:.0f}")

    def _streams(self, live: Live) -> list[str]:
        lines = []
        for stream in live.streams:
            if stream.healthy:
                told = self.tr("%1: %2 safely on disk in %3 fragments.").replace("%1", stream.name)
                told = told.replace("%2", figures.clock(stream.written_ms))
                lines.append(told.replace("%3", str(stream.fragments)))
            else:
                lines.append(f"{stream.name}  {tell_code(stream.code, self._place.languages.code)}")
        return lines or [self.tr("Nothing is being recorded.")]

    def _limit(self) -> str:
        state = self._model.snapshot.state
        terms = TERMS[state.preparation.procedure]
        told = self.tr("%1: at most %2 hours, in a grave and complex case %3 hours. Began %4.")
        told = told.replace("%1", words.procedure(state.preparation.procedure))
        told = told.replace("%2", str(terms.clock_hours))
        told = told.replace("%3", str(terms.longest_hours))
        return told.replace("%4", figures.local_time(state.started_utc))

    def _hearing(self, live: Live) -> str:
        if live.hearing_code:
            return tell_code(live.hearing_code, self._place.languages.code)
        told = self.tr(
            "Model %1, %2 s behind. Sound is on disk first: nothing is skipped, however far behind."
        )
        told = told.replace("%1", live.model or "?")
        return told.replace("%2", f"{live.backlog_ms / 1000:.1f}")

    def _center(self, live: Live) -> str:
        center = live.center
        if not center.enrolled:
            return self.tr(
                "This workstation is not enrolled. Records stay here, sealed, until it is."
            )
        told = (
            self.tr("%1 answers. Waiting for delivery: %2.")
            if center.linked
            else self.tr("%1 does not answer. Work goes on; waiting for delivery: %2.")
        )
        return told.replace("%1", center.url).replace("%2", str(center.queued))

    def _clock(self, live: Live) -> str:
        offset = live.center.clock_offset_ms
        if offset is None:
            return self.tr("The clock was not compared with the center's yet.")
        told = self.tr("This clock differs from the center's by %1 s.")
        return told.replace("%1", f"{offset / 1000:+.2f}")
