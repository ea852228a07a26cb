"""One workstation's own things, without a room or a screen: keys, catalogue, outbox, enrolment.

- Opening it asks the key store; the catalogue alone can be read without keys.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from app import settings as settings_file
from app.errors import SetupProblem
from app.paths import Paths, make
from app.settings import Settings
from app.store.catalogue import Catalogue
from app.store.database import Database
from app.store.keystore import KeyRing
from app.store.outbox import Delivery, Outbox
from app.sync.enrolment import Enrolment, enrol
from app.sync.worker import DeliveryWorker

WATCH_PAUSE_S = 1.0


class Workstation:
    """The opened keys and tables of this machine."""

    def __init__(self, paths: Paths, settings: Settings, ring: KeyRing, database: Database) -> None:
        self.paths = paths
        self.settings = settings
        self.ring = ring
        self.database = database
        self.catalogue = Catalogue(database)
        self.outbox = Outbox(database)

    @classmethod
    def open(cls, paths: Paths) -> Self:
        """Read the settings, unlock the keys (made on a new machine) and open the tables.

        Raises:
            SetupProblem: settings or key store; nothing was written then.
            StorageProblem: the data folder or the database.
        """
        settings = settings_file.load(paths.machine_settings, paths.room_settings)
        ring = KeyRing.open(paths, device_name())
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

        Raises:
            SyncProblem: the center did not answer, or refused; nothing changed here.
        """
        enrolment, certified = enrol(
            url, code, device_name(), self.settings.room, self.ring.workstation
        )
        self.ring = self.ring.save(certified)
        enrolment.save(self.ring.folder)
        return enrolment

    @property
    def enrolment(self) -> Enrolment | None:
        """What this workstation knows of its center."""
        return Enrolment.load(self.ring.folder)

    def sync(self, *, watch: bool = False) -> Iterator[Delivery]:
        """Send what waits; yields each delivery as it stands afterwards.

        Raises:
            SetupProblem: `not_enrolled`.
        """
        enrolment = self.enrolment
        if enrolment is None:
            raise SetupProblem("not_enrolled")
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
