"""The hearing table counts what it says: ghosts, wrong roles, and what each guard leaves."""

import numpy as np

from benchmarks.hearing import Heard, row
from benchmarks.hearing_guards import guard_rows
from benchmarks.speech_scenes import Scene
from speech.engine import Answer
from speech.guards import Flag
from speech.service import Line
from tests.fakes.demo_sound import Spoken

ASKED, ANSWERED = "你叫什么名字", "我叫陈平"
SCENE = Scene(
    "two people",
    "zh",
    np.zeros((2, 16_000 * 8), np.float32),
    (Spoken(0, ASKED, 1000, 3000), Spoken(1, ANSWERED, 4000, 6000)),
)


def line(channel: int, text: str, t0_ms: int, *flags: Flag) -> Line:
    return Line(channel, t0_ms, t0_ms + 2000, text, Answer(text), flags)


def cells(*lines: Line) -> dict[str, str]:
    names = ("scene", "length", "lines", "missed", "ghosts", "roles", "wrong", "flags")
    told = [cell.strip() for cell in row(Heard(SCENE, lines)).strip("|\n").split("|")]
    return dict(zip(names, told, strict=True))


def test_what_was_said_by_whom_costs_nothing() -> None:
    told = cells(line(0, ASKED, 1000), line(1, ANSWERED, 4000))
    assert (told["lines"], told["missed"], told["ghosts"], told["roles"]) == ("2 of 2", *"000")
    assert (told["wrong"], told["flags"]) == ("0.0%", "-")


def test_a_line_that_stands_twice_or_was_said_by_nobody_is_a_ghost() -> None:
    twice = cells(line(0, ASKED, 1000), line(1, ASKED, 1000), line(1, ANSWERED, 4000))
    assert (twice["ghosts"], twice["roles"]) == ("1", "1")
    invented = cells(line(0, ASKED, 1000), line(1, ANSWERED, 4000), line(1, "谢谢观看", 6100))
    assert invented["ghosts"] == "1"


def test_the_other_persons_line_alone_is_a_wrong_role_and_a_missed_one() -> None:
    told = cells(line(0, ASKED, 1000), line(0, ANSWERED, 4000, Flag.SPEAKER_UNSURE))
    assert (told["ghosts"], told["roles"], told["missed"]) == ("0", "1", "1")
    assert told["flags"] == "speaker_unsure 1"


def test_every_guard_is_provoked_and_leaves_its_flag() -> None:
    table = "".join(guard_rows())
    for flag in ("loop", "unclear", "possible_omission", "other_language", "boilerplate",
                 "quiet_boilerplate", "repeated"):  # fmt: skip
        assert f"| {flag} |" in table or f"{flag}," in table or f", {flag}" in table
    assert "[听不清]" in table
    assert "以下是普通话的讯问对话，使用简体中文和标点。 | 我没有拿刘建国的钱包。 | -" in table
