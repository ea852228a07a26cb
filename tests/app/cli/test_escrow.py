"""The record of a dead workstation opens at its center, and only there, and never unseen."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path

import av
import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import center
from app.cli import app
from app.errors import KeyProblem, StorageProblem
from center.problem import CenterProblem
from center.service import open_escrow
from signing import recovered
from signing.certificates import from_pem
from signing.problem import SealProblem
from signing.verify import verify
from tests.fakes.doomed_desk import MARK, RECORD, enrol

PROJECT = Path(__file__).resolve().parents[3]


class Ruin:
    """A center, and the disks of a workstation that was killed; its keys are gone."""

    def __init__(self, folder: Path, kind: str = "enrolled") -> None:
        self.center = folder / "center"
        self.disks = folder / "disks"
        center.init(self.center, "海曙办案中心")
        command = [sys.executable, "-m", "tests.fakes.doomed_desk", self.disks, self.center, kind]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as desk:
            assert desk.stdout is not None
            assert desk.stdout.readline() == "ready\n"
            desk.kill()
        shutil.rmtree(self.disks / "keys", ignore_errors=True)
        self.record = self.disks / "interrogations" / RECORD
        self.out = folder / "recovered"
        self.trust = from_pem((self.center / "keys" / "ca.pem").read_bytes())

    def open(self, record: Path | None = None, **changes: str) -> None:
        """As typed at the center."""
        told = {
            "out": str(self.out),
            "reason": "工作站硬盘以外损毁",
            "officer": "周敏",
            "approved-by": "赵立",
            "folder": str(self.center),
            **changes,
        }
        words = [word for name, value in told.items() for word in (f"--{name}", value)]
        app(["center", "open-record", str(record or self.record), *words], standalone_mode=False)

    @property
    def register(self) -> list[tuple[str, str]]:
        with open_escrow(self.center) as escrow:
            return [(entry.act, entry.code) for entry in escrow.register()]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Ruin:
    """Made once; a test works on a copy."""
    return Ruin(tmp_path_factory.mktemp("ruin"))


@pytest.fixture
def ruin(killed: Ruin, tmp_path: Path) -> Ruin:
    copy = object.__new__(Ruin)
    for name in ("center", "disks"):
        shutil.copytree(getattr(killed, name), tmp_path / name)
        setattr(copy, name, tmp_path / name)
    copy.record = copy.disks / "interrogations" / RECORD
    copy.out, copy.trust = tmp_path / "recovered", killed.trust
    return copy


def test_sound_picture_text_and_marks_of_a_killed_workstation_are_read_at_the_center(
    ruin: Ruin,
) -> None:
    """L36: a dead machine loses nothing."""
    before = {path: path.read_bytes() for path in ruin.disks.rglob("*") if path.is_file()}
    ruin.open()
    data = ruin.out / "data"
    assert "我没有拿" in (data / "transcript" / "transcript.txt").read_text("utf-8")
    assert "我没有拿" in (data / "media" / "camera-1-take-001.vtt").read_text("utf-8")
    assert (data / "marks" / "m1.inkml").read_bytes() == MARK
    with av.open(str(data / "media" / "camera-1-take-001.mp4")) as film:
        assert sum(1 for frame in film.decode(video=0)) >= 10
    told = recovered.check(ruin.out, ruin.trust)
    assert (told.device, told.officer, told.approved_by) == ("desk-1", "周敏", "赵立")
    assert told.logs["journal"].lines == 4
    assert told.media[0].pieces >= told.media[0].logged >= 3
    assert not told.media[0].damage
    assert before == {path: path.read_bytes() for path in ruin.disks.rglob("*") if path.is_file()}
    assert ruin.register == [("began", ""), ("done", "")]


def test_what_was_recovered_never_passes_for_a_sealed_record(ruin: Ruin) -> None:
    ruin.open()
    with pytest.raises(SealProblem, match="recovered_not_sealed"):
        verify(ruin.out, ruin.trust)
    signer = from_pem((ruin.out / "certificates.pem").read_bytes())[0]
    from signing.certificates import signs_records, signs_recovered

    assert signs_recovered(signer)
    assert not signs_records(signer)


def test_stock_tools_check_it_as_its_readme_says(ruin: Ruin) -> None:
    ruin.open()
    bagit.Bag(str(ruin.out)).validate()
    commands = [
        line.strip()[2:].replace("<center-ca.pem>", str(ruin.center / "keys" / "ca.pem"))
        for line in (ruin.out / "README.txt").read_text("utf-8").splitlines()
        if line.startswith("    $ ") and "bagit" not in line
    ]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(command, shell=True, cwd=ruin.out, check=True, capture_output=True)


@pytest.mark.parametrize(
    "name", ["data/journal.jsonl", "recovery.json", "recovery.p7s", "manifest-sha256.txt"]
)
def test_a_changed_byte_is_found(ruin: Ruin, name: str) -> None:
    ruin.open()
    raw = bytearray((ruin.out / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (ruin.out / name).write_bytes(raw)
    with pytest.raises(SealProblem):
        recovered.check(ruin.out, ruin.trust)


def test_the_second_disk_alone_gives_the_recorder_s_log(ruin: Ruin) -> None:
    ruin.open(ruin.disks / "second" / RECORD)
    told = recovered.check(ruin.out, ruin.trust)
    assert told.logs["recorder"].lines >= 4
    assert told.logs["journal"].damage == "record_not_found"
    assert not told.media


def test_damage_is_named_and_what_stands_before_it_is_kept(ruin: Ruin) -> None:
    journal = ruin.record / "journal.enc"
    raw = bytearray(journal.read_bytes())
    raw[-300] ^= 1
    journal.write_bytes(raw)
    part = next((ruin.record / "media").rglob("*.frag"))
    film = bytearray(part.read_bytes())
    film[len(film) // 2] ^= 1
    part.write_bytes(film)
    ruin.open()
    told = recovered.check(ruin.out, ruin.trust)
    assert told.logs["journal"].damage == "journal_damaged"
    assert told.logs["journal"].lines == 3
    assert told.media[0].damage == "media_damaged"
    assert 0 < told.media[0].pieces < told.media[0].logged


def test_another_center_opens_nothing_and_the_try_is_noted(ruin: Ruin, tmp_path: Path) -> None:
    other = tmp_path / "other"
    center.init(other, "别的中心")
    with pytest.raises(KeyProblem, match="ciphertext_changed"):
        ruin.open(folder=str(other))
    assert not list(tmp_path.glob("*recovered*"))
    ruin.center = other
    assert ruin.register == [("began", ""), ("failed", "ciphertext_changed")]


def test_a_record_that_no_workstation_of_this_center_signed_is_not_recovered(ruin: Ruin) -> None:
    from sqlalchemy import update

    from center.database import Database, Workstation

    database = Database.in_folder(ruin.center)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with database.writing() as session:
        session.execute(update(Workstation).values(journal_key=base64.b64encode(other).decode()))
    database.close()
    with pytest.raises(KeyProblem, match="journal_key_unknown"):
        ruin.open()
    assert not ruin.out.exists()


def test_a_record_that_was_opened_and_never_written_has_nothing_to_recover(ruin: Ruin) -> None:
    for path in (*ruin.record.glob("*.enc"), *(ruin.disks / "second").rglob("*.enc")):
        path.write_bytes(b"")
    with pytest.raises(StorageProblem, match="record_not_found"):
        ruin.open()


def test_a_record_of_a_workstation_that_was_not_enrolled_is_said_to_be_lost(tmp_path: Path) -> None:
    ruin = Ruin(tmp_path, "stranger")
    with pytest.raises(KeyProblem, match="escrow_missing"):
        ruin.open()
    assert ruin.register == []


@pytest.mark.parametrize(
    "changes", [{"reason": " "}, {"approved-by": ""}, {"approved-by": "周 敏"}, {"officer": ""}]
)
def test_one_person_alone_opens_nothing(ruin: Ruin, changes: dict[str, str]) -> None:
    with pytest.raises(CenterProblem, match="approval_wrong"):
        ruin.open(**changes)
    assert not ruin.out.exists()
    assert [act for act, _ in ruin.register if act == "began"] == []


def test_the_register_shows_when_a_line_was_changed(
    ruin: Ruin, capsys: pytest.CaptureFixture[str]
) -> None:
    ruin.open()
    app(["center", "openings", "--json", "--folder", str(ruin.center)], standalone_mode=False)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()[2:]]
    assert [one["officer"] for one in told] == ["周敏", "周敏"]
    from sqlalchemy import update

    from center.database import Database, Opening

    database = Database.in_folder(ruin.center)
    with database.writing() as session:
        row = session.get_one(Opening, 0)
        session.execute(
            update(Opening)
            .where(Opening.position == 0)
            .values(line=row.line.replace("周敏".encode(), "周明".encode()))
        )
    database.close()
    with pytest.raises(SealProblem, match="chain_"):
        _ = ruin.register


def test_the_key_of_another_workstation_does_not_speak_for_this_one(ruin: Ruin) -> None:
    from signing.keys import WorkstationKeys

    for number in range(2, 6):  # the order in which a center knows its keys is no order
        enrol(ruin.center, WorkstationKeys.generate(f"desk-{number}"))
    ruin.open()
    assert recovered.check(ruin.out, ruin.trust).device == "desk-1"
