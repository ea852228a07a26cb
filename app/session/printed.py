"""What stands on the paper of an interrogation, from its state alone.

- The same for the paper that is signed and for a copy made of the sealed record later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.interrogation import Interrogation
from app.domain.paper import TranscriptPaper, from_interrogation
from app.domain.people import Participant, Role
from app.session import rights_text


def printed(state: Interrogation, agency: str) -> TranscriptPaper:
    """The paper's model; an empty `agency` is that of the investigators."""
    preparation = state.preparation
    first_take = state.takes[0].started_utc if state.takes else ""
    return from_interrogation(
        record_id=state.record_id,
        agency=agency or _unit_of(preparation.with_role(Role.INVESTIGATOR)),
        preparation=preparation,
        utterances=state.utterances,
        started=_local(first_take or state.started_utc or state.opened_utc),
        ended=_local(state.questions_ended_utc) if state.questions_ended_utc else None,
        breaks=state.breaks,
        gaps=state.gaps,
        objections=state.objections,
        rights=_rights_lines(state),
        simulated=state.simulated,
        pre_roll_ms=state.takes[0].pre_roll_ms if state.takes else 0,
    )


def _rights_lines(state: Interrogation) -> tuple[str, ...]:
    if state.rights is None:
        return ()
    language = state.rights_shown[-1].language if state.rights_shown else "zh"
    notice = rights_text.read(state.preparation.procedure, language)
    refused, reason = state.rights.refused, state.rights.reason
    return (notice.note(state.preparation.suspect.name, refused=refused, reason=reason),)


def _local(utc: str) -> datetime:
    return datetime.fromisoformat(utc).astimezone()


def _unit_of(people: Sequence[Participant]) -> str:
    return next((person.unit for person in people if person.unit), "")
