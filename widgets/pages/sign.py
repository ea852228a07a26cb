"""The Sign page: signers in their order, the fields of each, and refusal one button away.

- A field is given to the tablet; the mark is made there and nowhere else (L17).
- Nobody signs while recording is not healthy, and the page says so first (L21).
- Where the settings name a token, an investigator may sign with their own; nobody has to.
- A refusal with its reason loses nothing that others signed (L18).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.signers import SignatureField, Signer
from app.errors import Refused
from app.session.snapshot import Snapshot
from widgets import theme, words
from widgets.icons import IconButton, IconLabel
from widgets.parts import figures, layouts
from widgets.parts.paper_view import PaperView
from widgets.parts.pin_bar import PinBar
from widgets.parts.reason_bar import ReasonBar
from widgets.workplace import Page, Workplace


class SignPage(Page):
    """Who signs what, and what is left."""

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._asked: tuple[str, str] | None = None
        self._shown: tuple[object, ...] = ()
        self._tokens: dict[str, str] = {}  # signer: the name their token tells
        self.title = layouts.label("title")
        self.missing = layouts.label("amber")
        self.back = IconButton("back")
        self.seal = IconButton("next", "primary")
        self.reason = ReasonBar()
        self.reason.given.connect(self._on_reason)
        self.pin = PinBar()
        self.pin.given.connect(self._on_pin)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(12)
        outer.addLayout(layouts.row(self.title, None, self.missing, self.back, self.seal))
        outer.addWidget(self._build_health())
        outer.addWidget(self.reason)
        outer.addWidget(self.pin)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._build_signers(), 6)
        columns.addWidget(self._build_paper(), 5)
        outer.addLayout(columns, 1)
        self.back.clicked.connect(self._on_back)
        self.seal.setObjectName("sign_seal")
        self.seal.clicked.connect(self._on_seal)
        self.model.tablet.marks_given.connect(self._on_marks_given)
        self.model.tablet.marks_refused.connect(self.place.notices.problem)
        self.retranslate()

    def _build_health(self) -> QFrame:
        self.health, line = layouts.banner("stop")
        self.health_text = layouts.label("", wrap=True)
        line.addWidget(IconLabel("stop", "red", 20))
        line.addWidget(self.health_text, 1)
        return self.health

    def _build_signers(self) -> QFrame:
        frame, column = layouts.card()
        self.signers_title = layouts.label("section")
        body = QWidget()
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, 8, 0)
        self.rows.setSpacing(8)
        column.addWidget(self.signers_title)
        column.addWidget(layouts.scrolled(body), 1)
        return frame

    def _build_paper(self) -> QFrame:
        frame, column = layouts.card()
        column.setContentsMargins(12, 12, 12, 12)
        self.paper_title = layouts.label("soft")
        self.paper = PaperView(self.place.background)
        column.addWidget(self.paper_title)
        column.addWidget(self.paper, 1)
        return frame

    def retranslate(self) -> None:
        """Set every word anew."""
        self.title.setText(self.tr("Sign"))
        self.back.setText(self.tr("Back to read-back"))
        self.back.setToolTip(
            self.tr("A correction made there voids the marks on the pages it changes.")
        )
        self.seal.setText(self.tr("Go to sealing"))
        self.signers_title.setText(self.tr("In this order"))
        self.health_text.setText(
            self.tr(
                "Recording is not healthy, so nobody can sign now. Marks given so far are kept. "
                "Cure what the strip above shows; signing opens by itself."
            )
        )
        self._shown = ()
        self.show_snapshot(self.model.snapshot)

    def show_snapshot(self, now: Snapshot) -> None:
        """Draw this state of the interrogation."""
        state = now.state
        here = state.phase is Phase.SIGNING
        if not here:
            self._unplug_all()
        self.health.setVisible(here and not state.recording_healthy)
        self.back.setVisible(here)
        self.seal.setVisible(here)
        codes = now.moves.get(Phase.SEALED, ()) if here else ()
        self.missing.setText("\n".join(words.missing(code) for code in codes))
        shown = (
            state.record_id,
            state.phase,
            state.paper,
            state.signed_fields,
            tuple(state.refusals.items()),
            state.marks,
            state.recording_healthy,
            self._asked,
            tuple(self._tokens.items()),
        )
        if shown != self._shown:
            self._shown = shown
            self._show_signers(state, here)
            self._show_paper(state)

    def _show_paper(self, state: Interrogation) -> None:
        if state.paper is None or state.phase not in (Phase.SIGNING, Phase.SEALED):
            self.paper.forget()
            self.paper_title.setText("")
            return
        self.model.do(self.model.session.paper_pdf, then=self._on_pdf)

    def _on_pdf(self, pdf: bytes) -> None:
        page = self._page_in_hand()
        told = self.tr("Page %1, with the marks given so far")
        self.paper_title.setText(told.replace("%1", str(page)))
        self.paper.show_page(pdf, page)

    def _page_in_hand(self) -> int:
        """The page asked for, else the next unsigned one, else the last."""
        state = self.model.snapshot.state
        if state.paper is None:
            return 1
        if self._asked is not None:
            for field in state.paper.fields:
                if field.name == self._asked[1]:
                    return field.page
        for signer in state.signers:
            left = state.fields_left(signer.id)
            for field in state.paper.fields:
                if field.name in left:
                    return field.page
        return state.paper.pages

    def _show_signers(self, state: Interrogation, here: bool) -> None:
        layouts.clear(self.rows)
        if state.paper is None:
            return
        is_next = here
        for number, signer in enumerate(state.signers, start=1):
            waits = bool(state.fields_left(signer.id))
            self.rows.addWidget(self._signer(state, number, signer, is_next and waits, here))
            if waits:
                is_next = False
        self.rows.addStretch(1)

    def _signer(
        self, state: Interrogation, number: int, signer: Signer, is_next: bool, here: bool
    ) -> QFrame:
        frame, column = layouts.card("banner-info" if is_next else "card")
        waits = bool(state.fields_left(signer.id))
        name, role, told = layouts.label("strong"), layouts.label("soft"), layouts.label("")
        name.setText(f"{number}.  {signer.name}")
        role.setText(words.role(signer.role))
        icon, colour, text, kind = self._state_of(state, signer)
        told.setText(text)
        theme.set_kind(told, kind)
        column.addLayout(layouts.row(name, role, None, IconLabel(icon, colour), told))
        assert state.paper is not None
        own = [field for field in state.paper.fields if field.signer_id == signer.id]
        if signer.id not in state.refusals:
            for field in own:
                column.addLayout(self._field(state, signer, field, is_next))
        if here and waits and self._may_use_token(signer):
            column.addLayout(self._token(signer))
        if here and waits:
            refuse = IconButton("refuse", "plain")
            refuse.setText(self.tr("Note that this person refuses"))
            refuse.setObjectName(f"refuse {signer.id}")
            refuse.clicked.connect(self._on_refuse)
            column.addLayout(layouts.row(None, refuse))
        return frame

    def _may_use_token(self, signer: Signer) -> bool:
        has_setting = bool(self.place.room.settings.officer_token_library)
        return has_setting and signer.role is Role.INVESTIGATOR

    def _token(self, signer: Signer) -> QHBoxLayout:
        """Whether this officer signs with their own token, and the way to change it."""
        told = layouts.label("soft", wrap=True)
        name = self._tokens.get(signer.id)
        change = IconButton("key" if name is None else "close", "plain")
        change.setObjectName(f"token {signer.id}")
        change.clicked.connect(self._on_token)
        if name is None:
            change.setText(self.tr("Sign with this officer's token"))
        else:
            told.setText(self.tr("With the token of %1").replace("%1", name))
            change.setText(self.tr("Go on without the token"))
        return layouts.row(told, None, change)

    def _state_of(self, state: Interrogation, signer: Signer) -> tuple[str, str, str, str]:
        if signer.id in state.refusals:
            told = self.tr("Refused: %1").replace("%1", state.refusals[signer.id])
            return "look", "amber", told, "amber"
        left = len(state.fields_left(signer.id))
        if left:
            return "wait", "ink_soft", self.tr("Fields left: %n", "", left), "soft"
        return "good", "green", self.tr("Signed"), "green"

    def _asks_for(self, signer: Signer, field: SignatureField) -> str:
        if field.name.endswith("-opinion"):
            return self.tr("Page %1, closing sentence")
        if signer.prints:
            return self.tr("Page %1, signature and fingerprint")
        return self.tr("Page %1, signature")

    def _field(
        self, state: Interrogation, signer: Signer, field: SignatureField, is_next: bool
    ) -> QHBoxLayout:
        name, told = layouts.label(), layouts.label("soft")
        name.setText(self._asks_for(signer, field).replace("%1", str(field.page)))
        if field.name in state.signed_fields:
            marks = [mark for mark in state.marks if mark.field == field.name]
            told.setText(figures.local_time(marks[-1].utc) if marks else "")
            return layouts.row(IconLabel("good", "green"), name, None, told)
        asked = self._asked == (signer.id, field.name)
        if asked:
            told.setText(self.tr("on the tablet now"))
            withdraw = IconButton("close", "plain")
            withdraw.setText(self.tr("Take it back"))
            withdraw.clicked.connect(self._on_withdraw)
            return layouts.row(IconLabel("tablet", "accent"), name, None, told, withdraw)
        give = IconButton("tablet", "primary" if is_next else "")
        give.setText(self.tr("Give to the tablet"))
        give.setObjectName(f"{signer.id} {field.name}")
        give.setEnabled(state.recording_healthy and state.phase is Phase.SIGNING and is_next)
        give.clicked.connect(self._on_give)
        return layouts.row(IconLabel("wait", "ink_faint"), name, None, give)

    def _ask(self, signer_id: str, field_name: str) -> None:
        self._asked = (signer_id, field_name)
        self.model.tablet.sign_requested.emit(signer_id, field_name)
        self.show_snapshot(self.model.snapshot)

    @Slot()
    def _on_give(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            signer_id, field_name = sender.objectName().split(" ", 1)
            self._ask(signer_id, field_name)

    @Slot()
    def _on_withdraw(self) -> None:
        self._asked = None
        self.model.tablet.sign_withdrawn.emit()
        self.show_snapshot(self.model.snapshot)

    @Slot(str, str)
    def _on_marks_given(self, signer_id: str, _field: str) -> None:
        """The same signer's next page follows at once; the next signer is called by the officer."""
        self._asked = None
        left = self.model.snapshot.state.fields_left(signer_id)
        if left:
            self._ask(signer_id, left[0])
        else:
            self.show_snapshot(self.model.snapshot)

    @Slot()
    def _on_token(self) -> None:
        sender = self.sender()
        if not isinstance(sender, QPushButton):
            return
        signer_id = sender.objectName().split(" ", 1)[1]
        if signer_id in self._tokens:
            del self._tokens[signer_id]
            self.model.do(self.model.session.unplug_token, signer_id)
            self.show_snapshot(self.model.snapshot)
            return
        names = {signer.id: signer.name for signer in self.model.snapshot.state.signers}
        asked = self.tr("PIN of the token of %1").replace("%1", names.get(signer_id, ""))
        self.pin.ask(signer_id, asked)

    def _unplug_all(self) -> None:
        """Who comes back to signing logs in again: a token may have changed hands."""
        for signer_id in tuple(self._tokens):
            del self._tokens[signer_id]
            self.model.do(self.model.session.unplug_token, signer_id)

    @Slot(str, str)
    def _on_pin(self, signer_id: str, pin: str) -> None:
        told = partial(self._on_plugged, signer_id)
        self.model.do(self.model.session.plug_token, signer_id, pin, then=told)

    def _on_plugged(self, signer_id: str, name: str) -> None:
        self._tokens[signer_id] = name
        self.show_snapshot(self.model.snapshot)

    @Slot()
    def _on_refuse(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            signer_id = sender.objectName().split(" ", 1)[1]
            self.reason.ask(signer_id, self.tr("Why does this person refuse to sign?"))

    @Slot(str, str)
    def _on_reason(self, signer_id: str, reason: str) -> None:
        if self._asked is not None and self._asked[0] == signer_id:
            self._on_withdraw()
        self.model.do(self.model.session.refuse_signing, signer_id, reason)

    @Slot()
    def _on_back(self) -> None:
        self._asked = None
        self.model.tablet.sign_withdrawn.emit()
        self.model.do(self.model.session.back_to_read_back)

    @Slot()
    def _on_seal(self) -> None:
        missing = self.model.snapshot.moves.get(Phase.SEALED, ())
        if missing:
            self.place.notices.problem(Refused(missing[0]))
        else:
            self.place.desk.page_asked.emit("seal")
