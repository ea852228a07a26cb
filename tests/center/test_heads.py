"""The end of a workstation's log, once told, can be neither taken back nor told twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from center.database import Database
from center.heads import Heads, Pin, Pinned
from center.problem import CenterProblem
from center.request import Admitted
from signing.digest import digest_of

ONE, OTHER = Admitted("k1", "desk-1", "room-1", ""), Admitted("k2", "desk-2", "room-2", "")
HEADS = [digest_of(bytes([n])) for n in range(6)]


@pytest.fixture
def heads(tmp_path: Path) -> Iterator[Heads]:
    database = Database.in_folder(tmp_path)
    yield Heads(database)
    database.close()


def test_an_end_goes_on_from_the_last_one(heads: Heads) -> None:
    assert heads.last(ONE, "custody") == Pinned()
    first = heads.pin(ONE, "custody", Pin(2, HEADS[1]))
    assert heads.pin(ONE, "custody", Pin(2, HEADS[1])) == first
    heads.pin(ONE, "custody", Pin(5, HEADS[4], 2, HEADS[1]))
    last = heads.last(ONE, "custody")
    assert (last.count, last.head) == (5, HEADS[4])
    assert heads.last(OTHER, "custody") == heads.last(ONE, "journal:R1") == Pinned()


@pytest.mark.parametrize(
    "pin",
    [
        Pin(1, HEADS[0]),  # shorter
        Pin(2, HEADS[5]),  # another line in the same place
        Pin(3, HEADS[2]),  # as if nothing were known
        Pin(3, HEADS[2], 2, HEADS[5]),  # grown from another line
    ],
)
def test_an_end_that_does_not_go_on_is_refused_and_the_last_one_stays(
    heads: Heads, pin: Pin
) -> None:
    known = heads.pin(ONE, "custody", Pin(2, HEADS[1]))
    with pytest.raises(CenterProblem) as caught:
        heads.pin(ONE, "custody", pin)
    assert caught.value.code == "head_conflict"
    assert caught.value.details == {"count": 2, "head": HEADS[1]}
    assert heads.last(ONE, "custody") == known


@pytest.mark.parametrize(
    ("name", "pin", "code"),
    [
        ("custody", Pin(0, HEADS[0]), "request_malformed"),
        ("custody", Pin(1, "x"), "request_malformed"),
        ("../custody", Pin(1, HEADS[0]), "name_unsafe"),
    ],
)
def test_what_is_no_end_is_refused(heads: Heads, name: str, pin: Pin, code: str) -> None:
    with pytest.raises(CenterProblem, match=code):
        heads.pin(ONE, name, pin)
