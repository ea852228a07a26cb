"""One workstation's own things, without a room or a screen: keys, catalogue, outbox, enrolment.

- Opening it asks the key store; the catalogue alone can be read without keys.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from app import settings as settings_file
from app.errors import KeyProblem, Problem, SetupProblem, SyncProblem
from app.paths import Paths, make
from app.session.snapshot import CustodyFault
from app.settings import Settings
from app.store.catalogue import Catalogue
from app.store.custody import CustodyLog
from app.store.database import Database
from app.store.keystore import KeyRing
from app.store.outbox import Delivery, Outbox
from app.store.rewrap import Rewrapped, change_kek
from app.sync.enrolment import (
    Enrolment,
    enrol,
    fetch_revocations,
    load_revocations,
    renew,
    save_revocations,
)
from app.sync.pins import pin_at
from app.sync.worker import DeliveryWorker
from signing.keys import WorkstationKeys
from signing.revocation import RevocationList

WATCH_PAUSE_S = 1.0
_log = logging.getLogger(__name__)


class Workstation:
    """The opened keys and tables of this machine."""

    def __init__(self, paths: Paths, settings: Settings, ring: KeyRing, database: Database) -> None:
        self.paths = paths
        self.settings = settings
        self.ring = ring
        self.database = database
        self.catalogue = Catalogue(database)
        self.outbox = Outbox(database)
        self._custody_fault: CustodyFault | None = None

    @classmethod
    def open(cls, paths: Paths) -> Self:
        """Read the settings, unlock the keys (made on a new machine) and open the tables.

        Raises:
            SetupProblem: settings or key store; nothing was written then.
            KeyProblem: `gm_missing`: the GM profile is on and no library has it.
            StorageProblem: the data folder or the database.
        """
        settings = settings_file.load(paths.machine_settings, paths.room_settings)
        ring = KeyRing.open(paths, device_name())
        if settings.gm_profile and not ring.workstation.sm2_key:
            ring = ring.save(ring.workstation.with_sm2_key())
        return cls(paths, settings, ring, Database(make(paths.data)))

    @staticmethod
    @contextmanager
    def open_catalogue(paths: Paths) -> Iterator[Catalogue]:
        """The list of records alone."""
        database = Database(make(paths.data))
        try:
            yield Catalogue(database)
        finally:
            database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the tables."""
        self.database.close()

    def enroll(self, url: str, code: str) -> Enrolment:
        """Get a certificate from the center and keep it with the keys.

        Keys that the center took back are not offered again: a next generation is.

        Raises:
            SyncProblem: the center did not answer, or refused; nothing changed here.
        """
        keys = self.ring.workstation
        offered = keys.next_generation() if self._revoked_since(keys) else keys
        enrolment, certified = enrol(url, code, device_name(), self.settings.room, offered)
        self.ring = self.ring.save(certified)
        enrolment.save(self.ring.folder)
        return enrolment

    def renew(self) -> bool:
        """Have next keys certified when two thirds of the present ones' time are over.

        Takes in what the center took back, too. Says whether there are new keys.

        Raises:
            SetupProblem: `not_enrolled`.
            SyncProblem: the center did not answer, or refused; nothing changed here.
            KeyProblem: `certificate_expired` or `certificate_revoked`.
        """
        if not self.ring.workstation.is_renewal_due(datetime.now(UTC)):
            self.refresh_revocations()
            return False
        self.renew_now()
        return True

    def care_for_keys(self) -> CustodyFault | None:
        """As `renew`, for a moment when the center was reached; what fails is tried again then.

        Returns what `pin_custody` does, which is asked for, too.
        """
        try:
            self.renew()
        except (Problem, OSError) as problem:  # no answer, a refusal, a full disk
            _log.warning("keys not renewed: %s", problem)
        return self.pin_custody()

    def pin_custody(self) -> CustodyFault | None:
        """Tell the center where the custody log ends; what fails is tried again another time.

        Returns:
            What stands in the way, since the first of the tries that failed one after another.
        """
        enrolment = Enrolment.load(self.ring.folder)
        if enrolment is None:
            self._custody_fault = None
            return None
        try:
            pin_at(enrolment, self.ring.workstation, CustodyLog(self.paths.data, self.ring))
        except (Problem, OSError) as error:
            _log.warning("custody not pinned: %s", error)
            self._custody_fault = self._fault(error)
        else:
            self._custody_fault = None
        return self._custody_fault

    def _fault(self, error: Problem | OSError) -> CustodyFault:
        before = self._custody_fault
        since_utc = before.since_utc if before else datetime.now(UTC).isoformat()
        if isinstance(error, Problem):
            return CustodyFault(since_utc=since_utc, code=error.code, details=error.details)
        return CustodyFault(since_utc=since_utc)

    def renew_now(self) -> None:
        """As `renew`, whatever the time."""
        self.refresh_revocations()
        enrolment, certified = renew(self._enrolled(), self.ring.workstation)
        self.ring = self.ring.save(certified)
        enrolment.save(self.ring.folder)

    def refresh_revocations(self) -> None:
        """Ask the center what it took back. Raises as `renew`."""
        save_revocations(self.ring.folder, fetch_revocations(self._enrolled()))

    @property
    def revocations(self) -> tuple[RevocationList, ...]:
        """The center's last list that came here, if any."""
        found = load_revocations(self.ring.folder)
        return () if found is None else (found,)

    def check_keys(self, keys: WorkstationKeys | None = None) -> None:
        """Whether these keys (the newest by default) may begin a real session and seal.

        Raises:
            KeyProblem: `certificate_expired` or `certificate_revoked`.
        """
        keys = keys or self.ring.workstation
        since = self._revoked_since(keys)
        if since is not None:
            raise KeyProblem("certificate_revoked", device=keys.device, since=since.isoformat())
        keys.check_valid()

    def change_kek(self) -> Rewrapped:
        """Wrap all keys under a new key-encryption key; recordings are not touched."""
        media = (self.settings.media_folder, self.settings.second_media_folder)
        folders = [self.paths.interrogations, *(Path(one) for one in media if one)]
        done = change_kek(self.ring, self.paths.data, folders)
        self.ring = done.ring
        return done

    def _enrolled(self) -> Enrolment:
        enrolment = self.enrolment
        if enrolment is None:
            raise SetupProblem("not_enrolled")
        return enrolment

    def _revoked_since(self, keys: WorkstationKeys) -> datetime | None:
        for one in self.revocations:
            since = one.revoked_at(keys.certificate)
            if since is not None:
                return since
        return None

    @property
    def enrolment(self) -> Enrolment | None:
        """What this workstation knows of its center."""
        return Enrolment.load(self.ring.folder)

    def sync(self, *, watch: bool = False) -> Iterator[Delivery]:
        """Send what waits; yields each delivery as it stands afterwards.

        Raises:
            SetupProblem: `not_enrolled`.
            KeyProblem: `certificate_expired` or `certificate_revoked`.
        """
        enrolment = self._enrolled()
        try:
            self.renew()
        except SyncProblem as problem:  # there may be nobody to ask: then nothing is sent either
            _log.info("keys not renewed: %s", problem)
        worker = DeliveryWorker(self.database, enrolment, self.ring.workstation)
        if not watch:
            worker.run_once()
            yield from self.outbox.deliveries()
            return
        worker.start()
        try:
            yield from self._changes()
        finally:
            worker.stop()

    def _changes(self) -> Iterator[Delivery]:
        import time

        told: dict[str, str] = {}
        while True:
            for delivery in self.outbox.deliveries():
                if told.get(delivery.record_id) != delivery.state:
                    told[delivery.record_id] = delivery.state
                    yield delivery
            time.sleep(WATCH_PAUSE_S)


def device_name() -> str:
    """The name of this machine as its certificate tells it."""
    return platform.node() or "workstation"
