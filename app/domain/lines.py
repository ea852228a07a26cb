"""Operations on the lines of a transcript; each returns a new tuple and loses no wording."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.domain.transcript import Origin, Revision, Utterance, in_order
from app.errors import Refused


def find(utterances: tuple[Utterance, ...], utterance_id: str) -> Utterance:
    """The line with that id.

    Raises:
        Refused: `no_such_utterance`.
    """
    for utterance in utterances:
        if utterance.id == utterance_id:
            return utterance
    raise Refused("no_such_utterance", utterance=utterance_id)


def require_not_heard(origin: Origin, text: str, proposed: Sequence[str]) -> None:
    """Nothing a person puts in may claim to have been heard (principle 6).

    Args:
        origin: what is claimed.
        text: the wording.
        proposed: what the second hearing made; a wording of it may be taken as it is.

    Raises:
        Refused: `heard_by_hand`.
    """
    invented = origin is Origin.HEARD_AGAIN and text not in proposed
    if origin is Origin.HEARD or invented:
        raise Refused("heard_by_hand", origin=origin.value)


def require_neighbours(utterances: tuple[Utterance, ...], first: str, second: str) -> None:
    """Two lines may be merged when they follow each other and have one speaker.

    Raises:
        Refused: `line_not_adjacent` or `no_such_utterance`.
    """
    ordered = in_order(utterances)
    place = ordered.index(find(ordered, first))
    follower = find(ordered, second)
    if ordered[place + 1 : place + 2] != (follower,) or ordered[place].role is not follower.role:
        raise Refused("line_not_adjacent", first=first, second=second)


def added(utterances: tuple[Utterance, ...], utterance: Utterance) -> tuple[Utterance, ...]:
    """With one more line, in order of time; the same id twice is one line."""
    if any(line.id == utterance.id for line in utterances):
        return utterances
    return in_order((*utterances, utterance))


def replaced(utterances: tuple[Utterance, ...], changed: Utterance) -> tuple[Utterance, ...]:
    """With `changed` in the place of the line of the same id."""
    return tuple(changed if line.id == changed.id else line for line in utterances)


def revised(utterance: Utterance, revision: Revision) -> Utterance:
    """With a further wording on top."""
    return msgspec.structs.replace(utterance, revisions=(*utterance.revisions, revision))


def split(
    utterances: tuple[Utterance, ...], utterance_id: str, new_id: str, at: int, at_ms: int
) -> tuple[Utterance, ...]:
    """One line becomes two at character `at`; both keep the origin of the wording."""
    whole = find(utterances, utterance_id)
    last = whole.revisions[-1]
    first = msgspec.structs.replace(last, text=last.text[:at], reason="split")
    second = msgspec.structs.replace(last, text=last.text[at:], reason="split")
    head = msgspec.structs.replace(revised(whole, first), t1_ms=min(at_ms, whole.t1_ms))
    tail = msgspec.structs.replace(
        whole, id=new_id, t0_ms=at_ms, revisions=(second,), merged_from=(utterance_id,)
    )
    return added(replaced(utterances, head), tail)


def merged(
    utterances: tuple[Utterance, ...], utterance_id: str, absorbed_id: str
) -> tuple[Utterance, ...]:
    """Two neighbouring lines become the first; the second's wordings go into its history."""
    first, second = find(utterances, utterance_id), find(utterances, absorbed_id)
    whole = Revision(
        text=first.text + second.text,
        origin=first.origin if first.origin is second.origin else Origin.TYPED,
        by=first.revisions[-1].by,
        at_ms=first.revisions[-1].at_ms,
        reason="merged",
    )
    joined = msgspec.structs.replace(
        first,
        t1_ms=max(first.t1_ms, second.t1_ms),
        revisions=(*first.revisions, *second.revisions, whole),
        merged_from=(*first.merged_from, absorbed_id),
    )
    return tuple(
        joined if line.id == utterance_id else line for line in utterances if line.id != absorbed_id
    )
