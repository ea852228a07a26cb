"""What the person's slip carries of a record, and how it is read again when somebody types it.

- The code on the slip says record number and root digest, and nothing about the person (C6).
- A digest is read whatever its spaces, hyphens, case or width of letters are; a character that
  no digest has (O for 0, l for 1) is refused by its place and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.errors import SlipProblem

MARK: Final = "SHILU1"  # form 1 of the slip's code
DIGEST_CHARACTERS: Final = 64
GROUP: Final = 4  # characters printed together
RECORD_ID: Final = re.compile(r"R[0-9]{8}-[0-9]{6}-[0-9A-F]{6}", re.IGNORECASE)
BETWEEN: Final = re.compile(r"[\s:._\u00b7\u2010-\u2015-]+")  # what people put between groups


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says; `record_id` is empty when only the digest was typed."""

    record_id: str
    root_digest: str

    def names(self, record_id: str) -> bool:
        """Whether this slip is of that record, by its number; a slip without one says no less."""
        return not self.record_id or self.record_id.casefold() == record_id.casefold()


def slip_text(record_id: str, root_digest: str) -> str:
    """What the slip's code says: the same on paper and on the tablet."""
    return f"{MARK}:{record_id}:{root_digest}"


def read_slip(text: str) -> Slip:
    """The slip in `text`: the words of its code, or the digest as printed, with or without number.

    Raises:
        SlipProblem: `slip_letter_wrong` (with `letter` and `group`, counted from 1) or
            `slip_length_wrong` (with `found` of 64).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    record_id, digest = _parts(plain)
    return Slip(record_id, _digest(digest))


def _parts(plain: str) -> tuple[str, str]:
    """The record number, "" when there is none, and all that belongs to the digest."""
    mark, _, rest = plain.partition(":")
    if mark.strip().upper() == MARK:
        record_id, _, digest = rest.partition(":")
        return record_id.strip(), digest
    found = RECORD_ID.search(plain)
    if found is None:
        return "", plain
    return found.group(), plain[: found.start()] + " " + plain[found.end() :]


def _digest(typed: str) -> str:
    letters = BETWEEN.sub("", typed).lower()
    for place, letter in enumerate(letters):
        if letter not in "0123456789abcdef":
            raise SlipProblem("slip_letter_wrong", letter=letter, group=place // GROUP + 1)
    if len(letters) != DIGEST_CHARACTERS:
        raise SlipProblem("slip_length_wrong", found=len(letters), wanted=DIGEST_CHARACTERS)
    return letters
