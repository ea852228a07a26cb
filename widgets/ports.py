"""What the screens ask of a session, a room and a pad, as protocols: nothing more is used.

- `app.session.session.Session` and `app.session.room.Room` fit these; so do the tests' own fakes.
- Every method may block (a journal's sync, a process answering) and may raise a `Problem`:
  widgets call them through `SessionModel.do` or `Background` alone, never directly.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from app.domain.events import BreakKind
from app.domain.people import Preparation, Role
from app.domain.transcript import Origin
from app.paths import Paths
from app.session.snapshot import (
    Check,
    Live,
    RecordRow,
    SealedRecord,
    SealStep,
    Snapshot,
    Unfinished,
)
from app.settings import Settings

if TYPE_CHECKING:
    from app.domain.covering import Cover
    from app.export.handover import Order
    from app.recorder.film import FilmFile
    from app.recorder.pyramid import Pyramid
    from app.session.films import RecordFilms
    from app.session.looking import Scene
    from app.session.working_copy import Sealed
    from signing.marks import Fingerprint, Ink
    from speech.models import Model
    from speech.trial import Trial

Sound = npt.NDArray[np.float32]
"""Frames by channels, -1 to 1; channel 0 is the investigator, 1 the suspect."""


class PadPort(Protocol):
    """A fingerprint pad, as in `signing.pads`."""

    def capture(self, hint: Callable[[Any], None], cancel: Event) -> Fingerprint:
        """Block until one good print, `cancel` or a PadProblem."""

    def close(self) -> None:
        """Let the device go."""


class SecondPassPort(Protocol):
    """The second hearing of an interrogation."""

    def start(self) -> None: ...
    def cancel(self) -> None: ...
    def take(self, proposal_id: str) -> None: ...
    def keep(self, proposal_id: str) -> None: ...


class SessionPort(Protocol):
    """One interrogation, as the screens know it."""

    @property
    def snapshot(self) -> Snapshot:
        """As journaled now."""

    @property
    def live(self) -> Live:
        """The room's processes now."""

    @property
    def record_id(self) -> str:
        """The record this session writes."""

    def offset_ms(self) -> int:
        """Milliseconds since recording start, or -1 before it; answers at once."""

    @property
    def officer(self) -> str:
        """Who is signed in."""

    @property
    def second_pass(self) -> SecondPassPort:
        """The second hearing of this interrogation."""

    def subscribe(self, on_change: Callable[[object], None], /) -> Callable[[], None]:
        """Call with every Snapshot, Live and Preview, from any thread; gives what ends it."""

    def prepare(self, preparation: Preparation) -> None: ...
    def stand_by(self, pre_roll_s: int) -> None: ...
    def stand_down(self) -> None: ...
    def begin(self) -> None: ...
    def abandon(self, reason: str) -> None: ...
    def show_rights(
        self, page: int, language: str, shown_ms: int, read_aloud: bool = False
    ) -> None: ...
    def acknowledge_rights(
        self, ink: Ink | None, refused: bool = False, reason: str = ""
    ) -> None: ...
    def begin_interview(self) -> None: ...
    def add_line(
        self, role: Role, text: str, origin: Origin = Origin.TYPED, t0_ms: int | None = None
    ) -> str: ...
    def revise(
        self,
        utterance_id: str,
        text: str,
        origin: Origin = Origin.TYPED,
        by: str = "",
        reason: str = "",
    ) -> None: ...
    def change_speaker(self, utterance_id: str, role: Role) -> None: ...
    def split_line(self, utterance_id: str, at: int) -> str: ...
    def merge_lines(self, first: str, second: str) -> None: ...
    def start_break(self, break_kind: BreakKind, reason: str = "") -> None: ...
    def end_break(self, note: str = "") -> None: ...
    def bookmark(self, label: str) -> None: ...
    def show_exhibit(self, path: Path, name: str) -> str: ...
    def hide_exhibit(self) -> None: ...
    def exhibit_bytes(self, exhibit_id: str) -> tuple[bytes, str]: ...
    def object(self, by: Role, text: str, page: str) -> None: ...
    def suspend(self, reason: str) -> None: ...
    def resume(self, reason: str) -> None: ...
    def begin_read_back(self) -> None: ...
    def paper_pdf(self) -> bytes: ...
    def paper_printed(
        self, paper_digest: str, pages: tuple[int, ...], copies: int, printer: str
    ) -> None: ...

    def page_read(self, page: int, by: Role, shown_ms: int, read_aloud: bool = False) -> None: ...
    def correct(self, utterance_id: str, text: str, by: Role) -> None: ...
    def confirm_read_back(self, by: Role) -> None: ...
    def back_to_interview(self) -> None: ...
    def begin_signing(self) -> None: ...
    def give_marks(
        self, signer_id: str, field_name: str, ink: Ink, fingerprint: Fingerprint | None
    ) -> None: ...
    def plug_token(self, signer_id: str, pin: str) -> str:
        """Log in to an investigator's own token; returns the name it tells."""

    def unplug_token(self, signer_id: str) -> None: ...
    def refuse_signing(self, signer_id: str, reason: str) -> None: ...
    def back_to_read_back(self) -> None: ...
    def seal(self, on_step: Callable[[SealStep], None]) -> SealedRecord: ...
    def leave(self) -> None: ...
    def scene(self, t0_ms: int, t1_ms: int) -> Scene:
        """Sound and pictures between two moments of the recording, ready to be played."""

    def sounds(self) -> list[tuple[int, Pyramid]]:
        """Each take's sound as a drawing so far, and where the take begins."""


class RoomPort(Protocol):
    """The room and its workstation, as the screens know them."""

    @property
    def settings(self) -> Settings: ...
    @property
    def paths(self) -> Paths: ...
    def subscribe(self, on_change: Callable[[object], None], /) -> Callable[[], None]:
        """Call with the center's state and each delivery, from any thread."""

    def unfinished(self) -> list[Unfinished]: ...
    def new(self, officer: str) -> SessionPort: ...
    def open(self, record_id: str, officer: str) -> SessionPort: ...
    def preflight(self) -> list[Check]: ...
    def microphones(self) -> list[str]: ...
    def camera_frame(self) -> bytes | None:
        """One JPEG of the first camera, or None."""

    def test_microphone(
        self, seconds: float, on_level: Callable[[tuple[float, float]], None]
    ) -> tuple[Sound, int]:
        """Record and give back what was heard, and its rate in Hz."""

    def records(self, search: str = "") -> list[RecordRow]: ...
    def verify(self, record_id: str, on_progress: Callable[[float], None]) -> None: ...
    def export(
        self,
        record_id: str,
        target: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> None: ...
    def films(self, record_id: str) -> RecordFilms: ...
    def export_films(
        self,
        record_id: str,
        folder: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> tuple[FilmFile, ...]: ...
    def paper_pdf(self, record_id: str) -> bytes:
        """The signed transcript of a sealed record, byte for byte."""

    def printing(
        self, record_id: str, printer: str, order: Order | None = None
    ) -> AbstractContextManager[None]:
        """The transcript is handed to this printer inside, and that is noted."""

    def read_sealed(
        self, record_id: str, on_progress: Callable[[float], None], cancel: Event
    ) -> Sealed:
        """A sealed record, checked whole, with its transcript as it was printed."""

    def working_copy(
        self,
        sealed: Sealed,
        cover: Cover,
        folder: Path,
        on_progress: Callable[[float], None],
        cancel: Event,
        order: Order | None = None,
    ) -> Path:
        """Write a redacted working copy there; gives its own folder."""

    def pad(self) -> PadPort: ...
    def close(self) -> None: ...
    def enroll(self, url: str, code: str) -> None: ...
    def models(self) -> list[Any]: ...
    def import_model(self, folder: Path, on_progress: Callable[[float], None]) -> Model: ...
    def try_model(
        self, name: str, on_progress: Callable[[float], None], cancel: Event
    ) -> Trial: ...
