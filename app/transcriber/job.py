"""Hears one take in its own thread: keys, model, sound, lines.

- A model that breaks is loaded again and goes on after the last line; three times without a
  further line, and the problem's code stands in the state. The sound stays on disk.
- A line leaves here only by `publish`; the log gets ids and counts, never words.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import Problem
from app.ipc import messages as ms
from app.transcriber.following import RecordedSound
from speech import models
from speech.models import Model
from speech.problem import ModelProblem
from speech.recognition import Options
from speech.service import Hearing, Line, Partial
from speech.whisper import WhisperEngine, load

ATTEMPTS = 3
_log = logging.getLogger(__name__)

MediaKeyOf = Callable[[Path], bytes]


class Engines:
    """The loaded model, kept between takes."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._engine: WhisperEngine | None = None

    @property
    def facts(self) -> tuple[str, str, str]:
        """Name, digest and device of the loaded model, or empty texts."""
        engine = self._engine
        return ("", "", "") if engine is None else (engine.model, engine.digest, engine.device)

    def get(self, command: ms.StartHearing) -> tuple[WhisperEngine, Model]:
        """The engine of the model the command names.

        Raises:
            ModelProblem: why it cannot be used; `model_changed` when its digest is another.
        """
        folder = Path(command.model_folder)
        if self._engine is None or self._model is None or self._model.folder != folder:
            self.drop()
            model = models.inspect(folder)
            models.require_language(model, command.language)
            self._model, self._engine = model, load(model)
        if command.model_digest not in {"", self._engine.digest}:
            raise ModelProblem("model_changed", name=self._engine.model)
        return self._engine, self._model

    def drop(self) -> None:
        """Load anew the next time."""
        self._model = self._engine = None


class Job:
    """One take being heard."""

    def __init__(
        self,
        command: ms.StartHearing,
        engines: Engines,
        media_key_of: MediaKeyOf,
        publish: Callable[[ms.Message], None],
    ) -> None:
        self.command = command
        self._engines = engines
        self._media_key_of = media_key_of
        self._publish = publish
        self._cancel = threading.Event()
        self._lock = threading.Lock()
        self._until_ms: int | None = None
        self._is_closed = False
        self._source: RecordedSound | None = None
        self._hearing: Hearing | None = None
        self._from_ms = list(command.from_ms)
        self._guessed: set[int] = set()  # channels with a guess on the screens
        self.lines = 0
        self.code = ""

    @property
    def heard_ms(self) -> tuple[int, int]:
        """How far each channel was followed."""
        hearing = self._hearing
        if hearing is None:
            return self.command.from_ms
        one, other = hearing.heard_ms
        return max(one, self._from_ms[0]), max(other, self._from_ms[1])

    @property
    def backlog_ms(self) -> int:
        """Sound on disk not heard yet."""
        source = self._source
        return 0 if source is None else source.ahead_ms

    @property
    def waiting(self) -> int:
        """Utterances that ended and are not heard yet."""
        hearing = self._hearing
        return 0 if hearing is None else hearing.waiting

    @property
    def was_cancelled(self) -> bool:
        """Whether another command took its place."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Stop soon, without a further line."""
        self._cancel.set()

    def finish(self, until_ms: int) -> None:
        """Hear to the end of the closed take (-1), or to `until_ms`, and stop."""
        with self._lock:
            self._is_closed = until_ms < 0
            self._until_ms = None if until_ms < 0 else until_ms
            self._apply_end()

    def run(self) -> None:
        """Hear until nothing is left, it is cancelled, or given up (then `code` says why)."""
        without_progress = 0
        while not self._cancel.is_set():
            lines = self.lines
            try:
                self._hear()
            except Problem as problem:
                self.code = problem.code
                _log.error("hearing take %d: %s", self.command.take, problem.code)
                without_progress = 0 if self.lines > lines else without_progress + 1
                if problem.code != "engine_failed" or without_progress >= ATTEMPTS:
                    return
                self._engines.drop()
            else:
                return

    def _hear(self) -> None:
        command = self.command
        engine, model = self._engines.get(command)
        facts = model.facts
        is_second = command.beams > 1  # time does not matter then
        options = Options(
            language=command.language,
            vocabulary=command.vocabulary,
            prompts=facts.prompts,
            short_windows=facts.short_windows and not is_second,
            partials=facts.partials and not is_second,
            beams=command.beams,
        )
        media_key = self._media_key_of(Path(command.record_folder))
        source = RecordedSound(command, media_key, self._cancel)
        try:
            with self._lock:
                self._source = source
                self._hearing = Hearing(engine, source, options, tuple(self._from_ms))
                self._apply_end()
            self.code = ""
            for told in self._hearing.lines():
                if self._cancel.is_set():
                    return
                self._tell(told, engine)
        finally:
            source.close()
            self._take_guesses_back()

    def _take_guesses_back(self) -> None:
        """What the engine guessed before it broke, or was left, will never become its line."""
        for channel in sorted(self._guessed):
            self._tell_guess(Partial(channel, 0, ""))

    def _apply_end(self) -> None:
        if self._hearing is not None:
            self._hearing.until_ms = self._until_ms
        if self._source is not None:
            if self._is_closed:
                self._source.end()
            if self._until_ms is not None:
                self._source.may_end()

    def _tell(self, told: Line | Partial, engine: WhisperEngine) -> None:
        record_id = self.command.record_id
        if isinstance(told, Partial):
            self._tell_guess(told)
            return
        self._from_ms[told.channel] = told.t1_ms
        self.lines += 1
        answer = told.answer
        self._publish(
            ms.LineHeard(
                record_id=record_id,
                channel=told.channel,
                t0_ms=told.t0_ms,
                t1_ms=told.t1_ms,
                text=told.text,
                raw_text=answer.text,
                words=tuple(
                    ms.HeardWord(word.text, word.t0_ms, word.t1_ms, word.probability)
                    for word in told.words
                ),
                average_log_probability=round(answer.average_log_probability, 4),
                no_speech_probability=round(answer.no_speech_probability, 4),
                model=engine.model,
                model_digest=engine.digest,
                language=answer.language or self.command.language,
                flags=tuple(str(flag) for flag in told.flags),
            )
        )

    def _tell_guess(self, guess: Partial) -> None:
        if guess.text:
            self._guessed.add(guess.channel)
        else:
            self._guessed.discard(guess.channel)
        self._publish(
            ms.PartialHeard(
                record_id=self.command.record_id,
                channel=guess.channel,
                t0_ms=guess.t0_ms,
                text=guess.text,
            )
        )
