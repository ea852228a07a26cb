"""The places to sign: the strip at the foot of every page and the closing block of the last.

- Whoever signs each page has a box on each page; the others sign the last (L17, L19).
- The place for the closing sentence is empty: the person writes it by hand (L17).
- A box carries its signer's role and name, so that nobody can sign in another's place unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from app.domain.paper import TranscriptPaper
from app.domain.people import Role
from app.domain.signers import SignatureField, Signer
from widgets.paper.body import LEFT, WIDTH
from widgets.paper.content import PAGE_HEIGHT, Frame, Item, Rule, Text, rounded
from widgets.paper.typeset import width_of

GAP: Final = 10.0
LABEL: Final = 13.0  # height of the line above a box
BOX_HEIGHT: Final = 58.0  # 20 mm: a fingerprint at its own size stands in it
OPINION_HEIGHT: Final = 62.0
INK_WIDTH: Final = 104.0
PRINT_WIDTH: Final = 152.0
SPARES: Final = 2
SMALL: Final = 8.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A box to be set: whose, how wide, what is printed above it."""

    name: str
    signer_id: str
    label: str
    person: str = ""
    width: float
    height: float = BOX_HEIGHT
    dashed: bool = False


Places = list[list[Place]]
"""Rows of boxes from the top down."""


def page_places(paper: TranscriptPaper, page: int, *, last: bool = False) -> Places:
    """The boxes of those who sign every page; on the last page spares stand beside them."""
    if not paper.signers:  # a copy, on which nobody signs
        return []
    wanted = [
        _place(paper, signer, f"{signer.id}-page-{page}")
        for signer in paper.signers
        if signer.every_page
    ]
    rows = _wrapped(wanted)
    return _wrapped([*wanted, *_spares(paper, _free(rows))]) if last else rows


def closing_places(paper: TranscriptPaper) -> Places:
    """The boxes that only the last page has, above its strip."""
    if not paper.signers:
        return []
    words = paper.words
    rows: Places = []
    for signer in paper.signers:
        if signer.role is Role.SUSPECT:
            label = words.opinion + words.opinion_hint
            name = f"{signer.id}-opinion"
            opinion = Place(
                name=name, signer_id=signer.id, label=label, width=WIDTH, height=OPINION_HEIGHT
            )
            rows.append([opinion])
    others = [
        _place(paper, signer, f"{signer.id}-last")
        for signer in paper.signers
        if not signer.every_page
    ]
    taken = min(SPARES, _free(page_places(paper, 1)))
    return rows + _wrapped([*others, *_spares(paper, SPARES)[taken:]])


def height_of(rows: Places) -> float:
    """What the rows need, with the space above each."""
    return sum(LABEL + max(place.height for place in row) + 3 for row in rows)


def set_places(rows: Places, top: float, page: int) -> tuple[list[Item], list[SignatureField]]:
    """The items and fields of rows that begin at `top` on a page."""
    items: list[Item] = []
    fields: list[SignatureField] = []
    for row in rows:
        left = LEFT
        for place in row:
            items += _labels(place, left, top)
            y = rounded(top + LABEL)
            frame = Frame(
                x=rounded(left), y=y, width=place.width, height=place.height, dashed=place.dashed
            )
            items.append(frame)
            fields.append(_field(place, frame, page))
            left += place.width + GAP
        top += LABEL + max(place.height for place in row) + 3
    return items, fields


def rule_above(top: float) -> Rule:
    """The line that parts the strip from the text."""
    return Rule(x0=LEFT, y0=rounded(top), x1=rounded(LEFT + WIDTH), y1=rounded(top), width=0.8)


def _place(paper: TranscriptPaper, signer: Signer, name: str) -> Place:
    words = paper.words
    hint = words.sign_and_print if signer.prints else words.sign
    return Place(
        name=name,
        signer_id=signer.id,
        label=words.label(signer.role) + hint,
        person=signer.name,
        width=PRINT_WIDTH if signer.prints else INK_WIDTH,
    )


def _spares(paper: TranscriptPaper, count: int) -> list[Place]:
    return [
        Place(
            name=f"spare-{number}",
            signer_id="",
            label=paper.words.spare,
            width=INK_WIDTH,
            dashed=True,
        )
        for number in range(1, min(count, SPARES) + 1)
    ]


def _free(rows: Places) -> int:
    """How many spares stand beside the last row without a further one."""
    used = sum(place.width + GAP for place in rows[-1])
    return int((WIDTH + 0.5 - used + GAP) // (INK_WIDTH + GAP))


def _wrapped(places: Sequence[Place]) -> Places:
    rows: Places = []
    used = WIDTH + 1
    for place in places:
        if used + GAP + place.width > WIDTH + 0.5:
            rows.append([])
            used = -GAP
        rows[-1].append(place)
        used += GAP + place.width
    return rows


def _labels(place: Place, left: float, top: float) -> list[Item]:
    """Role at the left; the name at the right of it, where it fits."""
    y = rounded(top + 9.5)
    items: list[Item] = [Text(x=rounded(left), y=y, text=place.label, size=SMALL)]
    taken = width_of(place.label, SMALL)
    wanted = width_of(place.person, SMALL, bold=True)
    if place.person and taken + wanted + 4 <= place.width:
        x = rounded(left + place.width - wanted)
        items.append(Text(x=x, y=y, text=place.person, size=SMALL, bold=True))
    return items


def _field(place: Place, frame: Frame, page: int) -> SignatureField:
    inset = 0.5  # the frame stays visible round a filled field
    box = (
        rounded(frame.x + inset),
        rounded(PAGE_HEIGHT - frame.y - frame.height + inset),
        rounded(frame.x + frame.width - inset),
        rounded(PAGE_HEIGHT - frame.y - inset),
    )
    return SignatureField(name=place.name, signer_id=place.signer_id, page=page, box=box)
