"""A real NTP server on loopback UDP whose clock may be wrong, or who answers as asked."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

UNIX_EPOCH_S = 2_208_988_800


class NtpServer:
    """Serves `address`; use in a `with`."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self.ahead_s = ahead_s
        self.stratum = 2
        self.change: Callable[[bytes], list[bytes]] = lambda answer: [answer]
        self.asked = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> NtpServer:
        self._link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._link.bind(("127.0.0.1", 0))
        self._port = self._link.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="ntp-server")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self._port))
        self._thread.join(10)
        self._link.close()

    def _serve(self) -> None:
        while True:
            question, who = self._link.recvfrom(1024)
            if not question:
                return
            self.asked += 1
            now = self._stamp()
            sent_back = struct.unpack(">2I", question[40:48])
            head = (0x24, self.stratum, 6, -20, 0, 0, 0)
            answer = struct.pack(">BBbb11I", *head, *now, *sent_back, *now, *self._stamp())
            for part in self.change(answer):
                self._link.sendto(part, who)

    def _stamp(self) -> tuple[int, int]:
        seconds = time.time() + self.ahead_s + UNIX_EPOCH_S
        return int(seconds) % (1 << 32), int(seconds % 1 * (1 << 32))
