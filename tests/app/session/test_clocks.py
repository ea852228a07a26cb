"""The wall clock is compared with a real NTP server and a real center, and the journal says how."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain import events as ev
from app.errors import SetupProblem
from app.session import clocks, ntp
from app.session.clocks import ClockWatch, Comparison
from app.session.preflight import compare_clock
from app.store.journal import read_entries
from tests.fakes.bench import Bench
from tests.fakes.center import RunningCenter
from tests.fakes.desk import wait_until
from tests.fakes.interrogation import PREPARATION
from tests.fakes.ntp_server import NtpServer

NEAR_MS = 900  # what a loaded machine may take between a question and its answer


@pytest.fixture
def server() -> Iterator[NtpServer]:
    with NtpServer() as server:
        yield server


@pytest.mark.parametrize("ahead_s", [0.0, 3600.0, -7200.0])
def test_a_time_server_tells_how_far_the_clock_is_off(server: NtpServer, ahead_s: float) -> None:
    server.ahead_s = ahead_s
    assert ntp.ask(server.address) == pytest.approx(ahead_s * 1000, abs=NEAR_MS)


def test_the_count_of_seconds_that_begins_anew_in_2036_is_understood(server: NtpServer) -> None:
    server.ahead_s = 15 * 365.25 * 86400  # its count has begun anew there
    assert ntp.ask(server.address) == pytest.approx(server.ahead_s * 1000, abs=NEAR_MS)


def unset(answer: bytes) -> list[bytes]:
    return [bytes([answer[0] | 0xC0]) + answer[1:]]


def kiss_of_death(answer: bytes) -> list[bytes]:
    return [answer[:1] + b"\0" + answer[2:]]


def to_another(answer: bytes) -> list[bytes]:
    return [answer[:24] + bytes(8) + answer[32:]]


@pytest.mark.parametrize("wrong", [unset, kiss_of_death, to_another, lambda a: [a[:40]]])
def test_an_answer_that_cannot_be_believed_is_none(
    server: NtpServer, wrong: Callable[[bytes], list[bytes]]
) -> None:
    server.change = wrong
    with pytest.raises(SetupProblem, match="time_server_unreachable"):
        ntp.ask(server.address, limit_s=0.3)


def test_a_forged_answer_before_the_right_one_is_passed_over(server: NtpServer) -> None:
    server.change = lambda answer: [*to_another(answer), answer]
    assert ntp.ask(server.address) == pytest.approx(0, abs=NEAR_MS)


def test_the_center_is_a_clock_too(tmp_path: Path) -> None:
    center = RunningCenter(tmp_path / "center")
    try:
        assert clocks.ask_center(center.url) == pytest.approx(0, abs=NEAR_MS)
        event = Comparison("", center.url).compare()
    finally:
        center.stop()
    assert event is not None
    assert event.offset_center_ms is not None
    assert event.offset_ntp_ms is None


def test_who_does_not_answer_is_said_once(server: NtpServer) -> None:
    comparison = Comparison(server.address, "http://127.0.0.1:9")
    first = comparison.compare()
    assert first is not None
    assert first.offset_center_ms is None
    assert first.offset_ntp_ms is not None
    server.change = lambda _answer: []
    lost = comparison.compare()
    assert lost is not None
    assert lost.offset_ntp_ms is None
    assert comparison.compare() is None
    server.change = lambda answer: [answer]
    assert comparison.compare() is not None


def test_a_wall_clock_that_was_set_is_journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = Comparison("", "")
    assert comparison.compare() is not None  # that nothing is known
    assert comparison.compare() is None
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() - 3600)
    event = comparison.compare()
    assert event is not None
    assert event.steps_ms == pytest.approx(-3_600_000, abs=100)


def test_comparisons_stand_in_the_journal_while_recording(
    tmp_path: Path, server: NtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "EVERY_S", 0.01)
    server.ahead_s = 12.0
    bench = Bench(tmp_path)
    session = bench.session
    session._clocks = ClockWatch(Comparison(server.address, ""), bench.proceeding.record)
    session.prepare(PREPARATION)
    assert server.asked == 0
    session.begin()

    def compared() -> list[ev.Entry]:
        entries = read_entries(bench.folder, bench.keys)
        return [one for one in entries if isinstance(one.event, ev.ClockCompared)]

    wait_until(lambda: len(compared()) >= 3, "three comparisons", 20)
    bench.close()
    first = compared()[0]
    assert first.actor == "clock"
    assert isinstance(first.event, ev.ClockCompared)
    assert first.event.offset_ntp_ms == pytest.approx(12_000, abs=NEAR_MS)
    asked = server.asked
    session.leave_processes()  # leaving twice is harmless, and nothing is asked any more
    assert server.asked == asked


def test_the_device_check_tells_the_offset_and_warns_from_a_second_on(server: NtpServer) -> None:
    good = compare_clock(server.address, "")
    assert (good.state, good.code) == ("good", "clock_compared")
    server.ahead_s = 5.0
    wrong = compare_clock(server.address, "")
    assert (wrong.state, wrong.code) == ("warning", "clock_wrong")
    assert wrong.details["offset_ms"] == pytest.approx(5000, abs=NEAR_MS)
    server.change = lambda _answer: []
    assert compare_clock(server.address, "").code == "time_server_unreachable"
    assert compare_clock("", "http://127.0.0.1:9").code == "center_unreachable"
    assert compare_clock("", "").code == "clock_not_compared"
