"""Says for every 32 ms of one channel how likely somebody speaks: Silero, streamed.

- The network and its weights are those bundled with faster-whisper; that library is found, not
  imported, so that a process that only listens for speech stays small.
- State and the 64 samples before each frame are carried over; without them onsets are ruined.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from speech.engine import Sound
from speech.problem import ModelProblem

FRAME = 512  # samples at 16 kHz
FRAME_MS = 32
CONTEXT = 64
ON = 0.5  # begins to be speech
OFF = 0.35  # ceases to be speech
HANGOVER_FRAMES = 3  # word ends are quieter than OFF sees

_WEIGHTS = "silero_vad_v6.onnx"


def weights() -> Path:
    """The bundled network.

    Raises:
        ModelProblem: `model_file_missing`.
    """
    found = importlib.util.find_spec("faster_whisper")
    for place in (found.submodule_search_locations or ()) if found else ():
        file = Path(place) / "assets" / _WEIGHTS
        if file.is_file():
            return file
    raise ModelProblem("model_file_missing", name="silero", file=_WEIGHTS)


def open_network() -> Any:
    """An ONNX session on one thread; may be shared by channels, since state is theirs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(weights()), providers=["CPUExecutionProvider"], sess_options=options
    )


class Activity:
    """Speech or not, for one channel, in whatever pieces the sound comes."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._speaks = False
        self._left = 0  # frames of hangover

    def probabilities(self, sound: Sound) -> npt.NDArray[np.float32]:
        """One probability per frame; `sound` holds whole frames."""
        frames = sound.reshape(-1, FRAME)
        if not len(frames):
            return np.zeros(0, np.float32)
        ends = frames[:, -CONTEXT:]
        before = np.vstack([self._context[None], ends[:-1]])
        told, self._h, self._c = self._network.run(
            None,
            {"input": np.concatenate([before, frames], axis=1), "h": self._h, "c": self._c},
        )
        self._context = ends[-1].copy()
        return np.asarray(told, np.float32).reshape(-1)

    def speech(self, sound: Sound) -> npt.NDArray[np.bool_]:
        """Whether each frame is speech, with hysteresis and a short hangover."""
        told = self.probabilities(sound)
        out = np.zeros(len(told), np.bool_)
        for place, probability in enumerate(told):
            self._speaks = bool(probability >= (OFF if self._speaks else ON))
            self._left = HANGOVER_FRAMES if self._speaks else max(0, self._left - 1)
            out[place] = self._left > 0
        return out
