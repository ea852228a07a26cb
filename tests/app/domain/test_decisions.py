"""What is refused, and that a refusal changes nothing."""

from datetime import date

import msgspec
import pytest

from app.domain import events as ev
from app.domain.decisions import decide
from app.domain.evolution import replay
from app.domain.interrogation import Interrogation
from app.domain.people import Participant, Person, Preparation, Role
from app.domain.phase import Phase
from app.domain.rules import missing_to_start
from app.domain.signers import MarkKind
from app.domain.transcript import Origin
from app.errors import Refused
from tests.fakes.interrogation import PREPARATION, entry, opened, paper_made, take_started

DAY = date(2026, 11, 22)
replace = msgspec.structs.replace


def state_after(*events: ev.AnyEvent) -> Interrogation:
    return replay(entry(event) for event in (opened(), *events))


def interviewing(*more: ev.AnyEvent) -> Interrogation:
    return state_after(
        ev.PreparationChanged(preparation=PREPARATION),
        take_started(1),
        ev.PhaseChanged(to=Phase.RIGHTS),
        ev.RightsAcknowledged(),
        ev.PhaseChanged(to=Phase.INTERVIEWING),
        *more,
    )


def signing(*more: ev.AnyEvent) -> Interrogation:
    return interviewing(
        ev.PhaseChanged(to=Phase.READ_BACK),
        paper_made(),
        ev.PageRead(page=1, page_digest="p1", by=Role.SUSPECT, shown_ms=3000),
        ev.ReadBackConfirmed(by=Role.SUSPECT),
        ev.PhaseChanged(to=Phase.SIGNING),
        *more,
    )


def mark(field: str = "suspect-1-p1", page_digest: str = "p1") -> ev.MarkGiven:
    return ev.MarkGiven(
        mark_id="m1",
        mark_kind=MarkKind.INK,
        signer="suspect-1",
        field=field,
        page=1,
        page_digest=page_digest,
        digest="0" * 64,
        device="pen",
        simulated=True,
        take=1,
        media_ms=10,
    )


def refusal(state: Interrogation, event: ev.AnyEvent) -> str:
    with pytest.raises(Refused) as refused:
        decide(state, event)
    return refused.value.code


def test_two_investigators_are_needed_to_begin() -> None:
    """L1."""
    alone = replace(PREPARATION, participants=PREPARATION.participants[:1])
    state = state_after(ev.PreparationChanged(preparation=alone))
    assert refusal(state, ev.PhaseChanged(to=Phase.RIGHTS)) == "too_few_investigators"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"suspect": Person()}, "suspect_missing"),
        ({"in_center_room": False}, "place_reason_missing"),  # L3
        ({"suspect": Person(name="小明", birth="2012-01-01")}, "guardian_missing"),  # L9
        ({"suspect": Person(name="John", language="en")}, "interpreter_missing"),  # L10
        ({"suspect": Person(name="王", is_deaf=True)}, "interpreter_missing"),  # L10
        ({"suspect": Person(name="王", id_number="330203199003070011")}, "id_number_wrong"),
        ({"participants": (Participant(role=Role.INVESTIGATOR, name=" "),) * 2}, "name_missing"),
    ],
)
def test_the_form_names_what_it_lacks(change: dict[str, object], code: str) -> None:
    assert code in missing_to_start(replace(PREPARATION, **change), DAY)


def test_a_whole_form_lacks_nothing_and_a_recorded_reason_is_enough() -> None:
    assert missing_to_start(PREPARATION, DAY) == ()
    minor = replace(
        PREPARATION,
        suspect=Person(name="小明", birth="2012-01-01"),
        guardian_absence_reason="无法通知，已通知学校",
    )
    assert missing_to_start(minor, DAY) == ()
    assert "case_missing" in missing_to_start(Preparation(), DAY)


def test_questions_wait_for_the_rights_notice() -> None:
    """L11."""
    state = state_after(
        ev.PreparationChanged(preparation=PREPARATION),
        take_started(1),
        ev.PhaseChanged(to=Phase.RIGHTS),
    )
    assert refusal(state, ev.PhaseChanged(to=Phase.INTERVIEWING)) == "rights_not_acknowledged"
    assert refusal(state, ev.RightsAcknowledged(refused=True)) == "reason_missing"


def test_nobody_types_what_claims_to_be_heard() -> None:
    line = ev.LineAdded(
        utterance_id="t", role=Role.SUSPECT, t0_ms=0, text="是我", origin=Origin.HEARD
    )
    assert refusal(interviewing(), line) == "heard_by_hand"


def test_suspension_needs_a_reason_on_the_way_in_and_out() -> None:
    """L36, L37."""
    assert refusal(interviewing(), ev.PhaseChanged(to=Phase.SUSPENDED)) == "reason_missing"
    suspended = interviewing(ev.PhaseChanged(to=Phase.SUSPENDED, reason="停电"))
    assert refusal(suspended, ev.PhaseChanged(to=Phase.INTERVIEWING)) == "reason_missing"


def test_signing_waits_for_every_page_read_and_a_healthy_recording() -> None:
    """L15, L21."""
    unread = interviewing(
        ev.PhaseChanged(to=Phase.READ_BACK), paper_made(), ev.ReadBackConfirmed(by=Role.SUSPECT)
    )
    assert refusal(unread, ev.PhaseChanged(to=Phase.SIGNING)) == "page_unread"
    ill = signing(ev.TroubleBegan(code="device_lost", subject="microphone"))
    assert refusal(ill, mark()) == "recording_not_healthy"
    well = signing(
        ev.TroubleBegan(code="device_lost", subject="microphone"),
        ev.TroubleEnded(code="device_lost", subject="microphone"),
    )
    assert decide(well, mark()) == mark()


def test_a_mark_on_another_page_or_a_signed_field_is_refused() -> None:
    assert refusal(signing(), mark(page_digest="former")) == "page_changed"
    signed = ev.PaperSigned(field="suspect-1-p1", signer="suspect-1", bytes=1, digest="d")
    assert refusal(signing(signed), mark()) == "already_signed"


def test_sealing_waits_for_each_signer_or_a_noted_refusal() -> None:
    """L17, L18."""
    assert refusal(signing(), ev.PhaseChanged(to=Phase.SEALED)) == "marks_missing"
    assert refusal(signing(), ev.SigningRefused(signer="suspect-1", reason=" ")) == "reason_missing"
    refused = [
        ev.SigningRefused(signer=signer, reason="拒绝签名")
        for signer in ("suspect-1", "investigator-1", "investigator-2")
    ]
    assert decide(signing(*refused), ev.PhaseChanged(to=Phase.SEALED))


def test_a_sealed_interrogation_takes_nothing_more() -> None:
    sealed = signing(ev.PhaseChanged(to=Phase.SEALED))
    late = ev.LineAdded(
        utterance_id="t", role=Role.SUSPECT, t0_ms=0, text="补充", origin=Origin.TYPED
    )
    assert refusal(sealed, late) == "sealed_is_final"
