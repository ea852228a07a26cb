"""A temperature and humidity sensor that the Linux kernel knows: hwmon or IIO, read from its files.

- A chip is named ("sht3x") rather than numbered: numbers change at every start of the machine.
- Sources: kernel documentation `hwmon/sysfs-interface` (thousandths of a degree and of a per cent)
  and `ABI/testing/sysfs-bus-iio` (the same after offset and scale).
"""

from __future__ import annotations

from pathlib import Path

from app.errors import DeviceProblem
from app.recorder.climate import Climate

CLASSES = ("class/hwmon", "bus/iio/devices")
TEMPERATURE = ("temp1_input", "in_temp_input", "in_temp_raw")
HUMIDITY = ("humidity1_input", "in_humidityrelative_input", "in_humidityrelative_raw")


class SysfsSensor:
    """See `ClimateSensor`."""

    simulated = False

    def __init__(self, place: str, root: Path = Path("/sys")) -> None:
        self._place = place
        self._root = root
        self.description = place

    def read(self) -> Climate:
        """See `ClimateSensor`."""
        folder = self._folder()
        try:
            found = Climate(_value(folder, TEMPERATURE), _value(folder, HUMIDITY))
        except (OSError, ValueError) as error:
            raise DeviceProblem("sensor_lost", device=self.description) from error
        if found == Climate(None, None):
            raise DeviceProblem("device_not_found", device=self.description)
        return found

    def close(self) -> None:
        """See `ClimateSensor`."""

    def _folder(self) -> Path:
        if self._place.startswith("/"):
            if not Path(self._place).is_dir():
                raise DeviceProblem("device_not_found", device=self.description)
            return Path(self._place)
        for kind in CLASSES:
            for folder in sorted((self._root / kind).glob("*")):
                try:
                    name = (folder / "name").read_text(encoding="ascii").strip()
                except (OSError, UnicodeDecodeError):
                    continue
                if name == self._place:
                    return folder
        raise DeviceProblem("device_not_found", device=self.description)


def _value(folder: Path, names: tuple[str, ...]) -> float | None:
    """Degrees or per cent out of the first file that is there."""
    for name in names:
        path = folder / name
        if path.exists():
            raw = float(path.read_text(encoding="ascii"))
            if name.endswith("_raw"):
                stem = name.removesuffix("_raw")
                raw = (raw + _number(folder / f"{stem}_offset", 0.0)) * _number(
                    folder / f"{stem}_scale", 1.0
                )
            return round(raw / 1000, 2)
    return None


def _number(path: Path, otherwise: float) -> float:
    return float(path.read_text(encoding="ascii")) if path.exists() else otherwise
