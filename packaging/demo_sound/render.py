"""Renders the demonstration's turns from `resources/demo/script.json` by eSpeak NG.

    python packaging/demo_sound/render.py

- Needs `espeak-ng` (1.51) on the path; its sound is shipped, none of its data is.
- The same script, voices and version give the same files; lengths and digests go into the script.
- Mono, 16 bit, 16 kHz WAV: what the simulated microphone plays and the model was trained on.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 16_000
LEVEL_DBFS = -23.0  # mean level of speech
AUDIBLE = 0.005
LEAD_SAMPLES, TAIL_SAMPLES = 480, 800
DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"

Samples = npt.NDArray[np.float32]


def spoken(text: str, voice: str, speed: int, pitch: int) -> Samples:
    """The sentence as eSpeak NG says it, at 16 kHz, from its first to its last sound."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    said = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(said)) as file:
        rate = file.getframerate()
    # Written to a pipe, the length in its header is not true: take what is there.
    body = said[44 : 44 + (len(said) - 44) // 2 * 2]
    frame = av.AudioFrame.from_ndarray(np.frombuffer(body, "<i2")[None], "s16", "mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("flt", "mono", RATE)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    sound = np.concatenate([part.to_ndarray()[0] for part in frames]).astype(np.float32)
    heard = np.flatnonzero(np.abs(sound) > AUDIBLE)
    return sound[max(0, heard[0] - LEAD_SAMPLES) : heard[-1] + TAIL_SAMPLES]


def levelled(sound: Samples) -> Samples:
    """The same at the demonstration's level."""
    power = float(np.sqrt(np.mean(sound**2)))
    return np.clip(sound / power * 10 ** (LEVEL_DBFS / 20), -0.99, 0.99)


def write(path: Path, sound: Samples) -> None:
    """Keep it as WAV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def main() -> None:
    """Render every turn and note its length and digest."""
    script_file = DEMO / "script.json"
    script = json.loads(script_file.read_text(encoding="utf-8"))
    for turn in script["turns"]:
        voice = script["voices"][turn["language"]][turn["role"]]
        sound = levelled(spoken(turn["text"], voice["name"], voice["speed"], voice["pitch"]))
        turn["file"] = f"{turn['language']}/{turn['turn']:02d}-{turn['role']}.wav"
        write(DEMO / turn["file"], sound)
        turn["duration_ms"] = len(sound) * 1000 // RATE
        turn["digest"] = hashlib.sha256((DEMO / turn["file"]).read_bytes()).hexdigest()
        print(turn["file"], turn["duration_ms"], turn["text"])
    script_file.write_text(json.dumps(script, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
