"""A redacted working copy never passes for a record, in whatever form it comes back."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from signing.problem import SealProblem
from signing.verify import examine, verify
from signing.working_copy import MARK
from tests.fakes.record import RECORD_ID, build_record

STEM = f"{RECORD_ID}-{MARK}-no-evidence"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / STEM
    folder.mkdir()
    for end in (".pdf", ".docx", ".txt", "-LINK.json"):
        (folder / f"{STEM}{end}").write_bytes(b"PK\x03\x04 or whatever")
    return folder


def refusal(path: Path) -> dict[str, object]:
    with pytest.raises(SealProblem) as caught:
        verify(path)
    assert caught.value.code == "redacted_copy"
    assert [one.code for one in examine(path)] == ["redacted_copy"]
    return dict(caught.value.details)


def test_the_folder_each_file_and_any_archive_of_it_are_named(copy: Path, tmp_path: Path) -> None:
    assert refusal(copy)["record"] == RECORD_ID
    for file in sorted(copy.iterdir()):
        assert refusal(file) == {"path": file.name, "record": RECORD_ID}
    for name, kind in (("stored", zipfile.ZIP_STORED), ("packed", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", kind) as archive:
            for file in sorted(copy.iterdir()):
                archive.write(file, f"copy/{file.name}")
        assert refusal(tmp_path / f"{name}.zip")["record"] == RECORD_ID


def test_dressing_it_as_a_bag_does_not_help(copy: Path) -> None:
    (copy / "data").mkdir()
    for file in sorted(copy.glob("*.*")):
        file.rename(copy / "data" / file.name)
    for name in ("bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "seal.p7s"):
        (copy / name).write_bytes(b"")
    assert refusal(copy)["record"] == RECORD_ID


def test_a_copy_put_into_a_sealed_record_is_a_file_too_many(copy: Path, tmp_path: Path) -> None:
    record = build_record(tmp_path / "record").folder
    file = f"{STEM}.pdf"
    shutil.copy(copy / file, record / file)
    with pytest.raises(SealProblem) as caught:
        verify(record)
    assert (caught.value.code, caught.value.details["path"]) == ("file_unlisted", file)
