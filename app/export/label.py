"""What is written on a disc: unit, maker, time, person and case, disc n of m (L39).

- Person and case are those of the record itself, not of a list that could be wrong.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import SealProblem
from app.paths import RESOURCES
from app.sentences import LANGUAGES
from signing import manifest
from signing.seal import parse_seal
from signing.verify_bag import TRANSCRIPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What all discs of a set say alike."""

    record_id: str
    root_digest: str
    unit: str
    maker: str
    made_utc: str
    room: str
    began_utc: str
    sealed_utc: str
    person: str
    case_name: str
    case_number: str
    simulated: bool

    def write(self, number: int, of: int) -> bytes:
        """The label of disc `number` of `of`, UTF-8, Chinese first."""
        with (RESOURCES / "i18n" / "label.toml").open("rb") as file:
            words = tomllib.load(file)
        told = {
            "number": number,
            "of": of,
            "record_id": self.record_id,
            "root_digest": self.root_digest,
            "unit": self.unit,
            "maker": self.maker,
            "made": _local(self.made_utc),
            "room": self.room,
            "began": _local(self.began_utc),
            "sealed": _local(self.sealed_utc),
            "person": self.person,
            "case_name": self.case_name,
            "case_number": self.case_number,
        }
        texts = [
            words["label"][to].format(
                **told, simulated=words["simulated"][to] if self.simulated else ""
            )
            for to in LANGUAGES
        ]
        return "\n".join(texts).lstrip("\n").encode("utf-8")


def label_of(folder: Path, *, unit: str, maker: str, made_utc: str) -> Label:
    """The label of the sealed record in `folder`; an empty `unit` leaves the line to be written.

    Raises:
        SealProblem: `seal_malformed`, `suite_refused` or `transcript_mismatch`.
    """
    seal = parse_seal((folder / manifest.SEAL).read_bytes())
    form = _form(folder)
    suspect, case = _part(form, "suspect"), _part(form, "case")
    return Label(
        record_id=seal.record_id,
        root_digest=manifest.root_digest(folder),
        unit=unit,
        maker=maker,
        made_utc=made_utc,
        room=seal.room,
        began_utc=_began(folder),
        sealed_utc=seal.created_utc,
        person=str(suspect.get("name", "")),
        case_name=str(case.get("name", "")),
        case_number=str(case.get("number", "")),
        simulated=seal.simulated,
    )


def _form(folder: Path) -> dict[str, object]:
    """The form as the record's transcript tells it."""
    try:
        told = json.loads((folder / TRANSCRIPT).read_bytes())
    except ValueError as error:
        raise SealProblem("transcript_mismatch", path=TRANSCRIPT, line="") from error
    return _part(told, "preparation") if isinstance(told, dict) else {}


def _part(told: dict[str, object], name: str) -> dict[str, object]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _began(folder: Path) -> str:
    """When the journal was opened, by its first line."""
    with (folder / "data" / "journal.jsonl").open("rb") as file:
        first = json.loads(file.readline() or b"{}")
    body = first.get("body", {}) if isinstance(first, dict) else {}
    return str(body.get("utc", "")) if isinstance(body, dict) else ""


def _local(utc: str) -> str:
    try:
        return datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return utc
