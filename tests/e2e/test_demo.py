"""`shilu demo` as a stranger runs it: nobody touches it, and every judge is satisfied."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_demo_ends_well_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "demo", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert all(step["ok"] for step in report["steps"])
    for judged in ("verified", "tampered_refused"):
        assert report[judged] == dict.fromkeys(("strict", "bagit", "cms", "pdfsig"), True)
    assert report["heard"]["lines"] >= 14
    assert report["heard"]["cer"] <= 0.1
    languages = report["heard"]["languages"]
    assert {name: told["where"] for name, told in languages.items()} == {
        "zh": "interview",
        "en": "clips",
    }
    assert all(told["characters"] > 80 and told["cer"] <= 0.1 for told in languages.values())
    assert report["delivery"] == "acknowledged"
    names = {Path(picture).name for picture in report["screens"]}
    for page in ("start", "prepare", "rights", "interview", "read-back", "signed", "seal",
                 "records", "film", "working-copy", "settings"):  # fmt: skip
        assert {f"{page}-desk-zh.png", f"{page}-desk-en.png"} <= names
    for page in ("prepare", "rights", "acknowledge", "interview", "exhibit", "objection",
                 "read-back", "sign", "seal"):  # fmt: skip
        assert {f"{page}-tablet-zh.png", f"{page}-tablet-en.png"} <= names
    assert "Traceback" not in done.stderr
