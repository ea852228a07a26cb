"""One real center for the tests of this folder; each test enrols its own workstation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.center import RunningCenter


@pytest.fixture(scope="session")
def running_center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCenter]:
    """A center that lives as long as the tests; do not stop or kill this one."""
    center = RunningCenter(tmp_path_factory.mktemp("center") / "center")
    yield center
    assert center.stop() == 0
