"""Contestant: RealtimeSTT, fed from a pipe instead of a microphone.

    python speech_realtime.py MODEL_FOLDER LANGUAGE < 16 kHz mono PCM

- Runs in that peer's own environment: it imports nothing of ours.
- The same model folder serves its final and its running texts; all else is as it ships.
"""

from __future__ import annotations

import json
import sys
import threading

RATE = 16_000


def say(kind: str, text: str) -> None:
    """One line for the harness."""
    print(json.dumps({"kind": kind, "text": text}), flush=True)


def main() -> None:
    """Read until the pipe ends, then wait for what is still being heard."""
    from RealtimeSTT import AudioToTextRecorder

    folder, language = sys.argv[1:3]
    recorder = AudioToTextRecorder(
        model=folder,
        realtime_model_type=folder,
        language=language,
        device="cpu",
        compute_type="int8",
        use_microphone=False,
        spinner=False,
        enable_realtime_transcription=True,
        on_realtime_transcription_update=lambda text: say("partial", text),
        no_log_file=True,
    )
    say("ready", "")
    ended = threading.Event()

    def listen() -> None:
        while not ended.is_set():
            recorder.text(lambda text: say("final", text))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    while told := sys.stdin.buffer.read(RATE // 10 * 2):
        recorder.feed_audio(told, RATE)
    recorder.feed_audio(bytes(RATE * 4), RATE)  # two seconds of silence end the last utterance
    ended.wait(8.0)
    ended.set()
    recorder.shutdown()


if __name__ == "__main__":
    main()
