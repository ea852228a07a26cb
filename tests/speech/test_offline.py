"""A file becomes text in five forms; nothing is overwritten, nothing unreadable is guessed at."""

import io
import itertools
import json
import wave

import docx
import numpy as np
import pytest

from app.cli.models import as_docx
from app.paths import RESOURCES
from speech import offline
from speech.condition import Condition
from speech.draft import ENDING
from speech.forms import FORMS
from speech.problem import ModelProblem, SoundProblem
from speech.recognition import Options
from tests.fakes import demo_sound

PLACES = (RESOURCES / "models",)
DEMO = Options(prompts=False)


def write(file, sound, rate=demo_sound.RATE):
    with wave.open(str(file), "wb") as out:
        out.setnchannels(len(sound))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(sound.T, -1, 1) * 32767).astype("<i2").tobytes())
    return file


@pytest.fixture
def talk(tmp_path):
    """A stereo file of two turns."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:4])
    return write(tmp_path / "talk.wav", sound), spoken


def test_stereo_is_question_and_answer_in_every_form(talk, engine):
    file, spoken = talk
    seconds = []
    target, heard = offline.transcribe(
        file, "demo", PLACES, progress=lambda done, total: seconds.append((done, total))
    )
    assert target == file.with_suffix(".txt")
    asked, answered = [line.text for line in heard.lines]
    assert demo_sound.as_said([asked, answered], [said.text for said in spoken])
    assert target.read_text("utf-8") == f"问：{asked}\n答：{answered}\n"
    assert seconds[-1][0] <= seconds[-1][1]
    assert heard.conditions == ()
    told = json.loads(FORMS["json"](heard))
    assert [line["role"] for line in told["lines"]] == ["investigator", "suspect"]
    assert told["model_digest"] == engine.digest
    captions = FORMS["srt"](heard)
    assert captions.startswith("1\n00:00:0")
    assert f"问：{asked}\n\n2\n" in captions
    assert FORMS["vtt"](heard).startswith("WEBVTT\n\n1\n00:00:0")
    paragraphs = [p.text for p in docx.Document(io.BytesIO(as_docx(heard))).paragraphs]
    assert "未经核对" in paragraphs[2]
    assert [words.partition("  ")[2] for words in paragraphs[3:]] == [
        f"问：{asked}",
        f"答：{answered}",
    ]
    with pytest.raises(SoundProblem, match="target_exists"):
        offline.transcribe(file, "demo", PLACES)
    assert not list(file.parent.glob(f"*{ENDING}"))


def test_a_stopped_hearing_goes_on_after_its_last_line(tmp_path):
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:6])
    file = write(tmp_path / "long.wav", sound)
    stop_s = spoken[2].t1_ms / 1000 - 1  # in the middle of the third turn

    def leave(done_s, _total_s):
        if done_s > stop_s:
            raise KeyboardInterrupt

    with pytest.raises(SoundProblem, match="hearing_stopped"):
        offline.transcribe(file, "demo", PLACES, progress=leave)
    kept = file.with_name(file.name + ENDING)
    before = kept.read_bytes()
    assert before.count(b"\n") == 3  # what it is of, and two lines
    kept.write_bytes(before + b'{"channel":0,"t0_')  # torn by a power cut
    target, heard = offline.transcribe(file, "demo", PLACES)
    assert demo_sound.as_said(
        target.read_text("utf-8").splitlines(),
        [("问：", "答：")[said.channel] + said.text for said in spoken],
    )
    whole = offline.hear_file(file, _engine(), DEMO)
    assert [line.t0_ms for line in heard.lines] == [line.t0_ms for line in whole.lines]
    assert not kept.exists()


def test_what_was_heard_of_another_recording_is_not_gone_on_from(talk):
    file, spoken = talk
    file.with_name(file.name + ENDING).write_text('{"bytes":1,"changed_ns":1}\n{"channel":0}\n')
    target, _ = offline.transcribe(file, "demo", PLACES)
    first = target.read_text("utf-8").splitlines()[0]
    assert demo_sound.as_said([first], [f"问：{spoken[0].text}"])


def test_what_cannot_be_read_is_refused_by_name(tmp_path):
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"\x00" * 5000)
    with pytest.raises(SoundProblem, match="sound_unreadable"):
        offline.transcribe(torn, "demo", PLACES)
    with pytest.raises(SoundProblem, match="sound_unreadable"):
        offline.transcribe(tmp_path / "none.wav", "demo", PLACES)
    with pytest.raises(SoundProblem, match="format_unknown"):
        offline.transcribe(torn, "demo", PLACES, form="doc")
    with pytest.raises(ModelProblem, match="model_not_found"):
        offline.transcribe(torn, "nobody", PLACES)
    assert [file.name for file in tmp_path.iterdir()] == ["torn.mp4"]


def _engine():
    from speech import models
    from speech.whisper import load

    return load(models.find("demo", *PLACES), "cpu")


def poor(kind, sound):
    """The same talk, badly recorded."""
    if kind == "one channel dead":
        return np.stack([sound[0], np.zeros_like(sound[0])])
    if kind == "both the same":
        return np.stack([sound[0] + sound[1]] * 2)
    if kind == "overloaded":
        return np.clip(sound * 60, -1, 1)
    return np.zeros_like(sound)


@pytest.mark.parametrize(
    ("kind", "conditions"),
    [
        ("one channel dead", {Condition("sound_channel_silent", 1)}),
        ("both the same", {Condition("sound_channels_same")}),
        ("overloaded", {Condition("sound_clipped", 0), Condition("sound_clipped", 1)}),
        ("silence", {Condition("sound_silent")}),
    ],
)
def test_poor_sound_is_heard_and_said(tmp_path, engine, kind, conditions):
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:4])
    file = write(tmp_path / "poor.wav", poor(kind, sound))
    heard = offline.hear_file(file, engine, DEMO)
    assert set(heard.conditions) == conditions
    channels = [line.channel for line in heard.lines]
    assert (
        channels
        == {
            "one channel dead": [0],
            "both the same": [0, 0],
            "overloaded": [0, 1],
            "silence": [],
        }[kind]
    )
    if kind in {"one channel dead", "both the same"}:
        assert demo_sound.as_said([heard.lines[0].text], [spoken[0].text])


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_any_rate_is_heard(tmp_path, engine, rate):
    from av import AudioFrame, AudioResampler

    sound, spoken = demo_sound.scene(demo_sound.turns()[2:4])
    frame = AudioFrame.from_ndarray(sound, "fltp", "stereo")
    frame.sample_rate = demo_sound.RATE
    resampler = AudioResampler("fltp", "stereo", rate)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    file = write(tmp_path / "rate.wav", np.hstack([part.to_ndarray() for part in parts]), rate)
    heard = offline.hear_file(file, engine, DEMO)
    assert [line.channel for line in heard.lines] == [0, 1]
    assert abs(heard.lines[1].t0_ms - spoken[1].t0_ms) < 300
    assert (Condition("sound_narrow") in heard.conditions) == (rate == 8_000)


def test_music_gives_no_line_that_looks_like_speech(tmp_path, engine):
    """Chords with attack and decay, for twenty seconds."""
    times = np.arange(demo_sound.RATE * 20) / demo_sound.RATE
    envelope = np.exp(-3 * (times % 0.5))
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (262, 330, 392, 523))
    music = (0.1 * envelope * chord).astype(np.float32)
    file = write(tmp_path / "music.wav", np.stack([music, music]))
    heard = offline.hear_file(file, engine, DEMO)
    assert not [line for line in heard.lines if not line.flags]


def test_two_people_at_once_for_half_a_minute_keep_their_sides(tmp_path, engine):
    one, _ = demo_sound.scene(demo_sound.turns()[0:6])
    length = min(one.shape[1], demo_sound.RATE * 30)
    both = np.stack([one.sum(axis=0)[:length], np.roll(one.sum(axis=0), 9000)[:length]])
    heard = offline.hear_file(write(tmp_path / "both.wav", both), engine, DEMO)
    assert {line.channel for line in heard.lines} == {0, 1}
    for channel in (0, 1):
        own = [line for line in heard.lines if line.channel == channel]
        assert all(a.t1_ms <= b.t0_ms for a, b in itertools.pairwise(own))
