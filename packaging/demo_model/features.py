"""Log-mel features as faster-whisper makes them, kept before its per-window normalising.

- Kept as log10 of mel power, so that levels, noise and neighbours can be put in afterwards:
  `normalised` then gives what the engine would have computed from the mixed sound.
- faster-whisper fills a window with 0.0 after normalising, so training does exactly that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE, FFT, HOP, BANDS = 16_000, 400, 160, 80
FRAMES_PER_S = RATE // HOP
LEVEL_DBFS = -23.0  # of the speech of the corpus
FLOOR = -10.0  # log10 of the least mel power
RANGE = 8.0  # what lies further below a window's loudest is raised to there

Frames = npt.NDArray[np.float32]


def mel_bands() -> Frames:
    """The 80 x 201 filters of Whisper (Slaney's scale, unit area)."""
    hertz = np.linspace(0, RATE / 2, 1 + FFT // 2)
    mels = np.linspace(0.0, 45.245640471924965, BANDS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
    slopes = edges[:, None] - hertz[None]
    widths = np.diff(edges)
    rising, falling = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (np.maximum(0, np.minimum(rising, falling)) * area[:, None]).astype(np.float32)


_BANDS = mel_bands()
_WINDOW = np.hanning(FFT + 1)[:-1].astype(np.float32)


def log_power(samples: Frames) -> Frames:
    """Log10 of mel power of a mono 16 kHz sound, frames x 80."""
    padded = np.pad(samples.astype(np.float32), FFT // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][: len(samples) // HOP]
    power = np.abs(np.fft.rfft(windows * _WINDOW, axis=1)).astype(np.float32) ** 2
    return np.log10(np.maximum(power @ _BANDS.T, 1e-10))


def normalised(log: Frames) -> Frames:
    """What the engine's encoder is given."""
    return (np.maximum(log, log.max() - RANGE) + 4.0) / 4.0
