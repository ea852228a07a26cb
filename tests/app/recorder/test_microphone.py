"""Each microphone driver keeps the contract; sound lands where it belongs in time."""

import queue
import threading

import numpy as np
import pytest

from app.errors import DeviceProblem
from app.ipc.messages import MicrophoneChoice
from app.recorder.capture import SoundBlock, open_microphone
from app.recorder.meter import Meter
from app.recorder.microphone import SoundCard
from app.recorder.preflight import list_microphones, probe_microphone
from app.recorder.simulated import SimulatedMicrophone
from app.recorder.sound import CardClock, SoundTrack, Stretcher
from tests.contract.microphone import MicrophoneContract
from tests.fakes.recording_room import until, write_tone
from tests.fakes.sound_server import SoundServer

RATE = 48_000


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


class Track:
    """A sound track fed by hand, its output gathered."""

    def __init__(self, t0_ns=0, **options):
        self.blocks = queue.SimpleQueue()
        self.got = []
        self.gaps = []
        self.levels = []
        meter = Meter(lambda dbfs, _: self.levels.append(dbfs), lambda *_: None)
        self.track = SoundTrack(
            self.blocks,
            t0_ns,
            self.got.append,
            lambda t0, t1: self.gaps.append((t0, t1)),
            meter,
            **options,
        )

    def run(self, *blocks):
        for at_ms, samples in blocks:
            self.blocks.put(SoundBlock(samples, at_ms * 1_000_000))
        self.track.start()
        until(self.blocks.empty)
        self.track.stop()
        return np.concatenate(self.got, axis=1)


def constant(left, right, ms):
    return np.tile(np.array([[left, right]], np.int16), (RATE * ms // 1000, 1))


def test_sound_of_before_the_take_is_left_out():
    sound = Track().run(*((at, constant(1000, 2000, 20)) for at in range(-200, 400, 20)))
    assert sound.shape[1] == pytest.approx(0.4 * RATE, abs=20)


def test_a_hole_becomes_silence_of_its_length_and_is_stated():
    track = Track()
    before = [(at, constant(8000, 8000, 20)) for at in range(0, 1000, 20)]
    # The card's clock is believed only after a second of being late: so a hole of 5 s shows then.
    after = [(at, constant(8000, 8000, 20)) for at in range(6000, 9000, 20)]
    sound = track.run(*before, *after)
    assert sound.shape[1] == pytest.approx(9 * RATE, abs=RATE // 50)
    ((t0_ms, t1_ms),) = track.gaps
    assert t1_ms - t0_ms == pytest.approx(5000, abs=60)
    middle = sound[0, (t0_ms + 100) * 48 : (t1_ms - 100) * 48]
    assert np.abs(middle).max() == 0


def test_channels_can_be_exchanged():
    sound = Track(swap_channels=True).run(
        *((at, constant(8000, -4000, 20)) for at in range(0, 500, 20))
    )
    assert sound[0].mean() < -0.1
    assert sound[1].mean() > 0.2


def test_a_card_whose_clock_is_wrong_keeps_to_ours():
    """100 ppm fast over twenty minutes: uncorrected it would be 120 ms."""
    clock, got = CardClock(), []
    stretcher = Stretcher(lambda samples: got.append(samples.shape[1]))
    samples = np.zeros((4800, 2), np.int16)
    for number in range(12_000):
        at_ns = number * 4800 * 1_000_000_000 // RATE
        placed = clock.place(at_ns - int(at_ns * 100e-6), 4800)
        stretcher.add(samples, round(placed * RATE / 1e9))
    stretcher.close()
    truth_s = 1200 * (1 - 100e-6)
    assert sum(got) / RATE == pytest.approx(truth_s, abs=0.005)


def test_a_channel_that_is_exactly_zero_for_ten_seconds_is_told():
    told = []
    meter = Meter(lambda *_: None, lambda channel, over: told.append((channel, over)))
    for _ in range(11):
        meter.take_in(constant(5, 0, 1000))
    assert told == [(1, False)]
    meter.take_in(constant(5, 5, 1000))
    assert told == [(1, False), (1, True)]


def test_levels_are_peaks():
    levels = []
    meter = Meter(lambda dbfs, wave: levels.append((dbfs, wave)), lambda *_: None)
    samples = constant(0, -32768, 100)
    samples[7, 0] = 16384
    meter.take_in(samples)
    ((dbfs, wave),) = levels
    assert dbfs == (pytest.approx(-6.02, abs=0.01), 0.0)
    assert wave == ((0, 16384), (-32768, 0))


def test_no_thread_is_left(on_server):
    before = threading.active_count()
    microphone = SoundCard("pulse", "roommic")
    came = threading.Event()
    microphone.open(lambda _: came.set(), lambda _: None)
    assert came.wait(5)
    microphone.close()
    until(lambda: threading.active_count() <= before)
