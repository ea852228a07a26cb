"""A take as the recorder writes it: the real encoder, the real encrypted pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from av import AudioFrame, AudioResampler, VideoFrame

from app.recorder.encoder import PictureShape, StreamEncoder
from app.recorder.fragment import FragmentWriter, TakeName

RATE = 48_000
FRAME_RATE = 5


class WrittenTake:
    """Writes sound (float32 [2, n] at 16 kHz), with a small grey picture when wanted."""

    def __init__(self, folder: Path, name: TakeName, key: bytes, *, picture: bool) -> None:
        self._writer = FragmentWriter(folder, name, key)
        shape = PictureShape(160, 120, FRAME_RATE) if picture else None
        self._encoder = StreamEncoder(
            lambda cut: self._writer.append(cut.plain), picture=shape, sound=True
        )
        self._picture = picture
        self._pictures = 0
        self._samples = 0
        self._resampler = AudioResampler("fltp", "stereo", RATE)

    def add(self, sound: npt.NDArray[np.float32]) -> None:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", "stereo")
        frame.sample_rate = 16_000
        for out in self._resampler.resample(frame):
            samples = out.to_ndarray()
            self._samples += samples.shape[1]
            self._show_until(self._samples / RATE)
            self._encoder.add_sound(samples)

    def close(self) -> None:
        self._encoder.close()
        self._writer.close()

    def _show_until(self, seconds: float) -> None:
        while self._picture and self._pictures / FRAME_RATE < seconds:
            picture = VideoFrame.from_ndarray(np.full((180, 160), 128, np.uint8), "yuv420p")
            pts = self._pictures * 90_000 // FRAME_RATE
            self._encoder.add_picture(picture, pts, is_key=self._pictures % FRAME_RATE == 0)
            self._pictures += 1
