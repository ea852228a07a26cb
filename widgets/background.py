"""Long work beside the windows: progress with a figure, and cancelling where it is harmless.

- A job is a plain callable `job(report, cancel)`; it knows no Qt.
- What follows a job runs on the GUI thread; a Problem goes to `failed`, never to a dialog.
- Closing asks every job to end and waits, so that no thread outlives its window.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import Problem

LOG = logging.getLogger("desk")
Job = Callable[[Callable[[Any], None], threading.Event], Any]


class Work(QObject):
    """One piece of work under way."""

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)  # Problem
    broke = Signal(object)  # an exception nobody expected
    ended = Signal()  # after any of the three, and after a cancel

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to end."""
        return self._cancel.is_set()

    @Slot()
    def cancel(self) -> None:
        """Ask it to end; nothing more is told of its result."""
        self._cancel.set()

    def run(self, job: Job) -> Any:
        """Called on the worker."""
        return job(self.progressed.emit, self._cancel)

    def tell(self, future: Future[Any]) -> None:
        """Called on the worker when the job is over."""
        self._done.emit(future)

    @Slot(object)
    def _on_done(self, future: Future[Any]) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, Problem):
            if not self.cancelled:
                self.failed.emit(error)
        elif error is not None:
            LOG.error("background work broke", exc_info=error)
            self.broke.emit(error)
        elif not self.cancelled and not future.cancelled():
            self.finished.emit(future.result())
        self.ended.emit()


class Background(QObject):
    """Runs up to three pieces of work at once."""

    broke = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="background")
        self._running: set[Work] = set()

    def start(
        self,
        job: Job,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Any], None] | None = None,
        progress: Callable[[Any], None] | None = None,
    ) -> Work:
        """Begin `job`; the three callables are bound methods of widgets, called on their thread."""
        work = Work(self)
        for signal, slot in (
            (work.finished, then),
            (work.failed, failed),
            (work.progressed, progress),
        ):
            if slot is not None:
                signal.connect(slot)
        work.broke.connect(self.broke)
        work.ended.connect(self._on_ended)
        self._running.add(work)
        self._pool.submit(partial(work.run, job)).add_done_callback(work.tell)
        return work

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._running)

    def close(self) -> None:
        """Ask all work to end, and wait for it."""
        for work in self._running:
            work.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    @Slot()
    def _on_ended(self) -> None:
        work = self.sender()
        if isinstance(work, Work):
            self._running.discard(work)
            work.deleteLater()


def plainly(call: Callable[..., Any], *args: object) -> Job:
    """A job out of a call that reports nothing and cannot be cancelled."""
    return partial(_plain, partial(call, *args))


def _plain(call: Callable[[], Any], _report: object, _cancel: object) -> Any:
    return call()
