"""Whether a proposed event may happen now: the only place that refuses.

- A refusal is a code; nothing has changed when it is raised.
- The law's own conditions for a move between phases stand in `app.domain.rules`.
"""

from __future__ import annotations

from app.domain import events as ev
from app.domain import lines, rules
from app.domain.interrogation import Interrogation
from app.domain.phase import MOVES, NEEDS_REASON, Phase
from app.errors import Refused


def decide(state: Interrogation, event: ev.Event) -> ev.Event:
    """Allow or refuse a proposed event; nothing has changed yet.

    Raises:
        Refused: with the code of what the law or the phase does not allow.
    """
    if state.phase in (Phase.SEALED, Phase.ABANDONED) and not isinstance(event, ev.SealMade):
        raise Refused("sealed_is_final", phase=state.phase.value)
    match event:
        case ev.PhaseChanged(to=to, reason=reason):
            _decide_move(state, to, reason)
        case ev.PreparationChanged():
            _require(state.phase is Phase.PREPARED, "wrong_phase", state)
        case ev.LineAdded() | ev.LineRevised() | ev.SpeakerChanged() | ev.LineSplit():
            _decide_line(state, event)
        case ev.LinesMerged(utterance_id=first, absorbed_id=second):
            _require_editable(state)
            lines.require_neighbours(state.utterances, first, second)
        case ev.HeardAgain() | ev.ProposalSettled():
            known = [proposal.proposal_id for proposal in state.proposals]
            is_new = isinstance(event, ev.HeardAgain)
            _require((event.proposal_id in known) != is_new, "proposal_unknown", state)
        case ev.BreakStarted() | ev.BreakEnded():
            _decide_break(state, event)
        case ev.ObjectionRaised(text=text):
            _require(bool(text.strip()), "objection_empty", state)
        case ev.RightsAcknowledged(refused=refused, reason=reason):
            _require(not refused or bool(reason.strip()), "reason_missing", state)
        case ev.PaperPrinted():
            _require(state.paper is not None, "wrong_phase", state)
        case ev.MarkGiven() | ev.SigningRefused():
            _decide_mark(state, event)
    return event


def _require(holds: bool, code: str, state: Interrogation) -> None:
    if not holds:
        raise Refused(code, phase=state.phase.value)


def _require_editable(state: Interrogation) -> None:
    editable = (Phase.RIGHTS, Phase.INTERVIEWING, Phase.SUSPENDED, Phase.READ_BACK, Phase.SIGNING)
    _require(state.phase in editable, "wrong_phase", state)


def _decide_move(state: Interrogation, to: Phase, reason: str) -> None:
    if to not in MOVES[state.phase]:
        raise Refused("wrong_phase", phase=state.phase.value, to=to.value)
    if (to in NEEDS_REASON or state.phase is Phase.SUSPENDED) and not reason.strip():
        raise Refused("reason_missing", to=to.value)
    missing = rules.missing_for(state, to)
    if missing:
        raise Refused(missing[0], to=to.value)


def _decide_break(state: Interrogation, event: ev.BreakStarted | ev.BreakEnded) -> None:
    if isinstance(event, ev.BreakEnded):
        _require(state.open_break is not None, "no_break_open", state)
        return
    _require(state.phase is Phase.INTERVIEWING, "wrong_phase", state)
    _require(state.open_break is None, "break_already_open", state)


def _decide_line(
    state: Interrogation,
    event: ev.LineAdded | ev.LineRevised | ev.SpeakerChanged | ev.LineSplit,
) -> None:
    _require_editable(state)
    if isinstance(event, ev.LineAdded | ev.LineRevised):
        _require(bool(event.text.strip()), "text_empty", state)
        proposed = [proposal.text for proposal in state.proposals]
        lines.require_not_heard(event.origin, event.text, proposed)
    if not isinstance(event, ev.LineAdded):
        state.utterance(event.utterance_id)
    if isinstance(event, ev.LineSplit):
        text = state.utterance(event.utterance_id).text
        _require(0 < event.at < len(text), "text_empty", state)


def _decide_mark(state: Interrogation, event: ev.MarkGiven | ev.SigningRefused) -> None:
    known = {signer.id for signer in state.signers}
    _require(event.signer in known, "signer_unknown", state)
    if isinstance(event, ev.SigningRefused):
        _require(bool(event.reason.strip()), "reason_missing", state)
        return
    if state.phase is Phase.SIGNING:
        _require(event.field not in state.signed_fields, "already_signed", state)
        page_digests = state.paper.page_digests if state.paper else ()
        _require(event.page_digest in page_digests, "page_changed", state)
    _require(state.recording_healthy, "recording_not_healthy", state)
