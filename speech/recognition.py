"""One utterance through the engine: prompt, guards, a second try, and the flags that remain.

- Windows are trimmed for a model that passed the check with them; what is doubtful then is heard
  again in a whole one.
- A second try after a loop or an echo is made without prompt, in a whole window.
- What both tries fail at is kept and flagged; speech without words is told as unclear, so that
  nobody takes silence in the draft for silence in the room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from speech import guards, vocabulary
from speech.engine import RATE, Answer, Ask, Engine, Sound
from speech.guards import Flag

DOUBTFUL = -0.7  # log probability; right lines lie at -0.5 and above, wrong ones at -0.9 and below
UNCLEAR_FROM_MS = 500  # shorter sounds without words are coughs and chairs


@dataclass(frozen=True, slots=True)
class Options:
    """How a take is to be heard."""

    language: str = "zh"
    vocabulary: tuple[str, ...] = ()  # names and places of the case
    prompts: bool = True  # the model was trained with prompts
    short_windows: bool = False  # the model passed the check with trimmed windows
    partials: bool = False
    beams: int = 1


@dataclass(frozen=True, slots=True)
class Recognition:
    """An answer with its text in one form, and what the guards said."""

    text: str
    answer: Answer
    flags: tuple[Flag, ...] = ()


def recognise(engine: Engine, sound: Sound, options: Options) -> Recognition | None:
    """Hear one utterance; None when it is short and holds no words.

    Raises:
        ModelProblem: `engine_failed`.
    """
    seconds = len(sound) / RATE
    told = ""
    if options.prompts:
        told = vocabulary.prompt(options.vocabulary, options.language, engine.count_tokens)
    ask = Ask(
        language=options.language,
        prompt=told,
        whole_window=not options.short_windows,
        beams=options.beams,
    )
    answer = _heard(engine, sound, ask)
    found = _trouble(answer, ask, seconds)
    if found:
        again = replace(ask, prompt="", whole_window=True, temperatures=(0.2, 0.4))
        second = engine.hear(sound, again)
        still = _trouble(second, again, seconds)
        if second.text and len(still) < len(found):
            answer, found = second, still
    if guards.is_other_script(answer.text, options.language):
        answer = _in_its_own_language(engine, sound, answer)
        found.append(Flag.OTHER_LANGUAGE)
    return _told(answer, found, options.language, seconds)


def _heard(engine: Engine, sound: Sound, ask: Ask) -> Answer:
    """The answer, or that of a whole window when a trimmed one's is doubtful."""
    answer = engine.hear(sound, ask)
    if ask.whole_window or not _is_doubtful(answer, len(sound) / RATE):
        return answer
    whole = engine.hear(sound, replace(ask, whole_window=True))
    return max(answer, whole, key=lambda one: _worth(one, len(sound) / RATE))


def _worth(answer: Answer, seconds: float) -> tuple[bool, bool, float]:
    """Of two answers to one sound: text for all of it, or at least for some, then probability."""
    return (
        not _lacks_text(answer, seconds),
        bool(guards.bare(answer.text)),
        answer.average_log_probability,
    )


def _is_doubtful(answer: Answer, seconds: float) -> bool:
    return answer.average_log_probability < DOUBTFUL or _lacks_text(answer, seconds)


def _lacks_text(answer: Answer, seconds: float) -> bool:
    return not guards.bare(answer.text) or guards.omits(answer.text, seconds)


def _trouble(answer: Answer, ask: Ask, seconds: float) -> list[Flag]:
    """What is worth a second try."""
    found = []
    if guards.loops(answer.text, seconds, ask.language):
        found.append(Flag.LOOP)
    if guards.echoes(answer.text, ask.prompt):
        found.append(Flag.PROMPT_ECHO)
    return found


def _in_its_own_language(engine: Engine, sound: Sound, answer: Answer) -> Answer:
    """The other language's text when the model is surer of it."""
    other = engine.hear(sound, Ask(language=""))
    surer = other.average_log_probability > answer.average_log_probability
    return other if other.text and surer else answer


def _told(answer: Answer, found: list[Flag], language: str, seconds: float) -> Recognition | None:
    answer = replace(answer, words=guards.clamped(answer.words, round(seconds * 1000)))
    text = vocabulary.tidy(answer.text, language)
    if not guards.bare(text):
        if seconds * 1000 < UNCLEAR_FROM_MS:
            return None
        marker = guards.UNCLEAR_TEXT.get(language, guards.UNCLEAR_TEXT_OTHERS)
        return Recognition(marker, replace(answer, text="", words=()), (Flag.UNCLEAR,))
    if guards.is_unclear(answer):
        found.append(Flag.UNCLEAR)
    if guards.omits(text, seconds):
        found.append(Flag.POSSIBLE_OMISSION)
    return Recognition(text, answer, tuple(found))
