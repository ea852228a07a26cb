"""Asks the center now and then whether it is there, so that the desk need not guess."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.errors import SyncProblem
from app.sync.client import CenterClient

EVERY_S = 15.0
AGAIN_S = 6 * 3600.0  # a link that holds is told again, for what is done at each contact
RETRY_S = 300.0  # and sooner, when something could not be done


class LinkWatch:
    """One thread; `on_change` gets True or False when it changes, on that thread.

    A link that holds is told again every few hours; within minutes when `on_change` said that not
    all could be done; at once when asked.
    """

    def __init__(self, url: str, on_change: Callable[[bool], bool]) -> None:
        self._url = url
        self._on_change = on_change
        self._stop = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="center-link", daemon=True)
        self._thread.start()

    def tell_again(self) -> None:
        """Something is to be done at the center now, if it is there."""
        self._asked.set()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._asked.set()
        self._thread.join(EVERY_S)

    def _run(self) -> None:
        client = CenterClient(self._url, None)
        linked: bool | None = None
        told_at, again_s = 0.0, AGAIN_S
        try:
            while not self._stop.is_set():
                is_asked = self._asked.is_set()
                self._asked.clear()
                now = _answers(client)
                is_due = now and (is_asked or time.monotonic() - told_at > again_s)
                if now is not linked or is_due:
                    linked, told_at = now, time.monotonic()
                    again_s = AGAIN_S if self._on_change(now) else RETRY_S
                self._asked.wait(EVERY_S)
        finally:
            client.close()


def _answers(client: CenterClient) -> bool:
    try:
        client.ask("GET", "/v1/health", timeout_s=5.0)
    except SyncProblem:
        return False
    return True
