"""Sealing, taped: whatever dies in it, there is a whole sealed record or none, never a half."""

from __future__ import annotations

from pathlib import Path

from app.domain.people import Role
from app.errors import Problem
from app.ipc import messages as ms
from app.recorder.fragment import FragmentWriter, TakeName
from app.session.takes import LOG_FILE, LOG_NAME
from app.store.logfile import LogFile
from signing.verify import verify
from tests.crash.desk import SIGNER_IDS, Finding, acceptance
from tests.crash.tape import Tape
from tests.fakes.bench import Bench, ink
from tests.fakes.interrogation import PREPARATION

RECORD = "R1"
STREAM = "camera-1"
FRAGMENTS = 5
SEAL_EVENT = "seal_made"


def play(home: Path, tape: Tape) -> Bench:
    """An interrogation whose sealing alone is on the tape, over the disk as it was then."""
    bench = Bench(home)
    head = _record(bench)
    recorder = bench.links.fake_recorder

    def stop_take(record_id: str, reason: str = "stopped") -> None:
        recorder.record_id = ""
        closed = ms.TakeClosed(
            record_id=record_id, take=1, reason=reason, duration_ms=4000, heads={STREAM: head}
        )
        recorder.say(closed)

    recorder.stop_take = stop_take
    session = bench.session
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 1500)
    session.acknowledge_rights(ink())
    session.begin_interview()
    bench.links.fake_transcriber.hear(RECORD, 1, 1000, "我没有拿。")
    session.begin_read_back()
    session.page_read(1, Role.SUSPECT, 4000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    for signer in SIGNER_IDS:
        session.give_marks(signer, f"{signer}-1", ink(), None)
    with tape, acceptance(tape.acknowledge):
        session.seal(_ignore)
    bench.proceeding.close()
    bench.database.close()
    return bench


def _ignore(_step: object) -> None:
    """Nobody looks."""


def _record(bench: Bench) -> str:
    """A take of small pieces, as the recorder leaves it; returns its last head."""
    keys, folder = bench.keys, bench.paths.interrogations
    film = FragmentWriter(folder, TakeName(RECORD, STREAM, 1), keys.derive("media"))
    key = keys.derive(LOG_NAME)
    with LogFile.open(bench.folder / LOG_FILE, RECORD, LOG_NAME, key, keys.signing_key) as log:
        log.append(
            {
                "kind": "take_opened",
                "take": 1,
                "streams": [STREAM],
                "offset_ms": 0,
                "started_utc": "2026-11-22T03:00:00.000Z",
                "microphone": "fake",
                "cameras": ["fake"],
            }
        )
        for index in range(FRAGMENTS):
            piece = film.append(bytes([index]) * 4000)
            log.append(
                {
                    "kind": "fragment",
                    "take": 1,
                    "stream": STREAM,
                    "index": index,
                    "head": piece.head.hex(),
                    "bytes": piece.plain_bytes,
                    "t0_ms": max(0, index - 1) * 1000,
                    "t1_ms": index * 1000,
                }
            )
        log.append(
            {
                "kind": "take_closed",
                "take": 1,
                "reason": "stopped",
                "duration_ms": 4000,
                "heads": {STREAM: film.head},
            }
        )
    film.close()
    return film.head


def check(home: Path, told: list, _all_of: list) -> Finding:
    """A record in its place is whole; one that the journal tells of is in its place."""
    finding = Finding()
    record = home / "data" / "records" / RECORD
    if record.exists():
        try:
            verify(record)
        except (Problem, OSError) as problem:
            finding.wrong.append(f"half a record: {problem}")
    elif any(one.kind == SEAL_EVENT for one in told):
        finding.wrong.append("the sealed record is gone")
    return finding
