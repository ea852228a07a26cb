"""The side that serves a room: answers commands, and pushes notices to whoever subscribed.

- A connection that does not say the room's token within its time limit is closed; every
  connection has its own thread, so a silent one blocks nobody.
- A command repeated with the same id is answered as it was before and done only once.
- Previews and levels are dropped for a slow reader; a reader too slow for the rest is let go.
"""

from __future__ import annotations

import hmac
import logging
import queue
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Protocol

from app.errors import Problem, SetupProblem
from app.ipc import wire
from app.ipc.address import Address, listen
from app.ipc.messages import Accepted, AnyMessage, AskState, Hello, Levels, Message, Preview

HELLO_LIMIT_S = 2.0
SEND_LIMIT_S = 2.0
MAX_CONNECTIONS = 16
ANSWERS_KEPT = 256
LOSSY_BACKLOG = 8  # with this many messages waiting, a preview is not worth queueing
MAX_BACKLOG = 2048

_log = logging.getLogger(__name__)


class Handler(Protocol):
    """What the process does with a command."""

    def __call__(self, command: AnyMessage) -> Message | None:
        """Do it; return a message to send before `Accepted`, or raise a `Problem`."""


class _Connection:
    """One client: its socket, and its queue of what goes out."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer
        self.subscribed = False
        self.out: queue.Queue[bytes | None] = queue.Queue(MAX_BACKLOG)

    def put(self, data: bytes, *, lossy: bool = False) -> None:
        if lossy and self.out.qsize() >= LOSSY_BACKLOG:
            return
        try:
            self.out.put_nowait(data)
        except queue.Full:
            self.end()

    def end(self) -> None:
        try:
            self.peer.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # already gone

    def send_all(self) -> None:
        """Thread body: send what is queued until None comes or the client is gone."""
        while (data := self.out.get()) is not None:
            try:
                self.peer.sendall(data)
            except OSError:
                self.end()
                return


class Server:
    """Serves one room's process at an address until closed."""

    def __init__(
        self, address: Address, token: str, handle: Handler, *, hello_limit_s: float = HELLO_LIMIT_S
    ) -> None:
        self._address = address
        self._token = token
        self._handle = handle
        self._hello_limit_s = hello_limit_s
        self._connections: set[_Connection] = set()
        self._connections_lock = threading.Lock()
        self._command_lock = threading.Lock()
        self._answers: OrderedDict[str, Message] = OrderedDict()
        self._listener: socket.socket | None = None
        self._threads: set[threading.Thread] = set()

    def start(self) -> None:
        """Listen; returns at once."""
        self._listener = listen(self._address)
        self._start_thread(self._accept, "ipc-accept")

    def close(self) -> None:
        """Close every connection and wait for the threads."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # shutdown wakes a blocked accept; close alone does not.
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                _log.debug("listener could not be shut down")
            listener.close()
            self._address.socket_file.unlink(missing_ok=True)
        with self._connections_lock:
            connections = list(self._connections)
        for connection in connections:
            connection.end()
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(5.0)

    @property
    def has_subscribers(self) -> bool:
        """Whether anybody would get a notice."""
        with self._connections_lock:
            return any(connection.subscribed for connection in self._connections)

    def publish(self, notice: Message) -> None:
        """Send `notice` to all who subscribed; never blocks."""
        with self._connections_lock:
            hearing = [connection for connection in self._connections if connection.subscribed]
        if not hearing:
            return
        data = wire.encode(notice)
        lossy = isinstance(notice, Preview | Levels)
        for connection in hearing:
            connection.put(data, lossy=lossy)

    def _start_thread(self, body: Callable[[], None], name: str) -> threading.Thread:
        def run() -> None:
            try:
                body()
            finally:
                self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.add(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while (listener := self._listener) is not None:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            connection = _Connection(peer)
            with self._connections_lock:
                full = len(self._connections) >= MAX_CONNECTIONS
                if not full:
                    self._connections.add(connection)
            if full:
                peer.close()
                continue
            self._start_thread(partial(self._run, connection), "ipc-connection")

    def _run(self, connection: _Connection) -> None:
        """Thread body of one connection, from its first byte to its last."""
        sender = self._start_thread(connection.send_all, "ipc-send")
        try:
            self._serve(connection)
        finally:
            with self._connections_lock:
                self._connections.discard(connection)
            try:
                connection.out.put_nowait(None)
            except queue.Full:
                connection.end()
            sender.join(SEND_LIMIT_S)
            connection.end()
            connection.peer.close()

    def _serve(self, connection: _Connection) -> None:
        try:
            hello = wire.receive(connection.peer, limit_s=self._hello_limit_s)
            if not isinstance(hello, Hello) or not hmac.compare_digest(
                hello.token.encode(), self._token.encode()
            ):
                raise SetupProblem("token_wrong", room=self._address.room)
            connection.put(wire.encode(Accepted(id="")))
            connection.subscribed = hello.subscribe
            while True:
                command = wire.receive(connection.peer)
                for answer in self._answers_to(command):
                    connection.put(wire.encode(answer))
        except wire.ConnectionEnded as ended:
            _log.debug("connection ended: %s", ended)
        except Problem as problem:
            connection.put(wire.encode(wire.declined("", problem)))

    def _answers_to(self, command: AnyMessage) -> list[Message]:
        command_id = getattr(command, "id", "")
        if isinstance(command, AskState):  # changes nothing: no lock, so it answers during a start
            return self._do(command, command_id)
        with self._command_lock:
            if command_id in self._answers:
                return [self._answers[command_id]]
            answers = self._do(command, command_id)
            self._answers[command_id] = answers[-1]
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
            return answers

    def _do(self, command: AnyMessage, command_id: str) -> list[Message]:
        try:
            told = self._handle(command)
        except Problem as problem:
            return [wire.declined(command_id, problem)]
        accepted = Accepted(id=command_id)
        return [accepted] if told is None else [told, accepted]
