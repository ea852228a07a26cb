"""A room's process is started apart, found again, and there is never a second one."""

import os
import signal
import subprocess
import sys

import pytest

from app.errors import SetupProblem
from app.ipc.address import Address
from app.ipc.supervisor import RoomLock, command_line, ensure_running, holder, start_time
from tests.fakes.recording_room import until

PROGRAM = """
import signal, sys, threading
from pathlib import Path
from app.ipc.address import Address
from app.ipc.server import Server
from app.ipc.supervisor import RoomLock
address = Address(Path(sys.argv[1]), "recorder", "room")
lock = RoomLock.take(address)
server = Server(address, address.new_token(), lambda command: None)
server.start()
signal.pause()
"""


@pytest.fixture
def address(tmp_path):
    return Address(tmp_path / "run", "recorder", "room")


@pytest.fixture
def start(address, tmp_path):
    def start(program=PROGRAM, limit_s=20.0):
        command = [sys.executable, "-c", program, str(address.runtime)]
        return ensure_running(address, logs=tmp_path / "logs", command=command, limit_s=limit_s)

    yield start
    found = holder(address)
    if found is not None:
        os.kill(found.pid, signal.SIGKILL)
        until(lambda: holder(address) is None)


def test_it_is_started_once_and_found_again(start, address):
    first = start()
    assert start() == first == holder(address)
    assert first.start_time == start_time(first.pid)
    assert os.getsid(first.pid) == first.pid  # no signal to our group reaches it


def test_a_killed_one_is_known_at_once_and_replaced(start, address):
    first = start()
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: holder(address) is None)
    assert address.socket_file.exists()  # what a kill leaves lying about
    assert start().pid != first.pid


def test_a_lock_file_left_by_the_dead_holds_nobody(address):
    address.runtime.mkdir()
    address.lock_file.write_text('{"pid": 1, "start_time": 1}')
    assert holder(address) is None
    lock = RoomLock.take(address)
    assert holder(address).pid == os.getpid()
    with pytest.raises(SetupProblem) as caught:
        RoomLock.take(address)
    assert caught.value.code == "room_taken"
    assert caught.value.details["pid"] == os.getpid()
    lock.release()
    assert holder(address) is None


def test_one_that_dies_at_once_is_said_without_waiting_long(start):
    with pytest.raises(SetupProblem) as caught:
        start("raise SystemExit(3)", limit_s=30)
    assert caught.value.code == "recorder_not_answering"


def test_rooms_and_processes_do_not_meet(tmp_path):
    addresses = {
        Address(tmp_path, process, room).socket_file
        for process in ("recorder", "transcriber")
        for room in ("讯问室 1", "讯问室 2")
    }
    assert len(addresses) == 4
    assert all(len(str(path.name)) < 40 for path in addresses)


def test_the_installation_starts_its_own_module():
    said = subprocess.run(
        [*command_line("recorder", "x")[:-2], "--help"],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert "--room" in said.stdout
