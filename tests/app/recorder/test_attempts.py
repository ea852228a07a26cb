"""Which failure of a camera is final before a take."""

import pytest

from app.errors import DeviceProblem
from app.recorder.attempts import Attempts


def attempts(*codes):
    made = Attempts()
    for code in codes:
        made.failed(DeviceProblem(code, device="camera"))
    return made.final


@pytest.mark.parametrize(
    "codes", [(), ("camera_unreachable",), ("device_lost", "device_lost", "camera_unreachable")]
)
def test_a_camera_that_may_be_ending_something_else_is_tried_again(codes):
    assert attempts(*codes) is None


@pytest.mark.parametrize(
    "codes", [("camera_unreachable", "camera_unreachable"), ("device_not_found",)]
)
def test_what_does_not_pass_is_told_at_once(codes):
    assert attempts(*codes).code == codes[-1]
