"""Commands about the workstation's own keys: what they are, renewing them, wrapping them anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from app import paths as places

app = typer.Typer(no_args_is_help=True)


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Show the keys of this workstation, the newest first, and until when they are good."""
    from app.session.workstation import Workstation

    with Workstation.open(places.find()) as workstation:
        keys = workstation.ring.workstation
        for one in (keys, *keys.former):
            told = {
                "device": one.device,
                "journal_key": one.journal_key_id,
                "enrolled": one.is_enrolled,
                "until": one.certificate.not_valid_after_utc.date().isoformat(),
                "days_left": one.days_left(datetime.now(UTC)),
            }
            print(json.dumps(told) if as_json else "  ".join(map(str, told.values())))


@app.command()
def renew(
    now: Annotated[bool, typer.Option("--now", help="Even if it is early.")] = False,
) -> None:
    """Have the next keys certified by the center, when the present ones come to their end."""
    from app.session.workstation import Workstation

    with Workstation.open(places.find()) as workstation:
        if now:
            workstation.renew_now()
        else:
            workstation.renew()
        keys = workstation.ring.workstation
        print(f"{keys.device}  {keys.certificate.not_valid_after_utc.date().isoformat()}")


@app.command()
def rewrap() -> None:
    """Change the key in the key store; every record's key is wrapped anew, no recording moves."""
    from app.session.workstation import Workstation

    with Workstation.open(places.find()) as workstation:
        done = workstation.change_kek()
    print(done.records)
    for file in done.strange:
        print(f"! {file}")
