"""README.txt of a record: its own commands, run by the real tools, on good and damaged records."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.certificates import to_pem
from signing.problem import SealProblem
from signing.readme import commands
from signing.seal import add_timestamp
from signing.verify import verify
from tests.fakes.record import BuiltRecord, build_record, center
from tests.fakes.time_authority import TimeAuthority
from tests.stock.reading import TOOLS, command_for, listed_in
from tests.stock.reading import accepts as judged

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    folder = tmp_path_factory.mktemp("readme")
    (folder / "tsa").mkdir()
    authority = TimeAuthority(folder / "tsa")
    built = build_record(folder / "record")
    add_timestamp(built.folder, authority.ask)
    (folder / "center-ca.pem").write_bytes(to_pem([*center().roots, authority.root]))
    (folder / "tsa-ca.pem").write_bytes(to_pem([authority.root]))
    return built


@pytest.fixture
def record(master: BuiltRecord, tmp_path: Path) -> Path:
    shutil.copytree(master.folder.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "record"


def run(record: Path, tool: str) -> tuple[int, str]:
    """How the command for `tool` out of the README ends, and what it says."""
    own = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{own}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", command_for(record, tool, "..")],
        cwd=record,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def accepts(record: Path, tool: str) -> bool:
    """As a reader of the README judges, who also looks at what pdfsig and find say."""
    return judged(tool, *run(record, tool), listed_in(record))


def flip(name: str) -> Callable[[Path], None]:
    def damage(record: Path) -> None:
        raw = bytearray((record / name).read_bytes())
        raw[len(raw) // 2] ^= 1
        (record / name).write_bytes(raw)

    return damage


def add_file(record: Path) -> None:
    (record / "fetch.txt").write_text("http://example.org/ - data/x\n")


def test_there_are_at_most_ten_commands_in_two_languages(master: BuiltRecord) -> None:
    readme = (master.folder / "README.txt").read_bytes()
    found = list(commands(readme))
    assert len(found) <= 10
    assert all(any(line.startswith(tool) for line in found) for tool in TOOLS)
    text = readme.decode()
    assert "通用工具" in text
    assert "stock tools" in text
    assert master.seal.record_id in text


@pytest.mark.parametrize("tool", TOOLS)
def test_every_command_accepts_a_good_record(record: Path, tool: str) -> None:
    assert accepts(record, tool), run(record, tool)[1]


@pytest.mark.parametrize(
    ("damage", "refusing"),
    [
        (flip("data/media/camera-1-take-001.mp4"), {"sha256sum", "bagit.py"}),
        (flip("data/journal.jsonl"), {"sha256sum", "bagit.py"}),
        (flip("data/transcript/transcript.pdf"), {"sha256sum", "bagit.py", "pdfsig"}),
        (flip("seal.json"), {"sha256sum", "bagit.py"}),
        (flip("tagmanifest-sha256.txt"), {"sha256sum", "bagit.py", "openssl cms"}),
        (flip("seal.p7s"), {"openssl cms", "openssl ts"}),
        (flip("seal.tsr"), {"openssl ts"}),
        (add_file, {"find"}),
    ],
)
def test_a_damaged_record_is_refused_by_the_stock_tools_and_by_ours(
    record: Path, damage: Callable[[Path], None], refusing: set[str]
) -> None:
    damage(record)
    assert {tool for tool in TOOLS if not accepts(record, tool)} >= refusing | {"python"}
    with pytest.raises(SealProblem):
        verify(record)
