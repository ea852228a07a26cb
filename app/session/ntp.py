"""Asks one NTP server what time it is there, once (SNTP, RFC 4330; packet of RFC 5905, 7.3).

- The moment between question and answer is taken from the monotonic clock: a wall clock that is
  set meanwhile falsifies nothing.
- The question carries a random number instead of our time: it tells nobody our clock, and only an
  answer to this very question is believed (RFC 4330, 5).
"""

from __future__ import annotations

import secrets
import socket
import struct
import time

from app.errors import SetupProblem

PORT = 123
LIMIT_S = 2.0
_PACKET = struct.Struct(">BBbb11I")  # flags, stratum, poll, precision, then eleven words
_VERSION_4_CLIENT = 4 << 3 | 3
_MODE_SERVER = 4
_NOT_SET = 3  # the leap indicator of a server that does not know the time itself
_UNIX_EPOCH_S = 2_208_988_800  # from 1900
_ERA_S = 1 << 32


def ask(server: str, *, limit_s: float = LIMIT_S) -> int:
    """How far the server's clock is ahead of ours, in milliseconds; negative when it is behind.

    Args:
        server: a name or an address, with `:port` when it is not 123; IPv6 in brackets.
        limit_s: for each of its addresses.

    Raises:
        SetupProblem: `time_server_unreachable`: no answer, or none that can be believed.
    """
    host, port = _place_of(server)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise SetupProblem("time_server_unreachable", server=server) from error
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as link:
                return _ask(link, address, limit_s)
        except (OSError, ValueError):
            continue
    raise SetupProblem("time_server_unreachable", server=server)


def _place_of(server: str) -> tuple[str, int]:
    if server.startswith("["):
        host, _, rest = server[1:].partition("]")
        port = rest.removeprefix(":")
    elif server.count(":") == 1:
        host, _, port = server.partition(":")
    else:
        host, port = server, ""
    return host, int(port) if port.isdecimal() else PORT


def _ask(link: socket.socket, address: object, limit_s: float) -> int:
    question = secrets.token_bytes(8)
    link.settimeout(limit_s)
    link.connect(address)  # type: ignore[arg-type]  # only its answers reach us then
    asked_s, began = time.time(), time.monotonic()
    link.send(bytes([_VERSION_4_CLIENT]) + bytes(39) + question)
    while True:
        answer = link.recv(1024)
        took_s = time.monotonic() - began
        if answer[24:32] == question:
            break
        if took_s > limit_s:
            raise TimeoutError
        link.settimeout(limit_s - took_s)
    received_s, sent_s = _times(answer)
    return round(((received_s - asked_s) + (sent_s - asked_s - took_s)) * 500)


def _times(answer: bytes) -> tuple[float, float]:
    """When the question came and the answer went, by the server's clock, in seconds of 1970.

    Raises:
        ValueError: the server does not know the time, or this is no answer.
    """
    if len(answer) < _PACKET.size:
        raise ValueError("short")
    fields = _PACKET.unpack_from(answer)
    flags, stratum = fields[0], fields[1]
    if flags & 7 != _MODE_SERVER or flags >> 6 == _NOT_SET or not 1 <= stratum <= 15:
        raise ValueError("not set")
    received, sent = fields[11:13], fields[13:15]
    if sent == (0, 0):
        raise ValueError("no time")
    return _unix(*received), _unix(*sent)


def _unix(seconds: int, fraction: int) -> float:
    # From 2036 on the count begins anew (RFC 4330, 3): what looks like before 1968 is after it.
    era = _ERA_S if seconds < 1 << 31 else 0
    return seconds + era - _UNIX_EPOCH_S + fraction / _ERA_S
