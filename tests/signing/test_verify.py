"""The strict check: a whole record passes, and every attack is named with its file."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import msgspec
import pytest

from signing import cms, manifest
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.receipt import to_bytes, utc_text
from signing.seal import add_receipt, add_timestamp, make_record, parse_seal
from signing.verify import examine, verify
from tests.fakes.record import (
    MOMENT,
    BuiltRecord,
    CenterInMemory,
    build_record,
    center,
    sign_again,
)
from tests.fakes.time_authority import TimeAuthority

JOURNAL = "data/journal.jsonl"
MEDIA = "data/media/camera-1-take-001.mp4"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    built = build_record(tmp_path_factory.mktemp("master") / "record", takes=2)
    add_receipt(built.folder, center().receive(built))
    return built


@pytest.fixture
def record(master: BuiltRecord, tmp_path: Path) -> Path:
    """A copy to do harm to."""
    return Path(shutil.copytree(master.folder, tmp_path / "record"))


def problem_of(path: Path, **how: object) -> tuple[str, object]:
    with pytest.raises(SealProblem) as caught:
        verify(path, **{"trust": center().roots, **how})  # type: ignore[arg-type]
    return caught.value.code, caught.value.details["path"]


def pack(folder: Path, path: Path, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, top + file.relative_to(folder).as_posix())
    return path


class TestAWholeRecord:
    def test_is_valid_for_who_trusts_its_center(self, master: BuiltRecord) -> None:
        verify(master.folder, center().roots, require_receipt=True)
        assert examine(master.folder, center().roots) == ()

    def test_is_intact_for_everybody_else(self, master: BuiltRecord) -> None:
        verify(master.folder)

    @pytest.mark.parametrize("top", ["", "r-1/"])
    def test_is_valid_inside_a_zip_and_not_unpacked(
        self, master: BuiltRecord, tmp_path: Path, top: str
    ) -> None:
        path = pack(master.folder, tmp_path / "r.zip", top)
        verify(path, center().roots)
        assert list(tmp_path.iterdir()) == [path]

    def test_of_a_workstation_not_enrolled_is_trusted_by_its_own_certificate(
        self, tmp_path: Path
    ) -> None:
        keys = WorkstationKeys.generate("alone")
        build_record(tmp_path, keys=keys)
        verify(tmp_path, [keys.certificate])
        assert problem_of(tmp_path)[0] == "signer_untrusted"

    def test_tells_its_progress_and_reads_each_file_once(self, master: BuiltRecord) -> None:
        told: list[int] = []
        verify(master.folder, progress=told.append)
        payload = sum(f.stat().st_size for f in (master.folder / "data").rglob("*") if f.is_file())
        assert sum(told) == payload

    def test_stops_when_progress_raises(self, master: BuiltRecord) -> None:
        def cancel(count: int) -> None:
            raise InterruptedError

        with pytest.raises(InterruptedError):
            verify(master.folder, progress=cancel)
        assert not [one for one in threading.enumerate() if one.name.startswith("digest")]


FILE_KINDS = [
    "bag-info.txt", "bagit.txt", "certificates.pem", "manifest-sha256.txt", "README.txt",
    "seal.json", "tagmanifest-sha256.txt", "seal.p7s", "receipt.json", JOURNAL,
    "data/recorder.jsonl", "data/transcript/transcript.pdf", "data/transcript/transcript.docx",
    "data/transcript/transcript.json", MEDIA, "data/media/camera-2-take-002.vtt",
    "data/marks/m1-ink.inkml", "data/marks/m1-fingerprint.png", "data/compliance.json",
    f"data/exhibits/{digest_of(b'a photograph')}.jpg",
]  # fmt: skip


@pytest.mark.parametrize("at", [0.0, 0.4, 0.99])
@pytest.mark.parametrize("name", FILE_KINDS)
def test_a_flipped_byte_names_its_file_and_no_other(record: Path, name: str, at: float) -> None:
    path = record / name
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * at)] ^= 0x01
    path.write_bytes(raw)
    found = examine(record, center().roots)
    assert [problem.details["path"] for problem in found] == [name]


def test_every_changed_file_is_named(record: Path) -> None:
    for name in (MEDIA, JOURNAL, "data/compliance.json"):
        with (record / name).open("ab") as file:
            file.write(b"x")
    (record / "data/marks/m1-ink.inkml").unlink()
    found = examine(record, center().roots)
    assert {(one.code, one.details["path"]) for one in found} == {
        ("file_changed", MEDIA),
        ("file_changed", JOURNAL),
        ("file_changed", "data/compliance.json"),
        ("file_missing", "data/marks/m1-ink.inkml"),
    }


@pytest.mark.parametrize("name", [name for name in FILE_KINDS if name != "receipt.json"])
def test_a_deleted_file_is_missed(record: Path, name: str) -> None:
    (record / name).unlink()
    code = "signature_missing" if name == "seal.p7s" else "file_missing"
    assert problem_of(record) == (code, name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("data/extra.txt", "file_unlisted"),
        ("data/media/camera-9-take-001.mp4", "file_unlisted"),
        ("data/marks/m9-ink.png", "file_unlisted"),
        ("notes.txt", "file_unlisted"),
        ("sub/bagit.txt", "file_unlisted"),
        ("fetch.txt", "fetch_file"),
        ("manifest-md5.txt", "algorithm_refused"),
        ("tagmanifest-sha512.txt", "algorithm_refused"),
        ("data/问.txt", "unsafe_name"),
        ("data/Journal.jsonl", "duplicate_name"),
    ],
)
def test_an_added_file_is_named(record: Path, name: str, code: str) -> None:
    path = record / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert problem_of(record)[0] == code


def test_a_renamed_file_is_named_by_both_names(record: Path) -> None:
    (record / MEDIA).rename(record / "data/media/camera-1-take-009.mp4")
    found = examine(record)
    assert [(one.code, one.details["path"]) for one in found] == [
        ("file_missing", MEDIA),
        ("file_unlisted", "data/media/camera-1-take-009.mp4"),
    ]


def test_what_stock_bagit_accepts_and_this_does_not(record: Path) -> None:
    """A regression note: the reason why there is a strict check at all."""
    (record / "tagmanifest-sha256.txt").unlink()
    (record / "notes.txt").write_text("added")
    bagit.Bag(str(record)).validate()
    assert problem_of(record)[0] in {"file_missing", "file_unlisted"}


@pytest.mark.parametrize("name", [MEDIA, "seal.p7s", "data/compliance.json"])
def test_a_link_in_place_of_a_file_is_refused(record: Path, tmp_path: Path, name: str) -> None:
    real = tmp_path / "elsewhere"
    (record / name).rename(real)
    (record / name).symlink_to(real)
    assert problem_of(record) == ("link_in_record", name)


class TestSigners:
    def test_content_forged_and_listed_again_without_the_key(self, record: Path) -> None:
        (record / JOURNAL).write_bytes(b"forged\n")
        manifest.write_manifest(record)
        manifest.write_tag_manifest(record)
        assert problem_of(record) == ("file_changed", "tagmanifest-sha256.txt")

    def test_another_enrolled_workstation_signs_in_its_place(self, record: Path) -> None:
        sign_again(record, center().enrol(WorkstationKeys.generate("desk-2")))
        assert problem_of(record) == ("signer_untrusted", "seal.p7s")

    def test_another_workstation_lists_and_signs_everything_anew(
        self, record: Path, master: BuiltRecord
    ) -> None:
        other = center().enrol(WorkstationKeys.generate("desk-2"))
        (record / "seal.p7s").unlink()
        make_record(record, master.seal, other)
        assert problem_of(record) == ("receipt_wrong", "receipt.json")

    def test_a_center_not_trusted(self, record: Path) -> None:
        other = CenterInMemory()
        assert problem_of(record, trust=other.roots) == ("signer_untrusted", "receipt.json")
        (record / "receipt.json").unlink()
        assert problem_of(record, trust=other.roots) == ("signer_untrusted", "seal.p7s")
        assert problem_of(record, trust=[])[0] == "signer_untrusted"

    def test_a_key_that_seals_no_records(self, tmp_path: Path) -> None:
        built = build_record(tmp_path)
        sign_again(tmp_path, built.keys, center().authority)
        assert problem_of(tmp_path) == ("signer_untrusted", "seal.p7s")


class TestListsTheKeyHolderSigned:
    """Lists that are signed by the right key and still not those of format 1."""

    def sign_list(self, record: Path, master: BuiltRecord, raw: bytes) -> None:
        (record / "tagmanifest-sha256.txt").write_bytes(raw)
        keys = master.keys
        signature = cms.sign(raw, keys.seal_key, keys.certificate, MOMENT)
        (record / "seal.p7s").write_bytes(signature)

    def test_a_tag_file_left_out_of_the_list(self, record: Path, master: BuiltRecord) -> None:
        lines = (record / "tagmanifest-sha256.txt").read_bytes().splitlines(keepends=True)
        raw = b"".join(line for line in lines if b"seal.json" not in line)
        self.sign_list(record, master, raw)
        assert problem_of(record) == ("file_unlisted", "seal.json")

    def test_a_payload_file_in_the_list_of_tag_files(
        self, record: Path, master: BuiltRecord
    ) -> None:
        raw = (record / "tagmanifest-sha256.txt").read_bytes()
        raw = raw.replace(b"  manifest", f"  {JOURNAL}\n{'0' * 64}  manifest".encode())
        self.sign_list(record, master, b"".join(sorted_lines(raw)))
        assert problem_of(record) == ("manifest_malformed", "tagmanifest-sha256.txt")

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("bagit.txt", "manifest_malformed"),
            ("bag-info.txt", "payload_count_wrong"),
            ("certificates.pem", "seal_malformed"),
            ("seal.json", "seal_malformed"),
        ],
    )
    def test_a_tag_file_of_another_form(
        self, record: Path, master: BuiltRecord, name: str, code: str
    ) -> None:
        (record / "receipt.json").unlink()
        (record / name).write_bytes(b"BagIt-Version: 0.97\n")
        self.sign_list(record, master, manifest.write_tag_manifest(record))
        assert problem_of(record) == (code, name)


def sorted_lines(raw: bytes) -> list[bytes]:
    return sorted(raw.splitlines(keepends=True), key=name_in)


def name_in(line: bytes) -> bytes:
    return line[66:]


class TestTime:
    @pytest.fixture
    def old(self, record: Path) -> Path:
        """A record without proof of time."""
        (record / "receipt.json").unlink()
        return record

    def test_without_proof_an_expired_certificate_is_not_accepted(self, old: Path) -> None:
        later = datetime.now(UTC) + timedelta(days=400)
        assert problem_of(old, at=later) == ("signer_expired", "seal.p7s")
        assert problem_of(old, at=later - timedelta(days=800))[0] == "signer_expired"

    def test_a_receipt_proves_the_time_for_ever(self, record: Path) -> None:
        verify(record, center().roots, at=datetime.now(UTC) + timedelta(days=400))

    def test_a_receipt_from_after_expiry_does_not_help(
        self, old: Path, master: BuiltRecord
    ) -> None:
        late = utc_text(datetime.now(UTC) + timedelta(days=400))
        add_receipt(old, center().receive(master, late))
        assert problem_of(old) == ("signer_expired", "seal.p7s")

    def test_a_time_stamp_proves_the_time(self, old: Path, tmp_path: Path) -> None:
        (tmp_path / "tsa").mkdir()
        authority = TimeAuthority(tmp_path / "tsa")
        add_timestamp(old, authority.ask, [authority.root])
        trust = [*center().roots, authority.root]
        later = datetime.now(UTC) + timedelta(days=400)
        verify(old, trust, at=later)
        verify(old)
        verify(old, center().roots)
        assert problem_of(old, at=later) == ("signer_expired", "seal.p7s")
        (old / "seal.tsr").write_bytes(authority.ask(b""))
        assert problem_of(old, trust=trust) == ("timestamp_wrong", "seal.tsr")

    def test_a_time_stamp_of_another_record_is_refused(self, old: Path, tmp_path: Path) -> None:
        (tmp_path / "tsa").mkdir()
        authority = TimeAuthority(tmp_path / "tsa")
        other = build_record(tmp_path / "other")
        add_timestamp(other.folder, authority.ask)
        shutil.copy(other.folder / "seal.tsr", old)
        assert problem_of(old, trust=None) == ("timestamp_wrong", "seal.tsr")


class TestReceipts:
    def test_a_missing_receipt_is_refused_only_when_one_is_asked_for(self, record: Path) -> None:
        (record / "receipt.json").unlink()
        verify(record, center().roots)
        assert problem_of(record, require_receipt=True) == ("file_missing", "receipt.json")

    def test_a_receipt_of_another_record_is_refused(self, record: Path, tmp_path: Path) -> None:
        other = build_record(tmp_path / "other", record_id="r-other")
        add_receipt(record, center().receive(other))
        assert problem_of(record) == ("receipt_wrong", "receipt.json")
        assert problem_of(record, trust=None) == ("receipt_wrong", "receipt.json")

    def test_a_receipt_that_proves_nothing_is_refused(
        self, record: Path, master: BuiltRecord
    ) -> None:
        liar = CenterInMemory()
        liar.log.append(b"something else")
        honest = liar.receive(master)
        lie = msgspec.structs.replace(honest, leaf_index=0)
        (record / "receipt.json").write_bytes(to_bytes(lie))
        assert problem_of(record, trust=None) == ("receipt_wrong", "receipt.json")


class TestArchives:
    def test_a_flipped_byte_inside_a_zip_names_its_file(
        self, master: BuiltRecord, tmp_path: Path
    ) -> None:
        path = pack(master.folder, tmp_path / "r.zip")
        film = (master.folder / MEDIA).read_bytes()
        path.write_bytes(path.read_bytes().replace(film, film[:-1] + b"\x00"))
        assert problem_of(path) == ("file_changed", MEDIA)

    def test_an_archive_cut_short_is_no_record(self, master: BuiltRecord, tmp_path: Path) -> None:
        path = pack(master.folder, tmp_path / "r.zip")
        path.write_bytes(path.read_bytes()[:-200])
        assert problem_of(path)[0] == "not_a_record"

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("../evil.txt", "unsafe_name"),
            ("/evil.txt", "unsafe_name"),
            (JOURNAL, "duplicate_name"),
            ("data/JOURNAL.jsonl", "duplicate_name"),
            ("data/extra.txt", "file_unlisted"),
        ],
    )
    def test_an_added_entry_is_refused(
        self, master: BuiltRecord, tmp_path: Path, name: str, code: str
    ) -> None:
        path = pack(master.folder, tmp_path / "r.zip")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, b"evil")
        assert problem_of(path) == (code, name)
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, None])
def test_what_is_no_record_says_so(tmp_path: Path, make: Callable[[Path], None] | None) -> None:
    path = tmp_path / "x"
    if make is not None:
        make(path)
    assert problem_of(path)[0] == "not_a_record"


def test_the_seal_reads_back(master: BuiltRecord) -> None:
    assert parse_seal((master.folder / "seal.json").read_bytes()) == master.seal
