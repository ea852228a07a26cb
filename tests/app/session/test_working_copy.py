"""A redacted working copy: what is covered is in none of its bytes; it replaces nothing (L40)."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest
from pyhanko.pdf_utils.generic import Reference, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from PySide6.QtWidgets import QApplication
from typer.testing import CliRunner

from app.cli.covering import press, read_cover, show_covered
from app.cli.records import app
from app.domain.covering import BAR, Cover
from app.errors import InputProblem, Refused, SealProblem, SetupProblem, StorageProblem
from app.export.handover import Order
from app.export.work import ExportCancelled, stoppable
from app.paths import Paths
from app.session.links import ProcessLinks
from app.session.room import Room
from app.session.working_copy import LAID_OUT_SHARE, Sealed, make_working_copy, read_sealed
from app.session.workstation import Workstation
from app.settings import Settings
from app.store.custody import CustodyLog
from app.store.database import Database
from app.store.keystore import KeyRing
from signing.digest import digest_file
from signing.keys import WorkstationKeys
from signing.verify import verify
from tests.fakes.record import BuiltRecord, Draft
from tests.widgets.paper.samples import preparation
from widgets.paper.press import QtPress

RECORD_ID = "R20261122-031405-a1b2c3"
SECRET = "欧阳蕤鑫"  # characters that stand nowhere else, so that not even one glyph may be left
SAID = f"是{SECRET}带我去的，她住在翡翠湾。电话 139-0000-1234。"
COVER = Cover(words=(SECRET, "13900001234"), lines=("u4",), header=("suspect", "address"))
ORDER = Order(officer="陈立新", reason=f"供{SECRET}的律师查阅", approved_by="王处长")
GONE = (SECRET[:2], SECRET[2:], "139-0000-1234", "13900001234", "住址不记得", "𠮷䶮", "某小区八栋")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    """A real record of a person, with a third person in it."""
    draft = Draft(record_id=RECORD_ID, simulated=False)
    told = msgspec.to_builtins(preparation())
    draft.journal.insert(1, {"kind": "preparation_changed", "preparation": told})
    hearing = {"raw_text": SAID, "model": "m"}
    heard = {"utterance_id": "u9", "role": "suspect", "t0_ms": 5000, "t1_ms": 9000, "text": SAID}
    draft.journal.append({"kind": "utterance_heard", **heard, "hearing": hearing})
    written = json.loads(draft.files["transcript/transcript.json"])
    line = {"id": "u9", "role": "suspect", "t0_ms": 0, "t1_ms": 0, "revisions": [{"text": SAID}]}
    written["utterances"].append(line)
    draft.files["transcript/transcript.json"] = json.dumps(written, ensure_ascii=False).encode()
    return draft.seal_into(tmp_path_factory.mktemp("home") / "data" / "records" / RECORD_ID)


def log_in(folder: Path) -> CustodyLog:
    return CustodyLog(folder, KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), folder))


@pytest.fixture(scope="module")
def custody(tmp_path_factory: pytest.TempPathFactory) -> CustodyLog:
    """The log that the copy is noted in."""
    return log_in(tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def read(sealed: BuiltRecord) -> Sealed:
    return read_sealed(sealed.folder, "某市公安局某区分局", ignore)


@pytest.fixture(scope="module")
def copy(
    read: Sealed, custody: CustodyLog, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Path:
    assert qapp
    out = tmp_path_factory.mktemp("out") / "out"
    return make_working_copy(read, COVER, out, ORDER, custody, press())


def ignore(_: float) -> None:
    """No bar."""


def streams(pdf: Path) -> bytes:
    """The file as it is, and every stream in it unpacked."""
    raw = [pdf.read_bytes()]
    reader = PdfFileReader(io.BytesIO(raw[0]))
    for number in range(1, int(reader.trailer["/Size"])):
        found = reader.get_object(Reference(number, 0, reader))  # type: ignore[no-untyped-call]
        if isinstance(found, StreamObject):
            raw.append(found.data)
    return b"\n".join(raw)


def test_nothing_of_what_is_covered_is_in_any_byte(copy: Path) -> None:
    pdf = next(copy.glob("*.pdf"))
    words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    said = "".join(words.stdout.split())
    assert f"是{BAR}带我去的" in said
    inside = streams(pdf)
    assert b"beginbf" in inside, "the map from glyphs to characters could be read"
    with zipfile.ZipFile(next(copy.glob("*.docx"))) as document:
        written = [document.read(name) for name in document.namelist()]
    plain = [file.read_bytes() for file in copy.iterdir()]
    for word in GONE:
        assert word not in said
        for form in ("utf-8", "utf-16-be", "utf-16-le", "gb18030"):
            found = [word.encode(form) in data for data in (inside, *written, *plain)]
            assert not any(found), (word, form)
    for character in SECRET:  # not even its glyph came along
        assert f"<{ord(character):04x}>".encode() not in inside.lower()
    assert f"<{ord('翡'):04x}>".encode() in inside.lower(), "what is not covered is there"


def test_every_page_file_and_name_says_what_it_is(copy: Path, sealed: BuiltRecord) -> None:
    stem = f"{RECORD_ID}-redacted-working-copy-no-evidence"
    names = sorted(file.name for file in copy.iterdir())
    assert copy.name == stem
    assert names == [f"{stem}-LINK.json", f"{stem}.docx", f"{stem}.pdf", f"{stem}.txt"]
    told = subprocess.run(
        ["pdftotext", copy / f"{stem}.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = told.split("\f")[:-1]
    text = (copy / f"{stem}.txt").read_text(encoding="utf-8")
    with zipfile.ZipFile(copy / f"{stem}.docx") as document:
        head = document.read("word/header1.xml").decode()
    for page in (*pages, text, head, (copy / f"{stem}-LINK.json").read_text(encoding="utf-8")):
        assert "涂黑工作副本" in page
        assert "no evidence" in page
        assert RECORD_ID in page
    assert sealed.root_digest.upper() in "".join(told.split())
    assert "签名、捺指印" not in pages[0].split("（签名")[0], "there is no place to sign"


def test_it_links_to_the_original_and_tells_how_much_never_what(
    copy: Path, sealed: BuiltRecord
) -> None:
    (file,) = copy.glob("*-LINK.json")
    link = json.loads(file.read_text(encoding="utf-8"))
    assert link["original"] == {
        "record_id": RECORD_ID,
        "root_digest": sealed.root_digest,
        "sealed_utc": sealed.seal.created_utc,
    }
    assert (link["made_by"], link["approved_by"]) == ("陈立新", "王处长")
    assert link["reason"] == f"供{BAR}的律师查阅"
    covered = {one["place"]: (one["bars"], one["characters_at_most"]) for one in link["covered"]}
    assert covered["u9"] == (2, 20)
    assert covered["u4"] == (1, 10)
    assert covered["header:suspect"] == (1, 10)
    for name, digest in link["files"].items():
        assert digest_file(copy / name) == digest


def test_it_is_refused_wherever_a_record_is_asked_for(copy: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", copy.parent))
    for path in (copy, packed, *copy.iterdir()):
        with pytest.raises(SealProblem) as caught:
            verify(path)
        assert (caught.value.code, caught.value.details["record"]) == ("redacted_copy", RECORD_ID)


def test_the_sealed_record_is_untouched_and_the_log_says_who_and_why(
    copy: Path, sealed: BuiltRecord, custody: CustodyLog
) -> None:
    verify(sealed.folder)
    began, done = custody.entries(RECORD_ID)
    assert (began.act, done.act, done.what) == ("began", "done", "redacted_copy")
    assert (done.officer, done.approved_by) == ("陈立新", "王处长")
    assert done.reason == ORDER.reason, "the log stays here and tells it in full"
    assert done.target == str(copy)
    assert done.root_digest == sealed.root_digest


def test_a_real_one_needs_reason_approval_log_and_a_place_outside_the_records(
    read: Sealed, sealed: BuiltRecord, tmp_path: Path, qapp: QApplication
) -> None:
    assert qapp
    custody, out = log_in(tmp_path), tmp_path / "out"
    no_reason, no_approval = Order(approved_by="王处长"), Order(reason="查阅")
    for order, code in ((no_reason, "reason_missing"), (no_approval, "approval_missing")):
        with pytest.raises(Refused, match=code):
            make_working_copy(read, COVER, out, order, custody, press())
    with pytest.raises(SetupProblem, match="key_store_missing"):
        make_working_copy(read, COVER, out, ORDER, None, press())
    for place in (sealed.folder, sealed.folder / "data", sealed.folder.parent):
        with pytest.raises(Refused, match="sealed_is_final"):
            make_working_copy(read, COVER, place, ORDER, custody, press())
    assert not out.exists()
    assert custody.entries() == []
    verify(sealed.folder)


def test_an_earlier_copy_is_never_written_over_and_a_failure_is_noted(
    copy: Path, read: Sealed, tmp_path: Path
) -> None:
    custody = log_in(tmp_path)
    before = {file.name: file.read_bytes() for file in copy.iterdir()}
    with pytest.raises(StorageProblem, match="target_exists"):
        make_working_copy(read, COVER, copy.parent, ORDER, custody, press())
    assert {file.name: file.read_bytes() for file in copy.iterdir()} == before
    assert custody.entries()[-1].code == "target_exists"
    (copy.parent / "file").touch()
    with pytest.raises(StorageProblem, match="folder_unwritable"):
        make_working_copy(read, COVER, copy.parent / "file", ORDER, custody, press())
    assert custody.entries()[-1].act == "failed"


def test_a_changed_record_gives_no_copy(sealed: BuiltRecord, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sealed.folder, tmp_path / RECORD_ID))
    (folder / "data/compliance.json").write_bytes(b"{}")
    with pytest.raises(SealProblem, match="file_changed"):
        read_sealed(folder, "", ignore)


def test_the_list_is_read_and_the_text_shown_before_anything_leaves(
    read: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cover.toml"
    file.write_text(f'words = ["{SECRET}"]\nlines = ["u4"]\n', encoding="utf-8")
    show_covered(read.paper, read_cover(None))
    assert f"[u9] 答：{SAID}" in capsys.readouterr().out
    show_covered(read.paper, read_cover(file))
    shown = capsys.readouterr().out
    assert f"[u4] 答：{BAR}\n" in shown
    assert f"[u9] 答：{SAID.replace(SECRET, BAR)}" in shown
    for text, code in (("words = 1", "cover_list_wrong"), ("word = []", "cover_list_wrong")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputProblem, match=code):
            read_cover(file)
    with pytest.raises(InputProblem, match="file_not_found"):
        read_cover(tmp_path / "none.toml")


def test_the_command_shows_it_and_tells_what_is_wrong_with_the_list(
    sealed: BuiltRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHILU_HOME", str(sealed.folder.parents[2]))
    file = tmp_path / "cover.toml"
    file.write_text(f'words = ["{SECRET}"]', encoding="utf-8")
    asked = ["working-copy", RECORD_ID, "--cover", str(file)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.exception
    assert f"[u9] 答：{SAID.replace(SECRET, BAR)}" in done.stdout
    file.write_text('words = ["王小方"]', encoding="utf-8")
    done = CliRunner().invoke(app, [*asked, "--to", str(tmp_path / "out")])
    assert isinstance(done.exception, (Refused, SetupProblem))  # the latter without a key store
    assert not (tmp_path / "out").exists()


def test_cancelling_leaves_nothing_and_is_noted(
    read: Sealed, tmp_path: Path, qapp: QApplication
) -> None:
    assert qapp
    custody, out = log_in(tmp_path / "log"), tmp_path / "out"
    shares: list[float] = []

    def until(last: float) -> Callable[[float], None]:
        def told(share: float) -> None:
            if share >= last:
                raise ExportCancelled
            shares.append(share)

        return told

    for last in (0.0, LAID_OUT_SHARE, 0.9, 1.0):
        with pytest.raises(ExportCancelled):
            make_working_copy(read, COVER, out, ORDER, custody, press(), until(last))
        assert not out.exists() or list(out.iterdir()) == []
        assert custody.entries()[-1].act == "cancelled"
    assert 0.0 < max(shares) < 1.0


def test_checking_can_be_cancelled(sealed: BuiltRecord) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ExportCancelled):
        read_sealed(sealed.folder, "", stoppable(ignore, cancel))


def test_the_room_makes_it_for_the_desk(sealed: BuiltRecord, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data", tmp_path / "config", tmp_path / "run")
    shutil.copytree(sealed.folder, paths.records / RECORD_ID)
    ring = KeyRing(bytes(32), WorkstationKeys.generate("desk-1"), paths.data)
    station = Workstation(paths, Settings(), ring, Database(paths.data))
    room = Room(station, QtPress(), ProcessLinks(paths, "1"))
    never, out = threading.Event(), tmp_path / "out"
    try:
        with pytest.raises(StorageProblem, match="record_not_found"):
            room.read_sealed("R20261122-031405-000000", ignore, never)
        checked = room.read_sealed(RECORD_ID, ignore, never)
        with pytest.raises(Refused, match="reason_missing"):
            room.working_copy(checked, COVER, out, ignore, never)
        made = room.working_copy(checked, COVER, out, ignore, never, ORDER)
        (text,) = made.glob("*.txt")
        assert SECRET not in text.read_text(encoding="utf-8")
        assert CustodyLog(paths.data, ring).entries(RECORD_ID)[-1].act == "done"
        never.set()
        for cancelled in (
            partial(room.read_sealed, RECORD_ID, ignore, never),
            partial(room.working_copy, checked, COVER, tmp_path / "late", ignore, never, ORDER),
        ):
            with pytest.raises(ExportCancelled):
                cancelled()
        assert not (tmp_path / "late").exists()
    finally:
        room.close()
