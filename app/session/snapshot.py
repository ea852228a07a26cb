"""What the screens are given: frozen values, replaced whole, never changed in place.

- `Snapshot` is the projection of the journal; it changes when an event was journaled.
- `Live` is what meters show; it changes many times a second and is never kept.
- A screen offers what `moves` allows and names what is missing; it decides nothing itself.
"""

from __future__ import annotations

import msgspec

from app.domain.interrogation import Interrogation
from app.domain.phase import Phase
from app.errors import Detail
from app.ipc.messages import FolderState, PartialHeard, StreamState


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The interrogation as journaled, and the moves open from here."""

    state: Interrogation
    moves: dict[Phase, tuple[str, ...]]  # every next phase with the codes missing for it

    def may(self, to: Phase) -> bool:
        """Whether the move is open now."""
        return to in self.moves and not self.moves[to]


class CustodyFault(msgspec.Struct, frozen=True, kw_only=True):
    """Since when the center could not be told where the custody log ends, and why not."""

    since_utc: str
    code: str = ""
    details: dict[str, Detail] = {}


class CenterState(msgspec.Struct, frozen=True, kw_only=True):
    """The link to the center and what waits for it."""

    enrolled: bool = False
    linked: bool = False
    url: str = ""
    queued: int = 0
    clock_offset_ms: int | None = None
    custody_fault: CustodyFault | None = None  # of tries of this run; none before the first


class SecondHearing(msgspec.Struct, frozen=True, kw_only=True):
    """How far the second hearing of this interrogation is."""

    running: bool = False
    model: str = ""
    heard_ms: int = 0  # from recording start
    until_ms: int = 0
    code: str = ""  # why it ended before its time


class PreRoll(msgspec.Struct, frozen=True, kw_only=True):
    """What is announced to be held before an interrogation begins, and how much is held now."""

    announced_s: int = 0  # never more than this; 0 when none is announced
    is_held: bool = False  # devices are open and their last seconds in memory
    held_ms: int = 0


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The volatile state of the room's processes."""

    recording: bool = False
    elapsed_ms: int = 0
    levels_dbfs: tuple[float, float] = (-120.0, -120.0)
    waveform: tuple[tuple[int, int], ...] = ()
    folders: tuple[FolderState, ...] = ()
    streams: tuple[StreamState, ...] = ()
    microphone: str = ""
    backlog_ms: int = 0
    model: str = ""
    hearing_code: str = ""
    partials: tuple[PartialHeard, ...] = ()
    center: CenterState = CenterState()
    second: SecondHearing = SecondHearing()
    pre_roll: PreRoll = PreRoll()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the device check on the Prepare page and of `shilu doctor`."""

    name: str  # "microphone", "camera", "climate", "disk", "clock", "keys", "model", "pads"...
    state: str  # "good", "warning", "failed"
    code: str = ""  # problem code when not good
    details: dict[str, str | int | float | bool | None] = {}


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed record in the Records list."""

    record_id: str
    room: str
    case_number: str
    case_name: str
    suspect: str
    sealed_utc: str
    folder: str
    root_digest: str
    delivery: str  # queued, uploading, delivered, acknowledged, rejected, none
    verified: str = "unknown"  # unknown, good, or a problem code
    duration_ms: int = 0
    pages: int = 0


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """An open interrogation found on this workstation."""

    record_id: str
    phase: Phase
    suspect: str
    case_number: str
    opened_utc: str
    recorder_running: bool


class SealStep(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of sealing: one of the named steps, with a figure."""

    name: str  # media, documents, digests, signature, timestamp, check, catalogue
    done: float  # 0..1
    note: str = ""


class SealedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What sealing gives back."""

    record_id: str
    folder: str
    root_digest: str
    pages: int
    started_utc: str
    ended_utc: str
    time_proven: bool
