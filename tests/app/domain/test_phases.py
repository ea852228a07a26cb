"""The phases as a state machine: whatever is tried, the law's conditions hold."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain import events as ev
from app.domain.decisions import decide
from app.domain.evolution import evolve, replay
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.phase import MOVES, Phase
from app.domain.transcript import Origin
from app.errors import Refused
from tests.fakes.interrogation import PREPARATION, entry, opened, paper_made, take_started

PROPOSALS = [
    *(ev.PhaseChanged(to=to, reason="理由") for to in Phase),
    ev.PreparationChanged(preparation=PREPARATION),
    take_started(1),
    ev.RightsShown(page=1, language="zh", shown_ms=900),
    ev.RightsAcknowledged(),
    ev.LineAdded(utterance_id="t-1", role=Role.SUSPECT, t0_ms=0, text="是", origin=Origin.TYPED),
    ev.BreakStarted(break_kind=ev.BreakKind.REST),
    ev.BreakEnded(),
    paper_made(),
    ev.PageRead(page=1, page_digest="p1", by=Role.SUSPECT, shown_ms=4000),
    ev.ReadBackConfirmed(by=Role.SUSPECT),
    ev.SigningRefused(signer="suspect-1", reason="不签"),
    ev.SigningRefused(signer="investigator-1", reason="缺"),
    ev.SigningRefused(signer="investigator-2", reason="缺"),
]


@given(st.lists(st.sampled_from(PROPOSALS), max_size=40))
def test_no_order_of_commands_breaks_a_rule(proposals: list[ev.AnyEvent]) -> None:
    state = evolve(Interrogation(), entry(opened()))
    kept = [entry(opened())]
    for proposal in proposals:
        before = state
        try:
            decide(state, proposal)
        except Refused:
            continue
        kept.append(entry(proposal))
        state = evolve(state, kept[-1])
        if state.phase is not before.phase:
            assert state.phase in MOVES[before.phase]
        if state.phase is Phase.INTERVIEWING:
            assert state.rights is not None  # L11
        if state.phase is Phase.SIGNING and before.phase is Phase.READ_BACK:
            assert state.paper is not None
            assert state.read_back_confirmed  # L15
        if state.phase is Phase.SEALED:
            assert state.everyone_signed  # L17, L18
    assert replay(kept) == state


@given(st.lists(st.sampled_from(PROPOSALS), max_size=30))
def test_evolving_never_refuses_what_was_journaled(events: list[ev.AnyEvent]) -> None:
    assert isinstance(replay(entry(event) for event in events), Interrogation)
