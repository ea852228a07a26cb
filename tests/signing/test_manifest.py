"""The list of files: one form, one algorithm, whole on disk."""

from __future__ import annotations

from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import manifest
from signing.digest import digest_of
from signing.problem import SealProblem

A, B = digest_of(b"a"), digest_of(b"b")
NAMES = st.from_regex(r"data/[a-z][a-z0-9-]{0,8}\.[a-z]{3}", fullmatch=True)


@given(st.dictionaries(NAMES, st.sampled_from([A, B]), max_size=6))
def test_a_manifest_reads_back(digests: dict[str, str]) -> None:
    assert manifest.parse_manifest(manifest.write_lines(digests), "manifest") == digests


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (f"{A} data/a\n", "manifest_malformed"),
        (f"{A} *data/a\n", "manifest_malformed"),
        (f"{A.upper()}  data/a\n", "manifest_malformed"),
        (f"{A[:40]}  data/a\n", "manifest_malformed"),
        (f"{A}  data/b\n{A}  data/a\n", "manifest_malformed"),
        (f"{A}  data/a\r\n", "unsafe_name"),
        (f"{A}  data/a", "manifest_malformed"),
        (f"\ufeff{A}  data/a\n", "manifest_malformed"),
        (f"{A}  data/a\n\n", "manifest_malformed"),
        (f"{A}  ../a\n", "unsafe_name"),
        (f"{A}  data/a\n{B}  data/a\n", "duplicate_name"),
    ],
)
def test_another_way_of_writing_is_refused(raw: str, code: str) -> None:
    with pytest.raises(SealProblem, match=code):
        manifest.parse_manifest(raw.encode(), "manifest-sha256.txt")


def bag(folder: Path) -> None:
    (folder / "data" / "media").mkdir(parents=True)
    (folder / "data" / "media" / "a.mp4").write_bytes(b"film" * 1000)
    (folder / "data" / "journal.jsonl").write_bytes(b"{}\n")
    manifest.write_manifest(folder)
    manifest.write_bag_info(folder, "r-1", "2026-11-22", "test")
    manifest.write_tag_manifest(folder)


def test_stock_bagit_accepts_what_was_written(tmp_path: Path) -> None:
    bag(tmp_path)
    bagit.Bag(str(tmp_path)).validate()
    assert manifest.root_digest(tmp_path) == digest_of(
        (tmp_path / "tagmanifest-sha256.txt").read_bytes()
    )
    assert not list(tmp_path.rglob("*.part"))


def test_progress_counts_every_byte_and_ends_the_work_when_it_raises(tmp_path: Path) -> None:
    bag(tmp_path)
    told: list[int] = []
    names = ["data/media/a.mp4", "data/journal.jsonl"]
    manifest.digest_files(tmp_path, names, told.append)
    assert sum(told) == 4003

    def cancel(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        manifest.digest_files(tmp_path, names, cancel)


def test_a_name_no_record_has_stops_the_writing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "笔录.pdf").write_bytes(b"x")
    with pytest.raises(SealProblem, match="unsafe_name"):
        manifest.write_manifest(tmp_path)
