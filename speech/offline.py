"""Hears a sound or film file that exists already and has its text written beside it.

- Stereo is two roles, the left channel asks; mono is one voice without a role.
- Text that no one heard is not in it, and speech without words is told as unclear.
- The target is never overwritten. What was heard is kept while it is heard: after an
  interruption the same call goes on after the last line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from speech import models
from speech.condition import Watch
from speech.draft import Draft, DraftOf
from speech.engine import Engine
from speech.forms import FORMS, Transcript
from speech.problem import SoundProblem
from speech.recognition import Options
from speech.service import Hearing, Line
from speech.sound import Block, DecodedSound
from speech.whisper import load

Progress = Callable[[float, float], None]  # seconds done, seconds in all
Write = Callable[[Transcript], bytes]


class _Watched:
    """A source that reports how far it was read, and what its sound is like."""

    def __init__(self, source: DecodedSound, progress: Progress | None) -> None:
        self._source = source
        self._progress = progress
        self.watch = Watch(source.rate)
        self.channels = 0

    @property
    def ahead_ms(self) -> int:
        return 0

    def read(self) -> Block | None:
        block = self._source.read()
        if block is not None:
            self.channels = max(self.channels, len(block[1]))
            self.watch.take_in(block[1])
            if self._progress is not None:
                total_s = max(self._source.duration_ms, block[0]) / 1000
                self._progress(block[0] / 1000, total_s)
        return block


def hear_file(
    file: Path,
    engine: Engine,
    options: Options,
    progress: Progress | None = None,
    draft: Draft | None = None,
) -> Transcript:
    """Hear a whole file, or the rest of it after `draft`.

    Raises:
        SoundProblem: `sound_missing`, `sound_unreadable` or `sound_empty`.
        ModelProblem: `engine_failed`.
    """
    decoded = DecodedSound(str(file), name=str(file))
    lines = list(draft.lines) if draft is not None else []
    try:
        source = _Watched(decoded, progress)
        from_ms = draft.from_ms if draft is not None else (0, 0)
        for told in Hearing(engine, source, options, from_ms).lines():
            if isinstance(told, Line):
                lines.append(told)
                if draft is not None:
                    draft.keep(told)
    finally:
        decoded.close()
    if source.channels == 0:
        raise SoundProblem("sound_empty", path=str(file))
    return Transcript(
        file.name,
        source.channels,
        options.language,
        engine.model,
        engine.digest,
        tuple(sorted(lines, key=lambda line: line.t0_ms)),
        source.watch.conditions,
    )


def transcribe(
    file: Path,
    model: str,
    places: tuple[Path, ...],
    *,
    language: str = "zh",
    form: str = "txt",
    write: Write | None = None,
    progress: Progress | None = None,
) -> tuple[Path, Transcript]:
    """Hear `file` with the model of that name (or folder) and write `<file>.<form>` beside it.

    Args:
        file: any sound or film that FFmpeg reads.
        model: a model's name or folder.
        places: where models are looked for.
        language: spoken in it.
        form: one of `FORMS`, or the ending of what `write` makes.
        write: makes the file's content; one of `FORMS` when None.
        progress: told the seconds done.

    Raises:
        SoundProblem: `format_unknown`, `target_exists`, `hearing_stopped` (go on by the same
            call), or why the sound cannot be read.
        ModelProblem: why the model cannot be used.
    """
    if write is None and form not in FORMS:
        raise SoundProblem("format_unknown", format=form)
    if not file.is_file():
        raise SoundProblem("sound_unreadable", path=str(file), why="no such file")
    target = file.with_suffix(f".{form}")
    if target.exists():
        raise SoundProblem("target_exists", path=str(target))
    found = models.find(model, *places)
    models.require_language(found, language)
    options = Options(language=language, prompts=found.facts.prompts)
    heard = _heard(file, load(found), options, progress)
    content = write(heard) if write is not None else FORMS[form](heard).encode()
    with target.open("xb") as out:
        out.write(content)
    return target, heard


def _heard(file: Path, engine: Engine, options: Options, progress: Progress | None) -> Transcript:
    draft = Draft(file, DraftOf.now(file, engine.digest, options.language))
    is_whole = False
    try:
        transcript = hear_file(file, engine, options, progress, draft)
        is_whole = True
    except KeyboardInterrupt:
        raise SoundProblem("hearing_stopped", path=str(file)) from None
    finally:
        draft.close(done=is_whole or not draft.lines)
    return transcript
