"""Two devices hear one role each; both clocks are followed, and one lost costs only itself."""

import numpy as np
import pytest

from app.errors import DeviceProblem
from app.ipc import messages as ms
from app.paths import Paths
from app.recorder.capture import open_microphones
from app.recorder.meter import Meter
from app.recorder.microphone import SoundCard
from app.recorder.paired_microphone import PairedMicrophone
from app.recorder.preflight import probe_microphone
from app.recorder.sound_pair import SoundPair
from app.session.preflight import Preflight
from app.settings import Settings
from tests.contract.microphone import MicrophoneContract
from tests.fakes.recording_room import RECORD, RecordingRoom, write_tone
from tests.fakes.sound_server import SoundServer

PAIR = ms.MicrophoneChoice(source="pulse:nearmic", second_source="pulse:farmic")


@pytest.fixture(scope="module")
def server():
    with SoundServer() as server:
        yield server


@pytest.fixture
def on_server(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


class TestPairedMicrophone(MicrophoneContract):
    @pytest.fixture
    def microphone(self, on_server):
        return PairedMicrophone(*open_microphones(PAIR, production=True))


class TestOneRoleCard(MicrophoneContract):
    @pytest.fixture
    def microphone(self, on_server):
        return SoundCard("pulse", "nearmic", channels=1)


def test_one_device_cannot_hear_both_roles():
    twice = ms.MicrophoneChoice(source="pulse:nearmic", second_source="pulse:nearmic")
    with pytest.raises(DeviceProblem, match="microphone_twice"):
        open_microphones(twice, production=True)


def test_a_look_hears_both_devices(on_server, tmp_path):
    on_server.play(write_tone(tmp_path / "a.wav", 440, 20), "suspect")
    heard = probe_microphone(PAIR, production=True, seconds=2)
    assert heard.dbfs[1] > -20
    assert heard.is_zero[0]


def test_the_check_before_a_session_names_the_one_that_hears_nothing(on_server, tmp_path):
    on_server.play(write_tone(tmp_path / "a.wav", 440, 30), "suspect")
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    names = {"microphone": PAIR.source, "second_microphone": PAIR.second_source}
    found = Preflight(paths, Settings(**names))._microphone()
    assert (found.state, found.code) == ("warning", "device_silent")
    assert found.details == {"device": PAIR.source}


def given(pair_swap, first, second):
    got, levels = [], []
    pair = SoundPair(
        got.append, Meter(lambda dbfs, _: levels.append(dbfs), lambda *_: None), swap=pair_swap
    )
    pair.add(0, np.full((2, first), 0.5, np.float32))
    pair.add(1, np.full((2, second), -0.25, np.float32))
    return pair, got, levels


def test_the_channels_meet_and_what_is_over_waits_for_the_other():
    pair, got, levels = given(False, 5000, 4800)
    assert [sound.shape for sound in got] == [(2, 4800)]
    assert (got[0][0] == 0.5).all()
    assert (got[0][1] == -0.25).all()
    assert levels[0] == (pytest.approx(-6.02, abs=0.01), pytest.approx(-12.04, abs=0.01))
    pair.end()  # the other one never came
    assert got[1].shape == (2, 200)
    assert (got[1][1] == 0).all()


def test_the_roles_can_be_exchanged():
    _, got, _ = given(True, 100, 100)
    assert (got[0][0] == -0.25).all()


def test_one_of_two_microphones_pulled_is_its_roles_gap_and_the_other_goes_on(tmp_path):
    left = write_tone(tmp_path / "left.wav", 440, 120)
    right = write_tone(tmp_path / "right.wav", 1000, 120)
    with SoundServer() as sound, RecordingRoom(tmp_path, sound.environment) as room:
        sound.play(left, "investigator")
        sound.play(right, "suspect")
        room.start(microphone=PAIR)
        room.record_until(4000)
        sound.unplug("farmic")
        room.wait_for(
            ms.TroubleNoticed, code="device_moved", subject="microphone suspect", over=False
        )
        lost_ms = room.client.state().elapsed_ms
        room.record_until(lost_ms + 3000)
        sound.control(
            "load-module", "module-remap-source", "source_name=farmic", "master=room.monitor",
            "channels=1", "channel_map=mono", "master_channel_map=front-right", "remix=no",
        )  # fmt: skip
        gap = room.wait_for(ms.GapNoticed, reason="sound_lost_suspect", limit_s=20)
        room.wait_for(ms.TroubleNoticed, subject="microphone suspect", over=True)
        room.record_until(gap.t1_ms + 2500)
        room.client.stop_take(RECORD)
        film, opened, clock = room.film(), room.log("take_opened")[0], room.log("clock")[0]
    assert opened["microphone"] == "nearmic + farmic"
    assert {"samples", "second_samples"} <= clock.keys()
    assert not room.told(ms.TroubleNoticed, subject="microphone investigator")
    reasons = [line["reason"] for line in room.log("gap")]
    assert [one for one in reasons if one != "picture_lost"] == ["sound_lost_suspect"]
    for channel, pitch, other in ((0, 440, 1000), (1, 1000, 440)):
        assert film.pitch(channel, 1.5, 3.5) == pytest.approx(pitch, rel=0.005)
        assert film.level(channel, other, 1.5, 3.5) < film.level(channel, pitch, 1.5, 3.5) - 40
    inside = (gap.t0_ms / 1000 + 0.3, gap.t0_ms / 1000 + 2.3)
    assert film.level(0, 440, *inside) > -20
    assert film.level(1, 1000, *inside) < -80
    back = gap.t1_ms / 1000 + 0.5
    # Its clock is found anew after a loss, so the first seconds may be stretched a little.
    assert film.pitch(1, back, back + 1.5) == pytest.approx(1000, rel=0.02)
