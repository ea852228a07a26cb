"""The verification report: the strict check's answer, readable by a judge and a machine."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import msgspec
import pytest

from app.paths import RESOURCES
from signing import manifest
from signing.record_files import open_record
from signing.report import Report, examine_record
from signing.report_page import SHOWN, words, write_page
from signing.seal import add_receipt, add_timestamp
from signing.sentences import LANGUAGES
from signing.verify import STEPS
from tests.fakes.record import BuiltRecord, Draft, build_record, center
from tests.fakes.time_authority import TimeAuthority


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    record = build_record(tmp_path_factory.mktemp("sealed") / "record")
    add_receipt(record.folder, center().receive(record))
    return record


@pytest.fixture
def record(built: BuiltRecord, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built.folder, tmp_path / "record"))


def report_of(folder: Path, *, trusted: bool = True) -> Report:
    with open_record(folder) as files:
        return examine_record(files, str(folder), center().roots if trusted else None)


def test_a_valid_record_passes_every_step_and_says_what_was_found(built: BuiltRecord) -> None:
    report = report_of(built.folder)
    assert (report.valid, report.code, report.problems) == (True, "", ())
    assert [(one.name, one.result) for one in report.checks] == [(n, "passed") for n in STEPS]
    assert report.root_digest == built.root_digest
    assert report.receipt.state == "proven"
    assert report.time_proof.state == "none"
    assert report.sealer is not None
    assert report.sealer.key == built.keys.device
    assert report.content is not None
    assert [one.name for one in report.content.people] == ["张三", "李四"]
    assert report.content.recorded_ms == 3000


def test_without_trust_nobody_is_proven(built: BuiltRecord) -> None:
    report = report_of(built.folder, trusted=False)
    assert report.valid
    assert report.receipt.state == "unjudged"
    page = write_page(report)
    assert "由谁封存尚未证明" in page
    assert "who sealed it is not proven" in page


def test_the_page_has_both_languages_and_nothing_from_elsewhere(built: BuiltRecord) -> None:
    page = write_page(report_of(built.folder))
    digest = built.root_digest.upper()
    for told in ("核验通过", "Valid: no file changed", "张三", "模拟记录", digest[:4], digest[-4:]):
        assert told in page
    assert not re.search(r"(?i)<script|<img|<link|https?:|url\(|@import|src=", page)


def test_a_step_that_fails_is_told_and_what_follows_was_not_reached(record: Path) -> None:
    (record / "data" / "compliance.json").write_bytes(b"{}")
    (record / "data" / "media" / "camera-1-take-001.vtt").write_bytes(b"WEBVTT")
    report = report_of(record)
    assert [one.code for one in report.problems] == ["file_changed", "file_changed"]
    assert [one.result for one in report.checks] == ["failed", *["not_reached"] * 9]
    assert report.receipt.state == "wrong", "nothing is proven for a changed record"
    page = write_page(report)
    for told in ("核验不通过", "Not valid", "data/compliance.json", "不能作为事实采信"):
        assert told in page


def test_words_of_a_record_are_never_markup(tmp_path: Path) -> None:
    draft = Draft(seal_changes={"room": "<script>alert(1)</script>{room}"})
    page = write_page(report_of(draft.seal_into(tmp_path / "record").folder))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{room}" in page


def test_a_time_stamp_counts_only_for_who_trusts_its_authority(
    record: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tsa"
    folder.mkdir()
    authority = TimeAuthority(folder)
    add_timestamp(record, authority.ask)
    assert report_of(record).time_proof.state == "unjudged"
    with open_record(record) as files:
        roots = [*center().roots, authority.root]
        proof = examine_record(files, "record", roots).time_proof
    assert proof.state == "proven"
    assert proof.utc
    (record / manifest.TIMESTAMP).write_bytes(b"no token")
    report = report_of(record)
    assert (report.code, report.time_proof.state) == ("timestamp_wrong", "wrong")


def test_gaps_are_listed_and_many_are_counted(tmp_path: Path) -> None:
    draft = Draft()
    for number in range(SHOWN + 2):
        draft.recorder.append(
            {"kind": "gap", "take": 1, "stream": "", "t0_ms": 5000 + number, "t1_ms": 6000,
             "reason": "device_lost"}
        )  # fmt: skip
    report = report_of(draft.seal_into(tmp_path / "record").folder)
    assert report.valid
    assert report.content is not None
    assert len(report.content.gaps) == SHOWN + 2
    page = write_page(report)
    assert "全部音视频 第 1 段：00:00:05.000 – 00:00:06.000" in page
    assert "And 2 more" in page


@pytest.mark.parametrize("name", [manifest.SEAL, manifest.SIGNATURE, "data/recorder.jsonl"])
def test_what_cannot_be_read_is_left_out(record: Path, name: str) -> None:
    (record / name).write_bytes(b"?")
    report = report_of(record)
    assert not report.valid
    assert (report.content is None) == (name == manifest.SEAL)
    assert (report.sealer is None) == (name == manifest.SIGNATURE)
    assert "核验不通过" in write_page(report)


def test_the_report_is_json_for_a_machine(built: BuiltRecord) -> None:
    report = report_of(built.folder)
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_every_text_has_both_languages() -> None:
    with (RESOURCES / "i18n" / "label.toml").open("rb") as file:
        tables = [words(), tomllib.load(file)]
    entries = []
    for one in tables:
        for entry in one.values():
            assert isinstance(entry, dict)
            entries += [entry] if "zh" in entry else list(entry.values())
    assert all(entry[to].strip() for entry in entries for to in LANGUAGES)
    assert {f"check.{step}" for step in STEPS} == {f"check.{name}" for name in words()["check"]}
