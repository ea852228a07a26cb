"""The center's append-only log of stored records (RFC 6962), kept in the database.

- A leaf is appended inside one write transaction, so no two records get one place.
- The tree in memory is only a copy: it catches up with the table before every answer, so
  several processes may serve one database.
- Nothing here changes or removes a leaf.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from center.database import Database, Leaf, Record
from center.keys import CenterKeys
from center.problem import CenterProblem
from signing.merkle import Log
from signing.receipt import Receipt, ReceiptSigner, TreeHead, make_leaf, utc_text


class Ledger:
    """The log and the key that signs what it says."""

    def __init__(self, database: Database, keys: CenterKeys) -> None:
        self._database = database
        self._signer = ReceiptSigner(keys.receipt_key, keys.receipt_certificate)
        self._lock = threading.Lock()
        self._log = Log()
        with self._database.reading() as session:
            self._catch_up(session)

    def enter(self, record: Record) -> Receipt:
        """Append a stored record, unless the log has it already, and make its receipt."""
        with self._lock:
            index = self._append(record)
            return self._signer.make_receipt(
                self._log,
                index,
                record_id=record.id,
                root_digest=record.root,
                device=record.key_id,
                received_utc=record.received_utc,
            )

    def head(self) -> TreeHead:
        """The signed root of the log as it is now."""
        with self._lock, self._database.reading() as session:
            self._catch_up(session)
            return self._signer.make_tree_head(self._log, utc_text(datetime.now(UTC)))

    def consistency(self, old_size: int, size: int) -> list[str]:
        """The proof that the tree of `size` only added to that of `old_size`, in hexadecimal.

        Raises:
            CenterProblem: `not_found` when the log was never that large.
        """
        with self._lock, self._database.reading() as session:
            self._catch_up(session)
            if not 0 <= old_size <= size <= self._log.size:
                raise CenterProblem("not_found", tree_size=self._log.size)
            return [step.hex() for step in self._log.consistency_path(old_size, size)]

    def _append(self, record: Record) -> int:
        content = make_leaf(record.id, record.root, record.key_id, record.received_utc)
        with self._database.writing() as session:
            self._catch_up(session)
            known = session.scalar(select(Leaf).where(Leaf.record_id == record.id))
            if known is not None:
                return known.position
            index = self._log.size
            session.add(Leaf(position=index, record_id=record.id, content=content))
        self._log.append(content)
        return index

    def _catch_up(self, session: Session) -> None:
        newer = select(Leaf).where(Leaf.position >= self._log.size).order_by(Leaf.position)
        for leaf in session.scalars(newer):
            self._log.append(leaf.content)
