"""A copied picture's facts stand beside it, one line for every second of the wall clock."""

from datetime import datetime, timedelta, timezone

from app.domain.facts import Fact, facts_vtt

HERE = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 22, 23, 59, 58, 400_000, HERE)


def cues(text):
    lines = text.split("\n")
    assert lines[0] == "WEBVTT"
    return [(lines[n], lines[n + 1]) for n in range(2, len(lines) - 1, 3)]


def piece(t0_ms, t1_ms, **values):
    return Fact(t0_ms, t1_ms, AT + timedelta(milliseconds=t0_ms), **values)


def test_every_second_has_its_line_across_midnight():
    facts = [piece(0, 960, temperature_c=23.44, humidity_percent=45.0), piece(960, 1920)]
    told = cues(facts_vtt("讯问室 1  R-1", 3_600_000, facts, []))
    assert [time for time, _ in told] == [
        "00:00:00.000 --> 00:00:00.600 line:-1",
        "00:00:00.600 --> 00:00:00.960 line:-1",
        "00:00:00.960 --> 00:00:01.600 line:-1",
        "00:00:01.600 --> 00:00:01.920 line:-1",
    ]
    assert told[0][1] == "2026-11-22 23:59:58 +08:00  01:00:00  讯问室 1  R-1  23.4°C 45%"
    assert told[2][1] == "2026-11-22 23:59:59 +08:00  01:00:00  讯问室 1  R-1"
    assert told[3][1].startswith("2026-11-23 00:00:00 +08:00  01:00:01")


def test_a_hole_says_that_there_is_no_picture():
    facts = [piece(0, 1000), piece(5000, 6000)]
    told = cues(facts_vtt("R-1", 0, facts, [(1000, 5000)]))
    marked = [time for time, text in told if "NO PICTURE" in text]
    assert marked[0].startswith("00:00:00.600") or marked[0].startswith("00:00:01.000")
    assert "00:00:04.600 --> 00:00:05.000 line:-1" in marked
    assert not any(time.startswith("00:00:05") for time in marked)


def test_a_stepped_clock_is_shown_as_it_was_and_text_cannot_break_out():
    later = Fact(1000, 2000, AT + timedelta(hours=1))
    told = cues(facts_vtt("<b> & --> R", 0, [piece(0, 1000), later], []))
    assert "23:59:58" in told[0][1]
    assert "00:59:58" in told[-2][1]
    assert all("<b>" not in text and "-->" not in text for _, text in told)
