"""The names of all commands and where each one is carried out."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import center, keys, models, records, verify
from app.cli.demo import demo
from app.cli.room import doctor, hear_again, record, recorder, transcriber

app = typer.Typer(
    name="shilu",
    help="实录 Shilu: records, drafts, signs, seals and delivers an interrogation.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def desk(
    context: typer.Context,
    officer: Annotated[str, typer.Option(help="Name of the officer who signs in.")] = "",
) -> None:
    """Open the desk when no command is named."""
    if context.invoked_subcommand is None:
        from app.desk import run

        raise typer.Exit(run(officer=officer))


app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("record")(record)
app.command("recorder", hidden=True)(recorder)
app.command("transcriber", hidden=True)(transcriber)
app.command("hear-again", hidden=True)(hear_again)
app.command("transcribe")(models.transcribe)
app.command("verify")(verify.verify)
app.command("enroll")(center.enroll)
app.command("sync")(center.sync)
app.add_typer(models.app, name="models", help="Speech models on this machine.")
app.add_typer(keys.app, name="keys", help="The keys of this workstation.")
app.add_typer(records.app, name="records", help="Sealed records on this machine.")
app.add_typer(center.app, name="center", help="The receiving server.")
