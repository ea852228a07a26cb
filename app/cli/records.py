"""Commands about records: list, show, export, films of takes, and the log of exports."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import paths as places
from app.errors import SetupProblem
from app.export.disc_plan import DVD_BYTES

if TYPE_CHECKING:
    from app.store.custody import CustodyLog
    from app.store.keystore import KeyRing

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]


@app.command("list")
def list_(
    search: Annotated[str, typer.Argument(help="Words in id, case or name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the sealed records of this workstation."""
    from app.session.workstation import Workstation

    with Workstation.open_catalogue(places.find()) as catalogue:
        for entry in catalogue.search(search):
            told = {
                "record_id": entry.record_id,
                "sealed_utc": entry.sealed_utc,
                "case_number": entry.case_number,
                "suspect": entry.suspect,
                "verification": entry.verification.value,
                "delivery": entry.delivery.value if entry.delivery else "",
            }
            print(json.dumps(told, ensure_ascii=False) if as_json else "  ".join(told.values()))


@app.command()
def show(record_id: Annotated[str, typer.Argument()]) -> None:
    """Show what the seal of a record says."""
    print((_folder(record_id) / "seal.json").read_text(encoding="utf-8"))


@app.command()
def export(
    record_id: Annotated[str, typer.Argument()],
    to: Annotated[Path, typer.Option(help="A folder, or a name ending in .zip or .iso.")],
    reason: Annotated[str, typer.Option(help="Why; a real record needs one.")] = "",
    approved_by: Annotated[str, typer.Option(help="Who approved; a real record needs one.")] = "",
    officer: Annotated[str, typer.Option(help="Who exports; the account when empty.")] = "",
    disc_bytes: Annotated[int, typer.Option(help="Capacity of one disc.")] = DVD_BYTES,
) -> None:
    """Copy a record out, read back and verified; the custody log says so."""
    from app import settings as settings_file
    from app.cli.progress import share_bar
    from app.export.handover import Order, hand_over

    folder, found = _folder(record_id), places.find()
    settings = settings_file.load(found.machine_settings, found.room_settings)
    order = Order(
        officer=officer,
        reason=reason,
        approved_by=approved_by,
        unit=settings.agency,
        disc_bytes=disc_bytes,
    )
    custody = _custody_of(folder)
    with share_bar("export") as progress:
        written = hand_over(folder, to, order, custody, progress)
    for path in written:
        print(path)


@app.command()
def film(
    record_id: Annotated[str, typer.Argument()],
    to: Annotated[Path, typer.Option(help="A folder for the films.")],
    reason: Annotated[str, typer.Option(help="Why; a real record needs one.")] = "",
    approved_by: Annotated[str, typer.Option(help="Who approved; a real record needs one.")] = "",
    officer: Annotated[str, typer.Option(help="Who exports; the account when empty.")] = "",
) -> None:
    """Write each take as one playable MP4 with captions: working copies, noted in the log."""
    from app import settings as settings_file
    from app.cli.progress import share_bar
    from app.export.handover import Order
    from app.sentences import tell
    from app.session.films import damage_of, export_films, find_films

    found = places.find()
    settings = settings_file.load(found.machine_settings, found.room_settings)
    films = find_films(found, settings, record_id, _ring)
    order = Order(officer=officer, reason=reason, approved_by=approved_by, unit=settings.agency)
    with share_bar("film") as progress:
        log = _custody_or_none(simulated=films.state.simulated)
        written = export_films(films, to, order, log, progress)
    language = "en" if os.environ.get("SHILU_LANGUAGE", "") == "en" else "zh"
    for made in written:
        print(made.path)
        for problem in damage_of(made.damage, made.unproven_from_ms):
            print(tell(problem, language), file=sys.stderr)


@app.command("working-copy")
def working_copy(
    record_id: Annotated[str, typer.Argument()],
    to: Annotated[
        Path | None, typer.Option(help="A folder for it; left out, the text is only shown here.")
    ] = None,
    cover: Annotated[
        Path | None, typer.Option(help="TOML: words = [..], lines = [ids], header = [fields].")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; a real record needs one.")] = "",
    approved_by: Annotated[str, typer.Option(help="Who approved; a real record needs one.")] = "",
    officer: Annotated[str, typer.Option(help="Who makes it; the account when empty.")] = "",
) -> None:
    """Make a redacted copy of the transcript for somebody who may not see all of it: no evidence.

    The sealed record stays as it is, and nothing accepts the copy in its place.
    """
    from app import settings as settings_file
    from app.cli.covering import press, read_cover, show_covered
    from app.cli.progress import share_bar
    from app.export.handover import Order
    from app.session.working_copy import make_working_copy, read_sealed

    asked = read_cover(cover)
    folder, found = _folder(record_id), places.find()
    settings = settings_file.load(found.machine_settings, found.room_settings)
    with share_bar("verify") as progress:
        sealed = read_sealed(folder, settings.agency, progress)
    if to is None:
        show_covered(sealed.paper, asked)
        return
    order = Order(officer=officer, reason=reason, approved_by=approved_by, unit=settings.agency)
    print(make_working_copy(sealed, asked, to, order, _custody_of(folder), press()))


@app.command()
def custody(
    record_id: Annotated[str, typer.Argument(help="One record; all when empty.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show who took a record out: when, why, approved by whom, where to.

    The log's end is compared with what the center knows of it, when it can be asked.
    """
    import msgspec

    from app.store.custody import CustodyLog

    ring = _ring()
    log = CustodyLog(places.find().data, ring)
    for entry in log.entries(record_id):
        told = msgspec.to_builtins(entry)
        print(json.dumps(told, ensure_ascii=False) if as_json else "  ".join(told.values()))
    _compare(log, ring)


def _compare(log: CustodyLog, ring: KeyRing) -> None:
    from app.errors import SyncProblem
    from app.sentences import LANGUAGES, tell
    from app.sync.enrolment import Enrolment
    from app.sync.pins import pin_at

    enrolment = Enrolment.load(ring.folder)
    if enrolment is None:
        return
    try:
        pin_at(enrolment, ring.workstation, log)
    except SyncProblem as problem:
        for language in LANGUAGES:
            print(tell(problem, language), file=sys.stderr)


def _custody() -> CustodyLog:
    from app.store.custody import CustodyLog

    return CustodyLog(places.find().data, _ring())


def _ring() -> KeyRing:
    from app.session.workstation import device_name
    from app.store.keystore import KeyRing

    return KeyRing.open(places.find(), device_name(), create=False)


def _custody_of(folder: Path) -> CustodyLog | None:
    """The log; a simulated record may leave a machine that has no key store."""
    from signing.manifest import SEAL
    from signing.seal import parse_seal

    return _custody_or_none(simulated=parse_seal((folder / SEAL).read_bytes()).simulated)


def _custody_or_none(*, simulated: bool) -> CustodyLog | None:
    try:
        return _custody()
    except SetupProblem:
        if simulated:
            return None
        raise


def _folder(record_id: str) -> Path:
    from app.errors import StorageProblem

    folder = places.find().records / record_id
    is_a_name = Path(record_id).name == record_id  # an id never leads out of the records
    if not is_a_name or not (folder / "seal.json").exists():
        raise StorageProblem("record_not_found", path=record_id)
    return folder
