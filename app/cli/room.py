"""Commands of the room: its processes, its check, and one take without the desk."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from app import log
from app import paths as places
from app import settings as settings_file
from app.sentences import tell_code
from app.settings import Camera, Settings

RoomName = Annotated[str, typer.Option(help="Name of the room.")]


def _settings() -> Settings:
    found = places.find()
    return settings_file.load(found.machine_settings, found.room_settings)


def recorder(room: RoomName) -> None:
    """Be the recorder of a room until asked to leave."""
    from app.recorder import service

    found = places.find()
    log.start("recorder", found.logs)
    raise typer.Exit(service.run(found, room))


def transcriber(room: RoomName) -> None:
    """Be the transcriber of a room until asked to leave."""
    from app import transcriber as service

    found = places.find()
    log.start("transcriber", found.logs)
    raise typer.Exit(service.run(found, room, _settings()))


def hear_again() -> None:
    """Hear the takes that standard input orders a second time; lines go to standard output."""
    from app.transcriber import again
    from app.transcriber.service import media_key_of

    found = places.find()
    log.start("second-hearing", found.logs)
    order = sys.stdin.buffer.read()
    raise typer.Exit(again.run(order, sys.stdout.buffer, media_key_of(found)))


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check devices, disk, clock, keys, model and center; exit 1 if a session would be refused."""
    from app.session.preflight import examine

    checks = examine(places.find())
    if as_json:
        print(json.dumps([msgspec.to_builtins(check) for check in checks], ensure_ascii=False))
    else:
        table = Table("", "", "")
        signs = {"good": "✓", "warning": "!", "failed": "✗"}
        for check in checks:
            told = tell_code(check.code, "zh", **check.details) if check.code else ""
            table.add_row(signs[check.state], check.name, told)
        Console().print(table)
    if any(check.state == "failed" for check in checks):
        raise typer.Exit(1)


def record(
    seconds: Annotated[float, typer.Option(help="How long.", min=1.0)],
    camera: Annotated[list[str] | None, typer.Option(help="A camera; may be repeated.")] = None,
    microphone: Annotated[str, typer.Option(help="A microphone.")] = "default",
    room: RoomName = "shilu",
) -> None:
    """Record one take without the desk and print where it lies and what it holds."""
    from app.session.take_alone import record_alone
    from app.session.takes import take_lost

    settings = msgspec.structs.replace(
        _settings(),
        microphone=microphone,
        cameras=tuple(Camera(source=source) for source in camera or ()),
        production=False,
        room=room,
    )
    kept = record_alone(places.find(), settings, seconds)
    print(json.dumps(asdict(kept), default=str, ensure_ascii=False))
    if kept.end_reason != "stopped":
        raise take_lost(kept.end_reason, kept.media_folders)
