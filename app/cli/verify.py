"""The command that checks a record, and whether it is the one on the person's slip.

- Exit 0: valid, and the slip's own record when a slip was given. 1: no. 2: nothing to check.
- Everything wrong is told by file, in Chinese and English, on standard error; `--json` tells the
  whole report instead.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import paths as places
from app.domain.slip import Slip, read_slip
from app.errors import InputProblem, Problem, SealProblem, SlipProblem, StorageProblem

if TYPE_CHECKING:
    from cryptography import x509

    from signing.record_files import RecordFiles
    from signing.report import Report
    from signing.revocation import RevocationList

    Roots = tuple[x509.Certificate, ...]

VALID, INVALID, NOT_A_RECORD = 0, 1, 2


def verify(
    path: Annotated[
        Path | None,
        typer.Argument(help="Folder, ZIP or disc image; left out, the record of the slip here."),
    ] = None,
    trust: Annotated[Path | None, typer.Option(help="PEM of the authorities to trust.")] = None,
    officers: Annotated[Path | None, typer.Option(help="PEM of officers' authorities.")] = None,
    crl: Annotated[Path | None, typer.Option(help="What the center took back.")] = None,
    receipt: Annotated[str, typer.Option(help="What the person's slip or its code says.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write a page a judge can read.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Check a record; exit 0 valid, 1 invalid or not the slip's, 2 not a record."""
    slip = read_slip(receipt) if receipt else None
    record = path if path is not None else _record_of(slip)
    if report is not None and report.exists():
        raise StorageProblem("target_exists", path=str(report))
    roots = None if trust is None else _read_trust(trust)
    try:
        found = _examine(record, roots, _read_trust(officers), _read_list(crl))
    except SealProblem as problem:  # no record, or nothing of it may be opened
        _tell_unreadable(problem, as_json=as_json)
        status = NOT_A_RECORD if problem.code == "not_a_record" else INVALID
        raise typer.Exit(status) from None
    mismatch = _compare(found, slip)
    if report is not None:
        _write(report, found)
    if as_json:
        _print_json(found, slip, mismatch)
    else:
        _print(found, slip, mismatch)
    status = VALID if found.valid and mismatch is None else INVALID
    if found.code == "not_a_record":
        status = NOT_A_RECORD
    raise typer.Exit(status)


def _examine(
    record: Path,
    roots: Roots | None,
    officers: Roots,
    revoked: tuple[RevocationList, ...],
) -> Report:
    from signing.disc_files import open_copy
    from signing.report import examine_record

    with open_copy(record) as files, _bar(files) as told:
        return examine_record(files, str(record), roots, told, revoked=revoked, officers=officers)


@contextmanager
def _bar(files: RecordFiles) -> Iterator[Callable[[int], None]]:
    """A bar for who watches."""
    from app.cli.progress import share_bar
    from app.export.copy import payload_bytes

    if not sys.stderr.isatty():
        yield _ignore
        return
    total, done = payload_bytes(files.sizes), 0
    with share_bar("verify") as progress:

        def told(count: int) -> None:
            nonlocal done
            done += count
            progress(min(1.0, done / total))

        yield told


def _ignore(_count: int) -> None:
    """Nobody watches."""


def _record_of(slip: Slip | None) -> Path:
    """The record of this workstation that the slip names: by digest, or by number."""
    from signing import manifest

    if slip is None:
        raise InputProblem("argument_wrong", argument="PATH", why="PATH / --receipt")
    named: list[Path] = []
    for tags in sorted(places.find().records.glob(f"*/{manifest.TAG_MANIFEST}")):
        if manifest.root_digest(tags.parent) == slip.root_digest:
            return tags.parent
        if slip.record_id and slip.names(tags.parent.name):
            named.append(tags.parent)
    if not named:
        raise StorageProblem("record_not_found", path=slip.record_id or slip.root_digest)
    return named[0]


def _compare(found: Report, slip: Slip | None) -> SlipProblem | None:
    """Why the record is not the slip's, or None; a slip's digest stands for all of a record."""
    if slip is None:
        return None
    record_id = found.content.record_id if found.content is not None else ""
    if not slip.names(record_id):
        return SlipProblem("slip_of_other_record", slip=slip.record_id, path=record_id)
    if slip.root_digest != found.root_digest:
        digest = found.root_digest.upper()
        return SlipProblem("slip_digest_differs", path=record_id or found.path, found=digest)
    return None


def _print(found: Report, slip: Slip | None, mismatch: SlipProblem | None) -> None:
    for fault in found.problems:
        _tell(SealProblem(fault.code, **fault.details))
    if mismatch is not None:
        _tell(mismatch)
    if not found.valid:
        return
    if found.trusted:
        print("有效：完整无改动，签名人可信。 Valid: whole, unchanged and signed by a trusted key.")
    else:
        print("完整无改动；未指定信任的签发机构，签名人身份未核实。")
        print("Whole and unchanged; no authority was given, so who signed is not proven.")
    if slip is not None and mismatch is None:
        print("与回执相符：正是本人签名的那一份记录。")
        print("It is the record on the slip: the very one that the person signed.")


def _print_json(found: Report, slip: Slip | None, mismatch: SlipProblem | None) -> None:
    import msgspec

    told = msgspec.to_builtins(found)
    if slip is not None:
        told["slip"] = {
            "record_id": slip.record_id,
            "root_digest": slip.root_digest,
            "matches": found.valid and mismatch is None,
            "code": "" if mismatch is None else mismatch.code,
        }
    print(json.dumps(told, ensure_ascii=False))


def _tell_unreadable(problem: SealProblem, *, as_json: bool) -> None:
    if as_json:
        told = {"valid": False, "code": problem.code, "details": problem.details}
        print(json.dumps(told, ensure_ascii=False))
    else:
        _tell(problem)


def _tell(problem: Problem) -> None:
    from app.sentences import LANGUAGES, tell

    for language in LANGUAGES:
        print(tell(problem, language), file=sys.stderr)


def _write(target: Path, found: Report) -> None:
    from signing.report_page import write_page

    with target.open("x", encoding="utf-8") as file:
        file.write(write_page(found))


def _read_trust(file: Path | None) -> Roots:
    from signing.certificates import from_pem

    return () if file is None else from_pem(_read(file))


def _read_list(file: Path | None) -> tuple[RevocationList, ...]:
    from signing.revocation import RevocationList

    return () if file is None else (RevocationList.read(_read(file)),)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputProblem("file_not_found", file=str(file)) from error
    except OSError as error:
        raise InputProblem("file_unreadable", file=str(file), why=str(error.strerror)) from error
