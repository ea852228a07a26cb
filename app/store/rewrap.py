"""Changes the key-encryption key: every wrapped key is wrapped anew, no recording is touched.

- Until all are done the key store holds both keys, so that a power cut anywhere loses nothing;
  the next call goes on where it stopped.
- Each file is replaced whole or not at all; what another KEK wrapped is left and counted.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import KeyProblem
from app.store.keystore import KEK_BYTES, KEYS_FILE, KeyRing, keep_keks, write_synced
from signing import envelope


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How a change of the KEK ended."""

    ring: KeyRing
    records: int
    strange: tuple[Path, ...]  # record keys that neither KEK opens; they are as they were


def change_kek(ring: KeyRing, data: Path, folders: Iterable[Path]) -> Rewrapped:
    """Wrap the workstation's keys and all record keys under a new KEK.

    Args:
        ring: The opened keys.
        data: The data folder, which names the key in the key store.
        folders: Where record folders lie: the interrogations, the media folders.

    Raises:
        SetupProblem: the key store does not keep the new key; nothing is changed.
        OSError: a file cannot be written; call again.
    """
    if not ring.former_keks:  # else an earlier change stopped midway: go on with its new key
        ring = replace(ring, kek=secrets.token_bytes(KEK_BYTES), former_keks=(ring.kek,))
        keep_keks(data, (ring.kek, *ring.former_keks))
    ring.save(ring.workstation)
    records, strange = 0, []
    for file in _key_files(folders):
        try:
            _rewrap(file, ring)
            records += 1
        except (KeyProblem, ValueError, KeyError, TypeError):
            strange.append(file)
    keep_keks(data, (ring.kek,))
    return Rewrapped(replace(ring, former_keks=()), records, tuple(strange))


def _key_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in dict.fromkeys(folder.absolute() for folder in folders):
        yield from sorted(folder.glob(f"*/{KEYS_FILE}"))


def _rewrap(file: Path, ring: KeyRing) -> None:
    told = json.loads(file.read_bytes())
    aad = told["record_id"].encode()
    dek = ring.unwrap(base64.b64decode(told["wrapped"]), aad)
    told["wrapped"] = base64.b64encode(envelope.wrap(ring.kek, dek, aad)).decode()
    write_synced(file, json.dumps(told, indent=1).encode())
