"""Tells the center where the custody log ends, and finds out when its end was cut off.

- Only the number of lines and the digest of the last go out.
- What the center knew before must be in the log here; otherwise lines were cut off, or another
  machine writes with this one's keys.
"""

from __future__ import annotations

import msgspec

from app.errors import StorageProblem, SyncProblem
from app.store.custody import CustodyLog
from app.sync.client import CenterClient, Signer
from app.sync.enrolment import Enrolment


class Pinned(msgspec.Struct, frozen=True):
    """The center's answer: the last end it knows; 0 lines when it knows nothing."""

    count: int = 0
    head: str = ""
    utc: str = ""


def pin_custody(client: CenterClient, custody: CustodyLog) -> Pinned:
    """Compare the custody log with what the center knows of it, and tell its end of now.

    Raises:
        StorageProblem: `custody_cut`, with the lines `known` there and `found` here.
        SyncProblem: The center cannot be reached or refuses.
    """
    target = f"/v1/heads/{custody.name}"
    known = _told(client, "GET", target)
    heads = custody.heads()
    if known.count and (known.count > len(heads) or heads[known.count - 1] != known.head):
        raise StorageProblem("custody_cut", known=known.count, found=len(heads), utc=known.utc)
    if known.count == len(heads):
        return known
    pin = {"count": len(heads), "head": heads[-1],
           "after_count": known.count, "after_head": known.head}  # fmt: skip
    try:
        return _told(client, "POST", target, msgspec.json.encode(pin))
    except SyncProblem as problem:
        if problem.details.get("reason") != "head_conflict":
            raise
        return _told(client, "GET", target)  # another process of ours was first


def pin_at(enrolment: Enrolment, signer: Signer, custody: CustodyLog) -> Pinned:
    """As `pin_custody`, at the center where this workstation is enrolled."""
    client = CenterClient(enrolment.url, signer)
    try:
        return pin_custody(client, custody)
    finally:
        client.close()


def _told(client: CenterClient, method: str, target: str, body: bytes = b"") -> Pinned:
    answer = client.ask(method, target, body=body)
    try:
        return msgspec.json.decode(answer.content, type=Pinned)
    except msgspec.DecodeError as error:
        raise SyncProblem("center_refused", reason="answer") from error
