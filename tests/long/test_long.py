"""Twenty simulated minutes of a long interrogation are sealed, exported and accepted by everybody.

The twelve hours are run by `make long-test`; here is the share of it that takes seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.long_film import LongFilm
from tests.long.__main__ import document
from tests.long.checking import check
from tests.long.interrogation import hold
from widgets.paper.press import QtPress


@pytest.mark.slow
def test_twenty_minutes_seal_export_and_verify(tmp_path: Path, qapp: object) -> None:
    film = LongFilm.make(width=160, height=120)
    told = hold(tmp_path, 20 / 60, QtPress(), film)
    verdict = check(told, tmp_path)
    assert verdict["films"] == 2  # it was suspended once
    assert all(verdict["accepted"].values()), verdict
    assert told.lines == 172
    assert told.pages > 5
    page = document([{**vars(told), "peak_mib": 1, **verdict}])
    assert "| accepted by bagit | yes |" in page
