"""What the benchmarks of recording count is really counted, and their page says what was missed."""

from __future__ import annotations

import io
from itertools import pairwise

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from benchmarks.recording_live import count_pictures, lost_samples
from benchmarks.recording_source import BITS, PICTURES, SQUARE, TONES_HZ, read_number, write_number
from benchmarks.recording_table import document
from tests.fakes.long_film import LongFilm


def tones(seconds: float) -> np.ndarray:
    turns = 2 * np.pi * np.outer(TONES_HZ, np.arange(int(48_000 * seconds))) / 48_000
    return (0.25 * np.sin(turns)).astype(np.float32)


def test_a_picture_keeps_its_number_through_an_encoder() -> None:
    width, height = (BITS + 2) * SQUARE, 4 * SQUARE
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=25, options={"crf": "32", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in (0, 1, 777, PICTURES - 1):
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            write_number(planes[:height], number)
            film.mux(stream.encode(VideoFrame.from_ndarray(planes, "yuv420p")))
        film.mux(stream.encode(None))
    made.seek(0)
    with av.open(made) as film:
        lumas = [frame.to_ndarray()[:height] for frame in film.decode(video=0)]
    assert [read_number(luma) for luma in lumas] == [0, 1, 777, PICTURES - 1]
    assert read_number(np.full((height, width), 16, np.uint8)) is not None  # dark is number 0 too
    assert read_number(np.full((height, width), 128, np.uint8)) is None


@pytest.mark.parametrize(
    ("numbers", "dropped", "repeated"),
    [
        ([*range(PICTURES - 3, PICTURES), 0, 1], 0, 0),
        ([5, 6, 9, 10], 2, 0),
        ([5, 5, 5, 6], 0, 2),
        ([5, None, None, 9], 3, 2),
    ],
)
def test_missing_and_repeated_pictures_are_counted(numbers, dropped, repeated) -> None:
    assert count_pictures(numbers) == (dropped, repeated)


@pytest.mark.parametrize("lost", [20, 48, 960, 2000])
def test_samples_that_are_missing_are_found(lost: int) -> None:
    whole = tones(2)
    assert lost_samples(whole) == []
    holed = np.delete(whole, slice(50_123, 50_123 + lost), axis=1)
    (found,) = lost_samples(holed)
    assert found == pytest.approx(lost, abs=2)


def test_a_long_film_is_gapless_and_as_long_as_asked() -> None:
    film = LongFilm.make(width=160, height=120)
    data = b"".join(cut.plain for cut in film.cuts(40))
    with av.open(io.BytesIO(data)) as made:
        times = [frame.pts for frame in made.decode(video=0)]
    assert len(times) == 1000
    assert set(np.diff(times)) == {3600}
    with av.open(io.BytesIO(data)) as made:
        frames = [(frame.pts, frame.samples) for frame in made.decode(audio=0)]
    assert all(a + n == b for (a, n), (b, _) in pairwise(frames))
    assert sum(samples for _, samples in frames) == pytest.approx(40 * 48_000, abs=2048)


def test_the_page_says_which_aim_was_missed() -> None:
    part = {"date": "2026-11-22", "machine": "2 cores", "took_s": 1, "short": False}
    encoded = {"pictures_per_s": 25.0, "bits_per_s": 1.0}
    told = document(
        {
            "encode": {
                **part,
                "figures": {
                    "seconds": 10,
                    "encoding path": {"cpu_s": 0.5, **encoded},
                    "ffmpeg": {"cpu_s": 0.5, **encoded},
                    "recorder": {"cpu_s": 0.9, **encoded},
                    "recorder with previews": {"cpu_s": 0.4, **encoded, "pictures_per_s": 20.0},
                    "ffmpeg -re": {"cpu_s": 0.6, **encoded},
                },
            },
            "disk": {
                **part,
                "figures": {
                    "plain writes": 100.0,
                    "chained and encrypted": 70.0,
                    "the same with its log": 60.0,
                },
            },
        }
    )
    assert "| 1.00 | <= 1.05 | yes |" in told
    assert "| 1.50 | <= 1.05 | NO |" in told
    assert "20.0 pictures/s only" in told
    assert "| 0.70 | >= 0.9 | NO |" in told
