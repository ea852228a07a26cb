"""Messages cross whole or not at all, and a problem is the same problem on the other side."""

import contextlib
import socket

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DeviceProblem, Problem, SetupProblem
from app.ipc import wire
from app.ipc.messages import Declined, Levels, Preview, StopTake
from speech.problem import ModelProblem


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    yield left, right
    left.close()
    right.close()


def test_a_message_comes_out_as_it_went_in(pair):
    left, right = pair
    told = Preview(stream="camera-1", jpeg=b"\xff\xd8\x00", at_ms=5)
    left.sendall(wire.encode(told))
    assert wire.receive(right, limit_s=1) == told


def test_an_unknown_type_is_malformed():
    with pytest.raises(SetupProblem) as caught:
        wire.decode(b'{"type":"delete_take","id":"1"}')
    assert caught.value.code == "message_malformed"


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(body):
    with contextlib.suppress(SetupProblem):
        wire.decode(body)


@given(st.text(), st.text(), st.text())
def test_any_text_survives(command_id, record_id, reason):
    told = StopTake(id=command_id, record_id=record_id, reason=reason)
    try:
        data = wire.encode(told)
    except UnicodeEncodeError:
        return
    assert wire.decode(data[4:]) == told


def test_a_length_over_the_limit_is_refused_before_it_is_read(pair):
    left, right = pair
    left.sendall((wire.MAX_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(SetupProblem) as caught:
        wire.receive(right, limit_s=1)
    assert caught.value.code == "message_malformed"


def test_a_message_over_the_limit_is_not_sent():
    with pytest.raises(SetupProblem):
        wire.encode(Preview(stream="camera-1", jpeg=bytes(wire.MAX_BYTES), at_ms=0))


def test_half_a_message_ends_with_its_time(pair):
    left, right = pair
    left.sendall(b"\x00\x00\x00\x10{")
    with pytest.raises(wire.ConnectionEnded):
        wire.receive(right, limit_s=0.05)


@pytest.mark.parametrize(
    "problem",
    [
        DeviceProblem("device_not_found", device="会议麦克风"),
        ModelProblem("model_changed", name="small"),
    ],
)
def test_a_problem_is_rebuilt(problem):
    again = wire.rebuilt(wire.declined("7", problem))
    assert type(again) is type(problem)
    assert (again.code, again.details) == (problem.code, problem.details)


@pytest.mark.parametrize(
    ("family", "code"), [("Problem", "x"), ("nothing", "x"), ("DeviceProblem", "disk_full")]
)
def test_an_unknown_problem_is_a_malformed_message(family, code):
    again = wire.rebuilt(Declined(id="1", family=family, code=code))
    assert isinstance(again, Problem)
    assert again.code == "message_malformed"


def test_levels_are_plain_json():
    body = wire.encode(Levels(at_ms=1, dbfs=(-96.0, -3.5), waveform=((-5, 5), (0, 0))))[4:]
    assert msgspec.json.decode(body)["type"] == "levels"
