"""Twenty simulated minutes of a long interrogation are sealed, exported and accepted by everybody.

The twelve hours are run by `make long-test`; here is the share of it that takes seconds. It has a
pre-roll, so that the record, its paper and its compliance sheet are seen to say so.
"""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest

from tests.fakes.long_film import LongFilm
from tests.long.__main__ import document
from tests.long.checking import check
from tests.long.interrogation import hold
from widgets.paper.press import QtPress


@pytest.mark.slow
def test_twenty_minutes_seal_export_and_verify(tmp_path: Path, qapp: object) -> None:
    film = LongFilm.make(width=160, height=120)
    told = hold(tmp_path, 20 / 60, QtPress(), film, pre_roll_s=20)
    verdict = check(told, tmp_path)
    assert verdict["films"] == 2  # it was suspended once
    assert all(verdict["accepted"].values()), verdict
    assert told.lines == 172
    assert told.pages > 5
    page = document([{**vars(told), "peak_mib": 1, **verdict}])
    assert "| accepted by bagit | yes |" in page
    check_pre_roll(told.record)


def check_pre_roll(record: Path) -> None:
    """Nothing of it is missing, and whoever reads the record is told (L30, L31)."""
    lines = [json.loads(one) for one in (record / "data/journal.jsonl").read_bytes().splitlines()]
    takes = [e for line in lines if (e := line["body"]["event"])["kind"] == "take_started"]
    assert [take.get("pre_roll_ms", 0) for take in takes] == [20_000, 0]
    started = datetime.fromisoformat(takes[0]["started_utc"])
    begun = next(line for line in lines if line["body"]["event"] == takes[0])["body"]
    assert datetime.fromisoformat(begun["utc"]) - started == timedelta(seconds=20)
    told = (record / "data/compliance.json").read_text("utf-8")
    assert "begins with a pre-roll of 20.0 s" in told
    pdf = record / "data/transcript/transcript.pdf"
    words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    assert "含讯问开始前20秒预录，未作删减" in "".join(words.stdout.split())
    ended = [e for line in lines if (e := line["body"]["event"])["kind"] == "take_ended"]
    with av.open(str(record / "data/media/camera-1-take-001.mp4")) as film:
        times: dict[str, list[float]] = {"video": [], "audio": []}
        for packet in film.demux():
            if packet.pts is not None:
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
    for track in times.values():
        assert min(track) < 0.03
        assert max(track) * 1000 == pytest.approx(ended[0]["duration_ms"], abs=100)
    assert ended[0]["duration_ms"] > 620_000
