"""Each guard notices its own way of failing, and leaves ordinary answers alone."""

import pytest

from speech import guards
from speech.engine import Answer, Word
from speech.guards import Flag


@pytest.mark.parametrize(
    ("text", "seconds", "language"),
    [
        ("我知道我知道我知道我知道", 6.0, "zh"),
        ("嗯嗯嗯嗯", 2.0, "zh"),
        ("谢谢大家谢谢大家谢谢大家谢谢大家谢谢大家", 10.0, "zh"),
        ("我昨天晚上在超市门口看见他的时候他正在和别人说话", 1.5, "zh"),  # 16 a second
        ("the bank the bank the bank the bank", 6.0, "en"),
    ],
)
def test_a_loop_is_noticed(text, seconds, language):
    assert guards.loops(text, seconds, language)


@pytest.mark.parametrize(
    ("text", "seconds", "language"),
    [
        ("我的电话是一三八八八八六六六六。", 5.0, "zh"),  # numerals may repeat
        ("没有。", 0.4, "zh"),
        ("是的，是的，是的。", 2.0, "zh"),
        ("I was at the market with Peter Jones.", 1.6, "en"),
    ],
)
def test_ordinary_speech_is_no_loop(text, seconds, language):
    assert not guards.loops(text, seconds, language)


def test_an_echo_of_the_prompt_is_noticed():
    prompt = "以下是普通话的讯问对话，使用简体中文和标点。涉及：陈志强、刘建国。"
    assert guards.echoes("以下是普通话的讯问对话，使用简体中文和标点。", prompt)
    assert not guards.echoes("刘建国。", prompt)  # a name may be an answer
    assert not guards.echoes("我不认识他。", prompt)
    assert not guards.echoes("我不认识他。", "")


def test_credits_of_films_are_hidden_only_when_quiet():
    assert guards.boilerplate("字幕由社群提供", -58.0, -60.0) is Flag.QUIET_BOILERPLATE
    assert guards.boilerplate("谢谢大家", -25.0, -60.0) is Flag.BOILERPLATE
    assert guards.boilerplate("我没有拿钱包", -58.0, -60.0) is None


def test_doubt_needs_both_signs():
    assert guards.is_unclear(Answer("啊", average_log_probability=-1.4, no_speech_probability=0.8))
    assert not guards.is_unclear(
        Answer("啊", average_log_probability=-0.4, no_speech_probability=0.8)
    )


def test_long_speech_with_hardly_any_text_is_noticed():
    assert guards.omits("嗯。", 5.0)
    assert not guards.omits("嗯。", 1.0)
    assert not guards.omits("我没有拿刘建国的钱包。", 5.0)


def test_another_script_is_noticed_for_mandarin_only():
    assert guards.is_other_script("I was at home.", "zh")
    assert guards.is_other_script("わたしは知りません", "zh")
    assert not guards.is_other_script("车牌是浙A四八九七零。", "zh")
    assert not guards.is_other_script("I was at home.", "en")


def test_word_times_stay_in_their_utterance_and_in_order():
    words = (Word("我", -900, -100, 0.9), Word("叫", 700, 500, 0.9), Word("平", 100, 9_000, 0.9))
    assert [(word.t0_ms, word.t1_ms) for word in guards.clamped(words, 1_000)] == [
        (-200, -100),
        (700, 700),
        (700, 1_300),
    ]


def test_the_fourth_same_line_is_noticed():
    line = "我没有拿刘建国的钱包。"
    assert guards.repeats(line, [line, line, line])
    assert not guards.repeats(line, [line, line])
    assert not guards.repeats("没有。", ["没有。"] * 3)  # short answers repeat in real life
