"""A room's process answers whoever has its token, once per command, and nobody can block it."""

import queue
import threading
import time

import pytest

from app.errors import SetupProblem, StorageProblem
from app.ipc import wire
from app.ipc.address import Address, connect
from app.ipc.client import Client
from app.ipc.messages import (
    Accepted,
    AskState,
    Declined,
    GapNoticed,
    Hello,
    Levels,
    Message,
    RecorderState,
    Shutdown,
    StopTake,
)
from app.ipc.server import MAX_CONNECTIONS, Server

STATE = RecorderState(
    pid=1,
    record_id="",
    take=0,
    elapsed_ms=0,
    levels_dbfs=(-96.0, -96.0),
    folders=(),
    streams=(),
    microphone="",
    gaps=0,
)


class Room:
    """A served room that remembers what it was told."""

    def __init__(self):
        self.done = []

    def __call__(self, command):
        if isinstance(command, AskState):
            return STATE
        if isinstance(command, Shutdown):
            raise StorageProblem("disk_full", path="/media/a")
        self.done.append(command)
        return None


@pytest.fixture
def address(tmp_path):
    return Address(tmp_path / "run", "recorder", "讯问室 1")


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def server(address, room):
    server = Server(address, address.new_token(), room, hello_limit_s=0.3)
    server.start()
    yield server
    server.close()


@pytest.fixture
def client(server, address):
    with Client(address, "test") as client:
        yield client


def test_a_repeated_command_is_done_once(client, room):
    stop = StopTake(id="a", record_id="r")
    assert client.ask(stop) == Accepted(id="a")
    assert client.ask(stop) == Accepted(id="a")
    assert room.done == [stop]


def test_a_problem_of_the_process_is_raised_at_the_client(client):
    with pytest.raises(StorageProblem) as caught:
        client.ask(Shutdown(id="b"))
    assert caught.value.details == {"path": "/media/a"}


def test_state_is_answered_to_who_did_not_subscribe(client):
    assert client.ask(AskState(id="c")) == STATE


def test_a_wrong_token_is_refused(server, address):
    peer = connect(address, limit_s=1)
    peer.sendall(wire.encode(Hello(token="f" * 64, client="stranger")))
    answer = wire.receive(peer, limit_s=1)
    assert isinstance(answer, Declined)
    assert answer.code == "token_wrong"
    with pytest.raises(wire.ConnectionEnded):
        wire.receive(peer, limit_s=1)
    peer.close()


def test_a_command_before_hello_is_refused(server, address, room):
    peer = connect(address, limit_s=1)
    peer.sendall(wire.encode(StopTake(id="a", record_id="r")))
    assert wire.receive(peer, limit_s=1).code == "token_wrong"
    assert room.done == []
    peer.close()


def test_the_token_is_for_this_user_alone(server, address):
    assert address.token_file.stat().st_mode & 0o777 == 0o600
    assert address.socket_file.stat().st_mode & 0o777 == 0o600


def test_garbage_is_answered_and_ends_only_its_own_connection(server, address, client):
    peer = connect(address, limit_s=1)
    peer.sendall(wire.encode(Hello(token=address.read_token(), client="odd")))
    assert wire.receive(peer, limit_s=1) == Accepted(id="")
    peer.sendall(b"\x00\x00\x00\x03[1]")
    assert wire.receive(peer, limit_s=1).code == "message_malformed"
    assert client.ask(AskState(id="d")) == STATE
    peer.close()


def test_silent_clients_block_nobody_and_are_let_go(server, address):
    silent = [connect(address, limit_s=1) for _ in range(MAX_CONNECTIONS - 1)]
    began = time.monotonic()
    with Client(address, "desk") as desk:
        assert desk.ask(AskState(id="e")) == STATE
    assert time.monotonic() - began < 0.25
    for peer in silent:
        with pytest.raises(wire.ConnectionEnded, match="closed"):
            wire.receive(peer, limit_s=2)
        peer.close()


def test_notices_reach_only_subscribers(server, address, client):
    notices = queue.Queue()
    gap = GapNoticed(record_id="r", take=1, stream="camera-1", t0_ms=0, t1_ms=9, reason="lost")
    with Client(address, "desk", notices.put):
        assert server.has_subscribers
        server.publish(gap)
        assert notices.get(timeout=30) == gap


def test_a_client_that_does_not_read_loses_levels_but_stops_nobody(server, address):
    peer = connect(address, limit_s=1)
    peer.sendall(wire.encode(Hello(token=address.read_token(), client="slow", subscribe=True)))
    wire.receive(peer, limit_s=1)
    began = time.monotonic()
    for moment in range(20_000):
        server.publish(Levels(at_ms=moment, dbfs=(0.0, 0.0), waveform=((0, 0),) * 2))
    assert time.monotonic() - began < 5
    with Client(address, "desk") as desk:
        assert desk.ask(AskState(id="f")) == STATE
    peer.close()


def test_the_client_hears_that_the_process_died(server, address):
    lost = threading.Event()
    with Client(address, "desk", on_lost=lost.set) as desk:
        server.close()
        assert lost.wait(2)
        with pytest.raises(SetupProblem) as caught:
            desk.ask(AskState(id="g"))
    assert caught.value.code == "recorder_not_answering"


def test_nobody_there_is_a_clear_problem(address):
    with pytest.raises(SetupProblem) as caught:
        Client(address, "desk")
    assert caught.value.code == "recorder_not_answering"


class FromTomorrow(Message, frozen=True, tag="from_tomorrow"):
    """A notice that this version does not know."""


def test_a_notice_of_a_later_version_is_passed_over(server, address):
    """A desk that was updated while recording goes on must not lose its recorder."""
    heard = queue.Queue()
    with Client(address, "desk", heard.put):
        server.publish(FromTomorrow())
        notice = GapNoticed(record_id="R1", take=1, stream="s", t0_ms=1, t1_ms=2, reason="r")
        server.publish(notice)
        assert heard.get(timeout=30) == notice
