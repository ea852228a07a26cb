"""What a room's sensor for temperature and humidity is, and how a take is kept told by it.

- A sensor never stops anything: lost or wrong, the overlay goes without it and one trouble says so.
- A value outside what a room can have is no value.
- A simulated sensor is refused in a production room.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.errors import DeviceProblem

SUBJECT = "climate"
EVERY_S = 5.0
FRESH_NS = 20_000_000_000  # an older reading is not what the room has now
COLDEST_C, WARMEST_C = -40.0, 85.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Climate:
    """One reading; None where the sensor has no such value."""

    temperature_c: float | None
    humidity_percent: float | None

    def __str__(self) -> str:
        """`23.4°C 45%`, as burnt in."""
        parts = []
        if self.temperature_c is not None:
            parts.append(f"{self.temperature_c:.1f}°C")
        if self.humidity_percent is not None:
            parts.append(f"{self.humidity_percent:.0f}%")
        return " ".join(parts)


class ClimateSensor(Protocol):
    """A source of readings."""

    description: str
    simulated: bool

    def read(self) -> Climate:
        """One reading, within three seconds; it opens whatever it needs by itself.

        Raises:
            DeviceProblem: `device_not_found` when there is no such sensor, `sensor_lost` when it
                does not answer.
        """

    def close(self) -> None:
        """Let go; closing twice is harmless."""


def open_climate_sensor(source: str, *, production: bool) -> ClimateSensor:
    """The driver for a sensor; it is not read yet.

    Args:
        source: "sysfs:<chip name or folder>", "modbus-tcp://host:port/unit?...",
            "modbus-rtu:///dev/ttyUSB0?..." or "simulated:".
        production: whether a simulated one is refused.

    Raises:
        DeviceProblem: `simulated_in_production`, or `device_not_found` for an unknown source.
    """
    kind = source.partition(":")[0]
    if kind == "sysfs":
        from app.recorder.climate_sysfs import SysfsSensor

        return SysfsSensor(source.partition(":")[2])
    if kind in {"modbus-tcp", "modbus-rtu"}:
        from app.recorder.climate_modbus import ModbusSensor

        return ModbusSensor(source)
    if kind == "simulated":
        from app.recorder.simulated import SimulatedClimate

        if production:
            raise DeviceProblem("simulated_in_production", device=source)
        return SimulatedClimate()
    raise DeviceProblem("device_not_found", device=source)


def checked(found: Climate, device: str) -> Climate:
    """The reading, if a room can have it.

    Raises:
        DeviceProblem: `sensor_wrong`.
    """
    temperature, humidity = found.temperature_c, found.humidity_percent
    if temperature is None and humidity is None:
        raise DeviceProblem("sensor_wrong", device=device)
    cold_or_hot = temperature is not None and not COLDEST_C <= temperature <= WARMEST_C
    beyond = humidity is not None and not 0.0 <= humidity <= 100.0
    if cold_or_hot or beyond or any(math.isnan(x) for x in (temperature, humidity) if x):
        raise DeviceProblem("sensor_wrong", device=device)
    return found


def facts_at(moment: datetime, climate: Climate | None) -> dict[str, object]:
    """What stands beside a piece of a copied picture: local time with its offset, and climate."""
    facts: dict[str, object] = {"at": moment.astimezone().isoformat(timespec="milliseconds")}
    if climate is not None and climate.temperature_c is not None:
        facts["temperature_c"] = climate.temperature_c
    if climate is not None and climate.humidity_percent is not None:
        facts["humidity_percent"] = climate.humidity_percent
    return facts


class ClimateFeed:
    """Reads a sensor every few seconds for as long as a take runs."""

    def __init__(self, sensor: ClimateSensor | None, every_s: float = EVERY_S) -> None:
        self._sensor = sensor
        self._every_s = every_s
        self._last: tuple[int, Climate] | None = None
        self.code = ""  # what is wrong with it now
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> Climate | None:
        """The last reading, while it is fresh."""
        last = self._last
        if last is None or time.monotonic_ns() - last[0] > FRESH_NS:
            return None
        return last[1]

    def text(self) -> str:
        """As burnt in; "" while nothing is known."""
        now = self.now
        return str(now) if now is not None else ""

    def start(self) -> None:
        """Go on in a thread; nobody waits for a sensor."""
        if self._sensor is not None:
            self._thread = threading.Thread(target=self._run, name="climate", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; a sensor that hangs ends with its own time limit."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1.0)

    def _run(self) -> None:
        assert self._sensor is not None
        while not self._stop.is_set():
            try:
                found = checked(self._sensor.read(), self._sensor.description)
                self._last, self.code = (time.monotonic_ns(), found), ""
            except DeviceProblem as problem:
                if self.code != problem.code:
                    _log.warning("climate: %s", problem)
                self._last, self.code = None, problem.code
            self._stop.wait(self._every_s)
        self._sensor.close()
