"""Disc images: what was written is read back, by us and by a stranger's tools (L39)."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InputProblem, SealProblem, StorageProblem
from app.export.copy import ExportCancelled
from app.export.disc import export_discs
from app.export.disc_plan import (
    DVD_BYTES,
    LARGEST_PIECE_BYTES,
    LEAST_ROOM_BYTES,
    PER_FILE_BYTES,
    SPARE_BYTES,
    plan_discs,
)
from app.export.label import label_of
from signing.disc_files import DiscFiles, disc_set
from signing.verify import examine_files, verify
from signing.window import Stretch, Window
from tests.fakes.record import BuiltRecord, Draft, center

MADE = "2026-11-22T03:04:05.000Z"
FILM = "media/camera-1-take-001.mp4"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    """A record with an exhibit too large for a small disc, bytes that repeat nowhere."""
    draft = Draft()
    draft.files["transcript/transcript.docx"] = random.Random(1).randbytes(3 << 20)
    return draft.seal_into(tmp_path_factory.mktemp("sealed") / "record")


def write(
    record: BuiltRecord,
    target: Path,
    disc_bytes: int = DVD_BYTES,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Path, ...]:
    label = label_of(record.folder, unit="某某分局", maker="陈立新", made_utc=MADE)
    return export_discs(record.folder, target, label, disc_bytes, progress, cancel)


def extract(disc: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    subprocess.run(["bsdtar", "-xf", disc, "-C", folder], check=True)
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    return folder


def test_one_disc_holds_the_record_for_us_and_for_a_stranger(
    record: BuiltRecord, tmp_path: Path
) -> None:
    shares: list[float] = []
    (disc,) = write(record, tmp_path / "out" / "r.iso", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [path.name for path in disc.parent.iterdir()] == ["r.iso"]
    assert examine_files(DiscFiles([disc]), center().roots) == ()
    got = extract(disc, tmp_path / "got")
    verify(got / record.seal.record_id, center().roots)
    check = ["sha256sum", "--check", "--strict", "--quiet", "DIGESTS.txt"]
    assert subprocess.run(check, cwd=got, check=False).returncode == 0


def test_the_label_says_unit_maker_time_person_case_and_place_in_the_set(
    record: BuiltRecord, tmp_path: Path
) -> None:
    (disc,) = write(record, tmp_path / "r.iso")
    told = (extract(disc, tmp_path / "got") / "LABEL.txt").read_text(encoding="utf-8")
    for word in ("某某分局", "陈立新", record.seal.record_id, record.root_digest, "模拟记录"):
        assert word in told
    assert "第 1 张，共 1 张" in told
    assert "(1 of 1)" in told


def test_a_set_of_discs_is_one_record_whose_folders_lie_over_each_other(
    record: BuiltRecord, tmp_path: Path
) -> None:
    capacity = SPARE_BYTES + (9 << 18)
    discs = write(record, tmp_path / "r.iso", capacity)
    assert [disc.name for disc in discs] == ["r.disc-1-of-2.iso", "r.disc-2-of-2.iso"]
    assert all(disc.stat().st_size <= capacity for disc in discs)
    assert disc_set(discs[1]) == discs
    assert examine_files(DiscFiles(discs), center().roots) == ()
    got = tmp_path / "got"
    for disc in discs:
        extract(disc, got)
        check = ["sha256sum", "--check", "--strict", "--quiet", "DIGESTS.txt"]
        assert subprocess.run(check, cwd=got, check=False).returncode == 0
    parts = sorted(got.rglob("*.part-*"))
    assert len(parts) == 2
    whole = parts[0].with_name("transcript.docx")
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    for part in parts:
        part.unlink()
    verify(got / record.seal.record_id, center().roots)


def test_every_reader_sees_the_same_tree(record: BuiltRecord, tmp_path: Path) -> None:
    """Windows reads the UDF names, others those of Rock Ridge."""
    from pycdlib import PyCdlib

    (disc,) = write(record, tmp_path / "r.iso")
    image = PyCdlib()
    image.open(str(disc))
    try:
        trees = [
            sorted(f"{top}/{name}" for top, _, names in image.walk(**which) for name in names)
            for which in ({"rr_path": "/"}, {"udf_path": "/"})
        ]
        assert trees[0] == trees[1]
        for name in trees[0]:
            contents = []
            for which in ({"rr_path": name}, {"udf_path": name}):
                content = io.BytesIO()
                image.get_file_from_iso_fp(content, **which)
                contents.append(content.getvalue())
            assert contents[0] == contents[1], name
    finally:
        image.close()


def test_a_disc_that_is_missing_is_named(record: BuiltRecord, tmp_path: Path) -> None:
    discs = write(record, tmp_path / "r.iso", SPARE_BYTES + (9 << 18))
    discs[0].unlink()
    with pytest.raises(SealProblem, match="file_missing") as caught:
        disc_set(discs[1])
    assert caught.value.details["path"] == discs[0].name
    with pytest.raises(SealProblem, match="file_missing"):
        DiscFiles([discs[1]])


def test_a_flipped_byte_on_a_disc_is_named_with_its_file(
    record: BuiltRecord, tmp_path: Path
) -> None:
    (disc,) = write(record, tmp_path / "r.iso")
    raw = disc.read_bytes()
    film = (record.folder / "data" / FILM).read_bytes()
    at = raw.index(film) + 100
    disc.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    (problem,) = examine_files(DiscFiles([disc]))
    assert (problem.code, problem.details["path"]) == ("file_changed", f"data/{FILM}")


def test_nothing_is_overwritten_and_a_cancelled_export_leaves_nothing(
    record: BuiltRecord, tmp_path: Path
) -> None:
    stop = threading.Event()

    def half(share: float) -> None:
        if share > 0.3:
            stop.set()

    with pytest.raises(ExportCancelled):
        write(record, tmp_path / "r.iso", cancel=stop, progress=half)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "r.iso").write_bytes(b"kept")
    with pytest.raises(StorageProblem, match="target_exists"):
        write(record, tmp_path / "r.iso")
    assert (tmp_path / "r.iso").read_bytes() == b"kept"


def test_a_record_that_does_not_verify_gives_no_disc(record: BuiltRecord, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(record.folder, tmp_path / "record"))
    (folder / "data" / FILM).write_bytes(b"another film")
    label = label_of(folder, unit="", maker="", made_utc=MADE)
    with pytest.raises(SealProblem, match="file_changed"):
        export_discs(folder, tmp_path / "r.iso", label, DVD_BYTES, lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["record"]


def test_discs_too_small_for_the_record_are_refused(record: BuiltRecord, tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="argument_wrong"):
        write(record, tmp_path / "r.iso", SPARE_BYTES)
    assert list(tmp_path.iterdir()) == []


# --- foreign images -------------------------------------------------------------------


def foreign(path: Path, *files: tuple[str, bytes], link: str = "", plain: bool = False) -> Path:
    """An image as somebody else could make it."""
    from pycdlib import PyCdlib

    image = PyCdlib()
    image.new(interchange_level=3, rock_ridge=None if plain else "1.09")
    image.add_directory("/R", rr_name=None if plain else "r-1")
    for number, (name, data) in enumerate((("bagit.txt", b"x"), *files)):
        image.add_fp(
            io.BytesIO(data),
            len(data),
            iso_path=f"/R/F{number}.;1",
            rr_name=None if plain else name,
        )
    if link:
        image.add_symlink("/R/L.;1", rr_symlink_name="link", rr_path=link)
    image.write(str(path))
    image.close()
    return path


def code_of(path: Path) -> str:
    with pytest.raises(SealProblem) as caught:
        DiscFiles([path])
    return caught.value.code


def test_a_foreign_image_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    assert DiscFiles([foreign(tmp_path / "good.iso")]).sizes == {"bagit.txt": 1}
    assert code_of(foreign(tmp_path / "a.iso", ("问.txt", b""))) == "unsafe_name"
    assert code_of(foreign(tmp_path / "b.iso", ("a.txt", b"1"), ("A.TXT", b"2"))) == (
        "duplicate_name"
    )
    assert code_of(foreign(tmp_path / "c.iso", link="/etc/passwd")) == "link_in_record"
    assert code_of(foreign(tmp_path / "d.iso", plain=True)) == "not_a_record"
    assert code_of(foreign(tmp_path / "e.iso", ("x.part-002-of-002", b"1"))) == "file_missing"


@pytest.mark.parametrize("kind", ["same", "another content", "another file"])
def test_an_image_that_shows_others_another_record_is_refused(tmp_path: Path, kind: str) -> None:
    from pycdlib import PyCdlib

    image = PyCdlib()
    image.new(interchange_level=3, rock_ridge="1.09", udf="2.60")
    image.add_directory("/R", rr_name="r-1", udf_path="/r-1")
    shared = {"udf_path": "/r-1/bagit.txt"} if kind != "another content" else {}
    image.add_fp(io.BytesIO(b"x"), 1, iso_path="/R/F.;1", rr_name="bagit.txt", **shared)
    if kind == "another content":
        image.add_fp(io.BytesIO(b"y"), 1, udf_path="/r-1/bagit.txt")
    elif kind == "another file":
        image.add_fp(io.BytesIO(b"y"), 1, udf_path="/r-1/evil.txt")
    path = tmp_path / "a.iso"
    image.write(str(path))
    image.close()
    if kind == "same":
        assert DiscFiles([path]).sizes == {"bagit.txt": 1}
    else:
        assert code_of(path) == {"another content": "file_changed"}.get(kind, "file_unlisted")


def test_a_name_that_climbs_out_of_an_image_is_refused(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.iso", ("xx_evil.txt", b"evil"))
    path.write_bytes(path.read_bytes().replace(b"xx_evil.txt", b"../evil.txt"))
    assert code_of(path) == "unsafe_name"


def test_an_image_never_gives_more_than_it_holds(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.iso", ("large.bin", bytes(4096)))
    raw = path.read_bytes()
    told = (4096).to_bytes(4, "little") + (4096).to_bytes(4, "big")
    lie = (1 << 30).to_bytes(4, "little") + (1 << 30).to_bytes(4, "big")
    assert raw.count(told) == 1
    path.write_bytes(raw.replace(told, lie))
    assert sum(DiscFiles([path]).sizes.values()) <= len(raw)


def test_files_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """A small image of many large files would fill the disk of whoever copies it."""
    path = foreign(tmp_path / "a.iso", ("a.bin", b"A" * 409600), ("b.bin", b"B" * 409600))
    raw = path.read_bytes()
    places = [raw.index(letter * 409600) // 2048 for letter in (b"A", b"B")]
    told, twin = (
        place.to_bytes(4, "little") + place.to_bytes(4, "big") + (409600).to_bytes(4, "little")
        for place in reversed(places)
    )
    assert raw.count(told) == 1
    path.write_bytes(raw.replace(told, twin)[: places[1] * 2048 + 2048])
    assert code_of(path) == "too_large"


@cache
def two_trees() -> bytes:
    from pycdlib import PyCdlib

    image = PyCdlib()
    image.new(interchange_level=3, rock_ridge="1.09", udf="2.60")
    image.add_directory("/R", rr_name="r-1", udf_path="/r-1")
    for name in ("bagit.txt", "a.txt"):
        where = {"iso_path": f"/R/{name[0].upper()}.;1", "udf_path": f"/r-1/{name}"}
        image.add_fp(io.BytesIO(b"abc"), 3, rr_name=name, **where)
    out = io.BytesIO()
    image.write_fp(out)
    image.close()
    return out.getvalue()


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(0, 255))
def test_no_damage_to_an_image_is_a_fault(data: st.DataObject, value: int) -> None:
    import tempfile

    raw = bytearray(two_trees())
    told = [at for at, byte in enumerate(raw) if byte]  # the rest is padding
    raw[data.draw(st.sampled_from(told))] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.iso"
        path.write_bytes(raw)
        try:
            DiscFiles([path])
        except SealProblem:
            return


@pytest.mark.parametrize("raw", [b"", b"text", bytes(40_000)])
def test_what_is_no_image_says_so(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.iso").write_bytes(raw)
    assert code_of(tmp_path / "a.iso") == "not_a_record"


# --- the plan and the window ----------------------------------------------------------


@settings(deadline=None)  # files, on a machine that others use too
@given(
    st.dictionaries(
        st.sampled_from([f"data/media/c-take-{n:03}.mp4" for n in range(9)] + ["data/a", "b"]),
        st.integers(0, 40 << 20),
    ),
    st.integers(1, 30 << 20),
)
def test_every_byte_is_on_one_disc_and_no_disc_is_too_full(
    sizes: dict[str, int], room: int
) -> None:
    tag = sizes.get("b", -PER_FILE_BYTES) + PER_FILE_BYTES
    capacity = SPARE_BYTES + tag + LEAST_ROOM_BYTES + room
    plan = plan_discs(sizes, capacity)
    for disc in plan:
        assert sum(piece.length + PER_FILE_BYTES for piece in disc) <= capacity - SPARE_BYTES
        assert all(piece.length <= LARGEST_PIECE_BYTES for piece in disc)
    for name, size in sizes.items():
        pieces = [piece for disc in plan for piece in disc if piece.name == name]
        if name == "b":
            assert len(pieces) == len(plan), "on every disc"
            continue
        assert [piece.number for piece in pieces] == list(range(1, pieces[0].of + 1))
        ends = [0, *(piece.offset + piece.length for piece in pieces)]
        assert [piece.offset for piece in pieces] == ends[:-1]
        assert ends[-1] == size


def test_documents_are_on_the_first_disc() -> None:
    sizes = {"data/media/a-take-001.mp4": 9 << 20, "data/transcript/transcript.pdf": 100}
    plan = plan_discs(sizes, SPARE_BYTES + (9 << 20))
    assert plan[0][0].name == "data/transcript/transcript.pdf"
    assert [piece.of for piece in plan[1]] == [2], "the film begins where there is room"
    assert len(plan) == 2


def test_a_film_larger_than_any_file_may_be_is_split_on_a_large_disc() -> None:
    (disc,) = plan_discs({"data/media/a-take-001.mp4": 6 << 30}, 25_000_000_000)
    assert [piece.disc_name[-11:] for piece in disc] == ["-001-of-002", "-002-of-002"]


@settings(deadline=None)  # files, on a machine that others use too
@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=5), st.data())
def test_a_window_reads_as_the_joined_bytes(chunks: list[bytes], data: st.DataObject) -> None:
    import tempfile

    whole = b"".join(chunks)
    with tempfile.TemporaryDirectory() as folder:
        stretches = []
        for number, chunk in enumerate(chunks):
            path = Path(folder) / str(number)
            path.write_bytes(b"before" + chunk + b"after")
            stretches.append(Stretch(path, 6, len(chunk)))
        with Window(stretches) as window:
            at = data.draw(st.integers(0, len(whole)))
            window.seek(at)
            assert window.read() == whole[at:]
            window.seek(-len(whole), io.SEEK_END)
            assert window.readall() == whole
            assert window.tell() == len(whole)
