"""Contestant: the live policy of Buzz, ported, on the same engine and model as ours.

    python -m benchmarks.speech_buzz MODEL_FOLDER LANGUAGE < 16 kHz mono PCM

- Blocks of five seconds, cut at the quietest point of their last 1.5 s; no voice activity; each
  block is decoded once, whole window, silence skipped by level alone.
- When three blocks wait, further sound is dropped: so does the original.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from pathlib import Path

import numpy as np

from speech import models
from speech.engine import RATE, Ask, Sound
from speech.whisper import load

BLOCK = 5 * RATE
SEARCH = int(1.5 * RATE)
QUIET = RATE // 10
MOST_WAITING = 3
SILENCE = 0.0025  # root mean square


def cut_place(sound: Sound) -> int:
    """Where a block of five seconds is cut."""
    tail = sound[BLOCK - SEARCH : BLOCK]
    power = np.convolve(tail**2, np.ones(QUIET), "valid")
    return BLOCK - SEARCH + int(power.argmin()) + QUIET // 2


def hear(blocks: queue.Queue[Sound | None], folder: str, language: str) -> None:
    """Decode what waits, one block after the other."""
    engine = load(models.inspect(Path(folder)), "cpu", 1)
    print(json.dumps({"kind": "ready"}), flush=True)
    while (block := blocks.get()) is not None:
        if float(np.sqrt(np.mean(block**2))) < SILENCE:
            continue
        answer = engine.hear(block, Ask(language=language, words=False))
        if answer.text:
            print(json.dumps({"kind": "final", "text": answer.text}), flush=True)


def main() -> None:
    """Read until the pipe ends."""
    blocks: queue.Queue[Sound | None] = queue.Queue()
    worker = threading.Thread(target=hear, args=(blocks, sys.argv[1], sys.argv[2]))
    worker.start()
    waiting = np.zeros(0, np.float32)
    dropped = 0
    while told := sys.stdin.buffer.read(RATE // 10 * 2):
        waiting = np.append(waiting, np.frombuffer(told, "<i2").astype(np.float32) / 32768)
        if len(waiting) >= BLOCK:
            place = cut_place(waiting)
            if blocks.qsize() >= MOST_WAITING:
                dropped += place
            else:
                blocks.put(waiting[:place])
            waiting = waiting[place:]
    blocks.put(waiting)
    blocks.put(None)
    worker.join()
    print(json.dumps({"kind": "dropped", "seconds": dropped / RATE}), flush=True)


if __name__ == "__main__":
    main()
