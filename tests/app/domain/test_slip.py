"""The person's slip: what its code says is what is read again, however it is typed (C6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.slip import Slip, read_slip, slip_text
from app.errors import SlipProblem

RECORD = "R20261122-031405-a1b2c3"
DIGEST = "0123456789abcdef" * 4
GROUPS = " ".join(DIGEST[at : at + 4].upper() for at in range(0, 64, 4))


def test_the_code_of_a_slip_is_read_again() -> None:
    assert read_slip(slip_text(RECORD, DIGEST)) == Slip(RECORD, DIGEST)
    assert read_slip(f" shilu1 : {RECORD} : {GROUPS}\n") == Slip(RECORD, DIGEST)


@pytest.mark.parametrize(
    "typed",
    [
        GROUPS,
        GROUPS.lower(),
        GROUPS.replace(" ", "-"),
        GROUPS.replace(" ", "\n", 8),
        "".join(chr(ord(one) + 0xFEE0) if one != " " else "　" for one in GROUPS),  # an IME's width
    ],
)
def test_a_digest_is_read_however_it_is_grouped(typed: str) -> None:
    assert read_slip(typed) == Slip("", DIGEST)
    assert read_slip(f"{RECORD}\n{typed}") == Slip(RECORD, DIGEST)


@pytest.mark.parametrize(("letter", "group"), [("O", 1), ("l", 3), ("零", 16)])
def test_a_letter_that_no_digest_has_is_refused_by_its_place(letter: str, group: int) -> None:
    at = (group - 1) * 4
    with pytest.raises(SlipProblem) as caught:
        read_slip(DIGEST[:at] + letter + DIGEST[at + 1 :])
    assert caught.value.code == "slip_letter_wrong"
    assert caught.value.details == {"letter": letter.lower(), "group": group}


@pytest.mark.parametrize("typed", ["", "   ", DIGEST[:-1], DIGEST + "0", RECORD, "SHILU1:"])
def test_a_digest_of_another_length_is_refused(typed: str) -> None:
    with pytest.raises(SlipProblem, match="slip_length_wrong"):
        read_slip(typed)


def test_a_slip_names_its_record_whatever_the_case() -> None:
    assert Slip(RECORD.lower(), DIGEST).names(RECORD)
    assert Slip("", DIGEST).names(RECORD)
    assert not Slip(RECORD, DIGEST).names(f"{RECORD[:-1]}4")


@given(st.text())
def test_any_text_is_a_slip_or_a_problem(text: str) -> None:
    try:
        slip = read_slip(text)
    except SlipProblem:
        return
    assert len(slip.root_digest) == 64
