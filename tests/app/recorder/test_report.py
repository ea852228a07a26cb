"""What a take says of itself is in its log before anybody hears it."""

import pytest

from app.ipc import messages as ms
from app.recorder.logbook import Logbook
from app.recorder.report import Report, Surroundings

HOUR_MS = 3_600_000
COMMAND = ms.StartTake(
    id="start",
    record_id="r-1",
    room="1",
    take=2,
    record_folder="",
    media_folders=(),
    microphone=ms.MicrophoneChoice(source="default"),
    cameras=(),
    overlay_label="",
    offset_ms=60_000,
)


class Clocks:
    """The machine's two clocks, set by hand."""

    def __init__(self) -> None:
        self.monotonic_ms = 5000
        self.hour = 6

    def monotonic_ns(self) -> int:
        return self.monotonic_ms * 1_000_000

    def utc_now(self) -> str:
        return f"2026-11-22T{self.hour:02d}:00:00.000Z"


class Lines:
    """A log that also keeps what is told, in one order."""

    def __init__(self) -> None:
        self.said = []
        self.count = 0

    def append(self, body):
        self.said.append(body)

    def close(self):
        pass

    def of(self, kind):
        return [line for line in self.said if isinstance(line, dict) and line["kind"] == kind]


@pytest.fixture
def lines():
    return Lines()


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def report(lines, clocks):
    around = Surroundings(Logbook(lines), bytes(32), lines.said.append, bool, 0, clocks)
    return Report(COMMAND, 2, around)


def test_a_wall_clock_stepped_by_an_hour_shows_beside_time_that_goes_on(report, lines, clocks):
    """L31: offsets are the monotonic clock's, and the step is in the record."""
    for minute, hour in enumerate([6, 7, 5]):
        clocks.hour, clocks.monotonic_ms = hour, 5000 + minute * 60_000
        report.clock(60_000 + minute * 60_000, [48_000 * 60 * minute])
    told = lines.of("clock")
    assert [line["utc"][11:13] for line in told] == ["06", "07", "05"]
    assert [line["elapsed_ms"] for line in told] == [60_000, 120_000, 180_000]
    assert [line["monotonic_ms"] for line in told] == [5000, 65_000, 125_000]


def test_a_gap_is_logged_from_recording_start_before_it_is_told(report, lines):
    report.gap("camera-1", "sound_lost", 1000, 2300)
    line, notice = lines.said
    assert (line["kind"], line["t0_ms"], line["t1_ms"]) == ("gap", 61_000, 62_300)
    assert (notice.t0_ms, notice.t1_ms, notice.take) == (61_000, 62_300, 2)


def test_what_fails_is_told_once_and_once_more_when_it_is_over(report, lines):
    for failing in ([("device_lost", "microphone")], [("device_lost", "microphone")], [], []):
        report.compare(failing, subjects=["microphone"])
    assert [line["over"] for line in lines.of("trouble")] == [False, True]
