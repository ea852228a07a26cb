"""The compliance sheet says of a requirement what the journal shows, and no more."""

import pytest
from msgspec.structs import replace

from app.domain.compliance import sheet
from app.domain.events import ClockCompared, Entry
from app.domain.evolution import replay
from app.domain.interrogation import Gap, Interrogation, Take

WHOLE = Interrogation(
    opened_utc="2026-11-22T08:00:00.000Z",
    takes=(
        Take(
            number=1,
            offset_ms=0,
            streams=("camera-1",),
            started_utc="2026-11-22T08:00:00.000Z",
            microphone="m",
            cameras=("c",),
            duration_ms=60_000,
        ),
    ),
)


def finding(state, rule):
    return next(found for found in sheet(state).findings if found.rule == rule)


def gap(reason, length_ms):
    return Gap(take=1, stream="camera-1", t0_ms=5000, t1_ms=5000 + length_ms, reason=reason)


@pytest.mark.parametrize(
    ("gaps", "result"),
    [
        ((), "pass"),
        ((gap("picture_lost", 300), gap("picture_lost", 1900)), "pass"),
        ((gap("picture_lost", 2100),), "fail"),
        ((gap("sound_lost", 120),), "fail"),
        ((gap("recorder_lost", 900),), "fail"),
    ],
)
def test_a_stall_of_the_picture_is_stated_and_missing_sound_breaks_the_recording(gaps, result):
    """L30."""
    found = finding(replace(WHOLE, gaps=gaps), "L30")
    assert found.result == result
    assert f"stated gaps {len(gaps)}" in found.evidence


def test_a_take_that_never_ended_is_no_whole_recording():
    """L30."""
    running = replace(WHOLE, takes=(replace(WHOLE.takes[0], duration_ms=None),))
    assert finding(running, "L30").result == "fail"


def test_what_the_record_cannot_show_is_not_claimed():
    assert finding(WHOLE, "L44").result == "unknown"


@pytest.mark.parametrize(
    ("compared", "result", "evidence"),
    [
        ((), "unknown", "compared 0 times, time server never answered, center never answered"),
        (((12, 3, 0), (-300, None, 0), (40, -9, 2)), "unknown",
         "compared 3 times, -300 ms to the time server at most, -9 ms to the center at most, set"),
        (((12, 3, 0), (-501, 3, -480)), "fail", "set by -480 ms at most"),
        (((None, 800, 0),), "fail", "time server never answered, +800 ms to the center"),
    ],
)  # fmt: skip
def test_the_sheet_tells_how_far_the_clock_was_ever_off(compared, result, evidence):
    """L34: the time that is shown is within half a second; of the picture nothing is claimed."""
    entries = [
        Entry(
            utc="2026-11-22T08:00:00.000Z", offset_ms=0, actor="desk",
            event=ClockCompared(offset_ntp_ms=ntp, offset_center_ms=center, steps_ms=steps),
        )
        for ntp, center, steps in compared
    ]  # fmt: skip
    found = finding(replace(WHOLE, clocks=replay(entries).clocks), "L34")
    assert found.result == result
    assert evidence in found.evidence
    assert "picture is not judged" in found.evidence
