"""The legal phases of an interrogation and the moves between them.

- Recording runs from `rights` to the end of `signing` (L21, L31).
- `sealed` and `abandoned` are final: an addition is a new interrogation that names the first.
- A break is not a phase: recording goes on through it (L6).
"""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """A legal stage of the proceeding, as journaled."""

    PREPARED = "prepared"
    RIGHTS = "rights"
    INTERVIEWING = "interviewing"
    SUSPENDED = "suspended"
    READ_BACK = "read_back"
    SIGNING = "signing"
    SEALED = "sealed"
    ABANDONED = "abandoned"


MOVES: dict[Phase, tuple[Phase, ...]] = {
    Phase.PREPARED: (Phase.RIGHTS, Phase.ABANDONED),
    Phase.RIGHTS: (Phase.INTERVIEWING, Phase.SUSPENDED),
    Phase.INTERVIEWING: (Phase.READ_BACK, Phase.SUSPENDED),
    Phase.SUSPENDED: (Phase.INTERVIEWING, Phase.READ_BACK),
    Phase.READ_BACK: (Phase.SIGNING, Phase.INTERVIEWING, Phase.SUSPENDED),
    Phase.SIGNING: (Phase.SEALED, Phase.READ_BACK, Phase.SUSPENDED),
    Phase.SEALED: (),
    Phase.ABANDONED: (),
}

RECORDED = frozenset({Phase.RIGHTS, Phase.INTERVIEWING, Phase.READ_BACK, Phase.SIGNING})
"""Phases in which a master is being written."""

NEEDS_REASON = frozenset({Phase.SUSPENDED, Phase.ABANDONED})
"""Phases nobody enters without saying why."""
