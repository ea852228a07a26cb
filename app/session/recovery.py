"""Unfinished interrogations: found by their journals when the program starts."""

from __future__ import annotations

import logging

from app.domain.evolution import replay
from app.domain.phase import Phase
from app.errors import KeyProblem, Problem, SetupProblem, StorageProblem
from app.session.links import Links
from app.session.snapshot import Unfinished
from app.session.workstation import Workstation
from app.store.journal import read_entries
from app.store.keystore import RecordKeys

_log = logging.getLogger(__name__)


def unfinished(workstation: Workstation, links: Links) -> list[Unfinished]:
    """Open interrogations, the newest first.

    One whose journal cannot be read is left out but stays on disk; the log says which.
    """
    folder = workstation.paths.interrogations
    recording = _recording_now(links)
    found = []
    for record in sorted(folder.glob("R*"), reverse=True) if folder.exists() else ():
        try:
            keys = RecordKeys.open(record, workstation.ring)
            state = replay(read_entries(record, keys))
        except (StorageProblem, KeyProblem) as problem:
            _log.error("cannot read %s: %s", record.name, problem)
            continue
        if not state.record_id:  # a take recorded without a desk has no interrogation to go on
            continue
        sealed = state.phase is Phase.SEALED and workstation.catalogue.get(record.name)
        if state.phase is Phase.ABANDONED or sealed:
            continue
        found.append(
            Unfinished(
                record_id=record.name,
                phase=state.phase,
                suspect=state.preparation.suspect.name,
                case_number=state.preparation.case.number,
                opened_utc=state.opened_utc,
                recorder_running=record.name == recording,
            )
        )
    return found


def _recording_now(links: Links) -> str:
    """The record that this room's recorder is writing, without starting a recorder."""
    link = links.recorder()
    try:
        link.connect(_ignore)
        return link.state().record_id
    except SetupProblem:
        return ""
    except Problem as problem:
        _log.warning("recorder: %s", problem)
        return ""
    finally:
        link.close()


def _ignore(_message: object) -> None:
    """Only the state is asked for."""
