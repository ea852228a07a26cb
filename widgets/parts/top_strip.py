"""The strip over every page while recording: what runs, what is left, and who is responsible.

- Red stands for recording, and for a recording that is being lost; only the latter blinks.
- A click on an item opens its detail under the strip, never a dialog.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.rules import TERMS
from app.session.snapshot import Live, Snapshot
from widgets import theme
from widgets.icons import IconLabel
from widgets.parts import figures
from widgets.parts.level_meter import LevelMeter
from widgets.workplace import Translated, Workplace

ICONS = {
    "recording": "record",
    "clock": "clock",
    "limit": "limit",
    "media": "disk",
    "microphones": "microphone",
    "camera": "camera",
    "backlog": "model",
    "center": "link",
    "officer": "person",
}
ONLY_RECORDING = ("recording", "limit", "media", "microphones", "camera", "backlog")


class StripItem(QFrame):
    """A caption over a value, with an icon; a click asks for its detail."""

    clicked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.icon = IconLabel(ICONS[name], "ink_soft", 18)
        self.caption = QLabel()
        self.caption.setProperty("kind", "caption")
        self.value = QLabel()
        self.value.setProperty("kind", "value")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 6, 4, 6)
        row.setSpacing(6)
        row.addWidget(self.icon)
        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        self.column.addWidget(self.caption)
        self.column.addWidget(self.value)
        row.addLayout(self.column)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_value(self, value: str, kind: str = "value", colour: str = "ink_soft") -> None:
        """Set the value and what its look says."""
        if self.value.text() != value:
            self.value.setText(value)
        theme.set_kind(self.value, kind)
        self.icon.show_icon(ICONS[self.name], colour)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit(self.name)
        event.accept()


class TopStrip(Translated):
    """All of the room at a glance."""

    detail_asked = Signal(str)

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = place.model
        self._room = place.room
        self._officer = ""
        self._is_lit = True
        frame = QFrame(self)
        frame.setProperty("kind", "strip")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self.room = QLabel()
        self.room.setProperty("kind", "section")
        row.addWidget(self.room)
        self.items = {name: StripItem(name, self) for name in ICONS}
        for name, item in self.items.items():
            item.clicked.connect(self.detail_asked)
            row.addWidget(item)
            if name not in ("officer",):
                row.addStretch(1)
        self._add_meters()
        self.setFixedHeight(56)
        self._second = QTimer(self)
        self._second.setInterval(500)
        self._second.timeout.connect(self._on_second)
        self._second.start()
        self._model.live_changed.connect(self._show_live)
        self._model.snapshot_changed.connect(self._show)
        place.desk.officer_changed.connect(self.show_officer)
        self.retranslate()

    def _add_meters(self) -> None:
        item = self.items["microphones"]
        item.value.hide()
        self.meters = (LevelMeter(item, 7), LevelMeter(item, 7))
        item.column.setSpacing(3)
        for meter in self.meters:
            meter.setFixedWidth(72)
            item.column.addWidget(meter)

    @Slot(str)
    def show_officer(self, name: str) -> None:
        """Who is signed in."""
        self._officer = name
        self._show(self._model.snapshot)

    def retranslate(self) -> None:
        """Set every word anew."""
        captions = {
            "recording": self.tr("Recording"),
            "limit": self.tr("Legal time left"),
            "media": self.tr("Media left"),
            "microphones": self.tr("Microphones"),
            "camera": self.tr("Camera"),
            "backlog": self.tr("Transcription"),
            "center": self.tr("Center"),
            "officer": self.tr("Signed in"),
        }
        for name, caption in captions.items():
            self.items[name].caption.setText(caption)
        self._show(self._model.snapshot)
        self._show_live(self._model.live)

    @Slot(object)
    def _show(self, now: Snapshot) -> None:
        self.room.setText(self._room.settings.room)
        expected = self._model.attached and now.state.recording_expected
        for name in ONLY_RECORDING:
            self.items[name].setVisible(expected)
        self.room.setVisible(not expected)
        self._show_pre_roll(self._model.live)
        self.items["officer"].show_value(self._officer or self.tr("Nobody"))
        self._on_second()

    @Slot(object)
    def _show_live(self, live: Live) -> None:
        self._show_recording(live)
        self._show_pre_roll(live)
        hours = " · ".join(
            f"{folder.hours_left:.0f}" if folder.healthy else "×" for folder in live.folders
        )
        broken = any(not folder.healthy for folder in live.folders)
        self.items["media"].show_value(
            self.tr("%1 h").replace("%1", hours or "?"),
            "amber" if broken else "value",
            "amber" if broken else "ink_soft",
        )
        for meter, dbfs in zip(self.meters, live.levels_dbfs, strict=False):
            meter.show_level(dbfs)
        pictures = [s for s in live.streams if s.name.startswith("camera")]
        bad = any(not stream.healthy for stream in pictures)
        self.items["camera"].show_value(
            self.tr("Trouble") if bad else self.tr("%1 running").replace("%1", str(len(pictures))),
            "amber" if bad else "value",
            "amber" if bad else "ink_soft",
        )
        self._show_backlog(live)
        self._show_center(live)

    def _show_recording(self, live: Live) -> None:
        item = self.items["recording"]
        if live.recording:
            item.show_value(figures.clock(live.elapsed_ms), "strong", "red")
        else:
            item.show_value(self.tr("Lost"), "red", "red" if self._is_lit else "line")

    def _show_pre_roll(self, live: Live) -> None:
        """Before a recording its place says that the last seconds are held, and how many."""
        expected = self._model.attached and self._model.snapshot.state.recording_expected
        held, item = live.pre_roll, self.items["recording"]
        item.setVisible(expected or bool(held.announced_s))
        item.caption.setText(self.tr("Recording"))
        if held.announced_s and not expected:
            item.caption.setText(self.tr("Not recording yet"))
            told = self.tr("Pre-roll %1 s").replace("%1", str(held.held_ms // 1000))
            item.show_value(told, "amber", "amber")

    def _show_backlog(self, live: Live) -> None:
        item = self.items["backlog"]
        if live.hearing_code:
            item.show_value(self.tr("Stopped"), "amber", "amber")
            return
        behind = f"{live.backlog_ms / 1000:.1f}"
        late = live.backlog_ms > 15_000
        item.show_value(
            self.tr("%1 s behind").replace("%1", behind),
            "amber" if late else "value",
            "amber" if late else "ink_soft",
        )

    def _show_center(self, live: Live) -> None:
        center, item = live.center, self.items["center"]
        if not center.enrolled:
            item.show_value(self.tr("Not enrolled"))
        elif center.linked and not center.queued:
            item.show_value(self.tr("Linked"))
        elif center.linked:
            item.show_value(self.tr("Linked, %n left", "", center.queued))
        else:
            item.show_value(self.tr("Offline, %n left", "", center.queued), "amber", "amber")

    @Slot()
    def _on_second(self) -> None:
        now, live = datetime.now().astimezone(), self._model.live
        self.items["clock"].show_value(now.strftime("%H:%M:%S"))
        offset_ms = live.center.clock_offset_ms
        caption = self.tr("Clock") if offset_ms is None else self.tr("Clock %1 s")
        offset = f"{(offset_ms or 0) / 1000:+.1f}"
        self.items["clock"].caption.setText(caption.replace("%1", offset))
        self._is_lit = live.recording or not self._is_lit
        if self._model.snapshot.state.recording_expected and not live.recording:
            self._show_recording(live)
        self._show_limit(now)

    def _show_limit(self, now: datetime) -> None:
        state = self._model.snapshot.state
        if not state.started_utc:
            return
        terms = TERMS[state.preparation.procedure]
        spent = now - datetime.fromisoformat(state.started_utc)
        left_ms = terms.clock_hours * 3_600_000 - int(spent.total_seconds() * 1000)
        short = left_ms < 3_600_000
        told = self.tr("%1 of %2 h").replace("%1", figures.hours_minutes(left_ms))
        self.items["limit"].show_value(
            told.replace("%2", str(terms.clock_hours)),
            "amber" if short else "value",
            "amber" if short else "ink_soft",
        )
