"""A session in memory: the real decisions and evolution, without recorder, disk or clock.

- Nothing is invented about the law: what `app.domain` refuses, this refuses.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from app.clock import iso
from app.domain import events as ev
from app.domain.comparison import taking
from app.domain.decisions import decide
from app.domain.evolution import evolve
from app.domain.interrogation import Interrogation
from app.domain.people import Preparation, Role
from app.domain.phase import Phase
from app.domain.rules import allowed_moves
from app.domain.signers import MarkKind, SignatureField
from app.domain.spoken_words import split_ms
from app.domain.transcript import Hearing, Origin, Word
from app.errors import KeyProblem
from app.session.snapshot import Live, PreRoll, SealedRecord, SealStep, SecondHearing, Snapshot
from tests.fakes import paper


class FakeSecondPass:
    """Proposals by hand; what is taken or kept goes the real way."""

    def __init__(self, session: FakeSession) -> None:
        self._session = session
        self.orders: list[str] = []

    def start(self) -> None:
        self.orders.append("start")
        self.show(SecondHearing(running=True, model="small", heard_ms=42_000, until_ms=170_000))

    def cancel(self) -> None:
        self.orders.append("cancel")
        self.show(SecondHearing(model="small", heard_ms=42_000, until_ms=170_000))

    def show(self, second: SecondHearing) -> None:
        self._session.show(msgspec.structs.replace(self._session.live, second=second))

    def propose(self, role: Role, text: str, t0_ms: int, t1_ms: int) -> str:
        proposal_id = f"s-{t0_ms}"
        hearing = Hearing(raw_text=text, model="small", pass_number=2)
        self._session.tell(
            ev.HeardAgain(
                proposal_id=proposal_id,
                role=role,
                t0_ms=t0_ms,
                t1_ms=t1_ms,
                text=text,
                hearing=hearing,
            )
        )
        return proposal_id

    def take(self, proposal_id: str) -> None:
        session = self._session
        for event in taking(session.state, proposal_id, f"t-{proposal_id}", session.officer):
            session.do(event)

    def keep(self, proposal_id: str) -> None:
        self._session.do(ev.ProposalSettled(proposal_id=proposal_id, taken=False))


class FakeSession:
    """One interrogation whose journal is a list."""

    def __init__(self, officer: str = "陈立新", record_id: str = "20261122-1-7F3A") -> None:
        self.officer = officer
        self.now_ms = -1
        self.entries: list[ev.Entry] = []
        self.state = Interrogation()
        self.live = Live()
        self.began = datetime.now(UTC) - timedelta(minutes=9)
        self.calls: list[str] = []
        self._watchers: list[Callable[[object], None]] = []
        self._counter = 0
        self.last_ink: object = None
        self.last_fingerprint: object = None
        self.exhibit_paths: list[Path] = []
        self._pdf = b""
        self.second_pass = FakeSecondPass(self)
        self.tell(ev.Opened(record_id=record_id, room="讯问室 1", simulated=True, software="0"))

    @property
    def record_id(self) -> str:
        return self.state.record_id

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(state=self.state, moves=allowed_moves(self.state))

    def offset_ms(self) -> int:
        return self.now_ms

    def subscribe(self, on_change: Callable[[object], None]) -> Callable[[], None]:
        self._watchers.append(on_change)
        return lambda: self._watchers.remove(on_change)

    def tell(self, event: Any, actor: str = "") -> None:
        """Journal without deciding: what machines report."""
        entry = ev.Entry(
            utc=self._utc(), offset_ms=self.now_ms, actor=actor or self.officer, event=event
        )
        self.entries.append(entry)
        self.state = evolve(self.state, entry)
        self._publish(self.snapshot)

    def show(self, live: Live) -> None:
        self.live = live
        self._publish(live)

    def _publish(self, news: object) -> None:
        for watcher in tuple(self._watchers):
            watcher(news)

    def do(self, event: ev.Event) -> None:
        self.calls.append(type(event).__name__)
        self.tell(decide(self.state, event))

    def _utc(self) -> str:
        return iso(self.began + timedelta(milliseconds=max(self.now_ms, 0)))

    def _id(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}-{self._counter:04d}"

    def prepare(self, preparation: Preparation) -> None:
        self.do(ev.PreparationChanged(preparation=preparation))

    def stand_by(self, pre_roll_s: int) -> None:
        held = PreRoll(announced_s=pre_roll_s, is_held=True, held_ms=3_000)
        self.show(msgspec.structs.replace(self.live, pre_roll=held))

    def stand_down(self) -> None:
        self.show(msgspec.structs.replace(self.live, pre_roll=PreRoll()))

    def begin(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.RIGHTS))
        self.now_ms = 0
        self.tell(
            ev.TakeStarted(
                take=1,
                streams=("camera-1",),
                started_utc=self._utc(),
                microphone="USB Audio 双通道",
                cameras=("Camera 1",),
                offset_ms=0,
                pre_roll_ms=self.live.pre_roll.held_ms,
            ),
            "recorder",
        )
        self.stand_down()

    def abandon(self, reason: str) -> None:
        self.do(ev.PhaseChanged(to=Phase.ABANDONED, reason=reason))

    def show_rights(
        self, page: int, language: str, shown_ms: int, read_aloud: bool = False
    ) -> None:
        self.do(
            ev.RightsShown(page=page, language=language, shown_ms=shown_ms, read_aloud=read_aloud)
        )

    def acknowledge_rights(self, ink: object, refused: bool = False, reason: str = "") -> None:
        self.last_ink = ink
        self.do(ev.RightsAcknowledged(refused=refused, reason=reason))

    def begin_interview(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.INTERVIEWING))

    def hear(self, role: Role, text: str, t0_ms: int, t1_ms: int, weak: str = "") -> str:
        """What the transcriber would report; characters in `weak` are of low confidence."""
        step = (t1_ms - t0_ms) / max(len(text), 1)
        words = tuple(
            Word(c, int(t0_ms + i * step), int(t0_ms + (i + 1) * step), 0.35 if c in weak else 0.95)
            for i, c in enumerate(text)
        )
        line_id = self._id("u")
        hearing = Hearing(raw_text=text, words=words, model="demo")
        self.tell(
            ev.UtteranceHeard(
                utterance_id=line_id,
                role=role,
                t0_ms=t0_ms,
                t1_ms=t1_ms,
                text=text,
                hearing=hearing,
            ),
            "transcriber",
        )
        return line_id

    def add_line(
        self, role: Role, text: str, origin: Origin = Origin.TYPED, t0_ms: int | None = None
    ) -> str:
        line_id = self._id("u")
        moment = self.now_ms if t0_ms is None else t0_ms
        self.do(
            ev.LineAdded(utterance_id=line_id, role=role, t0_ms=moment, text=text, origin=origin)
        )
        return line_id

    def revise(
        self,
        utterance_id: str,
        text: str,
        origin: Origin = Origin.TYPED,
        by: str = "",
        reason: str = "",
    ) -> None:
        by = by or self.officer
        self.do(
            ev.LineRevised(
                utterance_id=utterance_id, text=text, origin=origin, by=by, reason=reason
            )
        )

    def change_speaker(self, utterance_id: str, role: Role) -> None:
        self.do(ev.SpeakerChanged(utterance_id=utterance_id, role=role))

    def split_line(self, utterance_id: str, at: int) -> str:
        line = self.state.utterance(utterance_id)
        at_ms = split_ms(line, at)
        new_id = self._id("u")
        self.do(ev.LineSplit(utterance_id=utterance_id, new_id=new_id, at=at, at_ms=at_ms))
        return new_id

    def merge_lines(self, first: str, second: str) -> None:
        self.do(ev.LinesMerged(utterance_id=first, absorbed_id=second))

    def start_break(self, break_kind: ev.BreakKind, reason: str = "") -> None:
        self.do(ev.BreakStarted(break_kind=break_kind, reason=reason))

    def end_break(self, note: str = "") -> None:
        self.do(ev.BreakEnded(note=note))

    def bookmark(self, label: str) -> None:
        self.do(ev.Bookmarked(at_ms=self.now_ms, label=label))

    def show_exhibit(self, path: Path, name: str) -> str:
        self.exhibit_paths.append(path)
        digest = hashlib.sha256(name.encode()).hexdigest()
        exhibit_id = self._id("e")
        self.do(
            ev.ExhibitShown(exhibit_id=exhibit_id, name=name, media_type="image/png", digest=digest)
        )
        return exhibit_id

    def leave(self) -> None:
        self.calls.append("leave")

    def hide_exhibit(self) -> None:
        self.do(ev.ExhibitHidden(exhibit_id=self.state.exhibit_on_tablet))

    def exhibit_bytes(self, exhibit_id: str) -> tuple[bytes, str]:
        return exhibit_id.encode(), "image/png"

    def object(self, by: Role, text: str, page: str) -> None:
        self.do(ev.ObjectionRaised(by=by, text=text, page=page))

    def suspend(self, reason: str) -> None:
        self.do(ev.PhaseChanged(to=Phase.SUSPENDED, reason=reason))

    def resume(self, reason: str) -> None:
        self.do(ev.PhaseChanged(to=Phase.INTERVIEWING, reason=reason))

    def begin_read_back(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.READ_BACK))
        self._make_paper()

    def _make_paper(self) -> None:
        self._pdf, pages, boxes = paper.lay_out(self.state)
        digests = tuple(
            hashlib.sha256(f"{self.record_id}{self._counter}{n}".encode()).hexdigest()
            for n in range(pages)
        )
        fields = tuple(
            SignatureField(
                name=f"{signer.id}-page-{page}", signer_id=signer.id, page=page, box=boxes
            )
            for signer in self.state.signers
            for page in (range(1, pages + 1) if signer.every_page else (pages,))
        )
        digest = hashlib.sha256(self._pdf).hexdigest()
        self.tell(ev.PaperMade(paper_digest=digest, page_digests=digests, fields=fields))

    def paper_pdf(self) -> bytes:
        return self._pdf

    def paper_printed(
        self, paper_digest: str, pages: tuple[int, ...], copies: int, printer: str
    ) -> None:
        self.do(
            ev.PaperPrinted(paper_digest=paper_digest, pages=pages, copies=copies, printer=printer)
        )

    def page_read(self, page: int, by: Role, shown_ms: int, read_aloud: bool = False) -> None:
        assert self.state.paper is not None
        digest = self.state.paper.page_digests[page - 1]
        self.do(
            ev.PageRead(
                page=page, page_digest=digest, by=by, shown_ms=shown_ms, read_aloud=read_aloud
            )
        )

    def correct(self, utterance_id: str, text: str, by: Role) -> None:
        self.revise(utterance_id, text, Origin.CORRECTED, by=self._name_of(by))
        self._counter += 1
        self._make_paper()

    def _name_of(self, role: Role) -> str:
        own = self.state.preparation.suspect.name
        return own if role is Role.SUSPECT else role.value

    def confirm_read_back(self, by: Role) -> None:
        self.do(ev.ReadBackConfirmed(by=by))

    def back_to_interview(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.INTERVIEWING))

    def begin_signing(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.SIGNING))

    def give_marks(self, signer_id: str, field_name: str, ink: object, fingerprint: object) -> None:
        assert self.state.paper is not None
        self.last_ink, self.last_fingerprint = ink, fingerprint
        page = next(f.page for f in self.state.paper.fields if f.name == field_name)
        self.do(
            ev.MarkGiven(
                mark_id=self._id("m"),
                mark_kind=MarkKind.INK,
                signer=signer_id,
                field=field_name,
                page=page,
                page_digest=self.state.paper.page_digests[page - 1],
                digest="0" * 64,
                device="屏幕",
                simulated=True,
                take=1,
                media_ms=self.now_ms,
            )
        )
        self.tell(ev.PaperSigned(field=field_name, signer=signer_id, bytes=1, digest="0" * 64))

    def plug_token(self, signer_id: str, pin: str) -> str:
        self.calls.append("plug_token")
        if pin != "135790":
            raise KeyProblem("token_pin_wrong")
        return "陈立新 030112"

    def unplug_token(self, signer_id: str) -> None:
        self.calls.append("unplug_token")

    def refuse_signing(self, signer_id: str, reason: str) -> None:
        self.do(ev.SigningRefused(signer=signer_id, reason=reason))

    def back_to_read_back(self) -> None:
        self.do(ev.PhaseChanged(to=Phase.READ_BACK))
        self.tell(ev.MarksVoided(paper_digest="", reason="correction"))

    def seal(self, on_step: Callable[[SealStep], None]) -> SealedRecord:
        steps = ("media", "documents", "digests", "signature", "timestamp", "check", "catalogue")
        self.do(ev.PhaseChanged(to=Phase.SEALED))
        for name in steps:
            on_step(SealStep(name=name, done=1.0))
        root = hashlib.sha256(self.record_id.encode()).hexdigest()
        self.tell(ev.SealMade(root_digest=root, folder="/var/lib/shilu/records/" + self.record_id))
        return SealedRecord(
            record_id=self.record_id,
            folder="/var/lib/shilu/records/" + self.record_id,
            root_digest=root,
            pages=self.state.paper.pages if self.state.paper else 0,
            started_utc=self.state.started_utc,
            ended_utc=self.state.ended_utc,
            time_proven=False,
        )

    def scene(self, t0_ms: int, t1_ms: int) -> Any:
        from tests.fakes.films import scene

        self.calls.append(f"scene {t0_ms} {t1_ms}")
        return scene()

    def sounds(self) -> list[Any]:
        from app.recorder.pyramid import Pyramid

        pyramid = Pyramid()
        at = np.arange(4 * 48_000, dtype=np.float32) / 48_000
        wave = (0.3 * np.sin(2 * math.pi * 3 * at)).astype(np.float32)
        pyramid.add(np.stack([wave, wave], axis=1))
        return [(0, pyramid)]

    def lively(self, **changed: Any) -> None:
        self.show(msgspec.structs.replace(self.live, **changed))
