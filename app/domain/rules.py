"""What the law asks before a move between phases, as codes; nothing is ever just grey.

- Officer counts and procedures are a table with the law's version, not code (L8).
- A missing person with a recorded reason is present enough for the law's form (L9, L10).
"""

from __future__ import annotations

from datetime import date

import msgspec

from app.domain.interrogation import Interrogation
from app.domain.people import Preparation, Procedure, Role, age_on, read_id_number
from app.domain.phase import MOVES, Phase

LAW_VERSION = "CPL 2018, PC 2020, PA 2020, INT 2021"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a procedure asks for and how long it may take."""

    investigators: int
    clock_hours: int
    longest_hours: int


TERMS: dict[Procedure, Terms] = {
    Procedure.CRIMINAL: Terms(investigators=2, clock_hours=12, longest_hours=24),  # L1, L4
    Procedure.ADMINISTRATIVE: Terms(investigators=2, clock_hours=8, longest_hours=24),  # L7
    Procedure.WITNESS: Terms(investigators=2, clock_hours=12, longest_hours=24),
}


def is_minor(preparation: Preparation, today: date) -> bool:
    """Whether the person is under 18 by the birth date given (L9)."""
    try:
        return age_on(date.fromisoformat(preparation.suspect.birth), today) < 18
    except ValueError:
        return False


def missing_to_start(preparation: Preparation, today: date) -> tuple[str, ...]:
    """What the Prepare page still lacks, in the order of the form."""
    suspect = preparation.suspect
    needs_interpreter = suspect.is_deaf or suspect.language not in ("zh", "")
    id_is_wrong = (
        suspect.id_type == "居民身份证"
        and bool(suspect.id_number)
        and read_id_number(suspect.id_number) is None
    )
    investigators = preparation.with_role(Role.INVESTIGATOR)
    conditions = (
        ("case_missing", not (preparation.case.number or preparation.case.name)),
        ("suspect_missing", not suspect.name.strip()),
        ("id_number_wrong", id_is_wrong),
        ("too_few_investigators", len(investigators) < TERMS[preparation.procedure].investigators),
        ("name_missing", any(not person.name.strip() for person in preparation.participants)),
        (
            "place_reason_missing",
            not preparation.in_center_room and not preparation.place_reason.strip(),
        ),
        (
            "guardian_missing",
            is_minor(preparation, today)
            and not preparation.with_role(Role.GUARDIAN)
            and not preparation.guardian_absence_reason.strip(),
        ),
        (
            "interpreter_missing",
            needs_interpreter
            and not preparation.with_role(Role.INTERPRETER)
            and not preparation.interpreter_declined,
        ),
    )
    return tuple(code for code, holds in conditions if holds)


def missing_for(state: Interrogation, to: Phase) -> tuple[str, ...]:
    """Codes of what still stands in the way of `to`; empty when the move is open."""
    if to not in MOVES[state.phase]:
        return ("wrong_phase",)
    match to:
        case Phase.RIGHTS:
            return missing_to_start(state.preparation, _day_of(state.opened_utc))
        case Phase.INTERVIEWING:
            return () if state.rights else ("rights_not_acknowledged",)
        case Phase.READ_BACK:
            return ("break_already_open",) if state.open_break else ()
        case Phase.SIGNING:
            return _missing_to_sign(state)
        case Phase.SEALED:
            return () if state.everyone_signed else ("marks_missing",)
    return ()


def _missing_to_sign(state: Interrogation) -> tuple[str, ...]:
    if state.paper is None or not state.read_back_confirmed:
        return ("read_back_incomplete",)
    read = {reading.page_digest for reading in state.readings}
    if not read.issuperset(state.paper.page_digests):
        return ("page_unread",)
    return () if state.recording_healthy else ("recording_not_healthy",)


def allowed_moves(state: Interrogation) -> dict[Phase, tuple[str, ...]]:
    """Every move from this phase with what is missing for it."""
    return {to: missing_for(state, to) for to in MOVES[state.phase]}


def _day_of(utc: str) -> date:
    return date.fromisoformat(utc[:10]) if utc else date.max
