"""One interrogation as long as asked: real session, journal, paper, encrypted takes and sealing.

- The clock is moved on by hand; the recorder's pieces come from the real encoder, sealer and part
  files, with its real log, but without its devices and without sync.
- With a pre-roll, the film goes through the recorder's own rings before it begins.
- A question or answer every seven seconds, a bookmark and a break now and then, a suspension in the
  middle (so two takes), a correction at read-back, every signature on every page.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from app.clock import iso
from app.domain import events as ev
from app.domain.people import Role
from app.ipc import messages as ms
from app.recorder.boxes import Cut
from app.recorder.fragment import PartFile, Sealer, TakeName
from app.recorder.keeper import PART_MS
from app.recorder.logbook import LOG_FILE
from app.recorder.pre_roll import PreRoll
from app.session import hearing as hearing_module
from app.session import recording as recording_module
from app.session.paperwork import Press
from app.session.snapshot import SealedRecord
from app.store.journal import read_lines
from app.store.keystore import RecordKeys
from app.store.logfile import LogFile
from tests.fakes.bench import Bench, FakePress, ink
from tests.fakes.interrogation import PREPARATION
from tests.fakes.links import FakeLinks, FakeRecorder
from tests.fakes.long_film import LongFilm
from tests.fakes.record import workstation

STREAM = "camera-1"
LINE_EVERY_S = 7
BREAK_EVERY_S = 2 * 3600
NEVER_S = 1e9
LINES = (
    "你把当天晚上的经过从头到尾再说一遍，说得具体一些。",
    "我大概八点多从家里出来，先去了超市，后来碰到一个朋友，一起吃了点东西。",
    "你说的这个朋友叫什么名字，你们是怎么认识的？",
    "他姓赵，别的我不太清楚，是以前一起干活的时候认识的。",
)


class SimulatedClock:
    """Both clocks of a machine on which time passes when told."""

    def __init__(self) -> None:
        self._began = datetime(2026, 11, 22, 1, tzinfo=UTC)
        self.now_ms = 0

    def monotonic_ns(self) -> int:
        return self.now_ms * 1_000_000

    def utc_now(self) -> str:
        return self.ago(0)

    def ago(self, by_ms: int) -> str:
        return iso(self._began + timedelta(milliseconds=self.now_ms - by_ms))


@dataclass
class LongRecorder(FakeRecorder):
    """Fits `RecorderLink`; keeps the pieces of a repeated film as the recorder does."""

    keys: RecordKeys
    record_folder: Path
    media_folders: tuple[Path, ...]
    film: LongFilm
    clock: SimulatedClock
    bytes: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self._parts: list[PartFile] = []
        self._take = self._offset_ms = 0
        self._held: PreRoll | None = None
        self._held_from_ms = 0

    def stand_by(self, take: ms.StartTake, pre_roll_s: int) -> None:
        super().stand_by(take, pre_roll_s)
        self._held = self._rings = PreRoll([STREAM], pre_roll_s * 1000)
        self._held_from_ms = self.clock.now_ms
        self._cuts = self.film.cuts(NEVER_S)
        self.keep_piece()

    def start_take(self, command: ms.StartTake) -> None:
        self._take, self._offset_ms = command.take, command.offset_ms
        held, self._held = self._held, None
        pre_roll_ms = 0
        if held is not None:
            asked_ms = self.clock.now_ms - self._held_from_ms
            assert held.settle(asked_ms)
            pre_roll_ms = asked_ms - held.zero_ms
        self.record_id, self.elapsed_ms = command.record_id, command.offset_ms
        self._name = TakeName(command.record_id, STREAM, command.take)
        self._sealer = Sealer(self._name, self.keys.derive("media"))
        self._log = LogFile.open(
            self.record_folder / LOG_FILE, command.record_id, "recorder",
            self.keys.derive("recorder"), self.keys.signing_key,
        )  # fmt: skip
        told = {
            "take": command.take, "streams": [STREAM], "started_utc": self.clock.ago(pre_roll_ms),
            "microphone": "simulated", "cameras": ["simulated"], "offset_ms": command.offset_ms,
            "pre_roll_ms": pre_roll_ms,
        }  # fmt: skip
        self._log.append({"kind": "take_opened", **told})
        self._written_ms = self._part_from_ms = self._part = 0
        self._next_part()
        if held is None:
            self._rings, self._cuts = PreRoll([STREAM]), self.film.cuts(NEVER_S)
            self._rings.release(self._keep)
            self.keep_piece()
        else:
            self._rings.release(self._keep)
        self.say(
            ms.TakeOpened(
                record_id=command.record_id, take=command.take, streams=(STREAM,),
                started_utc=str(told["started_utc"]), microphone="simulated",
                cameras=("simulated",), offset_ms=command.offset_ms, pre_roll_ms=pre_roll_ms,
            )
        )  # fmt: skip

    def keep_piece(self) -> None:
        """The opening, or the next second of film."""
        self._rings.put(STREAM, next(self._cuts))

    def _keep(self, pieces: Sequence[tuple[str, Cut]]) -> None:
        for _, cut in pieces:
            self._keep_one(cut)

    def _keep_one(self, cut: Cut) -> None:
        if cut.t0_ms - self._part_from_ms >= PART_MS:
            self._part_from_ms = cut.t0_ms
            self._next_part()
        piece = self._sealer.seal(cut.plain)
        for part in self._parts:
            part.append(piece.blob)
        self.bytes += len(cut.plain)
        self._written_ms = cut.t1_ms
        told = {
            "take": self._take, "stream": STREAM, "index": piece.index, "head": piece.head.hex(),
            "t0_ms": self._offset_ms + cut.t0_ms, "t1_ms": self._offset_ms + cut.t1_ms,
        }  # fmt: skip
        self._log.append({"kind": "fragment", "bytes": piece.plain_bytes, **told})
        self.elapsed_ms = self._offset_ms + cut.t1_ms
        self.say(ms.FragmentKept(record_id=self.record_id, **told))  # type: ignore[arg-type]

    def stop_take(self, record_id: str, reason: str = "stopped") -> None:
        if not self.record_id:
            return
        self.record_id = ""
        self._close_parts()
        closed = ms.TakeClosed(
            record_id=record_id, take=self._take, reason=reason,
            duration_ms=self._written_ms, heads={STREAM: self._sealer.head.hex()},
        )  # fmt: skip
        self._log.append(
            {
                "kind": "take_closed", "take": closed.take, "reason": reason,
                "duration_ms": closed.duration_ms, "heads": dict(closed.heads),
            }
        )  # fmt: skip
        self._log.close()
        self.say(closed)

    def _next_part(self) -> None:
        self._close_parts()
        self._sealer.new_part()
        self._part += 1
        self._parts = [PartFile(self._name.folder(one), self._part) for one in self.media_folders]

    def _close_parts(self) -> None:
        for part in self._parts:
            part.close()
        self._parts = []


class LongLinks(FakeLinks):
    """The long recorder, and a transcriber by hand."""

    def __init__(self, clock: SimulatedClock, film: LongFilm) -> None:
        super().__init__()
        self.make: Callable[[], LongRecorder] = lambda: self.fake_recorder  # type: ignore[assignment, return-value]
        self.clock, self.film = clock, film

    def recorder(self) -> FakeRecorder:
        self.fake_recorder = self.make()
        return self.fake_recorder


@dataclass
class Told:
    """What the run found; seconds of real time by step."""

    seconds: dict[str, float] = field(default_factory=dict)
    hours: float = 0.0
    events: int = 0
    lines: int = 0
    pages: int = 0
    signatures: int = 0
    media_bytes: int = 0
    record: Path = Path()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = monotonic()
        yield
        self.seconds[name] = round(monotonic() - began, 2)
        sys.stderr.write(f"{self.hours:g} h, {name}: {self.seconds[name]} s\n")


def hold(
    home: Path,
    hours: float,
    press: Press | None = None,
    film: LongFilm | None = None,
    *,
    pre_roll_s: int = 0,
) -> Told:
    """From preparation to the sealed record, which lies in `home` afterwards."""
    told, clock = Told(hours=hours), SimulatedClock()
    with unhurried():
        links = LongLinks(clock, film or LongFilm.make())
        bench = make_bench(home, clock, links, press or FakePress())
        recorder = links.fake_recorder
        assert isinstance(recorder, LongRecorder)
        try:
            with told.step("hours of questions"):
                question(bench, recorder, hours, pre_roll_s)
            with told.step("pages"):
                read_back(bench)
            with told.step("signatures"):
                told.signatures = sign(bench)
            with told.step("sealing"):
                sealed = seal(bench, clock)
            told.events = sum(1 for _ in read_lines(bench.folder, bench.keys))
            state = bench.session.snapshot.state
            told.lines, told.pages = len(state.utterances), sealed.pages
            told.media_bytes, told.record = recorder.bytes, Path(sealed.folder)
        finally:
            bench.close()
    return told


def make_bench(home: Path, clock: SimulatedClock, links: LongLinks, press: Press) -> Bench:
    """A bench whose recorder keeps films, with two media folders."""
    made: list[LongRecorder] = []

    def make() -> LongRecorder:
        interrogations = home / "data" / "interrogations"
        keys = bench_keys(home)
        made.append(
            LongRecorder(keys, interrogations / "R1", (interrogations, home / "second"),
                         links.film, clock)
        )  # fmt: skip
        return made[-1]

    def bench_keys(_home: Path) -> RecordKeys:
        return found[0].keys

    found: list[Bench] = []

    class LongBench(Bench):
        def reopen(self):  # the keys exist from here on
            found[:] = [self]
            return super().reopen()

    links.make = make
    return LongBench(home, links=links, clock=clock, press=press, keys=workstation())


def question(bench: Bench, recorder: LongRecorder, hours: float, pre_roll_s: int = 0) -> None:
    """The interview, second by second."""
    session, clock, seconds = bench.session, recorder.clock, int(hours * 3600)
    session.prepare(PREPARATION)
    if pre_roll_s:
        session.stand_by(pre_roll_s)
        for _ in range(pre_roll_s + 5):
            clock.now_ms += 1000
            recorder.keep_piece()
    session.begin()
    session.show_rights(1, "zh", 1500)
    session.acknowledge_rights(ink())
    session.begin_interview()
    for second in range(seconds):
        clock.now_ms += 1000
        recorder.keep_piece()
        if second % LINE_EVERY_S == 0:
            number = second // LINE_EVERY_S
            text = LINES[number % len(LINES)]
            heard = bench.links.fake_transcriber
            heard.hear("R1", number % 2, recorder.elapsed_ms - 900, text)
        if second % 60 == 0:
            compare_clocks(bench)
        if second % BREAK_EVERY_S == BREAK_EVERY_S - 1:
            session.start_break(ev.BreakKind.REST)
            session.end_break("没有谈案情")
            session.bookmark("要点")
        if second == seconds // 2:
            session.suspend("更换硬盘")
            clock.now_ms += 90_000
            session.resume("硬盘已更换")


def compare_clocks(bench: Bench) -> None:
    """As the session does it each minute."""
    bench.proceeding.record(ev.ClockCompared(offset_center_ms=3, steps_ms=0), "desk")


def read_back(bench: Bench) -> None:
    """Every page is read, one line corrected."""
    session = bench.session
    session.begin_read_back()
    session.correct(session.snapshot.state.utterances[-1].id, "我叫王海雁。", Role.SUSPECT)
    paper = session.snapshot.state.paper
    assert paper is not None
    for page in range(1, paper.pages + 1):
        session.page_read(page, Role.SUSPECT, 4000)
    session.confirm_read_back(Role.SUSPECT)


def sign(bench: Bench) -> int:
    """Every signer signs the last of their fields, and the suspect every page (L17)."""
    session = bench.session
    session.begin_signing()
    state = session.snapshot.state
    assert state.paper is not None
    wanted = [field for field in state.paper.fields if field.signer_id]
    for one in wanted:
        session.give_marks(one.signer_id, one.name, ink(), None)
    return len(wanted)


def seal(bench: Bench, clock: SimulatedClock) -> SealedRecord:
    """End the recording and seal."""
    clock.now_ms += 1000
    return bench.session.seal(lambda _step: None)


@contextmanager
def unhurried() -> Iterator[None]:
    """No sync, for the disk is no part of this; nobody is missed while hours pass."""
    kept = os.fsync, os.fdatasync
    limits = recording_module.SILENT_AFTER_S, hearing_module.SILENT_AFTER_S
    os.fsync = os.fdatasync = lambda _file: None  # type: ignore[assignment]
    recording_module.SILENT_AFTER_S = hearing_module.SILENT_AFTER_S = NEVER_S
    try:
        yield
    finally:
        os.fsync, os.fdatasync = kept
        recording_module.SILENT_AFTER_S, hearing_module.SILENT_AFTER_S = limits
