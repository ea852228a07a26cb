"""The side that asks: one connection to a room's process, blocking questions, pushed notices.

- A reader thread takes everything in; a notice goes to the callback on that thread.
- What the process declined is raised here as the problem it meant.
- A lost connection answers every open question with `<process>_not_answering`.
"""

from __future__ import annotations

import logging
import queue
import socket
import threading
from collections.abc import Callable

from app.errors import SetupProblem
from app.ipc import wire
from app.ipc.address import Address, connect
from app.ipc.messages import (
    Accepted,
    AnyMessage,
    AskState,
    Declined,
    Hello,
    Message,
    RecorderState,
    TranscriberState,
)

CONNECT_LIMIT_S = 3.0

_log = logging.getLogger(__name__)
State = RecorderState | TranscriberState


class Client:
    """A connected client; `close` it, or use it in a `with`."""

    def __init__(
        self,
        address: Address,
        name: str,
        on_notice: Callable[[AnyMessage], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        """Connect and say the token.

        Args:
            address: whom to talk to.
            name: of this client, for the other side's log.
            on_notice: subscribes; called on the reader thread with each notice.
            on_lost: called once on the reader thread when the connection ends unasked.

        Raises:
            SetupProblem: `<process>_not_answering` or `token_wrong`.
        """
        self._address = address
        self._on_notice = on_notice
        self._on_lost = on_lost
        self._closed = threading.Event()
        self._waiting: dict[str, queue.Queue[Message | None]] = {}
        self._state: State | None = None
        self._lock = threading.Lock()
        self._socket = self._enter(name)
        self._reader = threading.Thread(target=self._read, name=f"ipc-{name}", daemon=True)
        self._reader.start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, command: Message, *, limit_s: float = 15.0) -> Message:
        """Send a command and wait for its answer.

        Returns:
            The state for an `AskState`, otherwise `Accepted`.

        Raises:
            Problem: whatever the process declined it with.
            SetupProblem: `<process>_not_answering` when no answer comes within `limit_s` seconds.
        """
        command_id: str = getattr(command, "id", "")
        answers: queue.Queue[Message | None] = queue.Queue()
        with self._lock:
            self._waiting[command_id] = answers
        try:
            if not self.is_connected:
                raise self._not_answering()
            self._socket.sendall(wire.encode(command))
            answer = answers.get(timeout=limit_s)
        except (OSError, queue.Empty) as error:
            raise self._not_answering() from error
        finally:
            with self._lock:
                self._waiting.pop(command_id, None)
        if isinstance(answer, Declined):
            raise wire.rebuilt(answer)
        if answer is None:
            raise self._not_answering()
        if isinstance(command, AskState) and self._state is not None:
            return self._state
        return answer

    @property
    def is_connected(self) -> bool:
        """Whether the connection still stands."""
        return self._reader.is_alive() and not self._closed.is_set()

    def close(self) -> None:
        """End the connection and wait for the reader."""
        self._closed.set()
        _shut(self._socket)
        if self._reader is not threading.current_thread():
            self._reader.join(5.0)
        self._socket.close()

    def _enter(self, name: str) -> socket.socket:
        token = self._address.read_token()
        peer = connect(self._address, limit_s=CONNECT_LIMIT_S)
        peer.settimeout(None)
        try:
            hello = Hello(token=token, client=name, subscribe=self._on_notice is not None)
            peer.sendall(wire.encode(hello))
            answer = wire.receive(peer, limit_s=CONNECT_LIMIT_S)
        except (OSError, wire.ConnectionEnded) as error:
            peer.close()
            raise self._not_answering() from error
        if isinstance(answer, Declined):
            peer.close()
            raise wire.rebuilt(answer)
        return peer

    def _not_answering(self) -> SetupProblem:
        return SetupProblem(self._address.not_answering, room=self._address.room)

    def _read(self) -> None:
        try:
            while True:
                self._receive_one()
        except wire.ConnectionEnded as ended:
            _log.debug("connection ended: %s", ended)
        with self._lock:
            for answers in self._waiting.values():
                answers.put(None)
        if not self._closed.is_set():
            self._closed.set()
            if self._on_lost is not None:
                self._on_lost()

    def _receive_one(self) -> None:
        """Take in one message; one of another version is passed over, for the frame was whole."""
        try:
            message = wire.receive(self._socket)
        except SetupProblem as problem:
            if problem.details.get("why") == wire.TOO_LONG:
                raise wire.ConnectionEnded(wire.TOO_LONG) from problem
            _log.warning("message not understood: %s", problem)
            return
        self._take_in(message)

    def _take_in(self, message: AnyMessage) -> None:
        if isinstance(message, State):
            self._state = message
        if isinstance(message, Accepted | Declined):
            with self._lock:
                answers = self._waiting.get(message.id)
            if answers is not None:
                answers.put(message)
        elif self._on_notice is not None:
            self._on_notice(message)


def _shut(peer: socket.socket) -> None:
    try:
        peer.shutdown(socket.SHUT_RDWR)
    except OSError:
        _log.debug("socket was already shut")
