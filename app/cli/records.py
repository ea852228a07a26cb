"""Commands about sealed records: list, show, export, verify."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import paths as places
from app.errors import InputProblem, SealProblem

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
INVALID = 1
NOT_A_RECORD = 2


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
    to: Annotated[Path, typer.Option(help="A folder, or a name ending in .zip.")],
) -> None:
    """Copy a record out, read back and verified."""
    from app.cli.progress import share_bar
    from app.export.copy import export_record

    with share_bar("export") as progress:
        target = export_record(_folder(record_id), to, progress)
    print(target)


def verify(
    path: Annotated[Path, typer.Argument(help="A record: folder or ZIP.")],
    trust: Annotated[Path | None, typer.Option(help="PEM of the authorities to trust.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check a record; exit 0 valid, 1 invalid, 2 not a record."""
    from app.sentences import tell
    from signing.certificates import from_pem
    from signing.verify import verify as verify_record

    roots = None
    if trust is not None:
        roots = from_pem(_read(trust))
    try:
        verify_record(path, roots)
    except SealProblem as problem:
        if as_json:
            told = {"valid": False, "code": problem.code, "details": problem.details}
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(tell(problem), file=sys.stderr)
            print(tell(problem, "en"), file=sys.stderr)
        status = NOT_A_RECORD if problem.code == "not_a_record" else INVALID
        raise typer.Exit(status) from None
    if as_json:
        print(json.dumps({"valid": True, "trusted": roots is not None}))
    elif roots is None:
        print("完整无改动；未指定信任的签发机构，签名人身份未核实。")
        print("Whole and unchanged; no authority was given, so who signed is not proven.")
    else:
        print("有效：完整无改动，签名人可信。 Valid: whole, unchanged and signed by a trusted key.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputProblem("file_not_found", file=str(file)) from error
    except OSError as error:
        raise InputProblem("file_unreadable", file=str(file), why=str(error.strerror)) from error


def _folder(record_id: str) -> Path:
    from app.errors import StorageProblem

    folder = places.find().records / record_id
    is_a_name = Path(record_id).name == record_id  # an id never leads out of the records
    if not is_a_name or not (folder / "seal.json").exists():
        raise StorageProblem("record_not_found", path=record_id)
    return folder
