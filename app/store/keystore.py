"""The one secret of this machine in the OS key store, and the record keys it wraps.

- The key store holds a 32-byte key-encryption key and nothing else.
- The backend is pinned: a plain-file, null or prompting backend is refused, never used.
- What was stored is read back before it is relied on.
- No key store, no real interrogation: there is no fallback.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import KeyProblem, SetupProblem, StorageProblem
from app.paths import Paths, make, sync_folder
from signing import envelope
from signing.digest import key_id
from signing.keys import WRAPPED_AAD, WorkstationKeys

SERVICE = "shilu"
KEK_BYTES = 32
FILE_NAME = "workstation.bin"
KEYS_FILE = "keys.json"


class SecretStore(Protocol):
    """What is asked of the platform's secret store."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""


def _backend() -> SecretStore:
    """The platform's own secret store, by name; `PYTHON_KEYRING_BACKEND` is not asked.

    Raises:
        RuntimeError: there is none (asked first, because a later failure leaves a socket open).
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        store: SecretStore = WinVaultKeyring()
    else:
        from keyring.backends.SecretService import Keyring

        assert Keyring.priority
        store = Keyring()  # type: ignore[no-untyped-call]
    return store


def open_kek(data: Path, *, create: bool = False) -> bytes:
    """The key-encryption key of the installation whose data folder is `data`.

    Raises:
        SetupProblem: `key_store_missing`, `key_store_locked`, `key_store_emptied` (the folder
            has keys but the store has none) or `key_store_not_kept` (written, not read back).
    """
    return open_keks(data, create=create)[0]


def open_keks(data: Path, *, create: bool = False) -> tuple[bytes, ...]:
    """As `open_kek`; the former one too while a change of it is not finished, the newest first."""
    kept = _ask(_account(data))
    if kept is not None:
        return tuple(base64.b64decode(one) for one in kept.split())
    if not create:
        raise SetupProblem("key_store_emptied", folder=str(data))
    kek = secrets.token_bytes(KEK_BYTES)
    keep_keks(data, [kek])
    return (kek,)


def keep_keks(data: Path, keks: Sequence[bytes]) -> None:
    """Put the key-encryption keys into the key store, the newest first, and read them back.

    Raises:
        SetupProblem: `key_store_locked` or `key_store_not_kept`.
    """
    told = " ".join(base64.b64encode(kek).decode() for kek in keks)
    _tell(_account(data), told)
    if _ask(_account(data)) != told:
        raise SetupProblem("key_store_not_kept")


def _account(data: Path) -> str:
    return f"kek:{data.absolute()}"


def _ask(account: str) -> str | None:
    from keyring.errors import InitError, KeyringError, KeyringLocked

    try:
        return _backend().get_password(SERVICE, account)
    except (KeyringLocked, InitError) as error:
        raise SetupProblem("key_store_locked") from error
    except (KeyringError, RuntimeError, OSError, ImportError) as error:
        raise SetupProblem("key_store_missing", why=type(error).__name__) from error


def _tell(account: str, secret: str) -> None:
    from keyring.errors import KeyringError

    try:
        _backend().set_password(SERVICE, account, secret)
    except KeyringError as error:
        raise SetupProblem("key_store_locked") from error


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The opened keys of this workstation."""

    kek: bytes
    workstation: WorkstationKeys
    folder: Path
    former_keks: tuple[bytes, ...] = ()  # while a change of the KEK is not finished

    @classmethod
    def open(cls, paths: Paths, name: str, *, create: bool = True) -> KeyRing:
        """Unlock the workstation's keys, making them on the first start of a new machine."""
        file = paths.keys / FILE_NAME
        if file.exists():
            kek, *former = open_keks(paths.data)
            blob = file.read_bytes()
            try:
                keys = WorkstationKeys.from_wrapped(kek, blob)
            except KeyProblem:  # a change of the KEK stopped before this file
                if not former:
                    raise
                keys = WorkstationKeys.from_wrapped(former[0], blob)
            return cls(kek, keys, paths.keys, tuple(former))
        if not create:
            raise SetupProblem("key_store_emptied", folder=str(paths.data))
        kek = open_kek(paths.data, create=True)
        ring = cls(kek, WorkstationKeys.generate(name), make(paths.keys))
        ring.save(ring.workstation)
        return ring

    def save(self, workstation: WorkstationKeys) -> KeyRing:
        """Keep changed keys (a new certificate) and return the ring that holds them."""
        write_synced(self.folder / FILE_NAME, workstation.to_wrapped(self.kek))
        return replace(self, workstation=workstation)

    def check_current(self) -> None:
        """Whether the files are still wrapped by our KEK; another process may have changed it.

        Raises:
            KeyProblem: `key_wrong`: open the keys again.
        """
        file = self.folder / FILE_NAME
        if file.exists():
            try:
                self.unwrap(file.read_bytes(), WRAPPED_AAD)
            except KeyProblem as problem:
                raise KeyProblem("key_wrong", path=str(file)) from problem

    def unwrap(self, blob: bytes, aad: bytes) -> bytes:
        """A secret wrapped by the KEK or by a former one. Raises `KeyProblem`."""
        for kek in (self.kek, *self.former_keks):
            try:
                return envelope.unwrap(kek, blob, aad)
            except KeyProblem:
                continue
        raise KeyProblem("ciphertext_changed")


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """The keys of one open record: its data key and the key that signs its logs."""

    record_id: str
    dek: bytes
    signing_key: Ed25519PrivateKey

    @classmethod
    def create(
        cls, folder: Path, record_id: str, ring: KeyRing, escrow: bytes | None
    ) -> RecordKeys:
        """Make a data key, wrapped by the key store's key and, when known, to the center's.

        Raises:
            KeyProblem: `key_wrong` when the KEK was changed since the ring was opened.
        """
        ring.check_current()
        dek = secrets.token_bytes(KEK_BYTES)
        aad = record_id.encode()
        told = {
            "record_id": record_id,
            "journal_key": ring.workstation.journal_key_id,
            "wrapped": base64.b64encode(envelope.wrap(ring.kek, dek, aad)).decode(),
            "escrow": base64.b64encode(envelope.wrap_for_center(escrow, dek)).decode()
            if escrow
            else "",
        }
        write_synced(make(folder) / KEYS_FILE, json.dumps(told, indent=1).encode())
        return cls(record_id, dek, ring.workstation.journal_key)

    @classmethod
    def open(cls, folder: Path, ring: KeyRing) -> RecordKeys:
        """Unwrap the data key of the record in `folder`; its logs go on with their own key."""
        try:
            told = json.loads((folder / KEYS_FILE).read_bytes())
            record_id = told["record_id"]
            # Without the name it was begun before keys were ever renewed here.
            journal_key = told.get("journal_key", ring.workstation.first.journal_key_id)
            dek = ring.unwrap(base64.b64decode(told["wrapped"]), record_id.encode())
            signer = ring.workstation.as_of(journal_key)
        except (OSError, ValueError, KeyError) as error:
            raise StorageProblem("record_not_found", path=str(folder)) from error
        except KeyProblem as problem:
            raise KeyProblem("key_wrong", path=str(folder)) from problem
        return cls(record_id, dek, signer.journal_key)

    @property
    def journal_key_id(self) -> str:
        """The name of the key that signs the logs."""
        return key_id(self.signing_key.public_key())

    def derive(self, purpose: str) -> bytes:
        """The key of one stream or kind of file."""
        return envelope.derive(self.dek, purpose)


def write_synced(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all: temporary, synced, renamed, folder synced."""
    temporary = path.with_name(path.name + ".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
