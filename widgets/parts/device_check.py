"""The device check beside the form: picture, levels, loop-back and every row of the preflight.

- The loop-back records five seconds and plays them back, so that a person hears what is recorded.
- A room with a pre-roll lends its devices to the recorder after the check, and asks for them back
  before the next one.
- A row that is not good says what happened and what to do, in words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.domain.phase import Phase
from app.errors import Problem
from app.sentences import tell_code
from app.session.snapshot import Check, Live
from widgets import theme, words
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.level_meter import LevelMeter
from widgets.parts.picture import Picture
from widgets.parts.player import SoundPlayer
from widgets.parts.states import StatePane
from widgets.ports import Sound
from widgets.problems import NoticeKind, sentence
from widgets.workplace import Translated, Workplace

LOOPBACK_S = 5.0
PICTURE_EVERY_MS = 700
LOW_PX = 520
STATES = {"good": ("good", "green"), "warning": ("look", "amber"), "failed": ("stop", "red")}


class CheckRow(QWidget):
    """One checked thing: icon, name and, where it is not good, the sentence for it."""

    def __init__(self, check: Check, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        icon, colour = STATES.get(check.state, STATES["warning"])
        self.name = layouts.label("strong" if check.state != "good" else "")
        self.name.setText(words.check(check.name))
        self.state = layouts.label({"good": "green", "warning": "amber"}.get(check.state, "red"))
        row = layouts.row(IconLabel(icon, colour), self.name, None, self.state)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 4, 0, 4)
        outer.setSpacing(2)
        outer.addLayout(row)
        if check.code:
            told = layouts.label("soft", wrap=True)
            told.setText(tell_code(check.code, language, **check.details))
            told.setContentsMargins(26, 0, 0, 0)
            outer.addWidget(told)


class DeviceCheck(Translated):
    """The right column of the Prepare page."""

    checked = Signal()  # camera and microphone were looked at, or listened to
    lent = Signal()  # and are not used here any more

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._checks: list[Check] = []
        self._asks_picture = False
        self._is_lent = False
        self._is_listening = False
        self._is_held = False
        self.player = SoundPlayer(self)
        self.picture = Picture()
        self.meters = (LevelMeter(), LevelMeter())
        self.meter_names = (layouts.label("soft"), layouts.label("soft"))
        self.loopback = IconButton("microphone")
        self.loopback.clicked.connect(self._on_loopback)
        self.heard = layouts.label("hint", wrap=True)
        content = QWidget()
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(0, 0, 8, 0)
        self.rows.setSpacing(0)
        self.pane = StatePane(layouts.scrolled(content))
        self.pane.setMinimumHeight(72)
        self.pane.retry_asked.connect(self.reload)
        self.title = layouts.label("section")
        self.again = IconButton("refresh", "plain")
        self.again.clicked.connect(self.reload)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._build())
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_EVERY_MS)
        self._timer.timeout.connect(self._on_picture_time)
        place.model.live_changed.connect(self._show_live)
        place.model.preview.connect(self.picture.show_preview)
        self.retranslate()

    def _build(self) -> QFrame:
        frame, column = layouts.card()
        column.setSpacing(6)
        column.addLayout(layouts.row(self.title, None, self.again))
        column.addWidget(self.picture)
        for name, meter in zip(self.meter_names, self.meters, strict=True):
            name.setFixedWidth(88)
            column.addLayout(layouts.row(name, meter))
        column.addWidget(self.loopback)
        column.addWidget(self.heard)
        column.addWidget(layouts.rule())
        column.addWidget(self.pane, 1)
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Device check"))
        self.again.setText(self.tr("Check again"))
        self.meter_names[0].setText(self.tr("Investigator"))
        self.meter_names[1].setText(self.tr("Suspect"))
        self.loopback.setText(self.tr("Record 5 seconds and play them back"))
        self.heard.setText(self.tr("Say a sentence at each microphone and listen to it."))
        if self._checks:
            self._show_checks(self._checks)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.player.stop()
        if self._is_lent and self._place.model.snapshot.state.phase is Phase.PREPARED:
            self._take_back(_nothing_more)
        self._is_lent = False

    def lend(self) -> None:
        """Use neither camera nor microphone until they are taken back; `lent` says from when."""
        if self._is_lent:
            return
        self._is_lent = True
        if not self._asks_picture:
            self.lent.emit()

    def keep(self) -> None:
        """The recorder did not take them."""
        self._is_lent = False

    def _take_back(self, then: Callable[[], None]) -> None:
        self._is_lent = False
        model = self._place.model
        if model.attached:
            model.do(model.session.stand_down, then=partial(_after, then))
        else:
            then()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen the rows of the check need the room more than the picture does."""
        super().resizeEvent(event)
        self.picture.setMaximumHeight(144 if self.height() > LOW_PX else 88)

    @Slot()
    def reload(self) -> None:
        """Check everything again."""
        if self._is_lent:
            self._take_back(self.reload)
            return
        if not self._checks:
            self.pane.show_loading()
        self.again.setEnabled(False)
        room = self._place.room
        self._place.background.start(
            plainly(room.preflight), then=self._on_checks, failed=self._on_check_failed
        )

    @property
    def is_ready(self) -> bool:
        """Whether camera and microphone were checked, deliver, and are not being used."""
        if self._is_listening or not self.again.isEnabled():
            return False
        failed = {check.name for check in self._checks if check.state == "failed"}
        return bool(self._checks) and failed.isdisjoint({"camera", "microphone"})

    @Slot(object)
    def _on_checks(self, checks: list[Check]) -> None:
        self._show_checks(checks)
        self.checked.emit()

    @Slot(object)
    def _show_checks(self, checks: list[Check]) -> None:
        self.again.setEnabled(True)
        self._checks = checks
        layouts.clear(self.rows)
        states = {
            "good": self.tr("Ready"),
            "warning": self.tr("Look at this"),
            "failed": self.tr("Not ready"),
        }
        for check in sorted(checks, key=_worst_first):
            row = CheckRow(check, self._place.languages.code)
            row.state.setText(states.get(check.state, check.state))
            self.rows.addWidget(row)
        self.rows.addStretch(1)
        self.pane.show_full()

    @Slot(object)
    def _on_check_failed(self, problem: Problem) -> None:
        self.again.setEnabled(True)
        self.pane.show_failed(sentence(problem, self._place.languages.code))

    @Slot(object)
    def _show_live(self, live: Live) -> None:
        if live.recording or live.pre_roll.is_held:
            for meter, dbfs in zip(self.meters, live.levels_dbfs, strict=False):
                meter.show_level(dbfs)
        self.loopback.setEnabled(not live.recording)
        if self._is_held and not live.pre_roll.is_held:
            self.keep()  # the recorder let go of them by itself
        self._is_held = live.pre_roll.is_held

    @Slot()
    def _on_picture_time(self) -> None:
        if self._asks_picture or self._is_lent or self._place.model.live.recording:
            return
        self._asks_picture = True
        self._place.background.start(
            plainly(self._place.room.camera_frame),
            then=self._on_picture,
            failed=self._on_no_picture,
        )

    @Slot(object)
    def _on_picture(self, jpeg: bytes | None) -> None:
        self._asks_picture = False
        if jpeg:
            self.picture.show_jpeg(jpeg)
        self._tell_if_lent()

    @Slot(object)
    def _on_no_picture(self, _problem: Problem) -> None:
        """The check's own row tells what is wrong with the camera; the next try comes later."""
        self._asks_picture = False
        self._timer.setInterval(5_000)
        self._tell_if_lent()

    def _tell_if_lent(self) -> None:
        if self._is_lent:
            self.lent.emit()

    @Slot()
    def _on_loopback(self) -> None:
        if self._is_lent:
            self._take_back(self._on_loopback)
            return
        self._is_listening = True
        self.loopback.setEnabled(False)
        self.heard.setText(self.tr("Recording: please speak now."))
        self._place.background.start(
            self._record,
            then=self._on_heard,
            failed=self._on_loopback_failed,
            progress=self._on_level,
        )

    def _record(
        self, report: Callable[[object], None], _cancel: threading.Event
    ) -> tuple[Sound, int]:
        return self._place.room.test_microphone(LOOPBACK_S, report)

    @Slot(object)
    def _on_level(self, levels: tuple[float, float]) -> None:
        for meter, dbfs in zip(self.meters, levels, strict=False):
            meter.show_level(dbfs)

    @Slot(object)
    def _on_heard(self, told: tuple[Sound, int]) -> None:
        self.loopback.setEnabled(True)
        self._is_listening = False
        self.checked.emit()
        sound, rate = told
        loudest = [
            20 * float(np.log10(max(float(np.abs(channel).max(initial=0)), 1e-6)))
            for channel in sound.T
        ]
        left = loudest[0] if loudest else -120.0
        right = loudest[-1] if loudest else -120.0
        if self.player.play(sound, rate):
            text = self.tr("Playing back. Loudest: investigator %1 dBFS, suspect %2 dBFS.")
        else:
            text = self.tr(
                "Recorded, but there is no loudspeaker to play it. "
                "Loudest: investigator %1 dBFS, suspect %2 dBFS."
            )
        self.heard.setText(text.replace("%1", f"{left:.0f}").replace("%2", f"{right:.0f}"))
        theme.set_kind(self.heard, "soft")
        if min(left, right) < -50:
            self._place.notices.say(
                NoticeKind.LOOK,
                self.tr(
                    "One microphone heard almost nothing. Nothing is lost yet: check its switch "
                    "and cable, then record the five seconds again."
                ),
            )

    @Slot(object)
    def _on_loopback_failed(self, problem: Problem) -> None:
        self.loopback.setEnabled(True)
        self.retranslate()
        self._place.notices.problem(problem)
        self._is_listening = False
        self.checked.emit()


def _nothing_more() -> None:
    """The page is left."""


def _after(then: Callable[[], None], _: object) -> None:
    then()


def _worst_first(check: Check) -> int:
    return {"failed": 0, "warning": 1}.get(check.state, 2)
