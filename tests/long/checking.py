"""Exports a long record, and lets everybody judge it: the strict check and the stock tools."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.demo.checks import judge
from app.export.copy import export_record
from app.recorder.film import export_film
from app.recorder.piece_source import SealedPieces
from signing.verify import verify
from tests.fakes.record import center
from tests.long.interrogation import Told


def check(told: Told, work: Path) -> dict[str, Any]:
    """Everything that a receiver does; adds the seconds of each to `told`."""
    authority = center().roots[0]
    with told.step("ZIP and reading back"):
        export_record(told.record, work / "copy.zip", lambda _share: None, threading.Event())
    (work / "copy.zip").unlink()
    films = sorted((told.record / "data" / "media").glob("*.mp4"))
    with told.step("films"):
        for film in films:
            made = export_film(SealedPieces(film), work / f"playable-{film.name}")
            assert not made.damage
            made.path.unlink()
    with told.step("strict check"):
        verify(told.record, [authority])
    with told.step("stock tools"):
        accepted = asdict(judge(told.record, authority, work))
    return {"accepted": accepted, "films": len(films)}
