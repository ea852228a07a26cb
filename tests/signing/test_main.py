"""`python -m signing`: one clear sentence per problem, and a status a script can use."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from signing.__main__ import INVALID, UNUSABLE, VALID, main
from signing.certificates import to_pem
from signing.progress_line import ProgressLine
from tests.fakes.record import BuiltRecord, build_record, center

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    folder = tmp_path_factory.mktemp("main")
    (folder / "ca.pem").write_bytes(to_pem(center().roots))
    return build_record(folder / "record")


@pytest.fixture
def damaged(master: BuiltRecord, tmp_path: Path) -> Path:
    record = Path(shutil.copytree(master.folder, tmp_path / "record"))
    for name in ("data/journal.jsonl", "data/compliance.json"):
        (record / name).write_bytes(b"x")
    return record


def test_a_good_record_is_valid_or_only_intact(
    master: BuiltRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = str(master.folder.parent / "ca.pem")
    assert main(["verify", str(master.folder), "--trust", trust]) == VALID
    zh, en = capsys.readouterr().out.splitlines()
    assert "有效" in zh
    assert "valid" in en
    assert main(["verify", str(master.folder), "--lang", "en"]) == VALID
    assert "not proved" in capsys.readouterr().out


def test_every_damaged_file_is_named(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(damaged), "--lang", "en"]) == INVALID
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "data/compliance.json" in lines[0]
    assert "data/journal.jsonl" in lines[1]


class Terminal(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


def test_who_watches_sees_how_far_it_is_and_who_does_not_sees_nothing() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with ProgressLine(200, stream) as line:
            for _ in range(4):
                line(50)
    assert "  50%" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    assert file.getvalue() == ""


def test_a_report_is_written_beside_and_never_over_a_file(
    damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert main(["verify", str(damaged), "--report", str(page), "--lang", "en"]) == INVALID
    assert "data/journal.jsonl" in page.read_text(encoding="utf-8")
    assert main(["verify", str(damaged), "--report", str(page), "--lang", "en"]) == UNUSABLE
    assert "report.html" in capsys.readouterr().err


def test_json_for_machines(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(damaged), "--json"]) == INVALID
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] is False
    assert [one["path"] for one in told["problems"]] == [
        "data/compliance.json",
        "data/journal.jsonl",
    ]


def test_a_receipt_can_be_demanded(master: BuiltRecord, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(master.folder), "--require-receipt"]) == INVALID
    assert "receipt.json" in capsys.readouterr().out


def test_what_cannot_be_checked_is_status_2_on_standard_error(
    master: BuiltRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for arguments in (
        [str(tmp_path)],
        [str(tmp_path / "missing.zip")],
        [str(master.folder), "--trust", str(tmp_path / "missing.pem")],
        [str(master.folder), "--trust", str(tmp_path / "no.pem")],
    ):
        assert main(["verify", *arguments]) == UNUSABLE
        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 2


def test_the_package_runs_alone(master: BuiltRecord, tmp_path: Path) -> None:
    """A court gets `signing` and its dependencies, nothing else of ours."""
    shutil.copytree(ROOT / "signing", tmp_path / "signing")
    done = subprocess.run(
        [sys.executable, "-m", "signing", "verify", str(master.folder)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == VALID, done.stderr
