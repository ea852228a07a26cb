"""Makes a center, opens it and serves it: what the command line calls.

- Everything of a center lies in one folder; a folder that has one already is refused.
- Stopping is graceful: the running piece is finished or given up, and nothing is lost by it.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from center import config as settings
from center.accounts import Account, Accounts
from center.app import Center, build
from center.database import Database
from center.escrow import Escrow
from center.heads import Heads
from center.keys import CenterKeys
from center.ledger import Ledger
from center.problem import CenterProblem
from center.records import Records
from center.request import RequestCheck
from center.storage import FolderStorage
from center.upload import Uploads

GRACE_S = 5
log = logging.getLogger(__name__)


def init(folder: Path, name: str) -> None:
    """Make a new center named `name` in `folder`: settings, keys, database.

    Raises:
        CenterProblem: `folder_in_use` when there is one already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CenterProblem("folder_in_use", folder=str(folder))
    settings.write(folder, name)
    CenterKeys.create(folder, settings.load(folder))
    open_center(folder).close()


def open_center(folder: Path) -> Center:
    """All parts of the center in `folder`, ready to serve."""
    config = settings.load(folder)
    keys = CenterKeys.open(folder, config)
    database = Database(config.database_url) if config.database_url else Database.in_folder(folder)
    storage = FolderStorage(folder)
    ledger = Ledger(database, keys)
    return Center(
        config=config,
        database=database,
        accounts=Accounts(database, keys, config),
        check=RequestCheck(database, config),
        uploads=Uploads(database, storage, config),
        heads=Heads(database),
        ledger=ledger,
        records=Records(database, storage, ledger, keys, config),
    )


def serve(
    folder: Path, host: str, port: int, on_listening: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        folder: Of the center.
        host: Address to listen on.
        port: 0 takes a free one.
        on_listening: Told the URL once connections are taken.

    Raises:
        CenterProblem: `folder_not_a_center`, `settings_wrong` or `address_not_free`.
    """
    center = open_center(folder)
    try:
        with _listen(host, port) as listener:
            scheme = "https" if center.config.tls_certificate else "http"
            if on_listening is not None:
                on_listening(f"{scheme}://{host}:{listener.getsockname()[1]}")
            with _signals_end_only_the_server():
                uvicorn.Server(_server_config(center)).run(sockets=[listener])
    finally:
        center.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=256, reuse_port=False)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise CenterProblem("address_not_free", host=host, port=port, why=why) from error


def make_code(folder: Path, device: str = "", room: str = "", minutes: int = 15) -> str:
    """A one-time code for the center in `folder`; works while it is being served."""
    center = open_center(folder)
    try:
        return center.accounts.make_code(device, room, minutes)
    finally:
        center.close()


def list_accounts(folder: Path) -> list[Account]:
    """All enrolled keys of the center in `folder`."""
    center = open_center(folder)
    try:
        return center.accounts.enrolled()
    finally:
        center.close()


def revoke(folder: Path, key: str) -> None:
    """Refuse a workstation's key from now on. Raises `CenterProblem` `account_unknown`."""
    center = open_center(folder)
    try:
        center.accounts.revoke(key)
    finally:
        center.close()


def revocations(folder: Path) -> bytes:
    """The signed list of certificates this center took back, DER."""
    center = open_center(folder)
    try:
        return center.accounts.revocations()
    finally:
        center.close()


@contextmanager
def open_escrow(folder: Path) -> Iterator[Escrow]:
    """The escrow key and the register of the center in `folder`; works while it is served."""
    center = open_center(folder)
    try:
        yield Escrow(center.database, CenterKeys.open(folder, center.config), center.config.name)
    finally:
        center.close()


@contextmanager
def _signals_end_only_the_server() -> Iterator[None]:
    """Uvicorn sends the signal that stopped it once more; here it has done its work."""
    if threading.current_thread() is not threading.main_thread():
        yield  # uvicorn takes no signals there either
        return
    before = {one: signal.signal(one, _note_signal) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _note_signal(number: int, _frame: FrameType | None) -> None:
    log.info("stopped by signal %d", number)


def _server_config(center: Center) -> uvicorn.Config:
    return uvicorn.Config(
        build(center),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=center.config.tls_certificate or None,
        ssl_keyfile=center.config.tls_key or None,
    )
