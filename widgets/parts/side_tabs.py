"""Beside the transcript: exhibits shown, people in the room, and the log of what happened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.sentences import tell_code
from app.session.snapshot import Snapshot
from widgets import words
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.states import StatePane
from widgets.workplace import Translated, Workplace

Row = tuple[int, str, str, str]
"""Offset in ms (-1 where there is none), icon, its colour, and the words of one row."""


class RowsTab(Translated):
    """A tab that is a list of rows drawn from the snapshot."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.model = place.model
        self._drawn: list[Row] = []
        content = QWidget()
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(4, 8, 8, 8)
        self.rows.setSpacing(8)
        self.pane = StatePane(layouts.scrolled(content))
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.addWidget(self.pane, 1)
        self.model.snapshot_changed.connect(self.show_snapshot)

    def found(self, state: Interrogation) -> list[Row]:
        """The rows of this tab."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What stands here while there are no rows."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set every word anew."""
        self._drawn = []
        self.show_snapshot(self.model.snapshot)

    @Slot(object)
    def show_snapshot(self, now: Snapshot) -> None:
        """Draw the rows if they changed."""
        rows = self.found(now.state)
        if not rows:
            self.pane.show_empty(self.nothing())
            self._drawn = []
            return
        if rows != self._drawn:
            self._drawn = rows
            layouts.clear(self.rows)
            for row in rows:
                self.rows.addLayout(self._row(row))
            self.rows.addStretch(1)
            self.pane.show_full()

    def _row(self, row: Row) -> QHBoxLayout:
        at_ms, icon, colour, told = row
        text = layouts.label("", wrap=True)
        text.setText(told)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(IconLabel(icon, colour))
        if at_ms >= 0:
            time = layouts.label("caption")
            time.setText(figures.short_clock(at_ms))
            time.setMinimumWidth(40)
            line.addWidget(time)
        line.addWidget(text, 1)
        return line


class PeopleTab(RowsTab):
    """Who is in the room."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.retranslate()

    def found(self, state: Interrogation) -> list[Row]:
        """The person questioned, then the participants."""
        told = [(Role.SUSPECT, state.preparation.suspect.name, "")]
        told += [(p.role, p.name, p.number) for p in state.preparation.participants]
        return [
            (-1, "person", "ink_soft", "  ".join(t for t in (words.role(r), name, number) if t))
            for r, name, number in told
            if name
        ]

    def nothing(self) -> str:
        """Before the form is filled in."""
        return self.tr("Nobody is named yet.")


class LogTab(RowsTab):
    """Breaks, bookmarks, exhibits, objections, gaps and troubles, in order."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.retranslate()

    def found(self, state: Interrogation) -> list[Row]:
        """Everything that is not a line of the transcript."""
        rows: list[Row] = []
        for take in state.takes:
            told = self.tr("Recording began, take %1").replace("%1", str(take.number))
            rows.append((take.offset_ms, "record", "red", told))
            if take.pre_roll_ms:
                length = figures.short_clock(take.pre_roll_ms)
                told = self.tr("Pre-roll of %1 ends: the interrogation was begun here")
                began_ms = take.offset_ms + take.pre_roll_ms
                rows.append((began_ms, "record", "amber", told.replace("%1", length)))
        rows += [(mark.at_ms, "bookmark", "amber", mark.label) for mark in state.bookmarks]
        for rest in state.breaks:
            told = "  ".join(t for t in (words.break_kind(rest.kind), rest.reason, rest.note) if t)
            rows.append((rest.t0_ms, "rest", "ink_soft", told))
        for objection in state.objections:
            told = self.tr("Objection: %1").replace("%1", objection.text)
            rows.append((objection.at_ms, "look", "amber", told))
        for gap in state.gaps:
            length = figures.short_clock(gap.t1_ms - gap.t0_ms)
            told = self.tr("Gap of %1 in %2").replace("%1", length).replace("%2", gap.stream)
            rows.append((gap.t0_ms, "stop", "red", told))
        rows.sort()
        for trouble in state.troubles:
            subject = words.trouble_subject(trouble.subject)
            told = tell_code(
                trouble.code,
                self.place.languages.code,
                subject=subject,
                device=subject,
                path=trouble.subject,
            )
            rows.append((-1, "look", "amber", told))
        return rows

    def nothing(self) -> str:
        """Before recording."""
        return self.tr("Nothing has happened yet.")


class ExhibitsTab(RowsTab):
    """What was shown on the tablet, and the way to show more."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.add = IconButton("exhibit")
        self.hide_now = IconButton("close")
        self.add.clicked.connect(self.ask)
        self.hide_now.clicked.connect(self._on_hide)
        self.outer.addWidget(self.hide_now)
        self.outer.addWidget(self.add)
        self.retranslate()

    def found(self, state: Interrogation) -> list[Row]:
        """Exhibits in the order they were shown."""
        rows: list[Row] = []
        for shown in state.exhibits:
            on_tablet = shown.exhibit_id == state.exhibit_on_tablet
            told = self.tr("%1 (on the tablet now)") if on_tablet else "%1"
            colour = "accent" if on_tablet else "ink_soft"
            rows.append((-1, "exhibit", colour, told.replace("%1", shown.name)))
        return rows

    def nothing(self) -> str:
        """Before the first."""
        return self.tr("No exhibit was shown yet.")

    def retranslate(self) -> None:
        """Set every word anew."""
        self.add.setText(self.tr("Show a file on the tablet"))
        self.hide_now.setText(self.tr("Take it off the tablet"))
        super().retranslate()

    @Slot(object)
    def show_snapshot(self, now: Snapshot) -> None:
        """Draw the rows, and what can be done now."""
        super().show_snapshot(now)
        self.hide_now.setVisible(bool(now.state.exhibit_on_tablet))
        self.add.setEnabled(self.model.attached and now.state.recording_expected)

    @Slot()
    def ask(self) -> None:
        """Choose a file; the dialog stands beside the desk and stops nothing."""
        if not self.add.isEnabled():
            return
        dialog = QFileDialog(self, self.tr("Exhibit to show on the tablet"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures and documents (*.png *.jpg *.jpeg *.pdf)"))
        dialog.fileSelected.connect(self._on_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_file(self, path: str) -> None:
        file = Path(path)
        self.model.do(self.model.session.show_exhibit, file, file.stem, then=self._on_shown)

    def _on_shown(self, _: object) -> None:
        self.model.tablet.exhibit_changed.emit()

    @Slot()
    def _on_hide(self) -> None:
        self.model.do(self.model.session.hide_exhibit, then=self._on_shown)
