"""The second hearing is laid beside the draft and never into it; what is settled stays settled."""

import pytest

from app.domain import events as ev
from app.domain.comparison import Kind, differences
from app.domain.decisions import decide
from app.domain.evolution import evolve
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Hearing, Origin
from app.errors import Refused

HEARD = Hearing(raw_text="", model="tiny")
AGAIN = Hearing(raw_text="", model="small", pass_number=2)


def after(state: Interrogation, *events: ev.AnyEvent) -> Interrogation:
    for event in events:
        decide(state, event)
        entry = ev.Entry(utc="2026-11-22T08:00:00.000Z", offset_ms=0, actor="李强", event=event)
        state = evolve(state, entry)
    return state


def line(text: str, t0_ms: int, role: Role = Role.SUSPECT) -> ev.UtteranceHeard:
    return ev.UtteranceHeard(
        utterance_id=f"h-{t0_ms}",
        role=role,
        t0_ms=t0_ms,
        t1_ms=t0_ms + 2000,
        text=text,
        hearing=HEARD,
    )


def again(text: str, t0_ms: int, role: Role = Role.SUSPECT, length_ms: int = 2000) -> ev.HeardAgain:
    return ev.HeardAgain(
        proposal_id=f"s-{t0_ms}",
        role=role,
        t0_ms=t0_ms,
        t1_ms=t0_ms + length_ms,
        text=text,
        hearing=AGAIN,
    )


TALK = Interrogation(phase=Phase.INTERVIEWING)


def test_only_other_words_are_a_difference():
    state = after(TALK, line("我叫陈平。", 1000), line("住在江宁。", 5000))
    state = after(state, again("我叫陈平", 1040), again("住在江宁市。", 4980))
    (found,) = differences(state)
    assert (found.kind, found.draft, found.proposed) == (
        Kind.CHANGED,
        "住在江宁。",
        "住在江宁市。",
    )
    assert found.line_ids == ("h-5000",)


def test_the_edited_draft_is_what_is_compared():
    state = after(TALK, line("我叫陈萍。", 1000), again("我叫陈平。", 1000))
    assert len(differences(state)) == 1
    revised = ev.LineRevised(
        utterance_id="h-1000", text="我叫陈平。", origin=Origin.TYPED, by="李强"
    )
    assert differences(after(state, revised)) == ()


def test_what_the_draft_lacks_is_shown_and_the_other_side_is_no_match():
    state = after(TALK, line("没有。", 1000, Role.INVESTIGATOR), again("没有。", 1000))
    (found,) = differences(state)
    assert (found.kind, found.draft) == (Kind.MISSING, "")


def test_two_lines_in_one_place_are_left_to_a_person():
    first = line("是我。", 1000)
    state = after(TALK, first, line("拿的。", 2000), again("是我拿得。", 1000, length_ms=3000))
    found = differences(state)[0]
    assert (found.kind, found.can_be_taken) == (Kind.SPREAD, False)


def test_taking_keeps_both_wordings_and_settles_the_place():
    state = after(TALK, line("住在江宁。", 5000), again("住在江宁市。", 5000))
    state = after(
        state,
        ev.LineRevised(
            utterance_id="h-5000", text="住在江宁市。", origin=Origin.HEARD_AGAIN, by="李强"
        ),
        ev.ProposalSettled(proposal_id="s-5000", taken=True),
    )
    assert differences(state) == ()
    assert [one.origin for one in state.utterance("h-5000").revisions] == [
        Origin.HEARD,
        Origin.HEARD_AGAIN,
    ]


def test_keeping_the_draft_settles_it_too():
    state = after(TALK, line("住在江宁。", 5000), again("住在江阴。", 5000))
    state = after(state, ev.ProposalSettled(proposal_id="s-5000", taken=False))
    assert differences(state) == ()
    assert state.utterance("h-5000").text == "住在江宁。"


def test_nothing_typed_can_claim_to_have_been_heard_again():
    """Principle 6."""
    state = after(TALK, line("住在江宁。", 5000), again("住在江阴。", 5000))
    with pytest.raises(Refused, match="heard_by_hand"):
        decide(
            state,
            ev.LineRevised(
                utterance_id="h-5000", text="住在北京。", origin=Origin.HEARD_AGAIN, by="李强"
            ),
        )


def test_a_proposal_comes_once_and_is_settled_only_if_it_came():
    state = after(TALK, again("住在江阴。", 5000))
    with pytest.raises(Refused, match="proposal_unknown"):
        decide(state, again("住在江阴。", 5000))
    with pytest.raises(Refused, match="proposal_unknown"):
        decide(state, ev.ProposalSettled(proposal_id="s-9", taken=True))
