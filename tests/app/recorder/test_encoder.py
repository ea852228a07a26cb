"""Sound and picture come from different threads, and neither may cost the other anything."""

import io
import threading

import av
import numpy as np
from av.video.frame import VideoFrame

from app.recorder.encoder import PictureShape, StreamEncoder

LIMIT_S = 30
TICKS = 3600  # of a picture, at 25 a second


def picture():
    return VideoFrame.from_ndarray(np.full((180, 160), 128, np.uint8), "yuv420p")


class SlowEncoder:
    """An encoder of pictures that is not done before it is told so."""

    def __init__(self, real) -> None:
        self._real = real
        self.begun, self.released = threading.Event(), threading.Event()

    def encode(self, frame):
        self.begun.set()
        assert self.released.wait(LIMIT_S)
        return self._real.encode(frame)


def test_sound_never_waits_for_a_picture_to_be_coded():
    """On a machine too slow for its pictures, seconds of sound were lost at the take's end."""
    pieces = []
    encoder = StreamEncoder(pieces.append, picture=PictureShape(160, 120, 25), sound=True)
    encoder.add_picture(picture(), 0, is_key=True)
    slow = encoder._picture = SlowEncoder(encoder._picture)
    stuck = threading.Thread(
        target=encoder.add_picture, args=(picture(), TICKS), kwargs={"is_key": False}
    )
    stuck.start()
    assert slow.begun.wait(LIMIT_S)

    def speak():
        for _ in range(100):
            encoder.add_sound(np.zeros((2, 960), np.float32))

    speaking = threading.Thread(target=speak)
    speaking.start()
    speaking.join(LIMIT_S)
    was_held_up = speaking.is_alive()
    slow.released.set()
    stuck.join(LIMIT_S)
    speaking.join(LIMIT_S)
    assert not was_held_up
    encoder.close()
    with av.open(io.BytesIO(b"".join(piece.plain for piece in pieces))) as film:
        samples = sum(frame.samples for frame in film.decode(audio=0))
    with av.open(io.BytesIO(b"".join(piece.plain for piece in pieces))) as film:
        assert sum(1 for _ in film.decode(video=0)) == 2
    assert abs(samples - 96_000) <= 1024
