"""The compliance sheet: each numbered requirement with what the record itself shows (C10).

- `pass`, `fail`, `not_applicable` or `unknown`; nothing is judged that the journal cannot show.
- Evidence is the kind of event or the field that shows it, never a conclusion about a person.
- The numbers are those of the requirement list the product is built to (L1-L45).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from app.domain.interrogation import Interrogation
from app.domain.people import Procedure, Role
from app.domain.rules import LAW_VERSION, TERMS, missing_to_start
from app.domain.transcript import Origin


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the record shows of one requirement."""

    rule: str
    result: str
    evidence: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sheet, reproducible from the journal alone."""

    law_version: str
    findings: tuple[Finding, ...]


PICTURE_LOST = "picture_lost"
LONGEST_STALL_MS = 2000  # of a picture while sound goes on; what the recorder promises at most
FURTHEST_OFF_MS = 500  # of the time that is shown and recorded (L34)

NOT_SHOWN: Literal["not shown"] = "not shown"
Shown = tuple[bool | Literal["not shown"] | None, str]  # None: not applicable
Rule = Callable[[Interrogation], Shown]


def _officers(state: Interrogation) -> Shown:
    present = len(state.preparation.with_role(Role.INVESTIGATOR))
    needed = TERMS[state.preparation.procedure].investigators
    return present >= needed, f"investigators present {present}, required {needed}"


def _one_suspect(state: Interrogation) -> Shown:
    return bool(state.preparation.suspect.name), "one suspect per record"


def _place(state: Interrogation) -> Shown:
    preparation = state.preparation
    if preparation.in_center_room:
        return True, "place: room of the center"
    return bool(preparation.place_reason), "place_reason in preparation"


def _breaks(state: Interrogation) -> Shown:
    if not state.breaks:
        return None, "no break was taken"
    return all(rest.t1_ms is not None for rest in state.breaks), "break_started, break_ended"


def _guardian(state: Interrogation) -> Shown:
    day = state.opened_utc[:10]
    missing = missing_to_start(state.preparation, date.fromisoformat(day))
    if not state.preparation.with_role(Role.GUARDIAN) and "guardian_missing" not in missing:
        return None, "person is of age, or a reason is recorded"
    return "guardian_missing" not in missing, "participants"


def _interpreter(state: Interrogation) -> Shown:
    suspect = state.preparation.suspect
    if not suspect.is_deaf and suspect.language in ("", "zh"):
        return None, "no interpreter needed by the form"
    present = bool(state.preparation.with_role(Role.INTERPRETER))
    return present or state.preparation.interpreter_declined, "participants"


def _rights(state: Interrogation) -> Shown:
    return state.rights is not None and bool(state.rights_shown), "rights_shown, acknowledged"


def _read(state: Interrogation) -> Shown:
    if state.paper is None:
        return False, "no paper was made"
    read = {reading.page_digest for reading in state.readings}
    return read.issuperset(state.paper.page_digests), "page_read for every page"


def _corrections(state: Interrogation) -> Shown:
    corrected = [line for line in state.utterances if line.origin is Origin.CORRECTED]
    if not corrected:
        return None, "no correction was asked for"
    kept = all(len(line.revisions) > 1 for line in corrected)
    return kept, "former wordings kept in transcript.json and on paper"


def _signatures(state: Interrogation) -> Shown:
    return state.everyone_signed, "paper_signed for every field, or a noted refusal"


def _refusals(state: Interrogation) -> Shown:
    if not state.refusals:
        return None, "nobody refused"
    return all(state.refusals.values()), "signing_refused with reasons"


def _signing_recorded(state: Interrogation) -> Shown:
    on_paper = [mark for mark in state.marks if mark.field]
    if not on_paper:
        return None, "no mark was given"
    inside = all(mark.media_ms >= 0 and mark.take > 0 for mark in on_paper)
    return inside, "mark_given carries take and media offset"


def _whole(state: Interrogation) -> Shown:
    """Sound is never missing; a picture may stall for moments, which are stated and drawn in it."""
    ended = bool(state.takes) and all(take.duration_ms is not None for take in state.takes)
    broken = [
        gap
        for gap in state.gaps
        if gap.reason != PICTURE_LOST or gap.t1_ms - gap.t0_ms > LONGEST_STALL_MS
    ]
    longest_ms = max((gap.t1_ms - gap.t0_ms for gap in state.gaps), default=0)
    told = f"takes {len(state.takes)}, stated gaps {len(state.gaps)}, longest {longest_ms} ms"
    pre_roll_ms = sum(take.pre_roll_ms for take in state.takes)
    if pre_roll_ms:
        told += f", begins with a pre-roll of {pre_roll_ms / 1000:.1f} s"
    return ended and not broken, told


def _clock(state: Interrogation) -> Shown:
    """Of L34 only the time can be shown; whether the picture is clear no journal can say."""
    clocks = state.clocks
    asked = {"time server": clocks.ntp_off_ms, "center": clocks.center_off_ms}
    told = [
        f"{name} never answered" if off is None else f"{off:+d} ms to the {name} at most"
        for name, off in asked.items()
    ]
    evidence = f"clock compared {clocks.compared} times, {', '.join(told)}, "
    evidence += f"set by {clocks.set_by_ms:+d} ms at most; the picture is not judged"
    reference_ms = clocks.ntp_off_ms if clocks.ntp_off_ms is not None else clocks.center_off_ms
    is_off = reference_ms is not None and abs(reference_ms) > FURTHEST_OFF_MS
    return False if is_off else NOT_SHOWN, evidence


def _suspension(state: Interrogation) -> Shown:
    if not state.suspensions:
        return None, "never suspended"
    return all(reason for _, reason in state.suspensions), "phase_changed with reasons"


def _exhibits(state: Interrogation) -> Shown:
    if not state.exhibits:
        return None, "nothing was shown"
    return True, "exhibit_shown under digest while recording"


def _model(state: Interrogation) -> Shown:
    heard = any(line.hearing for line in state.utterances)
    if not heard:
        return None, "no line was heard by a model"
    return all(m.model_digest for m in state.models), "transcriber_started with digest"


RULES: dict[str, Rule] = {
    "L1": _officers,
    "L2": _one_suspect,
    "L3": _place,
    "L6": _breaks,
    "L9": _guardian,
    "L10": _interpreter,
    "L11": _rights,
    "L12": _rights,
    "L14": _model,
    "L15": _read,
    "L16": _corrections,
    "L17": _signatures,
    "L18": _refusals,
    "L21": _signing_recorded,
    "L30": _whole,
    "L33": _exhibits,
    "L34": _clock,
    "L36": _suspension,
    "L37": _suspension,
}

ONLY_ADMINISTRATIVE = frozenset({"L7", "L25", "L26"})
LAST_RULE = 45


def sheet(state: Interrogation) -> Sheet:
    """The compliance sheet of an interrogation."""
    findings = tuple(_finding(state, f"L{number}") for number in range(1, LAST_RULE + 1))
    return Sheet(law_version=LAW_VERSION, findings=findings)


def _finding(state: Interrogation, rule: str) -> Finding:
    if rule in ONLY_ADMINISTRATIVE and state.preparation.procedure is Procedure.CRIMINAL:
        return Finding(rule=rule, result="not_applicable", evidence="criminal procedure")
    check = RULES.get(rule)
    if check is None:
        return Finding(rule=rule, result="unknown", evidence="not shown by this record")
    holds, evidence = check(state)
    if holds is None:
        return Finding(rule=rule, result="not_applicable", evidence=evidence)
    if holds == NOT_SHOWN:
        return Finding(rule=rule, result="unknown", evidence=evidence)
    return Finding(rule=rule, result="pass" if holds else "fail", evidence=evidence)
