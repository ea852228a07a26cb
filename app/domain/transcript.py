"""The transcript as utterances with revisions, and where each word of it comes from.

- Machine text is never overwritten: a change is a further revision (who, when, why, origin).
- `heard` and `heard_again` belong to a recogniser; nothing typed or pasted can carry them.
- The agreed text is the last revision at read-back.
- An utterance is never removed; a split or merge keeps the originals in its history.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from app.domain.people import Role


class Origin(StrEnum):
    """Where a piece of text comes from; kept for ever (principle 6)."""

    HEARD = "heard"
    HEARD_AGAIN = "heard_again"  # taken from the second hearing, word for word
    TYPED = "typed"
    TEMPLATE = "template"
    PASTED = "pasted"
    CORRECTED = "corrected"  # at the suspect's, guardian's or interpreter's request (L16)


class Word(msgspec.Struct, frozen=True, array_like=True):
    """One recognised piece (a character in Chinese) with its place in the recording."""

    text: str
    t0_ms: int
    t1_ms: int
    probability: float


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """What a recogniser made of one stretch of sound, unchanged for ever."""

    raw_text: str  # before simplification and punctuation width
    words: tuple[Word, ...] = ()
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0
    model: str = ""  # name of the model
    model_digest: str = ""
    language: str = "zh"
    flags: tuple[str, ...] = ()  # guards that spoke up
    pass_number: int = 1


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One wording of an utterance."""

    text: str
    origin: Origin
    by: str  # name of the person, or the model
    at_ms: int  # offset from recording start
    reason: str = ""


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """One line: somebody's turn, the sound it stands on and all its wordings."""

    id: str
    role: Role  # INVESTIGATOR asks (问), SUSPECT answers (答); others by their role
    t0_ms: int
    t1_ms: int
    revisions: tuple[Revision, ...]
    hearing: Hearing | None = None
    merged_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The wording that stands now."""
        return self.revisions[-1].text

    @property
    def origin(self) -> Origin:
        """Where the wording that stands now comes from."""
        return self.revisions[-1].origin

    @property
    def has_sound(self) -> bool:
        """Whether a recogniser heard this line; a typed line has no sound of its own."""
        return self.hearing is not None


def in_order(utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """Lines in the order of their beginning; equal beginnings keep their arrival."""
    return tuple(sorted(utterances, key=lambda line: line.t0_ms))
