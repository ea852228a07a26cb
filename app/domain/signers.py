"""Who signs what: signers in their order, the paper that stands and the marks given on it.

- The suspect (and the adult beside a minor, and the interpreter) signs and prints every page;
  investigators and clerk sign the last (L10, L17, L19, L24).
- A signer who refuses leaves no field and no empty box that could pass for a signature (L18).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from app.domain.people import Preparation, Role

EVERY_PAGE = frozenset({Role.SUSPECT, Role.GUARDIAN, Role.INTERPRETER})
SIGNING_ORDER = (Role.SUSPECT, Role.GUARDIAN, Role.INTERPRETER, Role.INVESTIGATOR, Role.CLERK)
PRINTS = frozenset({Role.SUSPECT, Role.GUARDIAN})
"""Who leaves a fingerprint beside the ink."""


class MarkKind(StrEnum):
    """What a person leaves on a page."""

    INK = "ink"
    FINGERPRINT = "fingerprint"


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """One person who signs; the id is generated and stable: `suspect-1`, `investigator-2`."""

    id: str
    role: Role
    name: str

    @property
    def every_page(self) -> bool:
        """Whether this person signs each page rather than the last one."""
        return self.role in EVERY_PAGE

    @property
    def prints(self) -> bool:
        """Whether this person leaves a fingerprint beside the ink."""
        return self.role in PRINTS


class SignatureField(msgspec.Struct, frozen=True, kw_only=True):
    """A pre-created signature field on the paper."""

    name: str
    signer_id: str
    page: int  # 1-based
    box: tuple[float, float, float, float]  # x0, y0, x1, y1 in PDF points from the lower left


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The laid-out transcript that is read and signed."""

    digest: str
    page_digests: tuple[str, ...]
    fields: tuple[SignatureField, ...]

    @property
    def pages(self) -> int:
        """Number of pages."""
        return len(self.page_digests)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark as journaled, without its image."""

    id: str
    kind: MarkKind
    signer_id: str
    field: str
    page: int
    page_digest: str
    digest: str
    device: str
    simulated: bool
    take: int
    media_ms: int
    utc: str


def signers_of(preparation: Preparation) -> tuple[Signer, ...]:
    """Everyone who signs, in order; counsel is present but does not sign the transcript."""
    people: list[Signer] = []
    for role in SIGNING_ORDER:
        if role is Role.SUSPECT:
            people.append(Signer(id="suspect-1", role=role, name=preparation.suspect.name))
            continue
        for number, person in enumerate(preparation.with_role(role), start=1):
            people.append(Signer(id=f"{role.value}-{number}", role=role, name=person.name))
    return tuple(people)
