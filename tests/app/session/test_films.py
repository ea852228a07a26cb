"""Films leave a record as working copies: they say so, they are noted, and they play."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from app.cli.table import app as commands
from app.errors import Refused, StorageProblem
from app.export.handover import Order
from app.export.work import ExportCancelled
from app.ipc import messages as ms
from app.recorder.fragment import FragmentWriter, TakeName
from app.recorder.playback import MEDIA_PURPOSE
from app.session.films import export_films, open_films, sealed_films
from app.session.takes import TakePlan
from app.store.custody import CustodyLog
from app.store.keystore import KeyRing
from signing.keys import WorkstationKeys
from tests.fakes.films import pieces, sealed_record
from tests.fakes.record import BuiltRecord
from tests.fakes.records import keys_of

ORDER = Order(officer="陈立新", reason="移送检察院", approved_by="王处长")
RECORD_ID = "r-20261122-0001"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    return sealed_record(tmp_path_factory.mktemp("home") / "data" / "records" / RECORD_ID)


@pytest.fixture
def custody(tmp_path: Path) -> CustodyLog:
    ring = KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), tmp_path)
    return CustodyLog(tmp_path, ring)


def ignore(_: float) -> None:
    """No bar."""


def test_each_take_becomes_a_film_that_says_it_is_a_working_copy(
    sealed: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    shares: list[float] = []
    made = export_films(
        sealed_films(sealed.folder), tmp_path / "out", ORDER, custody, shares.append
    )
    assert [one.path.name for one in made] == [
        f"{RECORD_ID}-camera-1-take-001-working-copy.mp4",
        f"{RECORD_ID}-camera-2-take-001-working-copy.mp4",
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with av.open(str(made[0].path)) as film:
        assert sealed.root_digest in film.metadata["comment"]
        assert "工作副本" in film.metadata["comment"]
        assert "Working copy" in film.metadata["comment"]
        shown = "".join(bytes(p)[2:].decode() for p in film.demux(subtitles=0) if p.size > 2)
        film.seek(0)
        assert sum(1 for _ in film.decode(video=0)) > 0
    captions = made[0].path.with_suffix(".vtt").read_text(encoding="utf-8")
    assert "问：姓名？" in shown
    assert "<v 问>姓名？" in captions
    began, done = custody.entries(RECORD_ID)
    assert (began.act, done.act, done.what) == ("began", "done", "film")
    assert (done.officer, done.reason, done.approved_by) == ("陈立新", "移送检察院", "王处长")


def test_what_a_copied_picture_does_not_show_goes_with_its_film(
    custody: CustodyLog, tmp_path: Path
) -> None:
    folder = sealed_record(tmp_path / "record").folder
    (folder / "data/media/camera-2-take-001.facts.vtt").write_text("WEBVTT\n", encoding="utf-8")
    export_films(sealed_films(folder), tmp_path / "out", ORDER, custody, ignore)
    (facts,) = (tmp_path / "out").glob("*.facts.vtt")
    assert facts.name == f"{RECORD_ID}-camera-2-take-001-working-copy.facts.vtt"


def test_films_of_a_real_record_leave_only_with_reason_and_approval(
    tmp_path: Path, custody: CustodyLog
) -> None:
    real = sealed_record(tmp_path / "real", simulated=False)
    with pytest.raises(Refused, match="reason_missing"):
        export_films(sealed_films(real.folder), tmp_path / "out", Order(), custody, ignore)
    assert not (tmp_path / "out").exists()


def test_a_cancelled_export_is_noted(
    sealed: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ExportCancelled):
        export_films(sealed_films(sealed.folder), tmp_path / "out", ORDER, custody, ignore, cancel)
    assert [entry.act for entry in custody.entries()] == ["began", "cancelled"]


def test_the_command_writes_the_films_and_names_them(
    sealed: BuiltRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHILU_HOME", str(sealed.folder.parents[2]))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    told = CliRunner().invoke(commands, ["records", "film", RECORD_ID, "--to", str(tmp_path)])
    assert told.exit_code == 0, told.output
    films = sorted(tmp_path.glob("*.mp4"))
    assert [str(film) for film in films] == told.stdout.split()
    assert len(films) == 2


def test_an_unknown_record_has_no_films(
    sealed: BuiltRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHILU_HOME", str(tmp_path))
    told = CliRunner().invoke(commands, ["records", "film", "R-none", "--to", str(tmp_path / "o")])
    assert isinstance(told.exception, StorageProblem)
    assert told.exception.code == "record_not_found"


def test_an_open_record_gives_the_films_that_are_on_disk_so_far(
    sealed: BuiltRecord, custody: CustodyLog, tmp_path: Path
) -> None:
    keys = keys_of(tmp_path / RECORD_ID)
    plan = TakePlan(
        record_id=RECORD_ID,
        room="room-1",
        record_folder=tmp_path / RECORD_ID,
        media_folders=(tmp_path / "a", tmp_path / "b"),
        microphone=ms.MicrophoneChoice(source="default"),
        cameras=(),
        production=False,
    )
    writer = FragmentWriter(
        tmp_path / "a", TakeName(RECORD_ID, "camera-1", 1), keys.derive(MEDIA_PURPOSE)
    )
    for plain in pieces()[:3]:
        writer.append(plain)
    films = open_films(plan, keys, sealed_films(sealed.folder).state)
    first = films.films()[0]
    assert round(films.open(first).duration_ms, -2) == 2000
    for plain in pieces()[3:]:
        writer.append(plain)
    writer.close()
    made = export_films(films, tmp_path / "out", ORDER, custody, ignore)
    assert [one.path.name.split("-take")[0] for one in made] == [f"{RECORD_ID}-camera-1"]
    assert round(made[0].duration_ms, -2) == 4000
    with av.open(str(made[0].path)) as film:
        assert "尚未封存" in film.metadata["comment"]
