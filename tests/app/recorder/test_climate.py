"""Each climate sensor keeps the contract; one that fails costs only its own values."""

from datetime import UTC, datetime

import numpy as np
import pytest

from app.errors import DeviceProblem
from app.ipc import messages as ms
from app.recorder.climate import Climate, ClimateFeed, checked, open_climate_sensor
from app.recorder.climate_modbus import ModbusSensor
from app.recorder.climate_sysfs import SysfsSensor
from app.recorder.overlay import Strip
from app.recorder.simulated import SimulatedClimate
from tests.contract.climate_sensor import ClimateSensorContract
from tests.fakes.modbus_server import ModbusDevice
from tests.fakes.recording_room import RECORD, RecordingRoom, until

MOMENT = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
REGISTERS = "temperature=1&humidity=2"


def chip(root, folder, **files):
    place = root / folder
    place.mkdir(parents=True)
    for name, text in files.items():
        (place / name).write_text(f"{text}\n")
    return place


@pytest.fixture(scope="module")
def device():
    with ModbusDevice(236, 448) as device:
        yield device


@pytest.fixture(scope="module")
def serial_device():
    with ModbusDevice(236, 448, serial=True) as device:
        yield device


class TestHwmonSensor(ClimateSensorContract):
    @pytest.fixture
    def sensor(self, tmp_path):
        chip(tmp_path, "class/hwmon/hwmon0", name="coretemp", temp1_input=71000)
        values = {"temp1_input": 23420, "humidity1_input": 45100}
        chip(tmp_path, "class/hwmon/hwmon1", name="sht3x", **values)
        return SysfsSensor("sht3x", tmp_path)

    def test_the_named_chip_is_read_in_degrees_and_per_cent(self, sensor):
        assert sensor.read() == Climate(23.42, 45.1)
        assert str(sensor.read()) == "23.4°C 45%"


class TestIioSensor(ClimateSensorContract):
    @pytest.fixture
    def sensor(self, tmp_path):
        values = {"in_temp_raw": 6400, "in_temp_offset": -400, "in_temp_scale": 4}
        return SysfsSensor(str(chip(tmp_path, "iio:device0", name="hdc100x", **values)))

    def test_a_raw_value_is_shifted_then_scaled(self, sensor):
        assert sensor.read() == Climate(24.0, None)


class TestModbusTcpSensor(ClimateSensorContract):
    @pytest.fixture
    def sensor(self, device):
        sensor = ModbusSensor(f"modbus-tcp://127.0.0.1:{device.port}/1?{REGISTERS}")
        yield sensor
        sensor.close()

    @pytest.mark.parametrize("table", ["input", "holding"])
    def test_registers_of_either_table_are_scaled(self, device, table):
        address = f"modbus-tcp://127.0.0.1:{device.port}/1?{REGISTERS}&table={table}&scale=0.1"
        sensor = ModbusSensor(address)
        assert sensor.read() == Climate(23.6, 44.8)
        sensor.close()

    def test_a_register_the_device_does_not_have_is_a_lost_sensor(self, device):
        sensor = ModbusSensor(f"modbus-tcp://127.0.0.1:{device.port}/1?temperature=77")
        with pytest.raises(DeviceProblem, match="sensor_lost"):
            sensor.read()
        sensor.close()


class TestModbusSerialSensor(ClimateSensorContract):
    @pytest.fixture
    def sensor(self, serial_device):
        sensor = ModbusSensor(f"modbus-rtu://{serial_device.path}?unit=1&baud=9600&{REGISTERS}")
        yield sensor
        sensor.close()


class TestSimulatedSensor(ClimateSensorContract):
    @pytest.fixture
    def sensor(self):
        return SimulatedClimate()


def test_below_zero_is_read_as_such():
    with ModbusDevice(0x10000 - 55, 448) as device:
        sensor = ModbusSensor(f"modbus-tcp://127.0.0.1:{device.port}?{REGISTERS}")
        assert sensor.read().temperature_c == -5.5
        sensor.close()


@pytest.mark.parametrize(
    "source",
    [
        "modbus-tcp://127.0.0.1/1?wrong=1",
        "modbus-tcp:///1",
        "modbus-rtu:",
        "modbus-tcp://h/x?temperature=1",
        "onewire:28",
        "sysfs:no-such-chip",
        "sysfs:/no/such/folder",
        "modbus-rtu:///dev/no-such-line?temperature=1",
    ],
)
def test_a_sensor_that_is_not_there_is_said(source):
    with pytest.raises(DeviceProblem) as caught:
        open_climate_sensor(source, production=True).read()
    assert caught.value.code in {"device_not_found", "sensor_lost"}


def test_a_simulated_sensor_is_refused_in_a_production_room():
    with pytest.raises(DeviceProblem, match="simulated_in_production"):
        open_climate_sensor("simulated:", production=True)
    assert open_climate_sensor("simulated:", production=False).read()


@pytest.mark.parametrize(
    "wrong",
    [Climate(None, None), Climate(200.0, 40.0), Climate(-273.0, None), Climate(20.0, 101.0)],
)
def test_what_no_room_can_have_is_no_value(wrong):
    with pytest.raises(DeviceProblem, match="sensor_wrong"):
        checked(wrong, "sensor")


def test_a_lost_sensor_leaves_no_value_and_comes_back(tmp_path):
    place = chip(tmp_path, "chip", temp1_input=21500)
    feed = ClimateFeed(SysfsSensor(str(place)), every_s=0.02)
    feed.start()
    until(lambda: feed.text() == "21.5°C")
    (place / "temp1_input").write_text("garbage")
    until(lambda: feed.code == "sensor_lost")
    assert feed.now is None
    (place / "temp1_input").write_text("900000")
    until(lambda: feed.code == "sensor_wrong")
    (place / "temp1_input").write_text("22000")
    until(lambda: feed.text() == "22.0°C" and not feed.code)
    feed.stop()


def test_no_sensor_is_no_trouble():
    feed = ClimateFeed(None)
    feed.start()
    assert (feed.text(), feed.code, feed.now) == ("", "", None)
    feed.stop()


def test_a_take_goes_on_without_its_sensor_and_says_so_once(tmp_path):
    place = chip(tmp_path, "chip", temp1_input="garbage")
    with RecordingRoom(tmp_path) as room:
        room.start(climate_sensor=f"sysfs:{place}")
        room.wait_for(ms.TroubleNoticed, code="sensor_lost", subject="climate", over=False)
        (place / "temp1_input").write_text("21500")
        room.wait_for(ms.TroubleNoticed, code="sensor_lost", subject="climate", over=True)
        room.client.stop_take(RECORD)
        assert len(room.log("trouble")) == 2
        assert room.log("gap") == []


def test_the_strip_shows_the_climate_between_label_and_clock():
    shown = [""]
    strip = Strip("room", 640, 360, lambda: shown[0])
    plain, with_climate = (np.full((540, 640), 90, np.uint8) for _ in range(2))
    strip.burn(plain, MOMENT, 60)
    shown[0] = "23.4°C 45%"
    strip.burn(with_climate, MOMENT, 60)
    changed = np.flatnonzero((plain != with_climate)[:360].any(axis=0))
    assert len(changed) > 40
    label_end = np.flatnonzero(plain[360 - strip.rows : 360, :300].max(axis=0) > 100)[-1]
    assert changed[0] > label_end
    shown[0] = "x" * 200  # no room: the clock and the label stay as they are
    strip.burn(with_climate, MOMENT, 60)
    assert (with_climate == plain).all()
