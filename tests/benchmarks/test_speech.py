"""The judge of live recognition: late, wrong, invented and flickering text each cost."""

import numpy as np

from benchmarks.speech_scenes import Scene
from benchmarks.speech_score import Told, align, score
from tests.fakes.demo_sound import Spoken

ASKED = Spoken(0, "你叫什么名字？", 1000, 3000)
ANSWERED = Spoken(1, "我叫陈平。", 4000, 6000)
SCENE = Scene("", "zh", np.zeros((2, 16_000 * 8), np.float32), (ASKED, ANSWERED))


def final(channel: int, text: str, at_ms: int) -> Told:
    return Told("final", channel, text, at_ms)


def test_right_text_costs_its_delay_and_nothing_else() -> None:
    judged = score(SCENE, [final(0, "你叫什么名字", 4200), final(1, "我叫陈平", 6900)])
    assert (judged.wrong, judged.missed, judged.ghosts) == (0, 0, 0)
    assert judged.latencies_ms == (1200, 900)


def test_a_line_in_pieces_is_as_late_as_its_last_piece() -> None:
    told = [final(0, "你叫", 2500), final(0, "什么名字", 5000), final(1, "我叫陈平", 6900)]
    assert score(SCENE, told).latencies_ms[0] == 2000


def test_the_other_persons_words_are_a_ghost() -> None:
    told = [
        final(0, "你叫什么名字", 4200),
        final(1, "你叫什么名字", 4300),
        final(1, "我叫陈平", 6900),
    ]
    judged = score(SCENE, told)
    assert judged.ghosts == 1
    assert judged.wrong == len("你叫什么名字")


def test_words_that_nobody_said_are_ghosts() -> None:
    silence = Scene("", "zh", np.zeros((2, 16_000 * 8), np.float32), ())
    assert score(silence, [final(0, "字幕由志愿者提供", 3000)]).ghosts == 1


def test_what_was_shown_and_changed_is_flicker() -> None:
    told = [
        Told("partial", 1, "我叫", 4900),
        Told("partial", 1, "我教程", 5400),
        final(1, "我叫陈平", 6900),
    ]
    judged = score(SCENE, told)
    assert judged.flicker == 3 / 4  # 叫, then 教程
    assert judged.first_partial_ms == (900,)
    assert judged.missed == 1  # the question


def test_alignment_pairs_equal_characters_and_counts_edits() -> None:
    pairs, distance = align("陈平在家", "陈萍在")
    assert pairs == [0, -1, 2, -1]
    assert distance == 2
