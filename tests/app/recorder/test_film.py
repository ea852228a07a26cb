"""What is encoded can be cut, timed and stamped exactly."""

import io
import threading
from datetime import datetime

import av
import numpy as np
import pytest

from app.recorder.boxes import span, timescales
from app.recorder.encoder import PICTURE_TICKS, PictureShape, StreamEncoder
from app.recorder.following import FollowingReader
from app.recorder.fragment import FragmentWriter, TakeName
from app.recorder.overlay import Strip, fitted, frame_of, planes_of
from app.recorder.picture_watch import PictureWatch
from app.recorder.playback import TakeReader
from app.recorder.preview import jpeg

KEY = bytes(32)
NAME = TakeName("r-1", "camera-1", 1)
CLICK = 96_000  # sample, so 2 s


def encode(seconds=3, *, picture=True):
    """Pieces of a film: a flash and a click at 2 s."""
    cuts = []
    shape = PictureShape(64, 64, 25) if picture else None
    encoder = StreamEncoder(cuts.append, picture=shape, sound=True)
    sound = np.zeros((2, seconds * 48_000), np.float32)
    sound[0, CLICK : CLICK + 24] = 0.9
    for number in range(seconds * 25):
        if picture:
            planes = np.full((96, 64), 200 if number == 50 else 50, np.uint8)
            pts = number * PICTURE_TICKS // 25
            encoder.add_picture(frame_of(planes), pts, is_key=number % 25 == 0)
        encoder.add_sound(sound[:, number * 1920 : (number + 1) * 1920])
    encoder.close()
    return cuts


@pytest.fixture(scope="module")
def cuts():
    return encode()


def test_every_piece_is_at_most_a_second_and_follows_the_one_before(cuts):
    assert [cut.is_opening for cut in cuts] == [True, False, False, False]
    assert [(cut.t0_ms, cut.t1_ms) for cut in cuts[1:]] == [(0, 1000), (1000, 2000), (2000, 3000)]
    ticks = timescales(cuts[0].plain)
    assert sorted(ticks.values()) == [48_000, 90_000]
    sound_track = next(track for track, rate in ticks.items() if rate == 48_000)
    assert span(cuts[1].plain, sound_track)[0] == 0


def test_sound_and_picture_meet_to_the_sample(cuts):
    film = b"".join(cut.plain for cut in cuts)
    with av.open(io.BytesIO(film)) as container:
        flash = next(
            frame.time
            for frame in container.decode(video=0)
            if frame.to_ndarray()[:64].mean() > 120
        )
    with av.open(io.BytesIO(film)) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    click = int(np.argmax(np.abs(sound[0]))) / 48_000
    assert flash == 2.0
    assert click == pytest.approx(2.0, abs=0.002)
    assert np.abs(sound[1]).max() < 0.001  # nothing of one channel in the other


def test_any_beginning_of_a_take_plays(cuts):
    for count in range(2, len(cuts) + 1):
        film = b"".join(cut.plain for cut in cuts[:count])
        with av.open(io.BytesIO(film)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 25 * (count - 1)


def test_sound_alone_is_cut_too():
    cuts = encode(picture=False)
    assert len(cuts) >= 4
    assert all(cut.t1_ms - cut.t0_ms <= 1000 for cut in cuts)


def test_a_growing_take_can_be_decoded_while_it_grows(tmp_path, cuts):
    closed, first = threading.Event(), threading.Event()
    heard = []

    def follow():
        reader = FollowingReader([tmp_path], NAME, KEY, closed.is_set, threading.Event())
        with av.open(reader, "r", format="mp4", options={"analyzeduration": "0"}) as container:
            for frame in container.decode(audio=0):
                heard.append(frame.samples)
                first.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    writer = FragmentWriter(tmp_path, NAME, KEY)
    for cut in cuts[:-1]:
        writer.append(cut.plain)
    assert first.wait(10)  # long before the take is closed
    writer.new_part()
    writer.append(cuts[-1].plain)
    writer.close()
    closed.set()
    thread.join(10)
    assert sum(heard) == pytest.approx(3 * 48_000, abs=2048)


def test_a_take_can_be_sought_in(tmp_path, cuts):
    writer = FragmentWriter(tmp_path, NAME, KEY)
    for cut in cuts:
        writer.append(cut.plain)
    writer.close()
    reader = TakeReader([tmp_path], NAME, KEY)
    assert reader.size == sum(len(cut.plain) for cut in cuts)
    with av.open(reader, "r") as container:
        container.seek(2_000_000)
        assert next(container.decode(video=0)).time == 2.0
    assert reader.seek(-10, 2) == reader.size - 10
    assert len(reader.read(50)) == 10
    assert reader.read(50) == b""


def test_every_second_of_the_strip_differs_and_the_room_is_untouched():
    strip = Strip("讯问室 1", 320, 180)
    moments = set()
    for second in range(5):
        planes = np.full((270, 320), 90, np.uint8)
        strip.burn(planes, datetime(2026, 11, 22, 15, 4, second), 60 + second)  # noqa: DTZ001
        moments.add(planes[180 - strip.rows : 180].tobytes())
        assert (planes[: 180 - strip.rows] == 90).all()
        assert planes[180 - strip.rows : 180].max() > 200
    assert len(moments) == 5


def test_a_lost_picture_says_so():
    planes = Strip("x", 320, 180).lost(180)
    assert planes.shape == (270, 320)
    assert planes[:180].mean() < 40
    assert planes[:180].max() > 200


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1280, 720), (1280, 720)), ((2560, 1440), (1280, 720)), ((641, 359), (640, 356))],
)
def test_pictures_keep_their_shape(size, expected):
    assert fitted(*size, 1280, 720) == expected


def test_a_preview_is_a_picture():
    planes = planes_of(frame_of(np.full((1080, 1280), 128, np.uint8)), 1280, 720)
    with av.open(io.BytesIO(jpeg(planes)), format="jpeg_pipe") as picture:
        assert next(picture.decode(video=0)).width == 480


def test_a_frozen_and_a_black_picture_are_told_and_taken_back():
    told = []
    watch = PictureWatch(lambda code, over: told.append((code, over)))
    noise = np.random.default_rng(3)
    still = noise.integers(0, 255, (180, 320), np.uint8)
    second = 1_000_000_000
    for number in range(1, 14):
        watch.look(still, number * second)
    assert told == [("picture_frozen", False)]
    watch.look(noise.integers(0, 255, (180, 320), np.uint8), 14 * second)
    assert told[-1] == ("picture_frozen", True)
    for number in range(15, 21):
        watch.look(noise.integers(15, 18, (180, 320), np.uint8), number * second)
    assert told[-1] == ("picture_black", False)
