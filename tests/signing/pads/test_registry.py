"""Pads are found by the name in the room's settings."""

from __future__ import annotations

import logging
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from signing.pads import registry
from signing.pads.file import FilePad
from signing.pads.simulated import SimulatedFingerprintPad
from signing.problem import PadProblem


def test_our_own_pads(tmp_path: Path) -> None:
    simulated = registry.open_fingerprint_pad("simulated", production=False)
    assert isinstance(simulated, SimulatedFingerprintPad)
    assert isinstance(registry.open_fingerprint_pad(f"file:{tmp_path}", production=True), FilePad)


@pytest.mark.parametrize("name", ["none", "", "file:", "what"])
def test_an_unknown_pad_is_a_problem(name: str) -> None:
    with pytest.raises(PadProblem, match="pad_not_found"):
        registry.open_fingerprint_pad(name, production=False)


def test_a_makers_pad_and_a_missing_library(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = "signing.pads.simulated:SimulatedFingerprintPad"
    points = [
        EntryPoint("maker", made, registry.GROUP),
        EntryPoint("broken", "no_such_library:Pad", registry.GROUP),
    ]
    by_group = {registry.GROUP: points}
    monkeypatch.setattr(registry, "entry_points", lambda group: by_group[group])
    with caplog.at_level(logging.WARNING):
        assert registry.open_fingerprint_pad("maker", production=False).info.simulated
    assert len(caplog.records) == 1
    assert "broken" in caplog.text
    assert registry.names() == ("simulated", "libfprint", "zkfinger", "file:PATH", "maker")
