"""The signed transcript of a sealed record on its way to a printer.

- What is printed is the file of the record, and only while it is the one that was sealed.
- A printed transcript has left as an export has: the custody log says so before and after (L40).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import SealProblem, StorageProblem
from app.export.handover import Order, Subject, noted
from app.store.custody import CustodyLog
from signing import manifest
from signing.paper_check import PATH
from signing.seal import parse_seal

PRINT = "print"


def sealed_paper(folder: Path) -> bytes:
    """The signed transcript of the record in `folder`, byte for byte.

    Raises:
        StorageProblem: `record_not_found`.
        SealProblem: `file_changed`: it is not the one that was sealed.
    """
    try:
        pdf = (folder / PATH).read_bytes()
        listed = (folder / manifest.MANIFEST).read_bytes()
    except OSError as error:
        raise StorageProblem("record_not_found", path=str(folder)) from error
    if manifest.parse_manifest(listed, manifest.MANIFEST).get(PATH) != _digest(pdf):
        raise SealProblem("file_changed", path=PATH)
    return pdf


@contextmanager
def printing(
    folder: Path, printer: str, order: Order, custody: CustodyLog | None
) -> Iterator[None]:
    """The transcript of the record in `folder` is handed to `printer` inside this.

    Raises:
        Refused: `reason_missing` or `approval_missing` for a real record.
        SetupProblem: `key_store_missing`: a real record and no custody log.
    """
    seal = parse_seal((folder / manifest.SEAL).read_bytes())
    subject = Subject(seal.record_id, manifest.root_digest(folder), seal.simulated, PRINT)
    with noted(subject, printer, order, custody):
        yield


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
