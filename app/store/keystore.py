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
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import KeyProblem, SetupProblem, StorageProblem
from app.paths import Paths, make, sync_folder
from signing import envelope
from signing.keys import WorkstationKeys

SERVICE = "shilu"
KEK_BYTES = 32


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
    account = f"kek:{data.absolute()}"
    kept = _ask(account)
    if kept is not None:
        return base64.b64decode(kept)
    if not create:
        raise SetupProblem("key_store_emptied", folder=str(data))
    kek = secrets.token_bytes(KEK_BYTES)
    _tell(account, base64.b64encode(kek).decode())
    if _ask(account) != base64.b64encode(kek).decode():
        raise SetupProblem("key_store_not_kept")
    return kek


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

    @classmethod
    def open(cls, paths: Paths, name: str, *, create: bool = True) -> KeyRing:
        """Unlock the workstation's keys, making them on the first start of a new machine."""
        file = paths.keys / "workstation.bin"
        if file.exists():
            kek = open_kek(paths.data)
            return cls(kek, WorkstationKeys.from_wrapped(kek, file.read_bytes()), paths.keys)
        if not create:
            raise SetupProblem("key_store_emptied", folder=str(paths.data))
        kek = open_kek(paths.data, create=True)
        ring = cls(kek, WorkstationKeys.generate(name), make(paths.keys))
        ring.save(ring.workstation)
        return ring

    def save(self, workstation: WorkstationKeys) -> KeyRing:
        """Keep changed keys (a new certificate) and return the ring that holds them."""
        write_synced(self.folder / "workstation.bin", workstation.to_wrapped(self.kek))
        return KeyRing(self.kek, workstation, self.folder)


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
        """Make a data key, wrapped by the key store's key and, when known, to the center's."""
        dek = secrets.token_bytes(KEK_BYTES)
        aad = record_id.encode()
        told = {
            "record_id": record_id,
            "wrapped": base64.b64encode(envelope.wrap(ring.kek, dek, aad)).decode(),
            "escrow": base64.b64encode(envelope.wrap_for_center(escrow, dek)).decode()
            if escrow
            else "",
        }
        write_synced(make(folder) / "keys.json", json.dumps(told, indent=1).encode())
        return cls(record_id, dek, ring.workstation.journal_key)

    @classmethod
    def open(cls, folder: Path, ring: KeyRing) -> RecordKeys:
        """Unwrap the data key of the record in `folder`."""
        try:
            told = json.loads((folder / "keys.json").read_bytes())
            aad = told["record_id"].encode()
            dek = envelope.unwrap(ring.kek, base64.b64decode(told["wrapped"]), aad)
        except (OSError, ValueError, KeyError) as error:
            raise StorageProblem("record_not_found", path=str(folder)) from error
        except KeyProblem as problem:
            raise KeyProblem("key_wrong", path=str(folder)) from problem
        return cls(told["record_id"], dek, ring.workstation.journal_key)

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
