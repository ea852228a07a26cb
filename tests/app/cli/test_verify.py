"""`shilu verify` and `shilu records`, as a court, a lawyer and an archivist meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.domain.slip import slip_text
from signing.certificates import to_pem
from tests.app.cli.conftest import Shilu
from tests.fakes.record import BuiltRecord, build_record, center

RECORD_ID = "R20261122-031405-a1b2c3"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    return build_record(tmp_path_factory.mktemp("sealed") / RECORD_ID, record_id=RECORD_ID)


@pytest.fixture
def kept(shilu: Shilu, built: BuiltRecord) -> Path:
    """The record on this workstation."""
    target = shilu.home / "data" / "records" / RECORD_ID
    return Path(shutil.copytree(built.folder, target))


def grouped(digest: str) -> str:
    return " ".join(digest[at : at + 4].upper() for at in range(0, len(digest), 4))


def test_the_slip_finds_its_record_and_says_so(
    shilu: Shilu, kept: Path, built: BuiltRecord
) -> None:
    for slip in (slip_text(RECORD_ID, built.root_digest), grouped(built.root_digest)):
        done = shilu("verify", "--receipt", slip)
        assert done.status == 0, done.err
        assert "与回执相符" in done.out
        assert "the very one that the person signed" in done.out
    assert shilu("verify", kept, "--receipt", grouped(built.root_digest)).status == 0


def test_another_record_is_not_the_slips(shilu: Shilu, kept: Path, built: BuiltRecord) -> None:
    wrong = ("0" if built.root_digest[0] != "0" else "1") + built.root_digest[1:]
    done = shilu("verify", kept, "--receipt", slip_text(RECORD_ID, wrong))
    assert done.status == 1
    assert "不是本人签名时的那一份" in done.err
    assert "与回执相符" not in done.out
    # Its number is here, its digest is not: that is the record to be told about.
    assert shilu("verify", "--receipt", slip_text(RECORD_ID, wrong)).status == 1
    other = slip_text("R20261122-031405-ffffff", built.root_digest)
    done = shilu("verify", kept, "--receipt", other, "--json")
    assert done.status == 1
    assert json.loads(done.out)["slip"]["code"] == "slip_of_other_record"
    shilu.refuses("record_not_found", "verify", "--receipt", grouped(wrong))


def test_a_slip_typed_wrongly_is_refused_and_nothing_is_compared(shilu: Shilu, kept: Path) -> None:
    done = shilu.refuses("slip_letter_wrong", "verify", kept, "--receipt", "O" * 64)
    assert "第 1 组" in done.sentence
    shilu.refuses("slip_length_wrong", "verify", kept, "--receipt", "12AB")
    shilu.refuses("argument_wrong", "verify")


def test_the_report_is_written_once_and_says_what_json_says(
    shilu: Shilu, built: BuiltRecord, tmp_path: Path
) -> None:
    ca, page = tmp_path / "ca.pem", tmp_path / "report.html"
    ca.write_bytes(to_pem(center().roots))
    done = shilu("verify", built.folder, "--trust", ca, "--report", page, "--json")
    assert done.status == 0, done.err
    told = json.loads(done.out)
    assert (told["valid"], told["trusted"], told["root_digest"]) == (True, True, built.root_digest)
    assert [one["result"] for one in told["checks"]] == ["passed"] * 10
    assert "核验通过" in page.read_text(encoding="utf-8")
    assert grouped(built.root_digest) in page.read_text(encoding="utf-8")
    shilu.refuses("target_exists", "verify", built.folder, "--report", page)


def test_every_changed_file_is_named_and_the_report_says_no(
    shilu: Shilu, kept: Path, tmp_path: Path
) -> None:
    for name in ("data/compliance.json", "data/media/camera-1-take-001.vtt"):
        (kept / name).write_bytes(b"changed")
    done = shilu("verify", kept, "--report", tmp_path / "report.html")
    assert done.status == 1
    assert "compliance.json" in done.err
    assert "camera-1-take-001.vtt" in done.err
    assert "核验不通过" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_exported_disc_is_verified_and_the_custody_log_tells_of_it(
    workstation: Shilu, tmp_path: Path
) -> None:
    real = workstation.home / "data" / "records" / RECORD_ID
    built = build_record(real, record_id=RECORD_ID, simulated=False)
    workstation("doctor")  # makes the keys
    export = ("records", "export", RECORD_ID, "--to", tmp_path / "r.iso")
    workstation.refuses("reason_missing", *export)
    workstation.refuses("approval_missing", *export, "--reason", "移送检察院")
    why = ("--reason", "移送检察院", "--approved-by", "王处长", "--officer", "陈立新")
    done = workstation(*export, *why)
    assert done.status == 0, done.err
    assert done.out.strip() == str(tmp_path / "r.iso")
    assert workstation("verify", tmp_path / "r.iso").status == 0
    told = workstation("records", "custody", RECORD_ID, "--json").out.splitlines()
    acts = [json.loads(line) for line in told]
    assert [one["act"] for one in acts] == ["began", "done"]
    assert acts[1]["approved_by"] == "王处长"
    assert acts[1]["root_digest"] == built.root_digest
    workstation.refuses(
        "argument_wrong", *export[:4], tmp_path / "s.iso", *why, "--disc-bytes", "9"
    )
