"""The people of an interrogation, the case it belongs to and what the form asks of them.

- Nothing here is looked up or compared: an ID number is only checked for its own digits.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a participant is in the proceeding."""

    INVESTIGATOR = "investigator"
    CLERK = "clerk"
    SUSPECT = "suspect"
    GUARDIAN = "guardian"
    INTERPRETER = "interpreter"
    COUNSEL = "counsel"


class Procedure(StrEnum):
    """Which law the form, the clocks and the officer count follow."""

    CRIMINAL = "criminal"  # 讯问, CPL 118-123
    ADMINISTRATIVE = "administrative"  # 询问 of an offender, PA 52-77
    WITNESS = "witness"  # 询问 of a witness or victim


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One person in the room other than the suspect."""

    role: Role
    name: str
    unit: str = ""
    number: str = ""  # police number, licence or ID number
    note: str = ""  # an interpreter's language, a guardian's relation (L9, L10)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """The person who is questioned; field names follow the official form header."""

    name: str = ""
    sex: str = ""  # "male", "female" or ""
    birth: str = ""  # ISO date
    id_type: str = "居民身份证"
    id_number: str = ""
    ethnicity: str = ""
    education: str = ""
    occupation: str = ""
    household: str = ""
    address: str = ""
    contact: str = ""
    is_deputy: bool = False  # people's congress or CPPCC
    is_deaf: bool = False
    language: str = "zh"
    arrived: str = ""  # local time of arrival, as the person states it (L4)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """The case file the transcript belongs to."""

    number: str = ""
    name: str = ""
    offence: str = ""


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """All the Prepare page asks for; one frozen value, journaled whole at each change."""

    procedure: Procedure = Procedure.CRIMINAL
    ordinal: int = 1  # 第 N 次
    case: Case = Case()
    suspect: Person = Person()
    participants: tuple[Participant, ...] = ()
    place: str = ""
    place_reason: str = ""  # required outside a center's room (L3)
    in_center_room: bool = True
    guardian_absence_reason: str = ""  # L9
    interpreter_declined: bool = False  # L10: a foreigner's written declaration
    vocabulary: tuple[str, ...] = ()  # names and places of the case, for recognition
    previous_record: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names and places that are likely to be said: people first, none empty."""
        people = (self.suspect.name, *(person.name for person in self.participants))
        return tuple(name for name in (*people, *self.vocabulary) if name)

    def with_role(self, role: Role) -> tuple[Participant, ...]:
        """The participants who act in `role`, in the order they were entered."""
        return tuple(person for person in self.participants if person.role is role)


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_DIGITS = "10X98765432"


def read_id_number(number: str) -> tuple[date, str] | None:
    """Birth date and sex told by an 18-digit citizen ID number, or None if it is wrong.

    Source: GB 11643-1999 (ISO 7064 MOD 11-2 check digit, odd sequence = male).
    """
    number = number.strip().upper()
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return None
    remainder = sum(int(n) * w for n, w in zip(number, ID_WEIGHTS, strict=False)) % 11
    if ID_CHECK_DIGITS[remainder] != number[17]:
        return None
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth, "male" if int(number[16]) % 2 else "female"


def age_on(birth: date, day: date) -> int:
    """Full years of age on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
