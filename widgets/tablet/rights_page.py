"""The rights notice, page by page in order, with the time each page stood before the person.

- Every page shown is reported with its language and time when it is left (L11, L12, L15).
- The next page is one touch away; nobody is held back and nothing is skipped.
- A page that somebody read out to the person is marked so.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.domain.people import Procedure
from app.domain.rights import RightsNotice
from app.session import rights_text
from widgets.session_model import SessionModel
from widgets.tablet.page import TabletPage
from widgets.tablet.stopwatch import Stopwatch
from widgets.tablet.texts import TabletText

MOST_ITEMS = 4


class RightsPage(TabletPage):
    """Shows one page of the notice at a time."""

    KIND = "rights"
    finished = Signal()  # the person has been through the last page
    turned = Signal(int)  # page number now shown

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._stopwatch = Stopwatch()
        self._language = self.text.language
        self._notice = rights_text.read(Procedure.CRIMINAL, self._language)
        self._number = 1
        self._of = self._label(kind="soft")
        self._notice_title = self._label(kind="soft")
        self._heading = self._label(kind="heading")
        self._basis = self._label(kind="soft")
        self._fallback = self._label("rights_fallback", "look")
        self._items = [
            (self._label(kind="item-number"), self._label(kind="item")) for _ in range(MOST_ITEMS)
        ]
        self._lay_out()
        self._build_actions()
        self._show_page()

    @property
    def number(self) -> int:
        return self._number

    @property
    def notice(self) -> RightsNotice:
        """The notice in the person's language."""
        return self._notice

    def set_language(self, code: str, procedure: Procedure) -> None:
        """Show the notice of `procedure` in that language from now on, at the same page."""
        self._report()
        self._language = code
        self._notice = rights_text.read(procedure, code)
        self._number = min(self._number, len(self._notice.pages))
        self._show_page()
        self._resume()

    def go_to(self, number: int) -> None:
        """Show page `number`, counted from 1; the page left is reported."""
        if not 1 <= number <= len(self._notice.pages) or number == self._number:
            return
        self._report()
        self._number = number
        self.aloud.setChecked(False)
        self._show_page()
        self._resume()
        self.turned.emit(number)

    def enter(self) -> None:
        self._resume()

    def leave(self) -> None:
        self._report()

    def retell(self, text: TabletText) -> None:
        super().retell(text)
        self._show_page()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._notice_title, 1)
        self._of.setWordWrap(False)
        head.addWidget(self._of, 0, Qt.AlignmentFlag.AlignRight)
        items = QGridLayout()
        items.setHorizontalSpacing(24)
        items.setVerticalSpacing(20)
        items.setColumnStretch(1, 1)
        for row, (number, item) in enumerate(self._items):
            number.setAlignment(Qt.AlignmentFlag.AlignTop)
            items.addWidget(number, row, 0)
            items.addWidget(item, row, 1)
        column = self._column()
        column.addLayout(head)
        column.addWidget(self._heading)
        column.addWidget(self._fallback)
        column.addSpacing(8)
        column.addLayout(items)
        column.addStretch(1)
        column.addWidget(self._basis)

    def _build_actions(self) -> None:
        self.aloud = self._button("rights_read_aloud", "read_aloud")
        self.aloud.setCheckable(True)
        self.previous = self._button("rights_back", "back")
        self.onward = self._button("rights_next", "next", "primary")
        for button in (self.aloud, self.previous, self.onward):
            self._row.addWidget(button)
        self.previous.clicked.connect(self._on_previous)
        self.onward.clicked.connect(self._on_onward)

    def _show_page(self) -> None:
        page = self._notice.page(self._number)
        pages = len(self._notice.pages)
        is_last = self._number == pages
        self._notice_title.setText(self._notice.title)
        self._heading.setText(page.title)
        self.say(self._of, "page_of", page=self._number, pages=pages)
        self.say(self._basis, "rights_basis", basis=page.basis)
        self._fallback.setVisible(self._notice.language != self._language)
        self.say(self.onward, "rights_to_acknowledge" if is_last else "next")
        self.previous.setEnabled(self._number > 1)
        for place, (number, item) in enumerate(self._items):
            _show_item(number, item, place, page.items)

    def _report(self) -> None:
        if not self._stopwatch.is_running:
            return
        shown_ms = self._stopwatch.stop()
        if self._model.attached:
            self._model.do(
                self._model.session.show_rights,
                self._stopwatch.page,
                self._notice.language,
                shown_ms,
                read_aloud=self.aloud.isChecked(),
                failed=self._fail,
            )

    def _resume(self) -> None:
        if self.isVisible():
            self._stopwatch.start(self._number)

    @Slot()
    def _on_previous(self) -> None:
        self.go_to(self._number - 1)

    @Slot()
    def _on_onward(self) -> None:
        if self._number == len(self._notice.pages):
            self.finished.emit()
        else:
            self.go_to(self._number + 1)


def _show_item(number: QLabel, item: QLabel, place: int, items: tuple[str, ...]) -> None:
    has_item = place < len(items)
    number.setVisible(has_item)
    item.setVisible(has_item)
    if has_item:
        number.setText(str(place + 1))
        item.setText(items[place])
