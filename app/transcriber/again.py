"""Hears takes a second time in a process of its own: an order comes in, lines go out, as JSON.

- The live hearing is not touched: it has its own process, and this one runs below it.
- Ending the process loses the utterance being heard and nothing else: whoever ordered knows the
  lines that came and orders the rest.
"""

from __future__ import annotations

import threading
from typing import BinaryIO

import msgspec

from app.errors import Problem
from app.ipc import messages as ms
from app.ipc.priority import stand_back
from app.transcriber.job import Engines, Job, MediaKeyOf

NICENESS = 19
BEAT_S = 0.5


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Which takes are to be heard, the oldest first."""

    takes: tuple[ms.StartHearing, ...]
    until_ms: int  # from recording start; the last take may go on after it


class Reached(msgspec.Struct, frozen=True, kw_only=True, tag="reached", tag_field="type"):
    """How far hearing is, from recording start."""

    heard_ms: int


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended", tag_field="type"):
    """Nothing more comes; `code` says why if not all was heard."""

    code: str = ""


Told = ms.LineHeard | Reached | Ended


def run(order: bytes, out: BinaryIO, media_key_of: MediaKeyOf) -> int:
    """Carry out an order; returns the exit status: 0, or 1 when not all could be heard.

    Args:
        order: an `Order` as JSON.
        out: gets one `Told` a line.
        media_key_of: how a record's media key is got.
    """
    stand_back(NICENESS)
    wanted = msgspec.json.decode(order, type=Order)
    say = _Voice(out)
    engines = Engines()
    try:
        for command in wanted.takes:
            is_last = command is wanted.takes[-1]
            job = Job(command, engines, media_key_of, say.line)
            job.finish(wanted.until_ms if is_last else -1)
            _hear(job, say)
            if job.code:
                say(Ended(code=job.code))
                return 1
    except Problem as problem:
        say(Ended(code=problem.code))
        return 1
    say(Ended())
    return 0


class _Voice:
    """Writes one message a line, from any thread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def __call__(self, told: Told) -> None:
        with self._lock:
            self._out.write(msgspec.json.encode(told) + b"\n")
            self._out.flush()

    def line(self, message: ms.Message) -> None:
        """What a job publishes: only its lines are of use here."""
        if isinstance(message, ms.LineHeard):
            self(message)


def _hear(job: Job, say: _Voice) -> None:
    """Run a job and tell how far it is."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(BEAT_S):
            say(Reached(heard_ms=min(job.heard_ms)))

    teller = threading.Thread(target=tell, name="hearing-progress", daemon=True)
    teller.start()
    try:
        job.run()
    finally:
        done.set()
        teller.join()
