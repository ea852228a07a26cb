"""The encrypted files of an open record: marks, exhibits and paper, by kind and name.

- A name is generated ASCII; the kind and name are bound into the ciphertext.
- A file is written whole or not at all; the former version of a paper stays until then.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Protocol

from app.errors import StorageProblem
from app.paths import make
from app.store.keystore import write_synced
from signing import envelope

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,120}")


class Keys(Protocol):
    """What is needed of `app.store.keystore.RecordKeys`."""

    @property
    def record_id(self) -> str:
        """Of the record."""

    def derive(self, purpose: str) -> bytes:
        """The key of one kind of file."""


class Blobs:
    """The encrypted files beside one journal."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._keys = keys

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep `data`; when this returns it is on disk.

        Raises:
            StorageProblem: `disk_full` or `folder_unwritable`.
        """
        path = self._path(kind, name)
        blob = envelope.seal(self._keys.derive(kind), data, self._aad(kind, name))
        try:
            make(path.parent)
            write_synced(path, blob)
        except OSError as error:
            code = "disk_full" if error.errno == errno.ENOSPC else "folder_unwritable"
            raise StorageProblem(code, path=str(path), why=str(error)) from error

    def get(self, kind: str, name: str) -> bytes:
        """What was kept under that name.

        Raises:
            StorageProblem: `record_not_found` when there is no such file.
            KeyProblem: `ciphertext_changed` when it is not what was kept.
        """
        path = self._path(kind, name)
        try:
            blob = path.read_bytes()
        except OSError as error:
            raise StorageProblem("record_not_found", path=str(path)) from error
        return envelope.open_sealed(self._keys.derive(kind), blob, self._aad(kind, name))

    def names(self, kind: str) -> tuple[str, ...]:
        """All names of a kind, sorted."""
        folder = self._folder / kind
        found = folder.glob("*.enc") if folder.exists() else ()
        return tuple(sorted(path.name.removesuffix(".enc") for path in found))

    def _path(self, kind: str, name: str) -> Path:
        if not NAME.fullmatch(name) or not NAME.fullmatch(kind):
            raise ValueError(f"not a generated name: {kind}/{name}")
        return self._folder / kind / f"{name}.enc"

    def _aad(self, kind: str, name: str) -> bytes:
        return f"{self._keys.record_id}|{kind}|{name}".encode()
