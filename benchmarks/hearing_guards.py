"""Each guard, provoked: what a recogniser answered, and what stands on the page then.

The answers are those that recognisers are known to give; the guards and the second try are the
program's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from speech import guards
from speech.engine import RATE, Answer, Ask, Sound, Word
from speech.guards import Flag
from speech.recognition import Options, recognise

HEAD = "| guard | the recogniser answered | on the page | flags |\n|---|---|---|---|\n"
PRIMER_ECHO = "以下是普通话的讯问对话，使用简体中文和标点。"
SAID = "我没有拿刘建国的钱包。"


@dataclass(frozen=True)
class Provoked:
    """One guard's case."""

    guard: str
    answers: tuple[Answer, ...]  # of the first try and of those after it
    seconds: float = 3.0


CASES = (
    Provoked("loop, mended by a second try", (Answer("我知道" * 6), Answer(SAID))),
    Provoked("loop that stays", (Answer("我知道" * 6), Answer("我知道" * 6))),
    Provoked("echo of the prompt", (Answer(PRIMER_ECHO), Answer(SAID))),
    Provoked("speech without words", (Answer(""),)),
    Provoked(
        "low confidence",
        (Answer(SAID, average_log_probability=-1.4, no_speech_probability=0.8),),
    ),
    Provoked("omission", (Answer("嗯。"),), 9.0),
    Provoked(
        "other language",
        (
            Answer("my name is", average_log_probability=-1.5, language="zh"),
            Answer("My name is Anna White.", average_log_probability=-0.2, language="en"),
        ),
    ),
    Provoked("traditional script", (Answer("我沒有拿錢包,真的."),)),
)


class Scripted:
    """Answers in order."""

    model, digest, device = "scripted", "0" * 64, "cpu"

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._answers = list(answers)

    def hear(self, _sound: Sound, _ask: Ask) -> Answer:
        """The next answer."""
        return self._answers.pop(0)

    def count_tokens(self, text: str) -> int:
        """One a character."""
        return len(text)


def guard_rows() -> Iterator[str]:
    """The table, line by line."""
    yield HEAD
    for case in CASES:
        sound = np.zeros(int(case.seconds * RATE), np.float32)
        told = recognise(Scripted(case.answers), sound, Options())
        shown, flags = (told.text, told.flags) if told is not None else ("(no line)", ())
        yield _row(case.guard, case.answers[0].text, shown, *flags)
    credit = "请订阅我的频道"
    for level_db, where in ((-60.0, "silence"), (-20.0, "loud speech")):
        flag = guards.boilerplate(credit, level_db, floor_db=-58.0)
        yield _row(f"credits of a film in {where}", credit, credit, *([flag] if flag else []))
    (kept,) = guards.clamped((Word("我", 2_800, 4_900, 0.4),), 3_000)
    times = f"我 at {kept.t0_ms / 1000:.1f} to {kept.t1_ms / 1000:.1f} s"
    yield _row("times outside the utterance", "我 at 2.8 to 4.9 of 3.0 s", times)
    said = "我已经说过了。"
    flags = (Flag.REPEATED,) if guards.repeats(said, [said] * 3) else ()
    yield _row("the same line a fourth time", said, said, *flags)


def _row(guard: str, answered: str, shown: str, *flags: Flag) -> str:
    told = ", ".join(flags) or "-"
    return f"| {guard} | {_short(answered)} | {_short(shown)} | {told} |\n"


def _short(text: str) -> str:
    shown = text if len(text) <= 24 else f"{text[:24]}…"
    return shown or "(nothing)"
