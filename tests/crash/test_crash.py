"""A bounded share of `make crash-test`: nothing accepted is lost, whatever dies (principle 2)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash import kills
from tests.crash.__main__ import desk_rows, media_rows, sealing_rows
from tests.crash.disk import Cut, Disk, write_image
from tests.crash.tape import Tape


def images_of(tape: Tape) -> dict[Cut, dict[str, bytes | None]]:
    disk = Disk()
    for operation in tape.operations:
        disk.take(operation)
    return {cut: disk.image(cut, random.Random(1)) for cut in Cut}


def test_the_disk_of_the_trials_forgets_what_was_not_synced(tmp_path: Path) -> None:
    """The trials are worth what this disk is: it must lose all that POSIX lets it lose."""
    with Tape(tmp_path) as tape:
        (tmp_path / "folder").mkdir()
        with (tmp_path / "folder" / "file").open("wb") as file:
            file.write(b"x" * 2000)
    found = images_of(tape)
    assert found[Cut.DROPPED] == {}
    assert found[Cut.KILLED] == {"folder": None, "folder/file": b"x" * 2000}
    assert len(found[Cut.TORN]["folder/file"] or b"") < 2000


def test_the_disk_of_the_trials_keeps_what_was_synced(tmp_path: Path) -> None:
    from app.store.keystore import write_synced

    with Tape(tmp_path) as tape:
        write_synced(tmp_path / "kept", b"first")
        write_synced(tmp_path / "kept", b"second")
        write_synced(tmp_path / "also", b"third")
    for image in images_of(tape).values():
        assert image == {"kept": b"second", "also": b"third"}
    write_image(image, tmp_path / "again")
    assert (tmp_path / "again" / "kept").read_bytes() == b"second"


@pytest.mark.slow
def test_no_power_cut_loses_an_accepted_edit_or_mark() -> None:
    for row in desk_rows(every=16):
        assert row.trials >= 3
        assert row.holds, row


@pytest.mark.slow
def test_no_power_cut_loses_more_than_two_seconds_of_media() -> None:
    """L36: the chain of what is left verifies, in both folders and in the log."""
    for row in media_rows(every=7):
        assert row.trials >= 3
        assert row.holds, row


def test_no_power_cut_leaves_half_a_sealed_record() -> None:
    for row in sealing_rows():
        assert row.trials > 5
        assert row.holds, row


@pytest.mark.slow
def test_a_killed_desk_has_kept_what_it_accepted() -> None:
    row = kills.kill_desks(2, seed=2)
    assert row.holds, row
