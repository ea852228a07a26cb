"""How messages cross a local socket: four bytes of length, then JSON of one closed set of types.

- Never pickle: what comes in is data of a known shape, or `message_malformed`.
- No message is over 1 MiB; a longer one is refused before it is read.
- A problem crosses as family, code and details and is built again on the other side.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Iterator

import msgspec

from app.errors import Problem, SetupProblem
from app.ipc.messages import AnyMessage, Declined, Message

MAX_BYTES = 1 << 20
TOO_LONG = "too long"
_LENGTH = struct.Struct(">I")
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)


class ConnectionEnded(Exception):  # noqa: N818 - an event of every connection, not an error
    """The other side is gone, or took longer than its time limit."""


def encode(message: Message) -> bytes:
    """The message with its length before it, ready to be sent."""
    body = _encoder.encode(message)
    if len(body) > MAX_BYTES:
        raise SetupProblem("message_malformed", why=TOO_LONG, bytes=len(body))
    return _LENGTH.pack(len(body)) + body


def decode(body: bytes) -> AnyMessage:
    """The message of `body` (without its length).

    Raises:
        SetupProblem: `message_malformed`.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SetupProblem("message_malformed", why=str(error)[:200]) from error


def receive(connection: socket.socket, *, limit_s: float | None = None) -> AnyMessage:
    """The next whole message.

    Args:
        connection: a blocking stream socket; another thread may send on it meanwhile.
        limit_s: seconds for the whole message to come; None waits for ever for its first byte and
            then at most ten seconds for the rest.

    Raises:
        ConnectionEnded: closed, broken or over its time.
        SetupProblem: `message_malformed`.
    """
    deadline = None if limit_s is None else time.monotonic() + limit_s
    first = _receive_exactly(connection, 1, deadline)
    deadline = deadline or time.monotonic() + 10.0
    (length,) = _LENGTH.unpack(first + _receive_exactly(connection, 3, deadline))
    if length > MAX_BYTES:
        raise SetupProblem("message_malformed", why=TOO_LONG, bytes=length)
    return decode(_receive_exactly(connection, length, deadline))


def _receive_exactly(connection: socket.socket, count: int, deadline: float | None) -> bytes:
    got = bytearray()
    while len(got) < count:
        try:
            # By select, not by the socket's own time-out, which would also cut a send short.
            left_s = None if deadline is None else max(deadline - time.monotonic(), 0.0)
            if not select.select([connection], [], [], left_s)[0]:
                raise ConnectionEnded("time over")
            more = connection.recv(count - len(got))
        except (OSError, ValueError) as error:
            raise ConnectionEnded(type(error).__name__) from error
        if not more:
            raise ConnectionEnded("closed")
        got += more
    return bytes(got)


def declined(command_id: str, problem: Problem) -> Declined:
    """How `problem` crosses to the process that asked."""
    return Declined(
        id=command_id,
        family=type(problem).__name__,
        code=problem.code,
        details=problem.details,
    )


def rebuilt(answer: Declined) -> Problem:
    """The problem that the other process meant."""
    for family in _families(Problem):
        if family.__name__ == answer.family and answer.code in family.CODES:
            return family(answer.code, **answer.details)
    return SetupProblem("message_malformed", why=f"unknown problem {answer.family}.{answer.code}")


def _families(base: type[Problem]) -> Iterator[type[Problem]]:
    """Every family this process knows: whoever imports one can be told of it."""
    for family in base.__subclasses__():
        yield family
        yield from _families(family)
