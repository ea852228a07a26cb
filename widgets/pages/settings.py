"""The Settings page: language and look at once, the room as it is set, models and the center.

- What the room's technician sets stands here to be read, with the file that sets it.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import Problem
from app.session.snapshot import Live
from app.settings import Settings, without_secret
from widgets import theme
from widgets.background import plainly
from widgets.icons import IconButton, IconLabel
from widgets.parts import layouts
from widgets.parts.fields import Choice
from widgets.parts.models_card import ModelsCard
from widgets.problems import NoticeKind
from widgets.workplace import Page, Workplace


class SettingsPage(Page):
    """What this workstation is set to."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.title = layouts.label("title")
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(16)
        left.addWidget(self._build_display())
        left.addWidget(self._build_room(), 1)
        right.addWidget(self._build_center())
        self.models = ModelsCard(place)
        right.addWidget(self.models, 1)
        outer = layouts.page_column(self)
        outer.addWidget(self.title)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        outer.addLayout(columns, 1)
        self.language.currentIndexChanged.connect(self._on_language)
        self.look.currentIndexChanged.connect(self._on_look)
        self.model.live_changed.connect(self._show_center)
        self.retranslate()

    def _build_display(self) -> QFrame:
        frame, column = layouts.card()
        self.display_title = layouts.label("section")
        self.language_name, self.look_name = layouts.label("soft"), layouts.label("soft")
        self.language, self.look = Choice(), Choice()
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow(self.language_name, self.language)
        form.addRow(self.look_name, self.look)
        column.addWidget(self.display_title)
        column.addLayout(form)
        return frame

    def _build_room(self) -> QFrame:
        frame, column = layouts.card()
        self.room_title = layouts.label("section")
        self.room_hint = layouts.label("hint", wrap=True)
        content = QWidget()
        self.room_rows = QFormLayout(content)
        self.room_rows.setContentsMargins(0, 0, 8, 0)
        self.room_rows.setHorizontalSpacing(16)
        self.room_rows.setVerticalSpacing(8)
        column.addWidget(self.room_title)
        column.addWidget(layouts.scrolled(content), 1)
        column.addWidget(layouts.rule())
        column.addWidget(self.room_hint)
        return frame

    def _build_center(self) -> QFrame:
        frame, column = layouts.card()
        self.center_title = layouts.label("section")
        self.center_icon = IconLabel("link", "ink_soft", 20)
        self.center = layouts.label("", wrap=True)
        self.url, self.code = QLineEdit(), QLineEdit()
        self.url.setText(self.place.room.settings.center_url)
        self.enroll = IconButton("link")
        self.enroll.clicked.connect(self._on_enroll)
        line = layouts.row(self.center_icon)
        line.addWidget(self.center, 1)
        column.addWidget(self.center_title)
        column.addLayout(line)
        column.addWidget(self.url)
        column.addLayout(layouts.row(self.code, self.enroll))
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Settings"))
        self.display_title.setText(self.tr("Display and language"))
        self.language_name.setText(self.tr("Language"))
        self.look_name.setText(self.tr("Look"))
        self.room_title.setText(self.tr("Room and devices"))
        self.center_title.setText(self.tr("Center"))
        self.url.setPlaceholderText(self.tr("Address of the center"))
        self.code.setPlaceholderText(self.tr("One-time code"))
        self.enroll.setText(self.tr("Enroll"))
        hint = self.tr("Set by the room's technician in %1; read when the desk starts.")
        self.room_hint.setText(hint.replace("%1", str(self.place.room.paths.room_settings)))
        self.language.offer([("中文", "zh"), ("English", "en")])
        self.look.offer([(self.tr("Light"), "light"), (self.tr("Dark"), "dark")])
        self._choose(self.language, self.place.languages.code)
        self._choose(self.look, theme.current().name)
        self._show_room()
        self._show_center(self.model.live)

    def _choose(self, choice: Choice, value: str) -> None:
        choice.blockSignals(True)
        choice.choose(value)
        choice.blockSignals(False)

    def _show_room(self) -> None:
        while self.room_rows.rowCount():
            self.room_rows.removeRow(0)
        settings = self.place.room.settings
        production = self.tr("Real proceedings") if settings.production else self.tr("Simulation")
        rows = (
            (self.tr("Room"), settings.room),
            (self.tr("Place"), settings.place),
            (self.tr("Unit"), settings.agency),
            (self.tr("Used for"), production),
            (self.tr("Microphone"), _microphones(settings)),
            (self.tr("Cameras"), _cameras(settings)),
            (self.tr("Climate sensor"), settings.climate_sensor),
            (self.tr("Pre-roll"), f"{settings.pre_roll_s} s" if settings.pre_roll_s else ""),
            (self.tr("Media folder"), settings.media_folder or str(self.place.room.paths.data)),
            (self.tr("Second media folder"), settings.second_media_folder),
            (self.tr("Fingerprint pad"), settings.fingerprint_pad),
        )
        for name, value in rows:
            caption, told = layouts.label("soft"), layouts.label("", wrap="\n" not in value)
            caption.setText(name)
            told.setText(value or self.tr("not set"))
            self.room_rows.addRow(caption, told)

    @Slot(object)
    def _show_center(self, live: Live) -> None:
        center = live.center
        if not center.enrolled:
            self.center_icon.show_icon("info", "ink_soft")
            self.center.setText(
                self.tr("Not enrolled. Records stay here, sealed, until this workstation is.")
            )
        elif center.linked:
            self.center_icon.show_icon("good", "green")
            self.center.setText(self.tr("Enrolled and linked: %1").replace("%1", center.url))
        else:
            self.center_icon.show_icon("look", "amber")
            told = self.tr("Enrolled, but it does not answer now: %1")
            self.center.setText(told.replace("%1", center.url))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.models.reload()

    @Slot()
    def _on_language(self) -> None:
        self.place.languages.use(str(self.language.currentData()))

    @Slot()
    def _on_look(self) -> None:
        self.place.desk.theme_asked.emit(str(self.look.currentData()))

    @Slot()
    def _on_enroll(self) -> None:
        url, code = self.url.text().strip(), self.code.text().strip()
        if not url or not code:
            self.place.notices.say(
                NoticeKind.INFO, self.tr("Enter the center's address and the one-time code.")
            )
            return
        self.enroll.setEnabled(False)
        self.place.background.start(
            plainly(self.place.room.enroll, url, code),
            then=self._on_enrolled,
            failed=self._on_not_enrolled,
        )

    @Slot(object)
    def _on_enrolled(self, _: object) -> None:
        self.enroll.setEnabled(True)
        self.code.clear()
        self.place.notices.say(
            NoticeKind.GOOD, self.tr("This workstation is enrolled. Records are delivered now.")
        )

    @Slot(object)
    def _on_not_enrolled(self, problem: Problem) -> None:
        self.enroll.setEnabled(True)
        self.place.notices.problem(problem)


def _microphones(settings: Settings) -> str:
    return "\n".join(name for name in (settings.microphone, settings.second_microphone) if name)


def _cameras(settings: Settings) -> str:
    """One line each; an address is shown without its name and password."""
    return "\n".join(without_secret(camera.source) for camera in settings.cameras)
