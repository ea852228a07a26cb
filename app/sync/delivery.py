"""Delivers one sealed record: its files, then the center's receipt, verified and laid into it.

- Only a receipt that leads to the enrolled authority, names this record, root and signer, and
  whose log contains all that was seen before, is believed; anything else is a problem.
- The receipt is written whole or not at all; no other file of the record is touched.
- A record that the center has already is not sent again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography import x509

from app.errors import KeyProblem, SealProblem, StorageProblem, SyncProblem
from app.store.database import Database, TreeHeadRow
from app.store.keystore import write_synced
from app.sync.client import VERIFY_S, CenterClient
from app.sync.upload import Pace, Sender, Stopped, Upload
from signing import certificates, cms, manifest, merkle
from signing import receipt as receipts
from signing.digest import digest_file, key_id
from signing.receipt import Receipt, TreeHead

Report = Callable[[int, int], None]  # bytes the center has, bytes in all


class Proof(msgspec.Struct, frozen=True):
    """The center's answer to a question for consistency."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed record as it lies in its folder, ready to be sent."""

    record_id: str
    folder: Path
    root_digest: str
    signer: str  # key id of the key that sealed it
    total_bytes: int

    @classmethod
    def open(cls, record_id: str, folder: Path) -> Parcel:
        """Look at a sealed record. Raises `StorageProblem` or `SealProblem`."""
        try:
            root_digest = digest_file(folder / manifest.TAG_MANIFEST)
            signature = cms.read((folder / cms.PATH).read_bytes())
            total_bytes = sum(path.stat().st_size for path in _files(folder))
        except OSError as error:
            raise StorageProblem("record_not_found", path=str(folder)) from error
        signer = key_id(certificates.public_key(signature.signer))
        return cls(record_id, folder, root_digest, signer, total_bytes)

    def uploads(self) -> Iterator[Upload]:
        """Every file but the receipt; each is read once here for its digest.

        Raises:
            StorageProblem: `media_damaged`.
        """
        for path in _files(self.folder):
            name = path.relative_to(self.folder).as_posix()
            try:
                digest, length_bytes = digest_file(path), path.stat().st_size
            except OSError as error:
                raise StorageProblem("media_damaged", path=name, why=str(error)) from error
            yield Upload(self.record_id, name, path, digest, length_bytes)


class TreeHeads:
    """The last tree head seen of each center: what it may never take back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, center: str) -> TreeHead | None:
        """The head kept for a center's receipt key."""
        with self._database.reading() as session:
            row = session.get(TreeHeadRow, center)
        return None if row is None else receipts.parse_tree_head(row.content)

    def keep(self, head: TreeHead) -> None:
        """Keep a head that was checked against the one before."""
        with self._database.writing() as session:
            session.merge(TreeHeadRow(center=head.center, content=receipts.to_bytes(head)))


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers records to one center."""

    client: CenterClient
    authority: x509.Certificate
    heads: TreeHeads
    stop: threading.Event
    pace: Pace

    def send(self, parcel: Parcel, report: Report) -> bytes:
        """Bring all files there and have the record taken; returns the receipt, not yet checked.

        Raises:
            SyncProblem, StorageProblem, Stopped: See `Sender.send`.
        """
        given = self._ask_receipt(parcel.record_id)
        if given is not None:
            report(parcel.total_bytes, parcel.total_bytes)
            return given
        sender = Sender(self.client, self.stop, self.pace)
        tally = _Tally(parcel.total_bytes, report)
        files = []
        for upload in parcel.uploads():
            sender.send(upload, tally.advance)
            files.append({"path": upload.path, "digest": upload.digest})
        if self.stop.is_set():
            raise Stopped
        answer = self.client.ask(
            "POST",
            f"/v1/records/{parcel.record_id}/complete",
            body=msgspec.json.encode({"files": files}),
            headers={"Content-Type": "application/json"},
            timeout_s=VERIFY_S,
        )
        return answer.content

    def accept(self, parcel: Parcel, raw: bytes) -> Receipt:
        """Verify a receipt and the center's log, and lay the receipt into the record.

        Raises:
            SyncProblem: `receipt_wrong` or `log_inconsistent`.
        """
        try:
            receipt = receipts.parse_receipt(raw)
            receipts.check_receipt(
                receipt,
                record_id=parcel.record_id,
                root_digest=parcel.root_digest,
                device=parcel.signer,
                roots=[self.authority],
            )
        except (SealProblem, KeyProblem) as problem:
            raise SyncProblem("receipt_wrong", why=str(problem)) from problem
        self._check_log(receipt)
        try:
            write_synced(parcel.folder / receipts.RECEIPT_NAME, raw)
        except OSError as error:
            raise StorageProblem("folder_unwritable", path=str(parcel.folder)) from error
        return receipt

    def _ask_receipt(self, record_id: str) -> bytes | None:
        try:
            return self.client.ask("GET", f"/v1/records/{record_id}/receipt").content
        except SyncProblem as problem:
            if problem.details.get("reason") == "not_found":
                return None
            raise

    def _check_log(self, receipt: Receipt) -> None:
        """The log of now contains the receipt's tree and the last one seen; then keep its head."""
        try:
            head = receipts.parse_tree_head(self.client.ask("GET", "/v1/log/head").content)
            receipts.check_tree_head(head, [self.authority])
            self._check_contained(receipt, head)
            last = self.heads.last(head.center)
            if last is not None:
                receipts.check_grown(last, head, self._prove(last.tree_size, head))
        except (SealProblem, KeyProblem, ValueError, msgspec.DecodeError) as problem:
            raise SyncProblem("log_inconsistent", why=str(problem)) from problem
        self.heads.keep(head)

    def _check_contained(self, receipt: Receipt, head: TreeHead) -> None:
        if head.center != receipt.center:
            raise SealProblem("receipt_wrong", path=receipts.RECEIPT_NAME, why="center")
        old_root, root = bytes.fromhex(receipt.tree_root), bytes.fromhex(head.tree_root)
        steps = [bytes.fromhex(step) for step in self._prove(receipt.tree_size, head)]
        merkle.check_consistency(receipt.tree_size, head.tree_size, old_root, root, steps)

    def _prove(self, old_size: int, head: TreeHead) -> tuple[str, ...]:
        """The consistency proof; a center whose log is smaller than it was has none."""
        if old_size > head.tree_size:
            raise SealProblem("inclusion_wrong", index=old_size, size=head.tree_size)
        target = f"/v1/log/consistency?from={old_size}&to={head.tree_size}"
        answer = self.client.ask("GET", target)
        return msgspec.json.decode(answer.content, type=Proof).path


@dataclass(slots=True)
class _Tally:
    total_bytes: int
    report: Report
    done_bytes: int = 0

    def advance(self, more_bytes: int) -> None:
        self.done_bytes += more_bytes
        self.report(self.done_bytes, self.total_bytes)


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).as_posix() != receipts.RECEIPT_NAME
    )
