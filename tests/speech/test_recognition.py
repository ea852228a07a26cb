"""What a second try is for, and that a line it cannot mend is kept and flagged."""

import numpy as np

from speech.engine import RATE, Answer
from speech.guards import UNCLEAR_TEXT, Flag
from speech.recognition import Options, recognise

SECONDS = 3
SOUND = np.zeros(SECONDS * RATE, np.float32)
LOOP = "我知道" * 6
GOOD = "我没有拿刘建国的钱包。"


class ScriptedEngine:
    """Answers from a list; remembers how it was asked."""

    model, digest, device = "scripted", "0" * 64, "cpu"

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []

    def hear(self, sound, ask):
        self.asked.append(ask)
        return self._answers.pop(0)

    def count_tokens(self, text):
        return len(text)


def test_a_loop_is_tried_again_without_prompt_in_the_whole_window():
    engine = ScriptedEngine(Answer(LOOP), Answer(GOOD))
    told = recognise(engine, SOUND, Options(short_windows=True))
    assert (told.text, told.flags) == (GOOD, ())
    first, second = engine.asked
    assert first.prompt
    assert not first.whole_window
    assert not second.prompt
    assert second.whole_window


def test_what_is_doubtful_in_a_trimmed_window_is_heard_again_in_a_whole_one():
    unsure, sure = (
        Answer("我没有拿钱。", average_log_probability=-0.9),
        Answer(GOOD, average_log_probability=-0.3),
    )
    for trimmed in (unsure, Answer("")):
        engine = ScriptedEngine(trimmed, sure)
        told = recognise(engine, SOUND, Options(short_windows=True))
        assert told.text == GOOD
        assert [ask.whole_window for ask in engine.asked] == [False, True]
        assert engine.asked[1].prompt == engine.asked[0].prompt
    worse = Answer("我没有难钱。", average_log_probability=-1.2)
    told = recognise(ScriptedEngine(unsure, worse), SOUND, Options(short_windows=True))
    assert told.text == unsure.text


def test_an_omission_in_a_trimmed_window_is_mended_however_sure_the_model_was():
    long = np.zeros(9 * RATE, np.float32)
    short, full = Answer("嗯。", average_log_probability=-0.1), Answer(GOOD * 2)
    full = Answer(full.text, average_log_probability=-0.6)
    told = recognise(ScriptedEngine(short, full), long, Options(short_windows=True))
    assert (told.text, told.flags) == (full.text, ())
    told = recognise(ScriptedEngine(short, Answer("")), long, Options(short_windows=True))
    assert (told.text, told.flags) == ("嗯。", (Flag.POSSIBLE_OMISSION,))


def test_a_model_that_failed_the_check_hears_whole_windows_only():
    engine = ScriptedEngine(Answer("我没有拿钱。", average_log_probability=-0.9))
    recognise(engine, SOUND, Options(short_windows=False))
    assert [ask.whole_window for ask in engine.asked] == [True]


def test_a_loop_that_stays_is_kept_and_flagged():
    told = recognise(ScriptedEngine(Answer(LOOP), Answer(LOOP)), SOUND, Options())
    assert (told.text, told.flags) == (LOOP, (Flag.LOOP,))


def test_an_echoed_prompt_is_tried_again():
    echo = "以下是普通话的讯问对话，使用简体中文和标点。"
    told = recognise(ScriptedEngine(Answer(echo), Answer(GOOD)), SOUND, Options())
    assert (told.text, told.flags) == (GOOD, ())


def test_speech_without_words_is_told_as_unclear_and_not_as_silence():
    told = recognise(ScriptedEngine(Answer("")), SOUND, Options())
    assert (told.text, told.answer.text, told.flags) == (UNCLEAR_TEXT["zh"], "", (Flag.UNCLEAR,))
    assert recognise(ScriptedEngine(Answer("")), SOUND[: RATE // 3], Options()) is None


def test_another_language_is_asked_for_and_flagged():
    engine = ScriptedEngine(
        Answer("my name is", average_log_probability=-1.5, language="zh"),
        Answer("My name is Anna White.", average_log_probability=-0.2, language="en"),
    )
    told = recognise(engine, SOUND, Options())
    assert told.text == "My name is Anna White."
    assert told.answer.language == "en"
    assert told.flags == (Flag.OTHER_LANGUAGE,)


def test_text_is_simplified_and_the_raw_text_kept():
    told = recognise(ScriptedEngine(Answer("我沒有拿錢包,真的.")), SOUND, Options())
    assert (told.text, told.answer.text) == ("我没有拿钱包，真的。", "我沒有拿錢包,真的.")


def test_a_model_that_knows_no_prompt_gets_none():
    engine = ScriptedEngine(Answer(GOOD))
    recognise(engine, SOUND, Options(prompts=False, vocabulary=("陈志强",)))
    assert engine.asked[0].prompt == ""
