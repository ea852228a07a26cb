"""Bad input: exit 2, one clear sentence on standard error, no traceback, nothing lost."""

from __future__ import annotations

import shutil
import threading
import time
import zipfile
from pathlib import Path

import pytest

from app.sentences import LANGUAGES, table
from tests.app.cli.conftest import Shilu, SmallDisk
from tests.fakes.desk import wait_until
from tests.fakes.record import build_record

KEPT_BEFORE = b"kept before"


# --- arguments and files ------------------------------------------------------------


def test_a_wrong_option_is_told_in_one_place(shilu: Shilu) -> None:
    for words in (("record",), ("record", "--seconds", "soon"), ("no-such-command",)):
        done = shilu(*words)
        assert done.status == 2
        assert "Error: " in done.err
    assert not shilu.home.exists()


def test_both_languages_tell_the_same_problem(shilu: Shilu) -> None:
    chinese = shilu("models", "check", "nosuch")
    english = shilu("models", "check", "nosuch", language="en")
    assert chinese.code == english.code == "model_not_found"
    assert chinese.sentence.startswith("找不到语音模型")
    assert english.sentence.isascii()


def test_a_setting_of_an_unknown_name_is_named(shilu: Shilu) -> None:
    shilu.settings('room = "讯问室 1"\nmicrofone = "pulse:x"\n')
    done = shilu.refuses("setting_unknown", "record", "--seconds", "1")
    assert "microfone" in done.sentence
    assert "room.toml" in done.sentence


@pytest.mark.parametrize(
    ("text", "code"),
    [("production = 'no'\n", "setting_wrong"), ("room = \n", "settings_unreadable")],
)
def test_settings_that_cannot_be_used_are_told_by_file(shilu: Shilu, text: str, code: str) -> None:
    shilu.settings(text)
    assert "room.toml" in shilu.refuses(code, "record", "--seconds", "1").sentence


def test_the_doctor_tells_wrong_settings_as_a_finding(shilu: Shilu) -> None:
    shilu.settings('microfone = "x"\n')
    done = shilu("doctor", "--json")
    assert done.status == 1
    assert '"setting_unknown"' in done.out


def test_a_broken_model_is_not_imported(shilu: Shilu, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"no model")
    shilu.refuses("model_file_missing", "models", "import", folder)
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{", encoding="utf-8")
    shilu.refuses("model_file_malformed", "models", "import", folder)
    shilu.refuses("model_not_found", "models", "import", tmp_path / "nowhere")
    assert not [path for path in shilu.files() if "models" in path.parts]


def test_a_recording_that_is_none_is_not_transcribed(shilu: Shilu, tmp_path: Path) -> None:
    file = tmp_path / "notes.wav"
    file.write_text("no sound", encoding="utf-8")
    shilu.refuses("sound_unreadable", "transcribe", file)
    shilu.refuses("sound_unreadable", "transcribe", tmp_path / "nowhere.wav")
    shilu.refuses("format_unknown", "transcribe", file, "--format", "pages")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["notes.wav"]


def test_a_record_that_is_not_here_is_told_and_an_id_never_leads_elsewhere(
    shilu: Shilu, tmp_path: Path
) -> None:
    outside = shilu.home / "data" / "elsewhere"
    outside.mkdir(parents=True)
    (outside / "seal.json").write_text("secret", encoding="utf-8")
    (shilu.home / "data" / "records").mkdir()
    for record_id in ("R-nosuch", "../elsewhere", str(outside)):
        shilu.refuses("record_not_found", "records", "show", record_id)
        shilu.refuses("record_not_found", "records", "export", record_id, "--to", tmp_path / "x")


# --- verify -------------------------------------------------------------------------


def test_what_is_no_record_gives_two(shilu: Shilu, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("text", encoding="utf-8")
    (tmp_path / "text.zip").write_text("text", encoding="utf-8")
    for name in ("folder", "text", "text.zip", "nowhere"):
        done = shilu("verify", tmp_path / name)
        assert done.status == 2, name
        assert len(done.err.splitlines()) == 2, "one sentence in each language"


def test_trust_that_cannot_be_read_is_told(shilu: Shilu, tmp_path: Path) -> None:
    record = build_record(tmp_path / "record").folder
    shilu.refuses("file_not_found", "verify", record, "--trust", tmp_path / "nowhere.pem")
    shilu.refuses("file_unreadable", "verify", record, "--trust", tmp_path)
    shilu.refuses("certificate_malformed", "verify", record, "--trust", record / "bagit.txt")
    assert shilu("verify", record).status == 0


@pytest.mark.parametrize("kind", ["climbs", "twice", "deflated", "link"])
def test_a_zip_that_would_write_elsewhere_is_refused_and_writes_nothing(
    shilu: Shilu, tmp_path: Path, kind: str
) -> None:
    record = build_record(tmp_path / "record").folder
    packed = tmp_path / "packed" / "record.zip"
    packed.parent.mkdir()
    pack(record, packed, kind)
    before = {path for path in tmp_path.rglob("*") if shilu.home not in path.parents}
    done = shilu("verify", packed)
    assert done.status == 1
    sentences = done.err.splitlines()
    assert len(sentences) == 2
    assert sentences[0].endswith("。")
    assert {path for path in tmp_path.rglob("*") if shilu.home not in path.parents} == before
    assert not (tmp_path / "climbed").exists()


def pack(record: Path, packed: Path, kind: str) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as bundle:
        for file in sorted(path for path in record.rglob("*") if path.is_file()):
            bundle.write(file, f"record/{file.relative_to(record).as_posix()}")
        if kind == "climbs":
            bundle.writestr("record/../../climbed", b"out")
        elif kind == "twice":
            with pytest.warns(UserWarning, match="Duplicate name"):
                bundle.writestr("record/bagit.txt", b"another")
        elif kind == "deflated":
            bundle.writestr("record/data/big", bytes(1 << 20), zipfile.ZIP_DEFLATED)
        else:
            entry = zipfile.ZipInfo("record/data/link")
            entry.external_attr = 0o120777 << 16
            bundle.writestr(entry, b"/etc/passwd")


# --- no key store, no devices ---------------------------------------------------------


def test_without_a_key_store_nothing_is_recorded_or_written(shilu: Shilu) -> None:
    for words in (("record", "--seconds", "1"), ("sync",), ("enroll", "http://c", "--code", "x")):
        shilu.refuses("key_store_missing", *words)
    assert not shilu.files()
    assert not (shilu.home / "data" / "interrogations").exists()


def test_an_unknown_device_is_told_and_no_other_is_used(workstation: Shilu) -> None:
    for source in ("pulse:nosuch", "nonsense:nosuch"):
        done = workstation.refuses(
            "device_not_found", "record", "--seconds", "1", "--microphone", source
        )
        assert "nosuch" in done.sentence
    assert not [path for path in workstation.files() if path.suffix == ".frag"]


def test_a_center_that_is_not_there_is_told_by_its_address(workstation: Shilu) -> None:
    workstation.refuses("argument_wrong", "enroll", "nonsense", "--code", "x")
    done = workstation.refuses("center_unreachable", "enroll", "http://127.0.0.1:1", "--code", "x")
    assert "http://127.0.0.1:1" in done.sentence
    workstation.refuses("not_enrolled", "sync")


# --- full disk ------------------------------------------------------------------------


def test_a_full_disk_stops_an_export_and_leaves_nothing_half(
    shilu: Shilu, small_disk: SmallDisk, tmp_path: Path
) -> None:
    record = build_record(tmp_path / "record").folder
    kept = shilu.home / "data" / "records" / "R1"
    shutil.copytree(record, kept)
    (small_disk.folder / "kept").write_bytes(KEPT_BEFORE)
    small_disk.fill(leave_bytes=16 << 10)
    for name in ("folder", "packed.zip"):
        shilu.refuses("disk_full", "records", "export", "R1", "--to", small_disk.folder / name)
        assert sorted(path.name for path in small_disk.folder.iterdir()) == ["filler", "kept"]
    assert (small_disk.folder / "kept").read_bytes() == KEPT_BEFORE
    assert shilu("verify", kept).status == 0


def test_a_disk_without_room_refuses_the_recording(
    workstation: Shilu, small_disk: SmallDisk
) -> None:
    recording = Shilu(small_disk.folder / "home", workstation.environment)
    words = ("record", "--seconds", "2", "--camera", "test:", "--microphone", "simulated:none")
    try:
        small_disk.fill(leave_bytes=4 << 20)
        recording.refuses("disk_full", *words)
        assert not [path for path in recording.files() if path.suffix == ".frag"]
        (small_disk.folder / "filler").unlink()
        small_disk.fill()
        recording.refuses("disk_full", *words)
    finally:
        recording.end_recorder()


@pytest.mark.slow
def test_a_disk_that_fills_up_ends_the_take_and_keeps_what_was_recorded(
    workstation: Shilu, small_disk: SmallDisk
) -> None:
    recording = Shilu(small_disk.folder / "home", workstation.environment)

    def fill_when_recording() -> None:
        wait_until(lambda: list(small_disk.folder.rglob("*.frag")), "a recording")
        with (small_disk.folder / "filler").open("wb") as file:
            file.write(bytes(40 << 20))

    filling = threading.Thread(target=fill_when_recording)
    filling.start()
    begun = time.monotonic()
    try:
        done = recording(
            *("record", "--seconds", "50", "--camera", "test:", "--microphone", "simulated:none")
        )
        filling.join()
        assert time.monotonic() - begun < 40, "nobody waits for what cannot come"
        assert done.status == 2
        assert done.code == "disk_full"
        assert '"end_reason": "disk_reserve"' in done.out
        pieces = [path for path in small_disk.folder.rglob("*.frag") if path.stat().st_size]
        assert pieces, "what was recorded stays"
    finally:
        recording.end_recorder()


# --- center -----------------------------------------------------------------------------


def test_a_folder_that_is_no_center_is_told_and_left_alone(shilu: Shilu, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(KEPT_BEFORE)
    for command in (("serve",), ("code",), ("account",)):
        shilu.refuses("folder_not_a_center", "center", *command, "--folder", folder)
    shilu.refuses("folder_in_use", "center", "init", "--folder", folder)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]
    assert (folder / "letter.txt").read_bytes() == KEPT_BEFORE


def test_a_center_tells_what_it_does_not_know_or_cannot_do(shilu: Shilu, tmp_path: Path) -> None:
    folder = tmp_path / "center"
    assert shilu("center", "init", "--folder", folder).status == 0
    shilu.refuses("account_unknown", "center", "account", "--folder", folder, "--revoke", "abc")
    words = ("center", "serve", "--folder", folder, "--host", "203.0.113.9")
    assert "203.0.113.9" in shilu.refuses("address_not_free", *words).sentence
    (folder / "center.toml").write_text('nam = "x"\n', encoding="utf-8")
    done = shilu.refuses("settings_wrong", "center", "serve", "--folder", folder)
    assert "center.toml" in done.sentence
    shilu.refuses("folder_unwritable", "center", "init", "--folder", "/proc/nowhere")


def test_the_center_s_own_problems_have_sentences_in_both_languages() -> None:
    from center.problem import STATUS, CenterProblem

    for code in CenterProblem.CODES - set(STATUS):
        for language in LANGUAGES:
            assert table()[code][language]


def test_a_home_that_cannot_be_made_is_told(shilu: Shilu, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(KEPT_BEFORE)
    for home in (tmp_path / "file", Path("/proc/nowhere")):
        elsewhere = Shilu(home, shilu.environment)
        elsewhere.refuses("folder_unwritable", "records", "list")
    assert (tmp_path / "file").read_bytes() == KEPT_BEFORE
