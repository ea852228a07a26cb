"""What the attacks are tried on: a whole sealed record with every kind of file, and a real center.

Made once; each attack gets a folder and a copy of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from functools import cached_property
from pathlib import Path

import msgspec
from cryptography import x509

from app.store.database import Database
from app.sync.client import CenterClient
from signing import cms, manifest
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.seal import add_receipt, add_timestamp
from signing.verify import examine
from tests.app.sync.conftest import Desk
from tests.center.test_upload import Line
from tests.fakes.center import RunningCenter
from tests.fakes.record import MOMENT, BuiltRecord, Draft, build_record, center
from tests.fakes.time_authority import TimeAuthority

MEDIA = "data/media/camera-1-take-001.mp4"
JOURNAL = "data/journal.jsonl"
RECORDER = "data/recorder.jsonl"
PAPER = "data/transcript/transcript.pdf"


class Ground:
    """Holds the master record, its authorities and, from the first need on, a running center."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._desks: list[Desk] = []

    def new_folder(self) -> Path:
        """An empty folder for one attack."""
        self._count += 1
        made = self._folder / f"{self._count:04d}"
        made.mkdir(parents=True)
        return made

    @cached_property
    def time_authority(self) -> TimeAuthority:
        return TimeAuthority(self.new_folder())

    @cached_property
    def master(self) -> BuiltRecord:
        """Two takes, a time stamp and a receipt."""
        built = build_record(self.new_folder() / "record", takes=2)
        add_timestamp(built.folder, self.time_authority.ask, [self.time_authority.root])
        add_receipt(built.folder, center().receive(built))
        return built

    @property
    def trust(self) -> list[x509.Certificate]:
        return [*center().roots, self.time_authority.root]

    def copy(self, *without: str) -> Path:
        """A copy of the master to do harm to."""
        record = self.new_folder() / "record"
        shutil.copytree(self.master.folder, record)
        for name in without:
            (record / name).unlink()
        return record

    def judge(self, path: Path) -> str:
        """What the strict check says of a folder or ZIP: every file it names, or "accepted"."""
        found = examine(path, self.trust)
        return ", ".join(map(_told, found)) or "accepted"

    def judge_draft(self, change: Callable[[Draft], object], takes: int = 1) -> str:
        """What the strict check says of a record that its own keys sealed after `change`."""
        draft = Draft(takes=takes)
        change(draft)
        built = draft.seal_into(self.new_folder())
        return self.judge(built.folder)

    def sign_list(self, record: Path, keys: WorkstationKeys | None = None) -> None:
        """List the tag files anew and sign the list, as only a workstation's key can."""
        keys = keys or self.master.keys
        listed = manifest.write_tag_manifest(record)
        signature = cms.sign(listed, keys.seal_key, keys.certificate, MOMENT)
        (record / manifest.SIGNATURE).write_bytes(signature)

    def judge_seal(self, change: Callable[[bytes], bytes]) -> str:
        """What the strict check says of a changed `seal.json` that the right key listed."""
        record = self.copy(manifest.RECEIPT, manifest.TIMESTAMP)
        path = record / manifest.SEAL
        path.write_bytes(change(path.read_bytes()))
        self.sign_list(record)
        return self.judge(record)

    def seal_value(self) -> dict[str, object]:
        """The master's `seal.json` as JSON."""
        value: dict[str, object] = msgspec.to_builtins(self.master.seal)
        return value

    @cached_property
    def center(self) -> RunningCenter:
        """A real center process for all attacks; it is not killed."""
        return RunningCenter(self.new_folder() / "center")

    def line(self, device: str = "desk-1") -> Line:
        """A workstation of the center that speaks raw requests."""
        return Line(self.center, device)

    def desk(self) -> Desk:
        """A workstation of the center with its own database."""
        folder = self.new_folder()
        enrolment, keys = self.center.enrol()
        desk = Desk(self.center, folder / "records", enrolment, keys, Database(folder / "desk"))
        self._desks.append(desk)
        return desk

    def client(self, desk: Desk) -> closing[CenterClient]:
        return closing(CenterClient(desk.enrolment.url, desk.keys))

    def close(self) -> None:
        """End the center."""
        for desk in self._desks:
            desk.database.close()
        if "center" in self.__dict__:
            self.center.stop()


def _told(problem: SealProblem) -> str:
    return f"{problem.code} {problem.details['path']}"


def flip(path: Path, at: float = 0.5, bit: int = 0) -> None:
    """Turn one bit over, at a share of the file's length."""
    raw = bytearray(path.read_bytes())
    raw[min(int(len(raw) * at), len(raw) - 1)] ^= 1 << bit
    path.write_bytes(raw)
