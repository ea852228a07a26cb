"""A sealed record is found again by what a person remembers of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.catalogue import Catalogue, Entry, Verification
from app.store.database import Database
from app.store.outbox import DeliveryState, Outbox


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


def entry(record_id: str, suspect: str, day: int) -> Entry:
    return Entry(
        record_id=record_id,
        folder=Path("/records") / record_id,
        room="讯问室 1",
        case_number="A-100%",
        case_name="某盗窃案",
        suspect=suspect,
        sealed_utc=f"2026-11-{day:02}T08:00:00.000Z",
        root_digest="0" * 64,
    )


def test_records_are_listed_with_the_last_sealed_first(database: Database) -> None:
    catalogue = Catalogue(database)
    catalogue.add(entry("r1", "张某", 1))
    catalogue.add(entry("r2", "李某", 2))
    assert [one.record_id for one in catalogue.entries()] == ["r2", "r1"]
    assert catalogue.get("r1") == entry("r1", "张某", 1)
    assert catalogue.get("r3") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [("张", ["r1"]), ("盗窃 李", ["r2"]), ("100%", ["r2", "r1"]), ("1000", []), ("R1", ["r1"])],
)
def test_every_word_must_occur_somewhere(database: Database, text: str, found: list[str]) -> None:
    catalogue = Catalogue(database)
    catalogue.add(entry("r1", "张某", 1))
    catalogue.add(entry("r2", "李某", 2))
    assert [one.record_id for one in catalogue.search(text)] == found


def test_verification_and_delivery_are_shown_with_the_record(database: Database) -> None:
    catalogue = Catalogue(database)
    catalogue.add(entry("r1", "张某", 1))
    assert catalogue.entries()[0].delivery is None
    Outbox(database).queue("r1", Path("/records/r1"))
    catalogue.note_verification("r1", "file_changed", "2026-11-22T08:00:00.000Z")
    found = catalogue.entries()[0]
    assert found.verification is Verification.INVALID
    assert found.verification_code == "file_changed"
    assert found.delivery is DeliveryState.QUEUED
    catalogue.note_verification("r1", "", "2026-11-22T09:00:00.000Z")
    assert catalogue.entries()[0].verification is Verification.VALID
