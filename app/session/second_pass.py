"""The second hearing of an interrogation by the best model here: proposals beside the draft.

- It runs in a process of its own below everything else, and never touches the recording or the
  live draft.
- Every line it makes is journaled as it comes: cancelling, a crash or another day lose nothing,
  and starting again goes on after the last one.
- A proposal goes into the draft by a person's hand alone, and says where its words come from.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from app.domain import events as ev
from app.domain.comparison import taking
from app.domain.transcript import Hearing, Word
from app.errors import Problem
from app.ipc import messages as ms
from app.ipc.supervisor import own_command
from app.session.hearing import ROLES, TRANSCRIBER
from app.session.proceeding import Proceeding
from app.session.snapshot import SecondHearing
from app.session.takes import TakePlan
from app.transcriber.again import Ended, Order, Reached, Told
from speech import models

BEAMS = 5
PROJECT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BestModel:
    """The model that hears the second time."""

    name: str
    folder: str
    digest: str
    language: str


def best_model(wanted: str, language: str, places: Sequence[Path]) -> BestModel:
    """The largest model here that can hear `language`; `wanted` where there is none but demos.

    Raises:
        ModelProblem: `wanted` is not here or cannot be used.
    """
    usable = [
        found
        for found in models.list_models(*places)
        if isinstance(found, models.Model)
        and not found.facts.demonstration
        and (found.facts.multilingual or language == "en")
    ]
    best = max(usable, key=lambda one: one.facts.size_bytes, default=None)
    if best is None:
        best = models.find(wanted, *places)
        models.require_language(best, language)
    return BestModel(best.facts.name, str(best.folder), best.facts.digest, language)


class SecondPass:
    """Orders, follows and settles the second hearing of one interrogation."""

    def __init__(
        self,
        proceeding: Proceeding,
        takes: TakePlan,
        best_model: Callable[[], BestModel],
        on_state: Callable[[SecondHearing], None],
        command: tuple[str, ...] = (),
    ) -> None:
        """Nothing runs yet.

        Args:
            proceeding: whose takes are heard.
            takes: where their files are.
            best_model: which model is the best one installed; asked at each start.
            on_state: told how far it is, from any thread.
            command: of the hearing process, instead of this installation's own.
        """
        self._proceeding = proceeding
        self._takes = takes
        self._best_model = best_model
        self._on_state = on_state
        self._command = list(command) or own_command("hear-again")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._follower: threading.Thread | None = None

    def start(self) -> None:
        """Hear what has not been heard twice yet, up to now; nothing if it runs already.

        Raises:
            ModelProblem: there is no model that can be used.
            StorageProblem: the journal cannot be written.
        """
        with self._lock:
            if self._process is not None:
                return
            model = self._best_model()
            order = self._order(model)
            if not order.takes:
                self._on_state(SecondHearing(model=model.name))
                return
            started = ev.TranscriberStarted(
                model=model.name, model_digest=model.digest, device="second hearing"
            )
            if started not in self._proceeding.state.models:
                self._proceeding.record(started, TRANSCRIBER)
            self._process = process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT,
            )
            self._follower = threading.Thread(
                target=self._follow, args=(process, model, order), name="second-hearing"
            )
            self._follower.start()

    def cancel(self) -> None:
        """End it; what was heard stays, and `start` goes on from there."""
        with self._lock:
            process, follower = self._process, self._follower
        if process is not None:
            process.kill()
        if follower is not None and follower is not threading.current_thread():
            follower.join()

    def take(self, proposal_id: str) -> None:
        """Put a proposal's words into the draft, and settle it.

        Raises:
            Refused: `proposal_unknown` when nothing differs there, or several lines stand there.
        """
        line_id = f"t-{uuid.uuid4().hex[:12]}"
        state, officer = self._proceeding.state, self._proceeding.officer
        for event in taking(state, proposal_id, line_id, officer):
            self._proceeding.record(event)

    def keep(self, proposal_id: str) -> None:
        """Leave the draft as it is there, and settle the proposal."""
        self._proceeding.record(ev.ProposalSettled(proposal_id=proposal_id, taken=False))

    # --- hearing ------------------------------------------------------------------

    def _order(self, model: BestModel) -> Order:
        """The takes that are not wholly heard by this model yet."""
        from_ms = (self._heard_ms(0, model), self._heard_ms(1, model))
        state = self._proceeding.state
        commands = []
        for take in state.takes:
            ended = take.duration_ms is not None
            if ended and take.offset_ms + (take.duration_ms or 0) <= min(from_ms):
                continue
            commands.append(
                ms.StartHearing(
                    id=uuid.uuid4().hex,
                    record_id=self._proceeding.keys.record_id,
                    record_folder=str(self._takes.record_folder),
                    media_folders=tuple(str(folder) for folder in self._takes.media_folders),
                    take=take.number,
                    stream=self._takes.sound_stream,
                    offset_ms=take.offset_ms,
                    model_folder=model.folder,
                    model_digest=model.digest,
                    language=model.language,
                    vocabulary=state.preparation.names,
                    from_ms=(max(take.offset_ms, from_ms[0]), max(take.offset_ms, from_ms[1])),
                    beams=BEAMS,
                )
            )
        goes_on = bool(state.takes) and state.takes[-1].duration_ms is None
        until_ms = self._proceeding.offset_ms() if goes_on else -1
        return Order(takes=tuple(commands), until_ms=until_ms)

    def _end_ms(self) -> int:
        """How far there is sound, from recording start."""
        takes = self._proceeding.state.takes
        if not takes or takes[-1].duration_ms is None:
            return max(0, self._proceeding.offset_ms())
        return takes[-1].offset_ms + takes[-1].duration_ms

    def _heard_ms(self, channel: int, model: BestModel) -> int:
        """Where this model goes on in a channel: after its last line there."""
        ends = (
            proposal.t1_ms
            for proposal in self._proceeding.state.proposals
            if proposal.role is ROLES[channel] and proposal.hearing.model_digest == model.digest
        )
        return max((0, *ends))

    def _follow(self, process: subprocess.Popen[bytes], model: BestModel, order: Order) -> None:
        """Thread body: give the order, journal what comes, say how it ended."""
        about = SecondHearing(running=True, model=model.name, until_ms=self._end_ms())
        self._on_state(about)
        code = "engine_failed"
        try:
            with process:
                _give(process.stdin, order)
                for told in _read(process.stdout):
                    if isinstance(told, Ended):
                        code = told.code
                    elif isinstance(told, Reached):
                        about = msgspec.structs.replace(about, heard_ms=told.heard_ms)
                        self._on_state(about)
                    else:
                        self._journal(told)
        except Problem as problem:
            _log.error("second hearing ends: %s", problem)
            process.kill()
            code = problem.code
        with self._lock:
            self._process = self._follower = None
        was_cancelled = process.returncode is not None and process.returncode < 0
        heard_ms = about.heard_ms if code else about.until_ms
        self._on_state(
            msgspec.structs.replace(
                about, running=False, heard_ms=heard_ms, code="" if was_cancelled else code
            )
        )

    def _journal(self, line: ms.LineHeard) -> None:
        proposal_id = f"s{line.channel}-{line.t0_ms}-{line.model_digest[:8]}"
        if any(known.proposal_id == proposal_id for known in self._proceeding.state.proposals):
            return
        hearing = Hearing(
            raw_text=line.raw_text,
            words=tuple(Word(w.text, w.t0_ms, w.t1_ms, w.probability) for w in line.words),
            average_log_probability=line.average_log_probability,
            no_speech_probability=line.no_speech_probability,
            model=line.model,
            model_digest=line.model_digest,
            language=line.language,
            flags=line.flags,
            pass_number=2,
        )
        self._proceeding.record(
            ev.HeardAgain(
                proposal_id=proposal_id,
                role=ROLES[line.channel],
                t0_ms=line.t0_ms,
                t1_ms=line.t1_ms,
                text=line.text,
                hearing=hearing,
            ),
            TRANSCRIBER,
        )


def _give(to: IO[bytes] | None, order: Order) -> None:
    """The whole order; a process that is gone already says so by its end."""
    assert to is not None
    try:
        to.write(msgspec.json.encode(order))
        to.close()
    except BrokenPipeError:
        _log.error("the hearing process took no order")


def _read(lines: Iterable[bytes] | None) -> Iterable[Told]:
    decoder = msgspec.json.Decoder(Told)
    for line in lines or ():
        try:
            yield decoder.decode(line)
        except msgspec.MsgspecError:  # half a line of a process that was ended
            return
