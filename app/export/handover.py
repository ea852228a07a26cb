"""A record leaves the workstation: as folder, ZIP or discs, and the custody log says so (L40).

- A real record leaves only with a reason and the name of who approved it, and only when the
  custody log could be written before.
- A simulated record is no evidence: its exports are noted where there is a log.
"""

from __future__ import annotations

import getpass
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.clock import iso
from app.errors import Problem, Refused, SetupProblem
from app.export.copy import export_record
from app.export.disc import export_discs
from app.export.disc_plan import DVD_BYTES
from app.export.label import label_of
from app.export.work import ExportCancelled, Progress
from app.store.custody import CustodyEntry, CustodyLog
from signing import manifest
from signing.disc_files import SUFFIX
from signing.record_files import check_name
from signing.seal import parse_seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who asks for the copy, why, and what a disc's label says besides."""

    officer: str = ""  # empty: the account of the operating system
    reason: str = ""
    approved_by: str = ""
    unit: str = ""
    disc_bytes: int = DVD_BYTES


@dataclass(frozen=True, slots=True)
class Subject:
    """What leaves: of which record, and whether it is the record or something made of it."""

    record_id: str
    root_digest: str  # empty while the record is not sealed
    simulated: bool
    what: str = "record"


def hand_over(
    folder: Path,
    target: Path,
    order: Order,
    custody: CustodyLog | None,
    progress: Progress,
    cancel: threading.Event | None = None,
) -> tuple[Path, ...]:
    """Export the record in `folder` to `target`: a folder, a name in .zip or in .iso.

    Returns:
        What was written; several images for a set of discs.

    Raises:
        Refused: `reason_missing` or `approval_missing` for a real record.
        SetupProblem: `key_store_missing`: a real record and no custody log.
        StorageProblem, SealProblem, InputProblem: As the export raises.
        ExportCancelled: `cancel` was set.
    """
    seal = parse_seal((folder / manifest.SEAL).read_bytes())
    check_name(seal.record_id)
    subject = Subject(seal.record_id, manifest.root_digest(folder), seal.simulated)
    with noted(subject, target, order, custody):
        return _export(folder, target, order, progress, cancel)


@contextmanager
def noted(
    subject: Subject, target: Path | str, order: Order, custody: CustodyLog | None
) -> Iterator[None]:
    """Something of a record leaves inside this: the custody log says so before and after.

    `target` is where on this machine, or the name of a printer.

    Raises:
        Refused: `reason_missing` or `approval_missing` for a real record.
        SetupProblem: `key_store_missing`: a real record and no custody log.
    """
    _check_order(subject, order, custody)
    began = _entry(subject, target, order)
    _note(custody, began)
    try:
        yield
    except (ExportCancelled, KeyboardInterrupt):
        _note(custody, _ended(began, "cancelled"))
        raise
    except Problem as problem:
        _note(custody, _ended(began, "failed", problem.code))
        raise
    _note(custody, _ended(began, "done"))


def _check_order(subject: Subject, order: Order, custody: CustodyLog | None) -> None:
    if subject.simulated:
        return
    if not order.reason.strip():
        raise Refused("reason_missing")
    if not order.approved_by.strip():
        raise Refused("approval_missing")
    if custody is None:
        raise SetupProblem("key_store_missing", why="custody")


def _export(
    folder: Path,
    target: Path,
    order: Order,
    progress: Progress,
    cancel: threading.Event | None,
) -> tuple[Path, ...]:
    if target.suffix.lower() != SUFFIX:
        return (export_record(folder, target, progress, cancel),)
    maker = order.officer or account()
    label = label_of(folder, unit=order.unit, maker=maker, made_utc=iso(datetime.now(UTC)))
    return export_discs(folder, target, label, order.disc_bytes, progress, cancel)


def _entry(subject: Subject, target: Path | str, order: Order) -> CustodyEntry:
    logged_in = account()
    return CustodyEntry(
        utc=iso(datetime.now(UTC)),
        act="began",
        record_id=subject.record_id,
        root_digest=subject.root_digest,
        officer=order.officer.strip() or logged_in,
        account=logged_in,
        reason=order.reason.strip(),
        approved_by=order.approved_by.strip(),
        target=str(target.absolute()) if isinstance(target, Path) else target,
        what=subject.what,
    )


def _ended(began: CustodyEntry, act: str, code: str = "") -> CustodyEntry:
    return msgspec.structs.replace(began, utc=iso(datetime.now(UTC)), act=act, code=code)


def _note(custody: CustodyLog | None, entry: CustodyEntry) -> None:
    if custody is not None:
        custody.note(entry)


def account() -> str:
    """Who is logged in at the operating system; empty when it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return ""
