"""A temperature and humidity sensor on Modbus, over TCP or a serial line (RTU).

- One connection, opened again for the next reading after any fault.
- Where the values lie is in the source's address, because every maker puts them elsewhere:
  `modbus-tcp://host:502/1?temperature=1&humidity=2&table=input&scale=0.1`,
  `modbus-rtu:///dev/ttyUSB0?unit=1&baud=9600&parity=N&temperature=1&humidity=2`.
- Source: MODBUS Application Protocol V1.1b3, 6.3 and 6.4; a register is a signed 16 bit number.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.errors import DeviceProblem
from app.recorder.climate import Climate

LIMIT_S = 1.0
NAMES = frozenset({"unit", "temperature", "humidity", "table", "scale", "baud", "parity"})
TABLES = frozenset({"input", "holding"})
_log = logging.getLogger(__name__)


class ModbusSensor:
    """See `ClimateSensor`."""

    simulated = False

    def __init__(self, source: str) -> None:
        """Read the address.

        Raises:
            DeviceProblem: `device_not_found` when it is not one of the forms above.
        """
        self.description = source.partition("?")[0]
        self._client: Any = None
        try:
            self._read_address(source)
        except ValueError as error:
            raise DeviceProblem("device_not_found", device=source) from error

    def _read_address(self, source: str) -> None:
        parts = urlsplit(source)
        told = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        if not told.keys() <= NAMES or told.get("table", "input") not in TABLES:
            raise ValueError(source)
        self._is_tcp = parts.scheme == "modbus-tcp"
        self._host, self._port = parts.hostname or "", parts.port or 502
        self._path = parts.path
        unit = parts.path.strip("/") if self._is_tcp else told.get("unit", "1")
        self._unit = int(unit or told.get("unit", "1"))
        self._scale = float(told.get("scale", "0.1"))
        self._table = told.get("table", "input")
        self._baud, self._parity = int(told.get("baud", "9600")), told.get("parity", "N")
        self._temperature = int(told.get("temperature", "1"))
        self._humidity = int(told["humidity"]) if "humidity" in told else None
        if (self._is_tcp and not self._host) or (not self._is_tcp and not self._path):
            raise ValueError(source)

    def read(self) -> Climate:
        """See `ClimateSensor`."""
        from pymodbus import ModbusException

        try:
            client = self._connected()
            humidity = self._humidity
            return Climate(
                self._register(client, self._temperature),
                self._register(client, humidity) if humidity is not None else None,
            )
        except (ModbusException, OSError) as error:
            self.close()
            _log.debug("sensor: %s", error)
            raise DeviceProblem("sensor_lost", device=self.description) from error

    def close(self) -> None:
        """See `ClimateSensor`."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Any:
        from pymodbus.client import ModbusSerialClient, ModbusTcpClient

        if self._client is None:
            if self._is_tcp:
                client: Any = ModbusTcpClient(
                    self._host, port=self._port, timeout=LIMIT_S, retries=0
                )
            else:
                client = ModbusSerialClient(
                    self._path,
                    baudrate=self._baud,
                    parity=self._parity,
                    timeout=LIMIT_S,
                    retries=0,
                )
            self._client = client
            if not client.connect():
                raise OSError("no connection")
        return self._client

    def _register(self, client: Any, address: int) -> float:
        read = client.read_input_registers
        if self._table == "holding":
            read = client.read_holding_registers
        answer = read(address, count=1, device_id=self._unit)
        if answer.isError():
            raise OSError("the sensor refused")
        raw = int(answer.registers[0])
        return round((raw - 0x10000 if raw >= 0x8000 else raw) * self._scale, 2)
