"""Contestant: Shilu's own pipeline, both channels in one process, as its transcriber runs it.

python -m benchmarks.speech_ours MODEL_FOLDER LANGUAGE < interleaved 16 kHz stereo PCM
"""

from __future__ import annotations

import array
import fcntl
import json
import sys
import termios
from pathlib import Path

import numpy as np

from speech import models
from speech.engine import RATE
from speech.recognition import Options
from speech.service import Hearing, Line
from speech.sound import Block
from speech.whisper import load

FRAMES = RATE // 10


class PipedSound:
    """Stereo from standard input; what is in the pipe already is how far hearing is behind."""

    def __init__(self) -> None:
        self._read = 0
        self._pipe = sys.stdin.buffer.raw  # unbuffered: the pipe itself says what waits

    @property
    def ahead_ms(self) -> int:
        """What waits in the pipe."""
        waiting = array.array("i", [0])
        fcntl.ioctl(sys.stdin.fileno(), termios.FIONREAD, waiting)
        return waiting[0] // 4 * 1000 // RATE

    def read(self) -> Block | None:
        """The next tenth of a second."""
        told = b""
        while len(told) < FRAMES * 4 and (more := self._pipe.read(FRAMES * 4 - len(told))):
            told += more
        if not told:
            return None
        sound = np.frombuffer(told[: len(told) // 4 * 4], "<i2").reshape(-1, 2).T
        t0_ms = self._read * 1000 // RATE
        self._read += sound.shape[1]
        return t0_ms, sound.astype(np.float32) / 32768


def main() -> None:
    """Hear until the pipe ends."""
    model = models.inspect(Path(sys.argv[1]))
    facts = model.facts
    options = Options(
        language=sys.argv[2],
        prompts=facts.prompts,
        short_windows=facts.short_windows,
        partials=facts.partials,
    )
    engine = load(model, "cpu", 1)
    print(json.dumps({"kind": "ready"}), flush=True)
    for told in Hearing(engine, PipedSound(), options).lines():
        kind = "final" if isinstance(told, Line) else "partial"
        line = {"kind": kind, "channel": told.channel, "text": told.text}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
