"""The transcriber as the session sees it: journals what was heard, and says how late it is.

- A line comes in once: its id is its channel and its beginning.
- Channel 0 is the investigator's microphone, channel 1 the suspect's.
- A transcriber that dies is started again where the journal ends; sound waits on disk.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain import events as ev
from app.domain.interrogation import Take
from app.domain.people import Role
from app.domain.transcript import Hearing as Heard
from app.domain.transcript import Word
from app.errors import Problem, SetupProblem
from app.ipc import messages as ms
from app.session.proceeding import Proceeding
from app.session.takes import TakePlan

ROLES = (Role.INVESTIGATOR, Role.SUSPECT)
TRANSCRIBER = "transcriber"
SILENT_AFTER_S = 6.0
_log = logging.getLogger(__name__)


class TranscriberLink(Protocol):
    """What the session needs of the transcriber's client; tests own a fake."""

    def ensure_running(self) -> object:
        """Start the room's transcriber unless it runs."""

    def connect(self, on_notice: Callable[[ms.AnyMessage], None]) -> None:
        """Subscribe to its notices."""

    def start_hearing(self, command: ms.StartHearing) -> None:
        """Follow a take."""

    def finish_hearing(self, record_id: str, until_ms: int = -1) -> None:
        """Hear what is left, then stop."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True, slots=True)
class HearingPlan:
    """Which model hears, in which language, with which names in mind."""

    model_folder: str
    model_digest: str
    language: str


class Hearing:
    """Keeps the draft transcript coming for one interrogation."""

    def __init__(
        self,
        link: TranscriberLink,
        proceeding: Proceeding,
        takes: TakePlan,
        plan: HearingPlan,
        on_state: Callable[[ms.TranscriberState | ms.PartialHeard], None],
    ) -> None:
        self._link = link
        self._proceeding = proceeding
        self._takes = takes
        self._plan = plan
        self._on_state = on_state
        self._finished = threading.Event()
        self._following: Take | None = None
        self._from_ms = 0
        self._heard_at = 0.0
        self._leaving = threading.Event()
        self._watch: threading.Thread | None = None
        self._model_told = ""
        self._unheard = ""  # why the rest of a take could not be heard

    def start(self, from_ms: int = 0) -> None:
        """Follow the running take from `from_ms` on, or from where the journal ends."""
        self._from_ms = from_ms
        self._link.ensure_running()
        self._link.connect(self._on_notice)
        self._follow(self._proceeding.state.takes[-1])
        if self._watch is None:
            self._watch = threading.Thread(target=self._watch_over, name="hearing-watch")
            self._watch.start()

    def finish(self, until_ms: int, limit_s: float = 120.0) -> bool:
        """Hear what was said before `until_ms`.

        False when it took longer than `limit_s` or could not be heard; the caller says so.
        """
        if self._following is None:
            return True
        self._finished.clear()
        try:
            self._link.finish_hearing(self._proceeding.keys.record_id, until_ms)
            done = self._finished.wait(limit_s)
        except SetupProblem as problem:  # it died; the sound is on disk and can be heard later
            _log.error("the rest was not heard: %s", problem)
            done = False
        self._following = None
        self._forget_guesses()
        return done and not self._unheard

    def leave(self) -> None:
        """Let go; the transcriber ends its work by itself."""
        self._leaving.set()
        self._following = None
        if self._watch is not None:
            self._watch.join(10)
        self._link.close()

    def _forget_guesses(self) -> None:
        """Whoever made them is gone, or done: nothing stands on the page that is no line."""
        record_id = self._proceeding.keys.record_id
        for channel in range(len(ROLES)):
            self._on_state(ms.PartialHeard(record_id=record_id, channel=channel, t0_ms=0, text=""))

    def _follow(self, take: Take) -> None:
        self._forget_guesses()
        self._link.start_hearing(
            ms.StartHearing(
                id=uuid.uuid4().hex,
                record_id=self._proceeding.keys.record_id,
                record_folder=str(self._takes.record_folder),
                media_folders=tuple(str(folder) for folder in self._takes.media_folders),
                take=take.number,
                stream=self._takes.sound_stream,
                offset_ms=take.offset_ms,
                model_folder=self._plan.model_folder,
                model_digest=self._plan.model_digest,
                language=self._plan.language,
                vocabulary=self._proceeding.state.preparation.names,
                from_ms=(self._heard_until(0, take), self._heard_until(1, take)),
            )
        )
        self._following = take
        self._heard_at = time.monotonic()

    def _heard_until(self, channel: int, take: Take) -> int:
        """Where hearing goes on: after the last heard line of the channel."""
        prefix = f"h{channel}-"
        ends = (
            line.t1_ms
            for line in self._proceeding.state.utterances
            if line.hearing and line.id.startswith(prefix)
        )
        return max((take.offset_ms, self._from_ms, *ends))

    def _on_notice(self, message: ms.AnyMessage) -> None:
        self._heard_at = time.monotonic()
        try:
            self._take_in(message)
        except Problem as problem:
            _log.error("line not journaled: %s", problem)

    def _take_in(self, message: ms.AnyMessage) -> None:
        record_id = self._proceeding.keys.record_id
        match message:
            case ms.LineHeard() if message.record_id == record_id:
                self._journal_line(message)
            case ms.TranscriberState():
                self._journal_model(message)
                self._on_state(message)
            case ms.PartialHeard() if message.record_id == record_id:
                self._on_state(message)
            case ms.HearingFinished(code=code) if message.record_id == record_id:
                self._unheard = code
                self._finished.set()

    def _journal_line(self, line: ms.LineHeard) -> None:
        utterance_id = f"h{line.channel}-{line.t0_ms}"
        if any(known.id == utterance_id for known in self._proceeding.state.utterances):
            return
        hearing = Heard(
            raw_text=line.raw_text,
            words=tuple(Word(w.text, w.t0_ms, w.t1_ms, w.probability) for w in line.words),
            average_log_probability=line.average_log_probability,
            no_speech_probability=line.no_speech_probability,
            model=line.model,
            model_digest=line.model_digest,
            language=line.language,
            flags=line.flags,
        )
        self._proceeding.record(
            ev.UtteranceHeard(
                utterance_id=utterance_id,
                role=ROLES[line.channel],
                t0_ms=line.t0_ms,
                t1_ms=line.t1_ms,
                text=line.text,
                hearing=hearing,
            ),
            TRANSCRIBER,
        )

    def _journal_model(self, state: ms.TranscriberState) -> None:
        if not state.model_digest or state.model_digest == self._model_told:
            return
        self._model_told = state.model_digest
        self._proceeding.record(
            ev.TranscriberStarted(
                model=state.model, model_digest=state.model_digest, device=state.device
            ),
            TRANSCRIBER,
        )

    def _watch_over(self) -> None:
        while not self._leaving.wait(0.5):
            take = self._following
            if take is None:
                continue
            newest = self._proceeding.state.takes[-1]
            if time.monotonic() - self._heard_at > SILENT_AFTER_S or newest.number != take.number:
                self._bring_back(take)

    def _bring_back(self, last: Take) -> None:
        """Follow on from the take that was followed; the transcriber hears them in order."""
        try:
            self._link.ensure_running()
            self._link.connect(self._on_notice)
            for take in self._proceeding.state.takes[last.number - 1 :]:
                self._follow(take)
        except (Problem, SetupProblem) as problem:
            _log.error("transcriber not back yet: %s", problem)
            self._heard_at = time.monotonic()
