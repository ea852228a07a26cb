"""Attacks that need no center and no second machine; `make attack-test` runs all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks.everything import ATTACKS, NOT_RUN, PROVED_BY_TEST, Attack
from tests.attacks.flips import blamed, files_of
from tests.attacks.ground import Ground

WITH_CENTER = "tests.attacks.on_center"
SLOW = {25}  # a million leaves
QUICK = [one for one in ATTACKS if one.act.__module__ != WITH_CENTER and one.row not in SLOW]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("attacks"))
    yield made
    made.close()


@pytest.mark.parametrize("one", QUICK, ids=lambda one: f"{one.row}-{one.name}")
def test_an_attack_is_named(ground: Ground, one: Attack) -> None:
    assert one.act(ground) in one.expected


def test_every_row_of_the_list_is_tried_or_told() -> None:
    rows = {one.row for one in (*ATTACKS, *PROVED_BY_TEST, *NOT_RUN)}
    assert rows == set(range(1, 26))
    only_told = rows - {one.row for one in (*ATTACKS, *PROVED_BY_TEST)}
    assert only_told == {22}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_found_in_its_file(ground: Ground, data: st.DataObject) -> None:
    record = ground.master.folder
    name = data.draw(st.sampled_from(files_of(record)), "file")
    place = data.draw(st.integers(0, (record / name).stat().st_size - 1), "place")
    bit = data.draw(st.integers(0, 7), "bit")
    assert blamed(record, name, place, bit, ground.trust) == name
