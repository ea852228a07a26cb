"""The second hearing beside the draft: where they differ, line by line.

- The draft is what people made of the first hearing; the second one is never put in by itself.
- Punctuation, spaces and case are no difference.
- A place that a person settled does not come back.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from app.domain import events as ev
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.transcript import Origin, Utterance
from app.errors import Refused


class Kind(StrEnum):
    """How the two hearings differ at a place."""

    CHANGED = "changed"  # one line of the draft reads otherwise
    MISSING = "missing"  # the draft has no line there
    SPREAD = "spread"  # several lines of the draft stand there: to be put right by hand


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One place; times count from recording start."""

    proposal_id: str
    kind: Kind
    role: Role
    t0_ms: int
    t1_ms: int
    line_ids: tuple[str, ...]
    draft: str  # as it stands now
    proposed: str

    @property
    def can_be_taken(self) -> bool:
        """Whether taking it over is one step."""
        return self.kind is not Kind.SPREAD


def differences(state: Interrogation) -> tuple[Difference, ...]:
    """Every place not settled where the second hearing differs, in order of time."""
    open_ = [one for one in state.proposals if one.proposal_id not in state.settled]
    found = (_compared(one, state.utterances) for one in open_)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.t0_ms))


def taking(
    state: Interrogation, proposal_id: str, new_line_id: str, officer: str
) -> tuple[ev.LineAdded | ev.LineRevised, ev.ProposalSettled]:
    """What happens when a person takes a proposal over: its words go in, and it is settled.

    Args:
        state: as journaled now.
        proposal_id: of a difference.
        new_line_id: for a line that the draft lacks.
        officer: whose hand it is.

    Raises:
        Refused: `proposal_unknown`: nothing differs there, or several lines stand there.
    """
    found = next((one for one in differences(state) if one.proposal_id == proposal_id), None)
    if found is None or not found.can_be_taken:
        raise Refused("proposal_unknown", proposal=proposal_id)
    words: ev.LineAdded | ev.LineRevised
    if found.kind is Kind.MISSING:
        words = ev.LineAdded(
            utterance_id=new_line_id,
            role=found.role,
            t0_ms=found.t0_ms,
            text=found.proposed,
            origin=Origin.HEARD_AGAIN,
        )
    else:
        words = ev.LineRevised(
            utterance_id=found.line_ids[0],
            text=found.proposed,
            origin=Origin.HEARD_AGAIN,
            by=officer,
        )
    return words, ev.ProposalSettled(proposal_id=proposal_id, taken=True)


def _compared(proposal: ev.HeardAgain, lines: tuple[Utterance, ...]) -> Difference | None:
    there = [line for line in lines if _stands_at(line, proposal)]
    draft = "".join(line.text for line in there)
    if bare(draft) == bare(proposal.text):
        return None
    kind = (Kind.MISSING, Kind.CHANGED, Kind.SPREAD)[min(len(there), 2)]
    return Difference(
        proposal_id=proposal.proposal_id,
        kind=kind,
        role=proposal.role,
        t0_ms=proposal.t0_ms,
        t1_ms=proposal.t1_ms,
        line_ids=tuple(line.id for line in there),
        draft=draft,
        proposed=proposal.text,
    )


def _stands_at(line: Utterance, proposal: ev.HeardAgain) -> bool:
    """Whether a heard line covers half of the shorter of the two; whoever is said to speak."""
    if not line.has_sound:
        return False
    shared = min(line.t1_ms, proposal.t1_ms) - max(line.t0_ms, proposal.t0_ms)
    shorter = min(line.t1_ms - line.t0_ms, proposal.t1_ms - proposal.t0_ms)
    return line.role is proposal.role and shared * 2 > shorter


def bare(text: str) -> str:
    """Letters, numerals and characters alone, in lower case."""
    return "".join(character for character in text if character.isalnum()).lower()
