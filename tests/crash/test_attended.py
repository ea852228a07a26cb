"""Each fault of a room stands in the desk's journal, and costs at most two seconds (L36, L37)."""

from __future__ import annotations

import pytest

from tests.crash import attended


@pytest.mark.slow
@pytest.mark.parametrize("name", attended.FAULTS)
def test_a_fault_is_journaled_and_costs_at_most_two_seconds(name: str) -> None:
    (row,) = attended.rows([name])
    assert row.holds, row
