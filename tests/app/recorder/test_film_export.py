"""A take becomes one ordinary MP4: the same samples, and holes where they were."""

import threading
from io import BytesIO

import av
import numpy as np
import pytest

from app.errors import StorageProblem
from app.recorder.film import Caption, Film, FilmCancelled, FilmNote, FilmReader, export_film
from app.recorder.fragment import FragmentWriter, TakeName
from app.recorder.piece_source import LoggedPiece, OpenPieces, SealedPieces
from tests.app.recorder.test_film import encode

KEY = bytes(32)
NAME = TakeName("r-1", "camera-1", 1)
CAPTIONS = (Caption(200, 1200, "问：姓名？"), Caption(1000, 2500, "答：张三"))


@pytest.fixture
def take(tmp_path):
    return write_take(tmp_path / "open", 4)


def write_take(folder, seconds, *, picture=True):
    cuts = [cut.plain for cut in encode(seconds, picture=picture)]
    writer = FragmentWriter(folder, NAME, KEY)
    for plain in cuts:
        writer.append(plain)
    writer.close()
    return OpenPieces([folder], NAME, KEY)


def packets(file):
    with av.open(file) as container:
        return sorted(
            (packet.stream.type, float(packet.pts * packet.time_base), bytes(packet))
            for packet in container.demux()
            if packet.size and packet.stream.type in ("video", "audio")
        )


def whole(pieces):
    return b"".join(pieces.plain(index) for index in range(len(pieces)))


def damage_piece(pieces, index):
    place = pieces.place(index)
    with place.part.open("r+b") as file:
        file.seek(place.offset + 80)
        file.write(b"\xff" * 16)


@pytest.mark.parametrize("picture", [True, False])
def test_every_sample_is_in_the_export_at_its_time(tmp_path, picture):
    take = write_take(tmp_path, 4, picture=picture)
    shares = []
    made = export_film(take, tmp_path / "a.mp4", on_progress=shares.append)
    assert packets(str(made.path)) == packets(BytesIO(whole(take)))
    assert abs(made.duration_ms - 4000) < 100
    assert made.bytes == made.path.stat().st_size
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not made.damage


def test_the_opening_stands_first_so_that_it_plays_at_once(take, tmp_path):
    data = export_film(take, tmp_path / "a.mp4").path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_captions_and_a_note_are_inside(take, tmp_path):
    note = FilmNote("R1", "working copy of R1")
    made = export_film(take, tmp_path / "a.mp4", CAPTIONS, note=note)
    with av.open(str(made.path)) as container:
        assert container.metadata["comment"] == "working copy of R1"
        assert container.metadata["title"] == "R1"
        texts = container.streams.subtitles[0]
        assert texts.codec_context.name == "mov_text"
        shown = [
            (packet.pts, bytes(packet)[2:].decode())
            for packet in container.demux(texts)
            if packet.size > 2
        ]
    assert shown == [(200, "问：姓名？"), (1000, "问：姓名？\n答：张三"), (1200, "答：张三")]
    assert packets(str(made.path)) == packets(BytesIO(whole(take)))


def test_the_film_can_be_read_anywhere_as_it_would_be_written(take, tmp_path):
    made = export_film(take, tmp_path / "a.mp4", CAPTIONS)
    data, film = made.path.read_bytes(), Film(take, CAPTIONS).index()
    assert film.size == len(data)
    for position in np.random.default_rng(1).integers(0, len(data), 50).tolist():
        told = film.read_at(position, 5000)
        assert told
        assert data[position : position + len(told)] == told
    assert film.read_at(len(data), 10) == b""


def test_a_damaged_piece_is_a_hole_and_the_rest_stays_where_it_was(take, tmp_path):
    before = packets(BytesIO(whole(take)))
    damage_piece(take, 2)
    made = export_film(take, tmp_path / "a.mp4")
    (hole,) = made.damage
    assert (round(hole.t0_ms, -2), round(hole.t1_ms, -2)) == (1000, 2000)
    after = packets(str(made.path))
    assert set(after) < set(before)
    assert {round(time) for _, time, _ in after} == {0, 1, 2, 3, 4}
    with av.open(FilmReader(Film(take).index())) as container:
        container.seek(2_600_000)
        assert next(container.decode(video=0)).time >= 2


def test_a_piece_damaged_while_it_plays_gives_zeros_and_not_an_end(take):
    film = Film(take).index()
    damage_piece(take, 3)
    with av.open(FilmReader(film)) as container:
        times = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.pts]
    assert float(max(times)) > 3.5


def test_a_take_without_its_opening_cannot_be_shown(take, tmp_path):
    damage_piece(take, 0)
    with pytest.raises(StorageProblem, match="media_damaged"):
        export_film(take, tmp_path / "a.mp4")
    assert not (tmp_path / "a.mp4").exists()


def test_a_cancelled_export_leaves_nothing(take, tmp_path):
    target, cancel = tmp_path / "out" / "a.mp4", threading.Event()

    def told(share):
        if share > 0.5:
            cancel.set()

    with pytest.raises(FilmCancelled):
        export_film(take, target, on_progress=told, cancel=cancel)
    assert list(target.parent.iterdir()) == []


def test_nothing_is_overwritten(take, tmp_path):
    target = tmp_path / "a.mp4"
    target.write_bytes(b"kept")
    with pytest.raises(StorageProblem, match="target_exists"):
        export_film(take, target)
    assert target.read_bytes() == b"kept"


def test_a_folder_that_cannot_be_written_is_said(take, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageProblem, match="folder_unwritable"):
        export_film(take, tmp_path / "file" / "a.mp4")


def test_a_sealed_film_gives_the_same_export_as_its_open_take(take, tmp_path):
    sealed = tmp_path / "sealed.mp4"
    sealed.write_bytes(whole(take))
    logged = [
        LoggedPiece(take.place(index).plain_bytes, take.place(index).head.hex())
        for index in range(len(take))
    ]
    first = export_film(take, tmp_path / "a.mp4").path.read_bytes()
    for number, source in enumerate((SealedPieces(sealed, logged), SealedPieces(sealed))):
        made = export_film(source, tmp_path / f"b{number}.mp4")
        assert made.path.read_bytes() == first


def test_a_changed_sealed_film_has_a_hole_where_it_was_changed(take, tmp_path):
    data = bytearray(whole(take))
    data[take.starts[3] + 500] ^= 1
    sealed = tmp_path / "sealed.mp4"
    sealed.write_bytes(data)
    logged = [
        LoggedPiece(take.place(index).plain_bytes, take.place(index).head.hex())
        for index in range(len(take))
    ]
    film = Film(SealedPieces(sealed, logged)).index()
    assert [(round(hole.t0_ms, -2), round(hole.t1_ms, -2)) for hole in film.damage] == [
        (2000, 3000)
    ]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_copied_camera_with_reordered_pictures_keeps_every_time(tmp_path, codec):
    """What a network camera sends may show pictures in another order than it sends them."""
    camera = tmp_path / "camera.mp4"
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(camera), "w", format="mp4", options=options) as film:
        stream = film.add_stream(codec, rate=25, options={"bf": "2", "x265-params": "log-level=0"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 64, 64, "yuv420p", 25
        for number in range(75):
            picture = np.full((96, 64), 40 + number * 2, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    made = export_film(SealedPieces(camera), tmp_path / "a.mp4")
    assert orders(made.path) == orders(camera)


def orders(path):
    with av.open(str(path)) as film:
        return [(p.pts, p.dts, p.size, p.is_keyframe) for p in film.demux(video=0) if p.size]
