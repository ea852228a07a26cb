"""The demo's command: everything it makes lies under one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("build/demo"),
    window: Annotated[bool, typer.Option(help="Show the windows on this screen.")] = False,
) -> None:
    """Play a scripted interrogation from an empty form to a verified record."""
    from app.demo.surroundings import enter_own_key_store, fresh

    out = out.absolute()
    arguments = ["--out", str(out), *(["--window"] if window else [])]
    status = enter_own_key_store(out, arguments)
    if status is None:
        from app.demo.play import play

        status = play(fresh(out), window=window)
    raise typer.Exit(status)
