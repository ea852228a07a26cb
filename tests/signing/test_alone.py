"""`signing` checks a record with nothing installed but what `packaging/locks/signing.in` names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from app.export.copy import export_record
from app.export.disc import export_discs
from app.export.disc_plan import DVD_BYTES
from app.export.label import label_of
from signing.certificates import to_pem
from tests.fakes.record import build_record, center

ROOT = Path(__file__).parents[2]
WANTED = ROOT / "packaging" / "locks" / "signing.in"
# One process for all forms: importing the PDF library is most of a check.
CHECK = """
import sys
from signing.__main__ import main
print(*(main(["verify", path, "--trust", "ca.pem", "--json"]) for path in sys.argv[1:]))
report = main(["verify", sys.argv[1], "--trust", "ca.pem", "--report", "report.html"])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def needed() -> dict[str, Distribution]:
    """The named distributions and all that these need here."""
    lines = (line.partition("==")[0] for line in WANTED.read_text().splitlines())
    open_names = [line for line in lines if line and not line.startswith("#")]
    found: dict[str, Distribution] = {}
    while open_names:
        name = open_names.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # for another system, or an extra
        if one.metadata["Name"] not in found:
            found[one.metadata["Name"]] = one
            wants = [want for want in one.requires or () if "extra ==" not in want]
            open_names += [re.split(r"[^A-Za-z0-9._-]", want, maxsplit=1)[0] for want in wants]
    return found


def lay(folder: Path) -> Path:
    """A folder with those libraries and `signing`, and nothing else."""
    folder.mkdir()
    for one in needed().values():
        tops = {file.parts[0] for file in one.files or () if file.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            (folder / top).symlink_to(str(one.locate_file(top)))
    shutil.copytree(ROOT / "signing", folder / "signing")
    return folder


def test_folder_zip_and_disc_are_checked_with_signing_and_its_libraries_alone(
    tmp_path: Path,
) -> None:
    record = build_record(tmp_path / "record").folder
    (tmp_path / "ca.pem").write_bytes(to_pem(center().roots))
    tar = shutil.make_archive(str(tmp_path / "packed"), "tar", record)
    export_record(record, tmp_path / "record.zip", lambda _: None)
    label = label_of(record, unit="", maker="", made_utc="2026-11-22T03:04:05.000Z")
    export_discs(record, tmp_path / "record.iso", label, DVD_BYTES, lambda _: None)
    damaged = Path(shutil.copytree(record, tmp_path / "damaged"))
    (damaged / "seal.json").write_bytes(b"{}")
    only = lay(tmp_path / "only")
    done = subprocess.run(
        [sys.executable, "-S", "-c", CHECK, "record", "record.zip", "record.iso", "damaged", tar],
        cwd=tmp_path,
        env={"PYTHONPATH": str(only), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *told, statuses, zh, en, modules = done.stdout.splitlines()
    assert statuses == "0 0 0 1 2", done.stdout
    assert [json.loads(line)["valid"] for line in told] == [True] * 3 + [False] * 2
    assert "有效" in zh
    assert "valid" in en
    assert "有效" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not {"app", "widgets", "speech", "center", "PySide6"} & set(modules.split())
