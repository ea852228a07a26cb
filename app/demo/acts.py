"""The acts of the demo, in the order of the law: each is a step of the report.

- What the officer does goes through the session, as the desk's buttons do; what the person does
  goes through the tablet's own buttons and pads.
- The agreed text is what was heard, with one correction typed at the person's request.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

from cryptography.x509 import Certificate
from PySide6.QtWidgets import QWidget

from app.demo import clips
from app.demo.cast import OPINION, PREPARATION, exhibit_picture
from app.demo.checks import judge, refusals
from app.demo.report import Heard, LanguageHeard, Report
from app.demo.script import Microphone, Script, Turn, character_errors, read_script
from app.demo.stage import Point, Stage
from app.demo.surroundings import Places
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.signers import SignatureField
from app.domain.transcript import Utterance
from app.errors import SetupProblem
from app.paths import RESOURCES
from app.session.room import Room
from app.session.session import Session
from app.session.snapshot import SealedRecord
from app.session.workstation import Workstation
from app.store.outbox import DeliveryState
from signing.pads.handwriting import write
from widgets.pages.records import RecordsPage

FONT = RESOURCES / "fonts" / "ShiluSans-Regular.otf"
INTO_A_TURN_S = 1.2  # a picture of somebody speaking shows the meters at work
PAUSE_S = 0.7  # between turns, so that each is an utterance of its own
LAST_LINE_LIMIT_S = 8.0  # read-back waits for the rest in any case
DELIVERY_LIMIT_S = 60.0
LANGUAGE = "zh"
SAID, MEANT = "八百元", "九百元"  # the amount that the person corrects at read-back
OBJECTION = "objection_rest"
DEVICE_CHECK_S = 4.0  # the Prepare page looks at the devices by itself


class Acts:
    """One interrogation, played."""

    def __init__(
        self, stage: Stage, room: Room, workstation: Workstation, places: Places, report: Report
    ) -> None:
        self._stage = stage
        self._windows = stage.windows
        self._room = room
        self._workstation = workstation
        self._places = places
        self._report = report
        self._microphone = Microphone(places.out / "microphone")
        script = read_script()
        self._script = Script(tuple(t for t in script.turns if t.language == LANGUAGE))
        self._others = [turn for turn in script.turns if turn.language != LANGUAGE]
        self._session: Session
        self._sealed: SealedRecord

    def all(self) -> None:
        """Play everything; each act is a step of the report."""
        for name, act in (
            ("devices", self.devices),
            ("prepare", self.prepare),
            ("rights", self.rights),
            ("interview", self.interview),
            ("read_back", self.read_back),
            ("sign", self.sign),
            ("seal", self.seal),
            ("deliver", self.deliver),
            ("export", self.export),
            ("verify", self.verify),
            ("tamper", self.tamper),
            ("records", self.records),
        ):
            with self._report.step(name):
                act()

    # --- acts ---------------------------------------------------------------------

    def devices(self) -> None:
        """The room is as a real session needs it."""
        self._picture("start")
        failed = [check for check in self._room.preflight() if check.state == "failed"]
        if failed:
            raise SetupProblem("demo_stuck", what=f"{failed[0].name}: {failed[0].code}")

    def prepare(self) -> None:
        """The officer fills the form and begins; recording runs before anything is said."""
        self._session = self._room.new("李建国")
        self._session.prepare(PREPARATION)
        self._stage.on_gui(lambda: self._windows.model.attach(self._session))
        time.sleep(DEVICE_CHECK_S)
        self._picture("prepare", tablet=True)
        self._stage.click(self._windows.tablet, "language_zh")
        self._session.begin()

    def rights(self) -> None:
        """The person reads the notice on the tablet and acknowledges it by hand."""
        tablet = self._windows.tablet
        self._stage.until(lambda: tablet.page.KIND == "rights", "rights notice")
        self._picture("rights", tablet=True)
        while self._stage.on_gui(lambda: tablet.page.KIND) == "rights":
            self._stage.click(tablet, "rights_next")
        self._stage.until(lambda: tablet.page.KIND == "acknowledge", "acknowledgement")
        self._write(PREPARATION.suspect.name)
        self._picture("acknowledge", desk=False)
        self._stage.click(tablet, "rights_acknowledge")
        self._stage.until(lambda: self._state.rights is not None, "acknowledgement journaled")
        self._session.begin_interview()

    def interview(self) -> None:
        """Questions and answers are spoken; the transcript writes itself."""
        turns = self._script.turns
        for number, turn in enumerate(turns):
            pictured = number == len(turns) - 3
            self._say(turn, number, "interview" if pictured else "")
            if number == len(turns) // 2:
                self._show_exhibit()
                self._object()
        self._await_hearing(len(turns))
        self._picture("interview-full")

    def read_back(self) -> None:
        """The person reads each page, has one line corrected and confirms."""
        tablet = self._windows.tablet
        self._session.begin_read_back()
        self._report.heard = self._compare()
        line = self._line_to_correct()
        self._picture("read-back", tablet=True)
        self._session.correct(line.id, _corrected(line.text), Role.SUSPECT)
        self._picture("read-back-corrected", tablet=True)
        paper = self._state.paper
        assert paper is not None
        for _ in range(paper.pages - 1):
            time.sleep(1.0)  # a person reads
            self._stage.click(tablet, "read_next")
        self._stage.click(tablet, "read_confirm")
        self._stage.until(lambda: self._state.read_back_confirmed, "read-back confirmed")
        self._session.begin_signing()

    def sign(self) -> None:
        """Each signer signs each place; the person's finger is put on the pad."""
        pictured = False
        for signer in self._state.signers:
            for name in self._state.fields_left(signer.id):
                field = self._field(name)
                self._sign_one(signer.id, signer.name, field, prints=signer.prints)
                if not pictured:
                    self._picture("sign", tablet=True)
                    pictured = True
        self._picture("signed")

    def seal(self) -> None:
        """Recording ends; the record is built, signed and checked."""
        self._sealed = self._session.seal(self._ignore_step)
        self._report.record = self._sealed.folder
        self._stage.on_gui(lambda: self._windows.model.tablet.receipt_ready.emit(self._sealed))
        self._picture("seal", tablet=True)

    def deliver(self) -> None:
        """The center takes the record in and its receipt is verified."""
        deadline = time.monotonic() + DELIVERY_LIMIT_S
        while time.monotonic() < deadline:
            delivery = self._workstation.outbox.get(self._sealed.record_id)
            self._report.delivery = delivery.state.value if delivery else ""
            if delivery and delivery.state is DeliveryState.ACKNOWLEDGED:
                return
            time.sleep(0.1)
        raise SetupProblem("demo_stuck", what=f"delivery: {self._report.delivery}")

    def export(self) -> None:
        """A folder, a ZIP and a disc image, each read back, verified and noted in custody."""
        folder = self._places.export / self._sealed.record_id
        for name in ("", ".zip", ".iso"):
            target = folder.with_name(f"{folder.name}{name}")
            self._room.export(self._sealed.record_id, target, _ignore, threading.Event())
        self._report.record = str(folder)
        self._report.zip = f"{folder}.zip"
        self._report.iso = f"{folder}.iso"

    def verify(self) -> None:
        """The strict verifier and the stock tools accept the exported record."""
        self._report.verified = judge(Path(self._report.record), self._authority, self._places.out)

    def tamper(self) -> None:
        """The same record with one flipped byte is refused."""
        record = Path(self._report.record)
        self._report.tampered_refused = refusals(record, self._authority, self._places.out)

    def records(self) -> None:
        """The archivist finds the record; the pages without an interrogation are pictured."""
        self._room.verify(self._sealed.record_id, _ignore)
        for page in ("records", "settings"):
            self._stage.on_gui(partial(self._windows.main.show_page, page))
            self._picture(page)
            if page == "records":
                self._look_at_film()
                self._make_working_copy()

    def _look_at_film(self) -> None:
        """The archivist goes to an answer and sees and hears it."""
        page = self._windows.main.pages["records"]
        assert isinstance(page, RecordsPage)
        film, line = page.film, next(one for one in self._state.utterances if one.has_sound)
        self._stage.until(lambda: page.rows.rowCount() > 0, "list of records")
        self._stage.on_gui(partial(page.table.selectRow, 0))
        self._stage.click(self._windows.main, "records_look")
        self._stage.until(lambda: bool(film.picture.streams), "picture of the film")
        self._stage.on_gui(partial(film.play_line, line.id))
        self._stage.until(lambda: film.at_ms > line.t0_ms, "film playing")
        self._stage.on_gui(film.player.halt)
        self._stage.until(lambda: not self._windows.place.background.busy, "sound of the film")
        self._picture("film")
        self._stage.on_gui(film.leave)

    def _make_working_copy(self) -> None:
        """A name is covered wherever it stands, in a copy that says it is one."""
        page = self._windows.main.pages["records"]
        assert isinstance(page, RecordsPage)
        pane, name = page.copying, PREPARATION.suspect.name
        self._stage.click(self._windows.main, "records_working_copy")
        self._stage.on_gui(partial(pane.form.editor.setPlainText, name))
        self._stage.on_gui(partial(pane.form.show_folder, str(self._places.export)))
        self._stage.until(lambda: pane.covered > 0, "places to be covered")
        self._stage.click(self._windows.main, "working_copy_make")
        self._stage.until(lambda: pane.made is not None, "redacted working copy")
        self._picture("working-copy")
        self._stage.on_gui(pane.leave)

    # --- hands --------------------------------------------------------------------

    @property
    def _state(self) -> Interrogation:
        return self._session.snapshot.state

    def _say(self, turn: Turn, number: int, picture: str = "") -> None:
        file = self._microphone.say(turn, number)
        if picture:
            time.sleep(INTO_A_TURN_S)
            self._picture(picture, tablet=True)
        while file.exists():
            time.sleep(0.02)
        time.sleep(PAUSE_S)

    def _write(self, text: str) -> None:
        pad = self._stage.on_gui(self._ink_pad)
        aspect = self._stage.on_gui(lambda: pad.width() / max(1, pad.height()))
        strokes: list[list[Point]] = [
            [(point.x, point.y, point.pressure, point.t_ms) for point in stroke]
            for stroke in write(text, FONT, aspect=aspect)
        ]
        self._stage.write(pad, strokes)

    def _ink_pad(self) -> QWidget:
        pad = self._windows.tablet.page.findChild(QWidget, "ink_pad")
        assert isinstance(pad, QWidget)
        return pad

    def _line_to_correct(self) -> Utterance:
        answers = [line for line in self._state.utterances if line.role is Role.SUSPECT]
        return next((line for line in answers if SAID in line.text), answers[-1])

    def _object(self) -> None:
        """The person touches "I object", chooses what about and sends it."""
        tablet = self._windows.tablet
        self._stage.click(tablet, "objection")
        self._picture("objection", desk=False)
        self._stage.click(tablet, OBJECTION)
        self._stage.click(tablet, "objection_send")
        self._stage.until(lambda: bool(self._state.objections), "objection journaled")
        self._stage.click(tablet, "objection_close")

    def _sign_one(self, signer_id: str, name: str, field: SignatureField, *, prints: bool) -> None:
        tablet, link = self._windows.tablet, self._windows.model.tablet
        self._stage.on_gui(lambda: link.sign_requested.emit(signer_id, field.name))
        self._stage.until(lambda: tablet.page.KIND == "sign", "signing page")
        is_opinion = field.name.endswith("opinion")
        self._write(OPINION if is_opinion else name)
        if prints and not is_opinion:
            self._stage.click(tablet, "fingerprint_capture")
        self._stage.click(tablet, "sign_confirm")
        self._stage.until(lambda: field.name in self._state.signed_fields, f"field {field.name}")

    def _field(self, name: str) -> SignatureField:
        paper = self._state.paper
        assert paper is not None
        return next(field for field in paper.fields if field.name == name)

    def _show_exhibit(self) -> None:
        picture = exhibit_picture(self._places.out)
        self._session.show_exhibit(picture, "涉案电动车照片")
        self._picture("exhibit", desk=False)
        self._session.hide_exhibit()

    def _picture(self, name: str, *, desk: bool = True, tablet: bool = False) -> None:
        windows: list[QWidget] = [self._windows.main] if desk else []
        if tablet or not desk:
            windows.append(self._windows.tablet)
        self._stage.photograph(name, *windows)

    # --- what was heard -----------------------------------------------------------

    def _await_hearing(self, lines: int) -> None:
        deadline = time.monotonic() + LAST_LINE_LIMIT_S
        while len(self._state.utterances) < lines and time.monotonic() < deadline:
            time.sleep(0.1)

    def _compare(self) -> Heard:
        heard = [line for line in self._state.utterances if line.hearing]
        said = "".join(turn.text for turn in self._script.turns)
        wrong, length = character_errors(said, "".join(line.text for line in heard))
        model = heard[0].hearing.model if heard and heard[0].hearing else ""
        languages = {LANGUAGE: LanguageHeard("interview", length, wrong)}
        for name in sorted({turn.language for turn in self._others}):
            errors, characters = clips.errors([t for t in self._others if t.language == name])
            languages[name] = LanguageHeard("clips", characters, errors)
        return Heard(len(heard), languages[LANGUAGE].cer, model, languages)

    @property
    def _authority(self) -> Certificate:
        enrolment = self._workstation.enrolment
        assert enrolment is not None
        return enrolment.authority

    def _ignore_step(self, _step: object) -> None:
        """The report times the whole."""


def _corrected(text: str) -> str:
    """What the person asks to have written instead."""
    if SAID in text:
        return text.replace(SAID, MEANT)
    return text.rstrip("。") + "，我记得是这样。"


def _ignore(_share: float) -> None:
    """Nobody watches this bar."""
