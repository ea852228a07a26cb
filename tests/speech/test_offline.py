"""A file becomes text in four forms; nothing is overwritten, nothing unreadable is guessed at."""

import json
import wave

import numpy as np
import pytest

from app.paths import RESOURCES
from speech import offline
from speech.problem import ModelProblem, SoundProblem
from tests.fakes import demo_sound

PLACES = (RESOURCES / "models",)


@pytest.fixture
def talk(tmp_path):
    """A stereo file of two turns."""
    sound, spoken = demo_sound.scene(demo_sound.turns()[2:4])
    file = tmp_path / "talk.wav"
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(demo_sound.RATE)
        out.writeframes((np.clip(sound.T, -1, 1) * 32767).astype("<i2").tobytes())
    return file, spoken


def test_stereo_is_question_and_answer_in_every_form(talk, engine):
    file, spoken = talk
    seconds = []
    target = offline.transcribe(
        file, "demo", PLACES, progress=lambda done, total: seconds.append((done, total))
    )
    assert target == file.with_suffix(".txt")
    assert target.read_text("utf-8") == f"问：{spoken[0].text}\n答：{spoken[1].text}\n"
    assert seconds[-1][0] <= seconds[-1][1]
    heard = offline.hear_file(file, engine, offline.Options(prompts=False))
    told = json.loads(offline.written(heard, "json"))
    assert [line["role"] for line in told["lines"]] == ["investigator", "suspect"]
    assert told["model_digest"] == engine.digest
    captions = offline.written(heard, "srt")
    assert captions.startswith("1\n00:00:0")
    assert f"问：{spoken[0].text}\n\n2\n" in captions
    assert offline.written(heard, "vtt").startswith("WEBVTT\n\n1\n00:00:0")
    with pytest.raises(SoundProblem, match="target_exists"):
        offline.transcribe(file, "demo", PLACES)


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
