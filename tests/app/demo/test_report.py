"""The report tells how each language was heard, with the counts behind the rate."""

import json
from pathlib import Path

from app.demo.report import Heard, LanguageHeard, Report


def test_error_rates_stand_with_their_counts(tmp_path: Path) -> None:
    languages = {
        "zh": LanguageHeard("interview", characters=160, errors=4),
        "en": LanguageHeard("clips", characters=92, errors=0),
    }
    report = Report(heard=Heard(16, 0.025, "demo", languages))
    report.write(tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["heard"]["languages"]
    assert told["zh"] == {"where": "interview", "characters": 160, "errors": 4, "cer": 0.025}
    assert told["en"]["cer"] == 0.0
