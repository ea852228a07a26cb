"""Which pads there are, by the name a room's settings give.

- Our own: `simulated`, `file:PATH`, `libfprint` and `zkfinger`; makers add theirs in
  the entry-point group `shilu.fingerprint_pads`: a name, and a callable
  `(*, production: bool) -> FingerprintPad`.
- A maker's missing library is one line in the log, and that pad is simply not there.
- A maker's pad is held to the contract (`checked`), and its names cannot hide ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from signing.pads.checked import RAISED, CheckedPad
from signing.pads.pad import FingerprintPad, refuse_in_production
from signing.problem import PadProblem

GROUP = "shilu.fingerprint_pads"
NONE = "none"

log = logging.getLogger(__name__)


class PadMaker(Protocol):
    """Opens a pad."""

    def __call__(self, *, production: bool) -> FingerprintPad:
        """The pad, open; raises PadProblem."""


def open_fingerprint_pad(name: str, *, production: bool) -> FingerprintPad:
    """The pad of that name, open.

    Raises:
        PadProblem: `pad_not_found`, `pad_busy`, `simulated_in_production` or
            `pad_breaks_contract`.
    """
    ours: dict[str, Callable[..., FingerprintPad]] = {
        "simulated": _simulated,
        "libfprint": _libfprint,
        "zkfinger": _zkfinger,
    }
    kind, _, place = name.partition(":")
    if kind == "file" and place:
        return _file(Path(place), production=production)
    if name in ours:
        return ours[name](production=production)
    makers = _of_makers()
    if name not in makers:
        raise PadProblem("pad_not_found", pad=name)
    return _open_checked(name, makers[name], production=production)


def names() -> tuple[str, ...]:
    """Every name that can be opened, a file pad as `file:PATH`."""
    return ("simulated", "libfprint", "zkfinger", "file:PATH", *sorted(_of_makers()))


def _open_checked(name: str, maker: PadMaker, *, production: bool) -> FingerprintPad:
    """A maker's pad behind our checks; it may have forgotten to keep out of production itself."""
    try:
        pad = maker(production=production)
    except RAISED as error:
        log.warning("fingerprint pad %s does not open: %r", name, error)
        raise PadProblem("pad_breaks_contract", pad=name, why="open") from error
    checked = CheckedPad(name, pad)
    try:
        refuse_in_production(checked.info, production=production)
    except PadProblem:
        checked.close()
        raise
    return checked


def _of_makers() -> dict[str, PadMaker]:
    found: dict[str, PadMaker] = {}
    for entry in entry_points(group=GROUP):
        try:
            found[entry.name] = entry.load()
        except (ImportError, AttributeError, OSError) as error:
            log.warning("fingerprint pad %s is not there: %s", entry.name, error)
    return found


def _simulated(*, production: bool) -> FingerprintPad:
    from signing.pads.simulated import SimulatedFingerprintPad

    return SimulatedFingerprintPad(production=production)


def _libfprint(*, production: bool) -> FingerprintPad:
    from signing.pads.libfprint import LibfprintPad

    return LibfprintPad(production=production)


def _zkfinger(*, production: bool) -> FingerprintPad:
    from signing.pads.zkfinger import ZkFingerPad

    return ZkFingerPad(production=production)


def _file(place: Path, *, production: bool) -> FingerprintPad:
    from signing.pads.file import FilePad

    return FilePad(place, production=production)
