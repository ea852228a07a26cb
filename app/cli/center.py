"""Commands of the receiving server, and of a workstation towards it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from app import paths as places
from app.cli import escrow
from app.errors import InputProblem

app = typer.Typer(no_args_is_help=True)
app.command("open-record")(escrow.open_record)
app.command("openings")(escrow.openings)
app.command("check-recovered")(escrow.check_recovered)
Folder = Annotated[Path, typer.Option(help="The center's folder.")]
DEFAULT_FOLDER = Path("center-data")


@app.command()
def init(
    folder: Folder = DEFAULT_FOLDER,
    name: Annotated[str, typer.Option(help="Name of the center.")] = "Case-handling center",
) -> None:
    """Make a new center: its keys, its certificate authority, its empty log."""
    from center import service

    service.init(folder, name)
    print(f"{folder}")


@app.command()
def serve(
    folder: Folder = DEFAULT_FOLDER,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8460,
) -> None:
    """Receive records until stopped."""
    from center import service

    service.serve(folder, host, port)


@app.command()
def code(
    folder: Folder = DEFAULT_FOLDER,
    device: Annotated[str, typer.Option(help="Only this device may use it.")] = "",
    room: Annotated[str, typer.Option(help="Only for this room.")] = "",
    minutes: Annotated[int, typer.Option(help="How long it is good.")] = 15,
) -> None:
    """Print a one-time enrolment code."""
    from center import service

    print(service.make_code(folder, device, room, minutes))


@app.command()
def account(
    folder: Folder = DEFAULT_FOLDER,
    revoke: Annotated[str, typer.Option(help="Key id to revoke.")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the enrolled workstations, or revoke one."""
    from center import service

    if revoke:
        service.revoke(folder, revoke)
    accounts = service.list_accounts(folder)
    for one in accounts:
        told = {name: str(getattr(one, name)) for name in one.__slots__}
        print(json.dumps(told, ensure_ascii=False) if as_json else "  ".join(told.values()))


@app.command()
def crl(
    to: Annotated[Path, typer.Argument(help="New file, DER.")],
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Write the signed list of certificates that were taken back, for who verifies elsewhere."""
    from app.errors import StorageProblem
    from center import service

    if to.exists():
        raise StorageProblem("target_exists", path=str(to))
    to.write_bytes(service.revocations(folder))
    print(to)


def enroll(
    url: Annotated[str, typer.Argument(help="Address of the center.")],
    code: Annotated[str, typer.Option(help="The one-time code.")],
) -> None:
    """Enroll this workstation at a center."""
    from app.session.workstation import Workstation

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputProblem("argument_wrong", argument=url, why="http(s)://...")
    with Workstation.open(places.find()) as workstation:
        enrolment = workstation.enroll(url, code)
    print(f"{enrolment.center}  {enrolment.url}")


def sync(
    watch: Annotated[bool, typer.Option(help="Go on until interrupted.")] = False,
) -> None:
    """Send what waits for the center."""
    from app.session.workstation import Workstation

    with Workstation.open(places.find()) as workstation:
        for delivery in workstation.sync(watch=watch):
            print(f"{delivery.record_id}  {delivery.state}  {delivery.code}")
