"""Takes a record whose files have arrived: checks everything again, stores it, and vouches for it.

- The order is: verify, store (synced, renamed), database row, log, receipt. A crash between any
  two of them is mended by asking again.
- The signer must be a key enrolled for the device that delivers, and not revoked; its journal
  key must be the enrolled one.
- The same record again gets the same receipt, byte for byte; the same id with another root is
  refused and changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.x509 import Certificate
from sqlalchemy import delete, select

from center.config import Config
from center.database import Database, Record, Upload, Workstation, utc_now
from center.keys import CenterKeys
from center.ledger import Ledger
from center.names import check_paths, check_record_id
from center.problem import CenterProblem
from center.request import Admitted
from center.storage import Storage
from signing import certificates, cms, manifest
from signing import receipt as receipts
from signing.digest import is_digest, key_id
from signing.problem import KeyProblem
from signing.seal import parse_seal


class ListedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a record."""

    path: str
    digest: str


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All files of a record, as the workstation says they are."""

    files: tuple[ListedFile, ...]

    @property
    def root(self) -> str:
        """The root digest: that of the tag manifest. Raises `request_malformed`."""
        for file in self.files:
            if file.path == manifest.TAG_MANIFEST:
                return file.digest
        raise CenterProblem("request_malformed", field="files")


class Records:
    """All records this center keeps."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        ledger: Ledger,
        keys: CenterKeys,
        config: Config,
    ) -> None:
        self._database = database
        self._storage = storage
        self._ledger = ledger
        self._trust = [keys.authority.certificate]
        self._officers = _officers(config)
        self._config = config
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def complete(self, sender: Admitted, record_id: str, parcel: Parcel) -> bytes:
        """Verify and store an uploaded record; returns its receipt.

        Raises:
            CenterProblem: `name_unsafe`, `request_malformed`, `writer_busy`, `record_conflict`,
                `record_incomplete` (naming a file), `signer_differs`, `key_revoked`.
            SealProblem: What the verifier found.
        """
        check_record_id(record_id)
        self._check_parcel(parcel)
        with self._alone(record_id):
            record = self._find(record_id)
            if record is None:
                record = self._take(sender, record_id, parcel)
            if record.root != parcel.root or record.device != sender.device:
                raise CenterProblem("record_conflict", record=record_id)
            return self._acknowledge(record)

    def receipt(self, sender: Admitted, record_id: str) -> bytes:
        """The receipt of a record this device delivered. Raises `not_found`."""
        with self._alone(record_id):
            record = self._find(record_id)
            if record is None or record.device != sender.device:
                raise CenterProblem("not_found")
            return self._acknowledge(record)

    def _check_parcel(self, parcel: Parcel) -> None:
        if len(parcel.files) > self._config.max_record_files:
            raise CenterProblem("upload_too_large", limit_files=self._config.max_record_files)
        check_paths([file.path for file in parcel.files])
        if not is_digest(parcel.root) or not all(is_digest(file.digest) for file in parcel.files):
            raise CenterProblem("request_malformed", field="files")

    def _take(self, sender: Admitted, record_id: str, parcel: Parcel) -> Record:
        from signing.verify import verify  # brings the PDF validator: only a delivery needs it

        staged = self._storage.stage(record_id, self._find_uploads(sender, record_id, parcel))
        try:
            verify(staged, trust=self._trust, officers=self._officers)
            signer = self._check_signer(sender, record_id, staged)
            self._storage.keep(staged, parcel.root)
        finally:
            self._storage.release_staged(staged)
        record = Record(
            id=record_id,
            root=parcel.root,
            key_id=signer.key_id,
            device=signer.device,
            room=signer.room,
            received_utc=utc_now(),
        )
        with self._database.writing() as session:
            session.add(record)
        return record

    def _check_signer(self, sender: Admitted, record_id: str, staged: Path) -> Workstation:
        """The enrolled key that sealed a verified record; of the device that delivers it."""
        signature = cms.read((staged / cms.PATH).read_bytes())
        name = key_id(certificates.public_key(signature.signer))
        seal = parse_seal((staged / manifest.SEAL).read_bytes())
        with self._database.reading() as session:
            signer = session.get(Workstation, name)
        if signer is None or signer.device != sender.device:
            raise CenterProblem("signer_differs", key=name)
        if signer.revoked_utc is not None:
            raise CenterProblem("key_revoked", key=name)
        if (seal.journal_key, seal.record_id) != (signer.journal_key, record_id):
            raise CenterProblem("signer_differs", key=name)
        return signer

    def _find_uploads(self, sender: Admitted, record_id: str, parcel: Parcel) -> dict[str, str]:
        """Upload ids by path; all of them finished. Raises `record_incomplete`."""
        with self._database.reading() as session:
            arrived = {
                (upload.path, upload.digest): upload.id
                for upload in session.scalars(
                    select(Upload).where(
                        Upload.device == sender.device,
                        Upload.record_id == record_id,
                        Upload.complete,
                    )
                )
            }
        missing = [one.path for one in parcel.files if (one.path, one.digest) not in arrived]
        if missing:
            raise CenterProblem("record_incomplete", path=missing[0], missing=len(missing))
        return {one.path: arrived[one.path, one.digest] for one in parcel.files}

    def _acknowledge(self, record: Record) -> bytes:
        """The receipt as first given, or now made: log first, then the signature, then its row."""
        if record.receipt is not None:
            return record.receipt
        made = receipts.to_bytes(self._ledger.enter(record))
        with self._database.writing() as session:
            session.get_one(Record, record.id).receipt = made
            # Upload rows go before their files: a row without bytes would look resumable.
            done = list(session.scalars(select(Upload).where(Upload.record_id == record.id)))
            session.execute(delete(Upload).where(Upload.record_id == record.id))
        self._storage.release_uploads([upload.id for upload in done])
        return made

    def _find(self, record_id: str) -> Record | None:
        with self._database.reading() as session:
            return session.get(Record, record_id)

    @contextmanager
    def _alone(self, record_id: str) -> Iterator[None]:
        with self._lock:
            if record_id in self._busy:
                raise CenterProblem("writer_busy", record=record_id)
            self._busy.add(record_id)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(record_id)


def _officers(config: Config) -> tuple[Certificate, ...]:
    """The authorities of officers' tokens. Raises `CenterProblem` `settings_wrong`."""
    file = config.officer_authorities
    try:
        return certificates.from_pem(Path(file).read_bytes()) if file else ()
    except (OSError, KeyProblem) as error:
        raise CenterProblem("settings_wrong", file=file, why=type(error).__name__) from error
