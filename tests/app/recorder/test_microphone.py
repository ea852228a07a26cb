"""Each microphone driver keeps the contract; sound lands where it belongs in time."""

import threading

import pytest

from app.errors import DeviceProblem
from app.ipc.messages import MicrophoneChoice
from app.recorder.capture import open_microphone
from app.recorder.microphone import SoundCard
from app.recorder.preflight import list_microphones, probe_microphone
from app.recorder.simulated import SimulatedMicrophone
from tests.contract.microphone import MicrophoneContract
from tests.fakes.recording_room import until, write_tone
from tests.fakes.sound_server import SoundServer


@pytest.fixture(scope="module")
def server():
    with SoundServer() as server:
        yield server


@pytest.fixture
def on_server(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    return server


class TestSoundCard(MicrophoneContract):
    @pytest.fixture
    def microphone(self, on_server):
        return SoundCard("pulse", "roommic")


class TestSimulatedMicrophone(MicrophoneContract):
    @pytest.fixture
    def microphone(self, tmp_path):
        return SimulatedMicrophone(tmp_path)


def test_a_source_the_server_does_not_have_is_not_found(on_server):
    with pytest.raises(DeviceProblem) as caught:
        SoundCard("pulse", "nothing").open(print, print)
    assert caught.value.code == "device_not_found"


def test_the_servers_sources_can_be_chosen(on_server):
    found = {one.source: one for one in list_microphones()}
    assert found["pulse:roommic"].is_default
    assert not found["pulse:othermic"].is_default


def test_a_look_at_a_silent_microphone_says_that_it_gives_zeros(on_server):
    heard = probe_microphone(MicrophoneChoice(source="pulse:othermic"), production=True)
    assert heard.is_zero == (True, True)


def test_a_rate_that_the_device_refuses_is_a_refusal(on_server, monkeypatch):
    monkeypatch.setattr("app.recorder.microphone.RATE", 1_000_000)  # beyond any sound server
    with pytest.raises(DeviceProblem) as caught:
        SoundCard("pulse", "roommic").open(print, print)
    assert caught.value.code == "device_refused"


def test_an_unknown_source_is_not_found():
    with pytest.raises(DeviceProblem) as caught:
        open_microphone(MicrophoneChoice(source="jack:1"), production=True)
    assert caught.value.code == "device_not_found"


def test_simulated_files_are_played_in_order_and_marked(tmp_path):
    write_tone(tmp_path / "0" / "b.wav", 500, 0.1)
    write_tone(tmp_path / "0" / "a.wav", 500, 0.1)
    (tmp_path / "0" / "c.wav").write_bytes(b"no sound")
    microphone = SimulatedMicrophone(tmp_path)
    microphone.open(lambda _: None, lambda _: None)
    until(lambda: len(list((tmp_path / "0").glob("*.played"))) == 3)
    microphone.close()
    assert list((tmp_path / "0").glob("*.wav")) == []


def test_no_thread_is_left(on_server):
    before = threading.active_count()
    microphone = SoundCard("pulse", "roommic")
    came = threading.Event()
    microphone.open(lambda _: came.set(), lambda _: None)
    assert came.wait(5)
    microphone.close()
    until(lambda: threading.active_count() <= before)
