"""A workstation that is killed in the middle of an interrogation; its key store dies with it.

Run as a module with the folder of its disks, the center's folder and "enrolled" or "stranger".
It says "ready" when a line, a mark and a few seconds of film are on both disks, and goes on
writing until it is killed. The key-encryption key is only ever in its memory.
"""

from __future__ import annotations

import base64
import secrets
import sys
from pathlib import Path

import numpy as np

from app.domain import events as ev
from app.domain.people import Role
from app.domain.transcript import Hearing
from app.recorder.fragment import TakeName
from app.recorder.logbook import LOG_FILE, copy_growth
from app.recorder.playback import LOG_NAME, MEDIA_PURPOSE
from app.store.blobs import Blobs
from app.store.journal import Journal
from app.store.keystore import KeyRing, RecordKeys
from app.store.logfile import LogFile
from center.accounts import Application
from center.service import open_center
from signing.keys import WorkstationKeys
from tests.fakes.interrogation import PREPARATION, entry, take_started
from tests.fakes.takes import WrittenTake

RECORD = "R1"
MARK = b'<ink xmlns="http://www.w3.org/2003/InkML"/>'


def enrol(center: Path, keys: WorkstationKeys) -> tuple[WorkstationKeys, bytes]:
    """The keys with this center's certificate, and its escrow key."""
    opened = open_center(center)
    try:
        journal_key = keys.journal_key.public_key().public_bytes_raw()
        application = Application(
            code=opened.accounts.make_code("", "", 5),
            device=keys.name,
            room="room-1",
            csr=keys.make_csr().decode(),
            journal_key=base64.b64encode(journal_key).decode(),
        )
        welcome = opened.accounts.enrol(application)
    finally:
        opened.close()
    from signing.certificates import from_pem

    return keys.with_certificate(from_pem(welcome.certificate.encode())), base64.b64decode(
        welcome.escrow_key
    )


def main(disks: Path, center: Path, kind: str) -> None:
    """Begin an interrogation, and never end it."""
    keys, escrow = enrol(center, WorkstationKeys.generate("desk-1"))
    ring = KeyRing(secrets.token_bytes(32), keys, disks / "keys")
    folder = disks / "interrogations" / RECORD
    record_keys = RecordKeys.create(folder, RECORD, ring, escrow if kind == "enrolled" else None)
    journal = Journal.open(folder, record_keys)
    hearing = Hearing(raw_text="我没有拿", words=(), model="m")
    for at_ms, event in (
        (-1, ev.Opened(record_id=RECORD, room="讯问室 1", simulated=True, software="test")),
        (-1, ev.PreparationChanged(preparation=PREPARATION)),
        (0, take_started(1)),
        (
            900,
            ev.UtteranceHeard(
                utterance_id="u1",
                role=Role.SUSPECT,
                t0_ms=100,
                t1_ms=900,
                text="我没有拿",
                hearing=hearing,
            ),
        ),
    ):
        journal.append(entry(event, at_ms))
    Blobs(folder, record_keys).put("marks", "m1.inkml", MARK)
    film(disks, folder, record_keys)


def film(disks: Path, folder: Path, keys: RecordKeys) -> None:
    """Write a take to the first disk, and its log to both, until killed."""
    log = LogFile.open(folder / LOG_FILE, RECORD, LOG_NAME, keys.derive(LOG_NAME), keys.signing_key)
    log.append({"kind": "take_opened", "take": 1, "offset_ms": 0})
    name = TakeName(RECORD, "camera-1", 1)
    take = LoggedTake(folder.parent, name, keys.derive(MEDIA_PURPOSE), log)
    second = disks / "second" / RECORD
    is_told = False
    while True:
        take.add(np.zeros((2, 16_000), np.float32))
        copy_growth(folder / LOG_FILE, second / LOG_FILE)
        copy_growth(folder / "keys.json", second / "keys.json")
        if log.count >= 4 and not is_told:
            is_told = True
            sys.stdout.write("ready\n")
            sys.stdout.flush()


class LoggedTake(WrittenTake):
    """Tells the log of each piece, as the recorder does."""

    def __init__(self, media: Path, name: TakeName, key: bytes, log: LogFile) -> None:
        self._log = log
        super().__init__(media, name, key, picture=True)
        append = self._writer.append

        def append_and_tell(plain: bytes):
            piece = append(plain)
            t0_ms = max(0, piece.index - 1) * 1000
            log.append(
                {
                    "kind": "fragment",
                    "stream": name.stream,
                    "take": name.take,
                    "index": piece.index,
                    "head": piece.head.hex(),
                    "bytes": len(plain),
                    "t0_ms": t0_ms,
                    "t1_ms": t0_ms + (1000 if piece.index else 0),
                }
            )
            return piece

        self._writer.append = append_and_tell


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
