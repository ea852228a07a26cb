"""Transcribes a sound or film file that exists already, and writes text in four forms.

- Stereo is two roles, the left channel asks; mono is one voice without a role.
- Times in the output count from the file's beginning; text that no one heard is not in it, and
  speech without words is told as unclear.
- The target stands beside the file and is never overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speech import models
from speech.engine import Engine
from speech.problem import SoundProblem
from speech.recognition import Options
from speech.service import Hearing, Line
from speech.sound import Block, DecodedSound
from speech.whisper import load

FORMS = ("txt", "json", "srt", "vtt")
ROLE_MARKS = {"zh": ("问：", "答：")}
ROLE_MARKS_OTHERS = ("Q: ", "A: ")
ROLES = ("investigator", "suspect")

Progress = Callable[[float, float], None]  # seconds done, seconds in all


@dataclass(frozen=True, slots=True)
class Transcript:
    """All lines of one file in the order of their beginnings."""

    name: str
    channels: int
    language: str
    model: str
    model_digest: str
    lines: tuple[Line, ...]


class _Watched:
    """A source that reports how far it was read."""

    def __init__(self, source: DecodedSound, progress: Progress | None) -> None:
        self._source = source
        self._progress = progress
        self.channels = 0

    @property
    def ahead_ms(self) -> int:
        return 0

    def read(self) -> Block | None:
        block = self._source.read()
        if block is not None:
            self.channels = max(self.channels, len(block[1]))
            if self._progress is not None:
                total_s = max(self._source.duration_ms, block[0]) / 1000
                self._progress(block[0] / 1000, total_s)
        return block


def hear_file(
    file: Path, engine: Engine, options: Options, progress: Progress | None = None
) -> Transcript:
    """Hear a whole file.

    Raises:
        SoundProblem: `sound_missing`, `sound_unreadable` or `sound_empty`.
        ModelProblem: `engine_failed`.
    """
    decoded = DecodedSound(str(file), name=str(file))
    try:
        source = _Watched(decoded, progress)
        told = Hearing(engine, source, options).lines()
        lines = sorted(
            (line for line in told if isinstance(line, Line)), key=lambda line: line.t0_ms
        )
    finally:
        decoded.close()
    if source.channels == 0:
        raise SoundProblem("sound_empty", path=str(file))
    return Transcript(
        file.name, source.channels, options.language, engine.model, engine.digest, tuple(lines)
    )


def _marked(transcript: Transcript, line: Line) -> str:
    if transcript.channels < 2:
        return line.text
    return ROLE_MARKS.get(transcript.language, ROLE_MARKS_OTHERS)[line.channel] + line.text


def _clock(at_ms: int, mark: str) -> str:
    seconds, thousandths = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{thousandths:03d}"


def as_text(transcript: Transcript) -> str:
    """One line per utterance."""
    return "".join(f"{_marked(transcript, line)}\n" for line in transcript.lines)


def as_captions(transcript: Transcript, form: str) -> str:
    """SubRip or WebVTT; two roles may overlap in time."""
    mark = "," if form == "srt" else "."
    parts = ["WEBVTT\n\n"] if form == "vtt" else []
    for number, line in enumerate(transcript.lines, 1):
        times = f"{_clock(line.t0_ms, mark)} --> {_clock(line.t1_ms, mark)}"
        words = _marked(transcript, line)
        if form == "vtt":
            words = words.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"{number}\n{times}\n{words}\n\n")
    return "".join(parts)


def as_json(transcript: Transcript) -> str:
    """Everything that is known of each line, for a machine."""
    told = {
        "file": transcript.name,
        "language": transcript.language,
        "model": transcript.model,
        "model_digest": transcript.model_digest,
        "lines": [
            {
                "role": ROLES[line.channel] if transcript.channels > 1 else None,
                "t0_ms": line.t0_ms,
                "t1_ms": line.t1_ms,
                "text": line.text,
                "raw_text": line.answer.text,
                "average_log_probability": round(line.answer.average_log_probability, 3),
                "flags": list(line.flags),
                "words": [[w.text, w.t0_ms, w.t1_ms, w.probability] for w in line.words],
            }
            for line in transcript.lines
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def written(transcript: Transcript, form: str) -> str:
    """The transcript in one of `FORMS`."""
    if form == "json":
        return as_json(transcript)
    return as_text(transcript) if form == "txt" else as_captions(transcript, form)


def transcribe(
    file: Path,
    model: str,
    places: tuple[Path, ...],
    *,
    language: str = "zh",
    form: str = "txt",
    progress: Progress | None = None,
) -> Path:
    """Hear `file` with the model of that name (or folder) and write `<file>.<form>` beside it.

    Raises:
        SoundProblem: `format_unknown`, `target_exists`, or why the sound cannot be read.
        ModelProblem: why the model cannot be used.
    """
    if form not in FORMS:
        raise SoundProblem("format_unknown", format=form)
    if not file.is_file():
        raise SoundProblem("sound_unreadable", path=str(file), why="no such file")
    target = file.with_suffix(f".{form}")
    if target.exists():
        raise SoundProblem("target_exists", path=str(target))
    found = models.find(model, *places)
    models.require_language(found, language)
    options = Options(language=language, prompts=found.facts.prompts)
    heard = hear_file(file, load(found), options, progress)
    with target.open("x", encoding="utf-8") as out:
        out.write(written(heard, form))
    return target
