"""Contestant: whisper_streaming (LocalAgreement-2), run from a checkout of its repository.

    python speech_streaming.py CHECKOUT MODEL_FOLDER LANGUAGE < 16 kHz mono PCM

- Runs in that peer's own environment: it imports nothing of ours.
- Its hard-coded graphics card is overridden by cpu and int8; all else is as it ships, with its
  voice activity filter on and chunks of one second, as its own server does it.
"""

from __future__ import annotations

import json
import logging
import sys

import faster_whisper
import numpy as np

RATE = 16_000


def say(kind: str, text: str) -> None:
    """One line for the harness."""
    print(json.dumps({"kind": kind, "text": text}), flush=True)


def main() -> None:
    """Read until the pipe ends."""
    checkout, folder, language = sys.argv[1:4]
    sys.path.insert(0, checkout)
    real = faster_whisper.WhisperModel

    def on_cpu(name: str, **_of_the_card: object) -> faster_whisper.WhisperModel:
        return real(name, device="cpu", compute_type="int8", cpu_threads=1)

    faster_whisper.WhisperModel = on_cpu
    import whisper_online as peer

    logging.getLogger("whisper_online").setLevel(logging.ERROR)
    engine = peer.FasterWhisperASR(language, model_dir=folder)
    engine.use_vad()
    online = peer.OnlineASRProcessor(engine)
    say("ready", "")
    while told := sys.stdin.buffer.read(RATE * 2):
        online.insert_audio_chunk(np.frombuffer(told, "<i2").astype(np.float32) / 32768)
        text = online.process_iter()[2]
        if text:
            say("final", text)
    text = online.finish()[2]
    if text:
        say("final", text)


if __name__ == "__main__":
    main()
