"""Commands about speech: the models of this machine, and transcribing existing recordings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from app import paths as places
from app.paths import RESOURCES, make
from signing.problem import Problem

if TYPE_CHECKING:
    from speech.condition import Condition
    from speech.forms import Transcript

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]


def _places() -> tuple[Path, Path]:
    return places.find().models, RESOURCES / "models"


def _language() -> str:
    return "en" if os.environ.get("SHILU_LANGUAGE", "") == "en" else "zh"


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the models that are installed."""
    from speech import models

    for model in models.list_models(*_places()):
        if isinstance(model, Problem):
            print(str(model), file=sys.stderr)
            continue
        facts = model.facts
        told = {"name": facts.name, "digest": facts.digest, "folder": str(model.folder)}
        print(json.dumps(told) if as_json else f"{facts.name:20} {facts.digest[:16]}")


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="A faster-whisper (CTranslate2) model folder.")],
    name: Annotated[str, typer.Option(help="Its name here; the folder's own when empty.")] = "",
) -> None:
    """Check a model folder and copy it in."""
    from app.cli.progress import share_bar
    from speech import models

    with share_bar("import") as progress:

        def told(done_bytes: int, total_bytes: int) -> None:
            progress(done_bytes / max(1, total_bytes))

        model = models.import_model(folder, make(places.find().models), told, name)
    print(f"{model.facts.name}  {model.facts.digest}")


@app.command()
def check(name: Annotated[str, typer.Argument()]) -> None:
    """Compare a model with the digest taken at import."""
    from speech import models

    model = models.find(name, *_places())
    print(f"{model.facts.name}  {model.facts.digest}")


@app.command()
def bench(
    name: Annotated[str, typer.Argument()],
    language: Annotated[str, typer.Option()] = "zh",
    as_json: AsJson = False,
) -> None:
    """Try a model on this machine: how long an answer takes, and how it may be asked."""
    from app.cli.progress import share_bar
    from app.session.model_trial import tell_trial
    from speech import models
    from speech.trial import read_clips, try_model
    from speech.whisper import load

    model = models.find(name, *_places())
    models.require_language(model, language)
    clips = read_clips(RESOURCES / "demo" / language)
    if as_json:
        trial = try_model(load(model), clips, language, _print_share)
    else:
        with share_bar(name) as progress:
            trial = try_model(load(model), clips, language, progress)
    if model.folder.parent == places.find().models:
        models.keep_trial(model, trial)
    if as_json:
        print(json.dumps({"trial": msgspec.to_builtins(trial)}))
        return
    for line in tell_trial(trial, _language()):
        print(line)


def _print_share(share: float) -> None:
    print(json.dumps({"share": round(share, 3)}), flush=True)


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings; stereo is two roles.")],
    model: Annotated[str, typer.Option(help="Name or folder of a model.")] = "demo",
    language: Annotated[str, typer.Option()] = "zh",
    form: Annotated[str, typer.Option("--format", help="txt, json, docx, srt or vtt.")] = "txt",
) -> None:
    """Transcribe existing recordings into files beside them; goes on after an interruption."""
    from app.cli.progress import seconds_bar
    from speech import offline

    for file in files:
        with seconds_bar(file.name) as progress:
            target, heard = offline.transcribe(
                file,
                model,
                _places(),
                language=language,
                form=form,
                write=as_docx if form == "docx" else None,
                progress=progress,
            )
        for condition in heard.conditions:
            _tell_condition(condition, file)
        print(target)


def as_docx(transcript: Transcript) -> bytes:
    """A transcript as DOCX: the one form for which hearing itself has no writer."""
    from app.export.draft_docx import DraftLine, Heard, write_draft
    from speech.forms import clock, marked

    lines = [
        DraftLine(clock(line.t0_ms)[:8], marked(transcript, line), bool(line.flags))
        for line in transcript.lines
    ]
    about = Heard(transcript.name, transcript.model, transcript.model_digest, transcript.language)
    return write_draft(about, lines)


def _tell_condition(condition: Condition, file: Path) -> None:
    """What is wrong with the sound, on standard error; the text was written all the same."""
    from app.sentences import tell
    from speech.problem import SoundProblem

    problem = SoundProblem(condition.code, path=str(file), channel=condition.channel + 1)
    print(tell(problem, _language()), file=sys.stderr)
