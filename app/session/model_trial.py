"""Tries a speech model in a process of its own, so that the desk never loads an engine.

- A model that brings its process down is a problem told in a sentence, and nothing else.
- Cancelling ends the process; the model stays as it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.ipc.supervisor import own_command
from app.sentences import tell_code
from speech.problem import ModelProblem
from speech.trial import Trial

PROJECT = Path(__file__).resolve().parents[2]
_CODE = re.compile(r"^\[(\w+)\]$", re.MULTILINE)


def run(
    name: str, language: str, on_progress: Callable[[float], None], cancel: threading.Event
) -> Trial:
    """Try the installed model of that name; blocks.

    Raises:
        ModelProblem: why it does not work; `model_untried` when cancelled.
    """
    command = own_command("models", "bench", name, "--language", language, "--json")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            cwd=PROJECT,
        )
        watch = threading.Thread(target=_end_when, args=(process, cancel), name="trial-watch")
        watch.start()
        with process:
            trial = _follow(process, on_progress)
        watch.join()
        said.seek(0)
        complaint = said.read()
    if cancel.is_set():
        raise ModelProblem("model_untried", name=name)
    if trial is None:
        raise _problem(name, complaint)
    return trial


def _follow(process: subprocess.Popen[str], on_progress: Callable[[float], None]) -> Trial | None:
    """Read what the command prints, a JSON object a line, to its end."""
    trial = None
    for line in process.stdout or ():
        told = json.loads(line)
        if "share" in told:
            on_progress(float(told["share"]))
        elif "trial" in told:
            trial = msgspec.convert(told["trial"], Trial)
    return trial


def _end_when(process: subprocess.Popen[str], cancel: threading.Event) -> None:
    while process.poll() is None:
        if cancel.wait(0.1):
            process.kill()
            return


def _problem(name: str, complaint: str) -> ModelProblem:
    codes = [code for code in _CODE.findall(complaint) if code in ModelProblem.CODES]
    why = complaint.strip().splitlines()[:1]
    return ModelProblem(codes[-1] if codes else "engine_failed", name=name, why="".join(why)[:200])


def tell_trial(trial: Trial, language: str = "zh") -> list[str]:
    """What a model's trial on this machine found, the time of an answer first."""
    told = ["trial_answer"]
    told += ["trial_trimmed" if trial.short_windows else "trial_whole"]
    told += ["trial_prompts" if trial.prompts else "trial_no_prompts"]
    told += ["trial_fills_silence"] if trial.fills_silence else []
    figures = {
        "median": f"{trial.answer_p50_ms / 1000:.1f}",
        "slow": f"{trial.answer_p95_ms / 1000:.1f}",
        "device": trial.device,
        "clips": trial.clips,
        "whole": f"{trial.whole_p50_ms / 1000:.1f}",
        "trimmed_changed": f"{trial.trimmed_changed:.0%}",
        "prompted_changed": f"{trial.prompted_changed:.0%}",
    }
    return [tell_code(code, language, **figures) for code in told]
