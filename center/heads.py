"""The ends of logs that workstations keep: whoever cuts one off, or keeps two, is found out.

- A pin says how many lines a log has and the digest of the last; pins are kept for ever.
- A pin must go on from the last one. One that is shorter, or says something else of the same
  line, is refused and the last one told: a log was cut back, or two machines have one key.
- What the lines say never comes here.
"""

from __future__ import annotations

import logging
import re

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from center.database import Database, LogHead, utc_now
from center.problem import CenterProblem
from center.request import Admitted
from signing.digest import is_digest

NAME = re.compile(r"[a-z]{1,20}(:[A-Za-z0-9][A-Za-z0-9._-]{0,63})?")
log = logging.getLogger(__name__)


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The end of a log, and the end that its sender takes for the last one known here."""

    count: int
    head: str
    after_count: int = 0
    after_head: str = ""


class Pinned(msgspec.Struct, frozen=True):
    """What the center knows of a log's end; 0 lines when it knows nothing."""

    count: int = 0
    head: str = ""
    utc: str = ""


class Heads:
    """The ends of all logs of all devices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, sender: Admitted, name: str) -> Pinned:
        """The last end of this device's log of that name.

        Raises:
            CenterProblem: `name_unsafe`.
        """
        with self._database.reading() as session:
            return _last(session, sender, name)

    def pin(self, sender: Admitted, name: str, pin: Pin) -> Pinned:
        """Keep the end of a log; the same pin again changes nothing.

        Raises:
            CenterProblem: `head_conflict` with the last known `count` and `head`, also when
                another pin came in between; `request_malformed`, `name_unsafe`.
        """
        if pin.count < 1 or not is_digest(pin.head):
            raise CenterProblem("request_malformed", field="head")
        with self._database.writing() as session:
            last = _last(session, sender, name)
            if (pin.count, pin.head) == (last.count, last.head):
                return last
            after = (pin.after_count, pin.after_head)
            if pin.count <= last.count or after != (last.count, last.head):
                log.warning("%s: %s does not go on from line %d", sender.device, name, last.count)
                raise CenterProblem("head_conflict", count=last.count, head=last.head)
            row = LogHead(
                device=sender.device,
                name=name,
                count=pin.count,
                head=pin.head,
                key_id=sender.key_id,
                pinned_utc=utc_now(),
            )
            session.add(row)
        return Pinned(row.count, row.head, row.pinned_utc)


def _last(session: Session, sender: Admitted, name: str) -> Pinned:
    if not NAME.fullmatch(name):
        raise CenterProblem("name_unsafe", name=name[:80])
    query = select(LogHead).where(LogHead.device == sender.device, LogHead.name == name)
    row = session.scalars(query.order_by(LogHead.count.desc()).limit(1)).first()
    return Pinned() if row is None else Pinned(row.count, row.head, row.pinned_utc)
