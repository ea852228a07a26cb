"""How each journaled event changes the state; never refuses, because it has happened.

- One small function per family of events; an event of no consequence leaves the state as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import replace

from app.domain import events as ev
from app.domain import lines
from app.domain.interrogation import (
    Break,
    Clocks,
    Gap,
    Interrogation,
    Objection,
    Reading,
    Take,
)
from app.domain.phase import RECORDED, Phase
from app.domain.signers import Mark, Paper
from app.domain.transcript import Origin, Revision, Utterance


def evolve(state: Interrogation, entry: ev.Entry) -> Interrogation:
    """The state after a journaled event."""
    for family in (_proceeding, _rights, _media, _transcript, _people, _paper, _signing):
        changed = family(state, entry)
        if changed is not None:
            return changed
    return state


def replay(entries: Iterable[ev.Entry]) -> Interrogation:
    """The state after all entries, from nothing."""
    return reduce(evolve, entries, Interrogation())


def _proceeding(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.Opened(record_id=record_id, room=room, simulated=simulated):
            return replace(
                state,
                record_id=record_id,
                room=room,
                simulated=simulated,
                opened_utc=entry.utc,
            )
        case ev.PreparationChanged(preparation=preparation):
            return replace(state, preparation=preparation)
        case ev.PhaseChanged():
            return _moved(state, entry, entry.event)
        case ev.ClockCompared() as compared:
            return replace(state, clocks=_compared(state.clocks, compared))
    return None


def _moved(state: Interrogation, entry: ev.Entry, event: ev.PhaseChanged) -> Interrogation:
    state = replace(state, phase=event.to, resume_phase=state.phase)
    if event.to is Phase.RIGHTS and not state.started_utc:
        state = replace(state, started_utc=entry.utc)
    if event.to is Phase.SUSPENDED:
        state = replace(state, suspensions=(*state.suspensions, (entry.utc, event.reason)))
    if event.to is Phase.READ_BACK and state.resume_phase is Phase.INTERVIEWING:
        state = replace(state, questions_ended_utc=entry.utc)
    if event.to is Phase.INTERVIEWING:
        state = replace(state, read_back_confirmed=False)
    if event.to not in RECORDED and event.to is not Phase.SUSPENDED:
        state = replace(state, ended_utc=entry.utc)
    return state


def _rights(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.RightsShown() as shown:
            return replace(state, rights_shown=(*state.rights_shown, shown))
        case ev.RightsAcknowledged() as acknowledged:
            return replace(state, rights=acknowledged)
    return None


def _media(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.TakeStarted() as event:
            take = Take(
                number=event.take,
                offset_ms=event.offset_ms,
                streams=event.streams,
                started_utc=event.started_utc,
                microphone=event.microphone,
                cameras=event.cameras,
                pre_roll_ms=event.pre_roll_ms,
            )
            return replace(state, takes=(*state.takes, take))
        case ev.TakeEnded() as event:
            takes = tuple(
                replace(take, duration_ms=event.duration_ms, end_reason=event.reason)
                if take.number == event.take
                else take
                for take in state.takes
            )
            return replace(state, takes=takes)
        case ev.GapFound(take=take_number, stream=stream, t0_ms=t0, t1_ms=t1, reason=reason):
            gap = Gap(take=take_number, stream=stream, t0_ms=t0, t1_ms=t1, reason=reason)
            return replace(state, gaps=(*state.gaps, gap))
        case ev.TroubleBegan() as trouble:
            return replace(state, troubles=(*_without(state, trouble.subject), trouble))
        case ev.TroubleEnded(subject=subject):
            return replace(state, troubles=_without(state, subject))
        case ev.TranscriberStarted() as started:
            return replace(state, models=(*state.models, started))
        case ev.HeardAgain() as proposal:
            return replace(state, proposals=(*state.proposals, proposal))
        case ev.ProposalSettled(proposal_id=proposal_id):
            return replace(state, settled=state.settled | {proposal_id})
    return None


def _compared(clocks: Clocks, event: ev.ClockCompared) -> Clocks:
    return Clocks(
        compared=clocks.compared + 1,
        ntp_off_ms=_furthest(clocks.ntp_off_ms, event.offset_ntp_ms),
        center_off_ms=_furthest(clocks.center_off_ms, event.offset_center_ms),
        set_by_ms=max(clocks.set_by_ms, event.steps_ms, key=abs),
    )


def _furthest(*offsets_ms: int | None) -> int | None:
    return max((one for one in offsets_ms if one is not None), key=abs, default=None)


def _without(state: Interrogation, subject: str) -> tuple[ev.TroubleBegan, ...]:
    return tuple(trouble for trouble in state.troubles if trouble.subject != subject)


def _transcript(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    utterances = state.utterances
    match entry.event:
        case ev.UtteranceHeard() as heard:
            changed = lines.added(utterances, _heard_line(heard, entry))
        case ev.LineAdded() as typed:
            changed = lines.added(utterances, _typed_line(typed, entry))
        case ev.LineRevised(utterance_id=line_id, text=text, origin=origin, by=by, reason=reason):
            revision = Revision(
                text=text, origin=origin, by=by, at_ms=entry.offset_ms, reason=reason
            )
            line = lines.revised(lines.find(utterances, line_id), revision)
            changed = lines.replaced(utterances, line)
        case ev.SpeakerChanged(utterance_id=line_id, role=role):
            line = replace(lines.find(utterances, line_id), role=role)
            changed = lines.replaced(utterances, line)
        case ev.LineSplit(utterance_id=line_id, new_id=new_id, at=at, at_ms=at_ms):
            changed = lines.split(utterances, line_id, new_id, at, at_ms)
        case ev.LinesMerged(utterance_id=line_id, absorbed_id=absorbed_id):
            changed = lines.merged(utterances, line_id, absorbed_id)
        case _:
            return None
    return replace(state, utterances=changed)


def _heard_line(heard: ev.UtteranceHeard, entry: ev.Entry) -> Utterance:
    wording = Revision(
        text=heard.text, origin=Origin.HEARD, by=heard.hearing.model, at_ms=entry.offset_ms
    )
    return Utterance(
        id=heard.utterance_id,
        role=heard.role,
        t0_ms=heard.t0_ms,
        t1_ms=heard.t1_ms,
        revisions=(wording,),
        hearing=heard.hearing,
    )


def _typed_line(typed: ev.LineAdded, entry: ev.Entry) -> Utterance:
    wording = Revision(text=typed.text, origin=typed.origin, by=entry.actor, at_ms=entry.offset_ms)
    return Utterance(
        id=typed.utterance_id,
        role=typed.role,
        t0_ms=typed.t0_ms,
        t1_ms=typed.t0_ms,
        revisions=(wording,),
    )


def _people(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.BreakStarted(break_kind=kind, reason=reason):
            rest = Break(kind=kind, reason=reason, t0_ms=entry.offset_ms)
            return replace(state, breaks=(*state.breaks, rest))
        case ev.BreakEnded(note=note):
            if not state.breaks:
                return state
            ended = replace(state.breaks[-1], t1_ms=entry.offset_ms, note=note)
            return replace(state, breaks=(*state.breaks[:-1], ended))
        case ev.Bookmarked() as bookmark:
            return replace(state, bookmarks=(*state.bookmarks, bookmark))
        case ev.ExhibitShown(exhibit_id=exhibit_id) as shown:
            exhibits = (*state.exhibits, shown)
            return replace(state, exhibits=exhibits, exhibit_on_tablet=exhibit_id)
        case ev.ExhibitHidden():
            return replace(state, exhibit_on_tablet="")
        case ev.ObjectionRaised(by=by, text=text, page=page):
            objection = Objection(by=by, text=text, page=page, at_ms=entry.offset_ms, utc=entry.utc)
            return replace(state, objections=(*state.objections, objection))
    return None


def _paper(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.PaperMade(paper_digest=digest, page_digests=page_digests, fields=fields):
            paper = Paper(digest=digest, page_digests=page_digests, fields=fields)
            return replace(state, paper=paper, read_back_confirmed=False, signed=())
        case ev.PaperPrinted() as printed:
            return replace(state, printings=(*state.printings, printed))
        case ev.PageRead(page=page, page_digest=digest, by=by, shown_ms=ms, read_aloud=aloud):
            reading = Reading(page=page, page_digest=digest, by=by, shown_ms=ms, read_aloud=aloud)
            return replace(state, readings=(*state.readings, reading))
        case ev.ReadBackConfirmed():
            return replace(state, read_back_confirmed=True)
    return None


def _signing(state: Interrogation, entry: ev.Entry) -> Interrogation | None:
    match entry.event:
        case ev.MarkGiven() as given:
            return replace(state, marks=(*state.marks, _mark(given, entry)))
        case ev.SigningRefused(signer=signer, reason=reason):
            return replace(state, refusals={**state.refusals, signer: reason})
        case ev.PaperSigned() as step:
            return replace(state, signed=(*state.signed, step))
        case ev.MarksVoided():
            on_paper = tuple(mark for mark in state.marks if mark.field)
            kept = tuple(mark for mark in state.marks if not mark.field)
            return replace(
                state,
                marks=kept,
                voided_marks=(*state.voided_marks, *on_paper),
                signed=(),
                refusals={},
            )
    return None


def _mark(given: ev.MarkGiven, entry: ev.Entry) -> Mark:
    return Mark(
        id=given.mark_id,
        kind=given.mark_kind,
        signer_id=given.signer,
        field=given.field,
        page=given.page,
        page_digest=given.page_digest,
        digest=given.digest,
        device=given.device,
        simulated=given.simulated,
        take=given.take,
        media_ms=given.media_ms,
        utc=entry.utc,
    )
