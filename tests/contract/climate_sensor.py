"""What every climate sensor driver keeps to; a driver's tests subclass this and give `sensor`."""

import time

from app.recorder.climate import Climate, ClimateSensor, checked


class ClimateSensorContract:
    """Needs a fixture `sensor`: a driver whose device is there and whose room is a mild one."""

    def test_a_reading_is_one_a_room_can_have(self, sensor: ClimateSensor):
        found = checked(sensor.read(), sensor.description)
        assert 0 < found.temperature_c < 40
        assert found.humidity_percent is None or 0 < found.humidity_percent < 100

    def test_it_can_be_read_again_and_again(self, sensor: ClimateSensor):
        assert all(isinstance(sensor.read(), Climate) for _ in range(3))

    def test_it_opens_again_by_itself(self, sensor: ClimateSensor):
        sensor.read()
        sensor.close()
        sensor.close()
        assert isinstance(sensor.read(), Climate)

    def test_it_answers_within_its_limit(self, sensor: ClimateSensor):
        began = time.monotonic()
        sensor.read()
        assert time.monotonic() - began < 10  # it never hangs; its own limit is far below

    def test_it_says_what_it_is(self, sensor: ClimateSensor):
        assert sensor.description
