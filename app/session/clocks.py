"""Compares the wall clock with a time server and with the center, and with its own past.

- In the journal at the start and every minute while recording; on a thread of its own, never on
  the capture path or a screen's.
- Who does not answer is journaled as unknown once, and again only after having answered.
- Nobody sets a clock here: offsets stand in the record, so that its times can be corrected later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx

from app.domain import events as ev
from app.errors import Problem, SetupProblem, SyncProblem
from app.session import ntp
from app.sync.client import CenterClient

EVERY_S = 60.0
CENTER_LIMIT_S = 3.0
LEAVING_LIMIT_S = 10.0
STEP_MS = 100  # of the wall clock against the monotonic one: somebody or something set it
ACTOR = "clock"
_DATE_MIDDLE_MS = 500  # a Date header is cut to whole seconds
_log = logging.getLogger(__name__)

Ask = Callable[[], int | None]


def ask_center(url: str) -> int:
    """How far the center's clock is ahead of ours, in milliseconds.

    Raises:
        SyncProblem: it does not answer, or not with a time.
    """
    client = CenterClient(url, None)
    try:
        try:
            client.ask("GET", "/v1/time", timeout_s=CENTER_LIMIT_S)  # opens the connection
            asked_s, began = time.time(), time.monotonic()
            answer = client.ask("GET", "/v1/time", timeout_s=CENTER_LIMIT_S)
            there_ms = int(answer.json()["unix_ms"])
        except SyncProblem as problem:
            if problem.code == "center_unreachable":
                raise
            # A center from before there was such an answer still has the date in every one.
            asked_s, began = time.time(), time.monotonic()
            answer = client.ask("GET", "/v1/health", timeout_s=CENTER_LIMIT_S)
            there_ms = _date_ms(answer)
        half_s = (time.monotonic() - began) / 2
    except (ValueError, KeyError, TypeError) as error:
        raise SyncProblem("center_unreachable", url=url) from error
    finally:
        client.close()
    return there_ms - round((asked_s + half_s) * 1000)


def _date_ms(answer: httpx.Response) -> int:
    date = parsedate_to_datetime(answer.headers["date"])
    return round(date.timestamp() * 1000) + _DATE_MIDDLE_MS


class Comparison:
    """What is compared with what; keeps what was known before."""

    def __init__(self, ntp_server: str, center_url: str) -> None:
        """Compare with these; "" is not asked."""
        self._ntp_server = ntp_server
        self._center_url = center_url
        self._known: tuple[bool, bool] | None = None
        self._wall_ahead_s = _wall_ahead_s()

    def compare(self) -> ev.ClockCompared | None:
        """The event to journal now, or None when there is nothing that was not said before."""
        before_s, self._wall_ahead_s = self._wall_ahead_s, _wall_ahead_s()
        event = ev.ClockCompared(
            offset_center_ms=_answered(self._ask_center),
            offset_ntp_ms=_answered(self._ask_ntp),
            steps_ms=round((self._wall_ahead_s - before_s) * 1000),
        )
        known = (event.offset_center_ms is not None, event.offset_ntp_ms is not None)
        is_news = any(known) or known != self._known or abs(event.steps_ms) >= STEP_MS
        self._known = known
        return event if is_news else None

    def _ask_ntp(self) -> int | None:
        return ntp.ask(self._ntp_server) if self._ntp_server else None

    def _ask_center(self) -> int | None:
        return ask_center(self._center_url) if self._center_url else None


def _answered(ask: Ask) -> int | None:
    try:
        return ask()
    except (SetupProblem, SyncProblem) as problem:
        _log.info("clock not compared: %s", problem.code)
        return None


def _wall_ahead_s() -> float:
    """The wall clock less the monotonic one: moves only when the wall clock is set or slewed."""
    return time.time() - time.monotonic()


class ClockWatch:
    """Journals comparisons while an interrogation is recorded."""

    def __init__(
        self, comparison: Comparison, record: Callable[[ev.AnyEvent, str], object]
    ) -> None:
        """Journal by `record`, as `Proceeding.record` takes an event and its actor."""
        self._comparison = comparison
        self._record = record
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Compare now and every minute from now on; a second start changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="clock-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """No comparison is journaled after this."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(LEAVING_LIMIT_S)
            self._thread = None

    def _run(self) -> None:
        while not self._leaving.is_set():
            event = self._comparison.compare()
            if event is not None and not self._leaving.is_set():
                try:
                    self._record(event, ACTOR)
                except Problem as problem:
                    _log.info("clock not journaled: %s", problem.code)
            self._leaving.wait(EVERY_S)
