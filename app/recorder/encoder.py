"""Makes one stream of a take: H.264 picture, AAC sound or both, as a film cut into fragments.

- A fragment of pictures coded here begins with one that needs no other (an IDR) and lasts at most
  a second. A camera's own coded pictures are cut by time alone, wherever its key pictures are.
- Nothing is looked ahead: what was given is in the fragment being built, so a kill loses little.
- Sound never waits for a picture to be coded: on a machine that is too slow for its pictures it
  would fall behind unnoticed, and what had not come in at the take's end would be lost.
- The two sound channels are coded independently, without joint stereo or substituted noise:
  who speaks on which side must stay beyond doubt.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame

from app.recorder.boxes import Cut, Cutter

SOUND_RATE = 48_000
SOUND_BIT_RATE = 192_000
PICTURE_TICKS = 90_000  # per second
FRAGMENT_MS = 1000
AAC_PRIMING = 1024  # samples the encoder puts before the first
_BY_TIME_US = (FRAGMENT_MS - 40) * 1000  # sound comes in frames of 21 ms, pictures in 40 ms
_SLOW_PICTURE_US = 60_000  # more for pictures that come ten times a second, or not quite evenly
_PATIENCE_US = 200_000  # a camera that stalls may not hold the sound back in the muxer
_MOVE_FLAGS = "empty_moov+default_base_moof+skip_trailer"


@dataclass(frozen=True, slots=True)
class PictureShape:
    """Size and rate of a stream's picture."""

    width: int
    height: int
    frame_rate: int


@dataclass(frozen=True, slots=True)
class CopiedShape:
    """What a camera's own coded pictures are, told by one of them."""

    codec: str  # "h264" or "hevc"
    key_picture: bytes  # Annex B, with its parameter sets


class StreamEncoder:
    """One stream; pictures and sound may come from different threads."""

    def __init__(
        self,
        on_cut: Callable[[Cut], None],
        *,
        picture: PictureShape | CopiedShape | None,
        sound: bool,
    ) -> None:
        # Taken in this order: an encoder's own lock, then the muxer's, never held for long.
        self._coding_picture = threading.Lock()
        self._coding_sound = threading.Lock()
        self._lock = threading.Lock()
        self._closed = False
        options = _options(picture)
        self._container: Any = av.open(Cutter(on_cut), "w", format="mp4", options=options)
        self._picture: Any = None
        self._coded: Any = None
        self._sound: Any = None
        if isinstance(picture, CopiedShape):
            # The first track gives a piece its time, and only sound never ceases.
            self._sound = self._add_sound() if sound else None
            self._coded = self._add_coded(picture)
        else:
            self._picture = self._add_picture(picture) if picture is not None else None
            self._sound = self._add_sound() if sound else None
            # Opens both encoders; the first one to mux would open the other's under its hands.
            self._container.start_encoding()
        self._to_skip = AAC_PRIMING
        self._samples = 0

    def add_picture(self, frame: VideoFrame, pts: int, *, is_key: bool) -> None:
        """Encode one yuv420p picture at `pts` ticks of 1/90000 s; `pts` must rise."""
        frame.pts = pts
        frame.time_base = Fraction(1, PICTURE_TICKS)
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        with self._coding_picture:
            if self._closed or self._picture is None:
                return
            packets = self._picture.encode(frame)
            with self._lock:
                self._container.mux(packets)

    def add_coded(self, data: bytes, pts: int, is_key: bool) -> None:
        """Add a camera's own coded picture at `pts` ticks of 1/90000 s; `pts` must rise."""
        packet = Packet(data)
        packet.pts = packet.dts = pts
        packet.time_base = Fraction(1, PICTURE_TICKS)
        packet.is_keyframe = is_key
        with self._lock:
            if not self._closed and self._coded is not None:
                packet.stream = self._coded
                self._container.mux(packet)

    def add_sound(self, samples: npt.NDArray[np.float32]) -> None:
        """Encode the next samples, planar float [2, n] at 48 kHz, without a hole before them."""
        with self._coding_sound:
            if self._closed or self._sound is None:
                return
            # What the encoder puts before the first sample stands for as many samples left out,
            # so that sound and picture meet to the sample without an edit list.
            skipped = min(self._to_skip, samples.shape[1])
            self._to_skip -= skipped
            if skipped == samples.shape[1]:
                return
            frame = AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, skipped:]), format="fltp", layout="stereo"
            )
            frame.sample_rate = SOUND_RATE
            frame.pts = self._samples
            frame.time_base = Fraction(1, SOUND_RATE)
            self._samples += frame.samples
            packets = self._sound.encode(frame)
            with self._lock:
                self._mux_sound(packets)

    def close(self) -> None:
        """Flush the encoders; the last fragment comes before this returns."""
        with self._coding_picture, self._coding_sound, self._lock:
            if self._closed:
                return
            self._closed = True
            if self._picture is not None:
                self._container.mux(self._picture.encode(None))
            if self._sound is not None:
                self._mux_sound(self._sound.encode(None))
            self._container.close()

    def _mux_sound(self, packets: list[Any]) -> None:
        for packet in packets:
            packet.pts += AAC_PRIMING
            packet.dts = packet.pts
        self._container.mux(packets)

    def _add_picture(self, shape: PictureShape) -> Any:
        stream = self._container.add_stream(
            "libx264",
            rate=shape.frame_rate,
            options={
                "preset": "veryfast",
                "tune": "zerolatency",
                "crf": "26",
                "forced-idr": "1",
                "sc_threshold": "0",
                "bf": "0",
                # Slices in threads cost a sixth more; only a large picture needs them.
                "threads": "1" if shape.width * shape.height <= 1280 * 720 else "2",
            },
        )
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = shape.width, shape.height, "yuv420p"
        context.time_base = Fraction(1, PICTURE_TICKS)
        context.gop_size = shape.frame_rate * 10  # only we say where a fragment begins
        return stream

    def _add_coded(self, shape: CopiedShape) -> Any:
        # The muxer wants a stream to take after; the camera's own may be gone at any moment.
        with av.open(io.BytesIO(shape.key_picture), format=shape.codec) as one:
            stream = self._container.add_stream_from_template(one.streams.video[0])
        stream.time_base = Fraction(1, PICTURE_TICKS)
        return stream

    def _add_sound(self) -> Any:
        options = {"aac_is": "0", "aac_ms": "0", "aac_pns": "0"}
        stream = self._container.add_stream(
            "aac", rate=SOUND_RATE, layout="stereo", options=options
        )
        stream.codec_context.bit_rate = SOUND_BIT_RATE
        stream.codec_context.time_base = Fraction(1, SOUND_RATE)
        return stream


def _options(picture: PictureShape | CopiedShape | None) -> dict[str, str]:
    options = {"movflags": _MOVE_FLAGS, "flush_packets": "1"}
    if isinstance(picture, PictureShape):
        options["movflags"] += "+frag_keyframe"
    elif isinstance(picture, CopiedShape):
        options["frag_duration"] = str(_BY_TIME_US - _SLOW_PICTURE_US)
    else:
        options["frag_duration"] = str(_BY_TIME_US)
    if picture is not None:
        options["video_track_timescale"] = str(PICTURE_TICKS)
    if isinstance(picture, CopiedShape):
        options["max_interleave_delta"] = str(_PATIENCE_US)
    return options
