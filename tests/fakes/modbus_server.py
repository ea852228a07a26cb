"""A real Modbus device on this machine: pymodbus's server over TCP or over a serial line."""

import asyncio
import os
import pty
import select
import socket
import threading
import tty

from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

START_LIMIT_S = 40.0


class ModbusDevice:
    """Unit 1 with registers 1 and 2 the same in every table; use in a `with`."""

    def __init__(self, temperature: int, humidity: int, *, serial: bool = False) -> None:
        self._device = SimDevice(
            id=1,
            simdata=SimData(1, values=[temperature, humidity], datatype=DataType.REGISTERS),
        )
        self._line = SerialLine() if serial else None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    @property
    def path(self) -> str:
        """The client's end of the serial line."""
        return self._line.ends[1]

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(START_LIMIT_S)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        """It is gone; stopping twice is harmless."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._server.shutdown(), self._loop).result(10)
            self._thread.join(10)
        if self._line is not None:
            self._line.close()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._line is None:
            self._server = ModbusTcpServer(self._device, address=("127.0.0.1", self.port))
        else:
            self._server = ModbusSerialServer(
                self._device, port=self._line.ends[0], baudrate=9600, timeout=1
            )
        await self._server.serve_forever(background=True)
        self._ready.set()
        await self._server.serving


class SerialLine:
    """Two serial ports of this machine with a cable between them."""

    def __init__(self) -> None:
        pairs = [pty.openpty() for _ in range(2)]
        for _, slave in pairs:
            tty.setraw(slave)
        self._masters = [master for master, _ in pairs]
        self._slaves = [slave for _, slave in pairs]
        self.ends = [os.ttyname(slave) for slave in self._slaves]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def close(self) -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join()
        for handle in (*self._masters, *self._slaves):
            os.close(handle)

    def _carry(self) -> None:
        one, other = self._masters
        while not self._stop.is_set():
            for ready in select.select(self._masters, [], [], 0.1)[0]:
                os.write(other if ready == one else one, os.read(ready, 4096))
