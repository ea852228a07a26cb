"""The running session as Qt sees it: signals out, commands in, and a GUI thread that never waits.

- Commands run one after the other on one worker thread; the journal orders them, not the mouse.
- A problem comes back as a signal; what a person reads about it is written elsewhere.
- Snapshots and live values are coalesced: a slow screen skips, it never lags behind.
- One model lives as long as the desk; interrogations are attached to it and detached again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.domain.interrogation import Interrogation
from app.errors import Problem
from app.ipc.messages import Preview
from app.session.snapshot import CenterState, Live, Snapshot
from widgets.tablet_link import TabletLink

if TYPE_CHECKING:
    from widgets.ports import PadPort, RoomPort, SessionPort

LOG = logging.getLogger("desk")

Then = Callable[[Any], None]
NOTHING = Snapshot(state=Interrogation(), moves={})
"""What screens show while no interrogation is open."""


class Command:
    """One command on its way: the work, and who wants to hear of its end."""

    def __init__(self, future: Future[Any], then: Then | None, failed: Then | None) -> None:
        self.future = future
        self.then = then
        self.failed = failed


class SessionModel(QObject):
    """Session of the desk, or none; every widget of both windows observes this one object."""

    snapshot_changed = Signal(object)  # Snapshot
    live_changed = Signal(object)  # Live
    preview = Signal(object)  # app.ipc.messages.Preview
    told = Signal(object)  # anything else the session tells, such as a pad hint
    refused = Signal(object)  # Problem of a command that was not done
    broke = Signal(object)  # an exception nobody expected: a bug, logged
    busy_changed = Signal(bool)
    attached_changed = Signal(bool)

    _arrived = Signal()
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tablet = TabletLink(self)
        self.pad: PadPort | None = None
        self._session: SessionPort | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._unwatch: Callable[[], None] | None = None
        self._snapshot = NOTHING
        self._live = Live()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commands")
        self._running = 0
        self._lock = threading.Lock()
        self._inbox: dict[object, object] = {}
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def session(self) -> SessionPort:
        """The attached session; asking without one is a bug of the caller."""
        assert self._session is not None, "no interrogation is open"
        return self._session

    @property
    def attached(self) -> bool:
        """Whether an interrogation is open."""
        return self._session is not None

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot shown; `NOTHING` while no interrogation is open."""
        return self._snapshot

    @property
    def live(self) -> Live:
        """The newest live values shown."""
        return self._live

    @property
    def busy(self) -> bool:
        """Whether a command is on its way."""
        return self._running > 0

    def attach(self, session: SessionPort) -> None:
        """Show this session from now on, in place of any other."""
        self._let_go()
        self._session = session
        self._unsubscribe = session.subscribe(self._receive)
        self._snapshot, self._live = session.snapshot, session.live
        self._announce()

    def watch(self, room: RoomPort) -> None:
        """Hear what the room tells while no interrogation is open: the link to the center."""
        self._unwatch = room.subscribe(self._receive)

    def detach(self) -> None:
        """Show no interrogation; the recorder and the journal are not touched."""
        self._let_go()
        self._snapshot, self._live = NOTHING, Live(center=self._live.center)
        self._announce()

    def do(
        self,
        command: Callable[..., Any],
        *args: object,
        then: Then | None = None,
        failed: Then | None = None,
        **named: object,
    ) -> None:
        """Run `command` on the worker; `then(result)` or `failed(problem)` follows here.

        Without `failed`, a Problem is told by the signal `refused`.
        """
        self._running += 1
        if self._running == 1:
            self.busy_changed.emit(True)
        future = self._worker.submit(command, *args, **named)
        ended = Command(future, then, failed)
        future.add_done_callback(partial(self._tell_end, ended))

    def close(self) -> None:
        """Wait for the running command and let the session go; nothing is told any more."""
        self._let_go()
        self._snapshot, self._live = NOTHING, Live()
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _let_go(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._unsubscribe, self._session = None, None
        with self._lock:
            self._inbox.clear()

    def _announce(self) -> None:
        self.attached_changed.emit(self.attached)
        self.snapshot_changed.emit(self._snapshot)
        self.live_changed.emit(self._live)

    def _tell_end(self, ended: Command, _future: Future[Any]) -> None:
        self._ended.emit(ended)

    def _receive(self, news: object) -> None:
        """Called by the session from any thread; keeps the newest of each kind."""
        lane: object = type(news)
        if isinstance(news, Preview):
            lane = (Preview, news.stream)
        elif not isinstance(news, Snapshot | Live):
            lane = object()  # nothing else may be skipped
        with self._lock:
            is_first = not self._inbox
            self._inbox[lane] = news
        if is_first:
            self._arrived.emit()

    @Slot()
    def _on_arrived(self) -> None:
        with self._lock:
            arrived, self._inbox = list(self._inbox.values()), {}
        for news in arrived:
            if isinstance(news, Snapshot):
                self._snapshot = news
                self.snapshot_changed.emit(news)
            elif isinstance(news, Live):
                self._live = news
                self.live_changed.emit(news)
            elif isinstance(news, Preview):
                self.preview.emit(news)
            elif isinstance(news, CenterState) and not self.attached:
                self._live = replace(self._live, center=news)
                self.live_changed.emit(self._live)
            else:
                self.told.emit(news)

    @Slot(object)
    def _on_ended(self, command: Command) -> None:
        self._running -= 1
        if not self._running:
            self.busy_changed.emit(False)
        if command.future.cancelled():
            return
        error = command.future.exception()
        if error is None:
            if command.then is not None:
                command.then(command.future.result())
        elif not isinstance(error, Problem):
            LOG.error("a command broke", exc_info=error)
            self.broke.emit(error)
        elif command.failed is not None:
            command.failed(error)
        else:
            self.refused.emit(error)
