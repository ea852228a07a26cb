"""Signing one place on one page: the exact page, a pad for ink, and the fingerprint beside it.

- The page shown is fetched for this field, with the marks given so far (C7).
- Nothing is written beforehand, and an empty pad cannot be confirmed (L17).
- Signing rests while the recording is not healthy (L21); what is on the pad stays.
- The closing sentence is written by hand on an empty line below its example (L17).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.signers import SignatureField, Signer
from app.errors import Problem
from signing.marks import Fingerprint, Ink, for_finger
from widgets.background import Background
from widgets.paper.content import PAGE_HEIGHT, PAGE_WIDTH
from widgets.session_model import SessionModel
from widgets.tablet.exhibit_page import draw_page
from widgets.tablet.fingerprint_panel import FingerprintPanel
from widgets.tablet.ink_pad import InkPad
from widgets.tablet.page import TabletPage
from widgets.tablet.page_view import PageView
from widgets.tablet.source_line import SourceLine

FINGER_ASKED = "right index"  # as the sentence finger_ready says
CLOSING_PX = 240  # of the line for the closing sentence: wide and low, as on the paper
QWIDGETSIZE_MAX = 16777215
OPINION = "-opinion"  # how the closing sentence's field is named, see widgets.paper.strip


class SignPage(TabletPage):
    """One signer, one field. `given` when the session has kept the marks."""

    KIND = "sign"
    given = Signal(str, str)  # signer id, field name
    refused = Signal(object)  # Problem

    def __init__(
        self, model: SessionModel, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._signer: Signer | None = None
        self._field: SignatureField | None = None
        self._is_keeping = False
        self._is_healthy = False
        self._heading = self._label(kind="subheading")
        self._hint = self._label(kind="soft")
        self._example = self._build_example()
        self.view = PageView(background, self)
        self.pad = InkPad(self, self._offset_ms)
        self._source = SourceLine(self, self.pad)
        self.finger = FingerprintPanel(self, model, background)
        self._lay_out()
        self._build_actions()
        self.pad.changed.connect(self._show_buttons)
        self.finger.changed.connect(self._show_buttons)
        self.finger.failed.connect(self.refused)
        self.finger.failed.connect(self.went_wrong)
        model.snapshot_changed.connect(self._on_health)
        model.live_changed.connect(self._on_health)
        self._on_health()

    @property
    def number(self) -> int:
        return self._field.page if self._field is not None else 0

    @property
    def is_closing_sentence(self) -> bool:
        """Whether a sentence is to be written rather than a name."""
        return self._field is not None and self._field.name.endswith(OPINION)

    def ask(self, signer_id: str, field_name: str) -> bool:
        """Ask that signer for that field; False if the paper has no such field."""
        state = self._model.snapshot.state
        signer, field = _signer_of(state, signer_id), _field_of(state, field_name)
        if field is not None and (signer, field) == (self._signer, self._field):
            return True  # asked twice: what is on the pad stays
        self._signer, self._field = signer, field
        self._begin_again()
        if self._signer is None or self._field is None:
            return False
        self._show_words(self._signer.name, self._field)
        self._arrange(self._signer)
        self.view.show_page(None)
        self._model.do(
            self._model.session.paper_pdf,
            then=partial(self._on_fetched, self._field),
            failed=self._fail,
        )
        return True

    def withdraw(self) -> None:
        """The field is not asked for any more; nothing was given."""
        had_ink = not self.pad.is_empty
        self._signer = self._field = None
        self._begin_again()
        if had_ink:
            self.told.emit("sign_withdrawn", {})

    def leave(self) -> None:
        self.finger.stop()

    def _build_example(self) -> QFrame:
        example = QFrame(self)
        example.setProperty("kind", "example")
        column = QVBoxLayout(example)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(self._label("closing_example", "subheading"))
        column.addWidget(self._label("closing_example_meaning"))
        return example

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(24, 12, 24, 12)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(12)

    def _arrange(self, signer: Signer) -> None:
        """The page at the left of the pad; for the closing sentence the whole width to write."""
        for part in (self._heading, self._hint, self._example, self.view, self.pad, self.finger):
            self._grid.removeWidget(part)
        self._grid.removeWidget(self._source.label)
        closing = self.is_closing_sentence
        self.pad.setMaximumHeight(CLOSING_PX if closing else QWIDGETSIZE_MAX)
        if closing:
            self._arrange_closing()
        else:
            self._arrange_signature()
        self._example.setVisible(closing)
        self.view.setVisible(not closing)
        self.finger.setVisible(not closing and signer.prints)

    def _arrange_closing(self) -> None:
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 0)
        for row, part in enumerate((self._heading, self._hint, self._example)):
            self._grid.addWidget(part, row, 0, 1, 2)
        self._grid.addWidget(self.pad, 3, 0, 1, 2)
        self._grid.addWidget(self._source.label, 4, 0, 1, 2)
        for row, share in enumerate((0, 0, 0, 1, 0, 1)):
            self._grid.setRowStretch(row, share)

    def _arrange_signature(self) -> None:
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.view, 0, 0, 5, 1)
        self._grid.addWidget(self._heading, 0, 1)
        self._grid.addWidget(self._hint, 1, 1)
        self._grid.addWidget(self.pad, 2, 1)
        self._grid.addWidget(self._source.label, 3, 1)
        self._grid.addWidget(self.finger, 4, 1)
        for row, share in enumerate((0, 0, 1, 0, 0, 0)):
            self._grid.setRowStretch(row, share)

    def _build_actions(self) -> None:
        self.smaller = self._button("sign_zoom_out", "zoom_out")
        self.larger = self._button("sign_zoom_in", "zoom_in")
        self.redo = self._button("sign_redo", "ink_redo")
        self.confirm = self._button("sign_confirm", "sign_confirm", "primary")
        for button in (self.smaller, self.larger, self.redo, self.confirm):
            self._row.addWidget(button)
        self.smaller.clicked.connect(partial(self.view.zoom, -1))
        self.larger.clicked.connect(partial(self.view.zoom, 1))
        self.redo.clicked.connect(self.pad.redo)
        self.confirm.clicked.connect(self._on_confirm)
        self._show_buttons()

    def _show_words(self, name: str, field: SignatureField) -> None:
        closing = self.is_closing_sentence
        sentence = "closing_heading" if closing else "sign_heading"
        self.say(self._heading, sentence, name=name, page=field.page)
        self.say(self._hint, "closing_hint" if closing else "sign_step_ink")

    def _begin_again(self) -> None:
        self._is_keeping = False
        self.pad.redo()
        self.finger.clear()
        self._show_buttons()

    def _on_fetched(self, field: SignatureField, pdf: bytes) -> None:
        if field is not self._field:
            return  # another field was asked for meanwhile
        self.view.show_page(partial(draw_page, pdf, field.page, PAGE_WIDTH))
        place = place_of(field)
        self.view.mark([place])
        self.view.reveal(place)

    @property
    def _is_complete(self) -> bool:
        wants_print = self.finger.isVisibleTo(self) and self.finger.has_pad
        return not self.pad.is_empty and (not wants_print or self.finger.fingerprint is not None)

    def _offset_ms(self) -> int:
        return self._model.session.offset_ms() if self._model.attached else 0

    @Slot()
    def _show_buttons(self) -> None:
        is_open = self._field is not None and not self._is_keeping
        healthy = self._is_healthy
        closing = self.is_closing_sentence
        self.smaller.setVisible(not closing)
        self.larger.setVisible(not closing)
        self.redo.setEnabled(is_open and not self.pad.is_empty)
        self.confirm.setEnabled(is_open and healthy and self._is_complete)
        self.pad.setEnabled(is_open and healthy)
        if self._field is not None and not healthy:
            self.say(self._hint, "sign_recording_needed")
        elif self._signer is not None and self._field is not None:
            self._show_words(self._signer.name, self._field)

    @Slot()
    def _on_health(self) -> None:
        """Live values come often; words are only set anew when the recording's health turned."""
        now = self._model
        is_healthy = now.snapshot.state.recording_healthy and now.live.recording
        if is_healthy is not self._is_healthy:
            self._is_healthy = is_healthy
            self._show_buttons()

    @Slot()
    def _on_confirm(self) -> None:
        assert self._signer is not None
        assert self._field is not None
        taken = self.finger.fingerprint
        print_given = for_finger(taken, FINGER_ASKED) if taken is not None else None
        self._keep(self._signer, self._field, self.pad.ink(), print_given)

    def _keep(
        self, signer: Signer, field: SignatureField, ink: Ink, fingerprint: Fingerprint | None
    ) -> None:
        self._is_keeping = True
        self._show_buttons()
        self.told.emit("please_wait", {})
        self._model.do(
            self._model.session.give_marks,
            signer.id,
            field.name,
            ink,
            fingerprint,
            then=partial(self._on_kept, signer.id, field.name),
            failed=self._on_refused,
        )

    def _on_kept(self, signer_id: str, field_name: str, _nothing: object) -> None:
        self._signer = self._field = None
        self._begin_again()
        self.given.emit(signer_id, field_name)

    def _on_refused(self, problem: Problem) -> None:
        self._is_keeping = False
        self._show_buttons()
        self.refused.emit(problem)
        self._fail(problem)


def place_of(field: SignatureField) -> QRectF:
    """The field's box in fractions of the page, from the upper left."""
    x0, y0, x1, y1 = field.box
    across, down = PAGE_WIDTH, PAGE_HEIGHT
    return QRectF(x0 / across, (down - y1) / down, (x1 - x0) / across, (y1 - y0) / down)


def _signer_of(state: Interrogation, signer_id: str) -> Signer | None:
    return next((signer for signer in state.signers if signer.id == signer_id), None)


def _field_of(state: Interrogation, name: str) -> SignatureField | None:
    fields = state.paper.fields if state.paper is not None else ()
    return next((field for field in fields if field.name == name), None)
