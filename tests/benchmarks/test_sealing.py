"""What the benchmark of sealing measures is a whole record and a program that succeeded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.sealing import build, compare_sealing, run_once
from signing.verify import verify
from tests.fakes.record import center


def test_the_measured_record_passes_the_strict_check(tmp_path: Path) -> None:
    built = build(tmp_path / "record", 4)
    verify(built.folder, center().roots)
    figures = compare_sealing(built)
    assert figures["sealing_s"] > 0
    verify(built.folder, center().roots)


def test_a_program_that_fails_is_not_measured(tmp_path: Path) -> None:
    assert run_once([sys.executable, "-c", "pass"], tmp_path).peak_mib > 1
    with pytest.raises(SystemExit):
        run_once([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
