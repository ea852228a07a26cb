"""Prompts stay short, text gets one form, numerals are left alone."""

from speech.vocabulary import MOST_TOKENS, PRIMER, prompt, tidy


def test_a_prompt_has_the_first_names_that_fit():
    names = [f"人名{number}" for number in range(80)]
    told = prompt(names, "zh", len)
    assert told.startswith(PRIMER["zh"])
    assert "人名0、人名1" in told
    assert len(told) <= MOST_TOKENS
    assert prompt([], "zh", len) == PRIMER["zh"]
    assert prompt(["  ", ""], "zh", len) == PRIMER["zh"]


def test_punctuation_is_full_width_but_not_in_numbers():
    assert tidy("你叫什么?我叫张三.", "zh") == "你叫什么？我叫张三。"
    assert tidy("一共3,500.50元, 8:30走的", "zh") == "一共3,500.50元，8:30走的"
    assert tidy("張三 說 他 不在", "zh") == "张三说他不在"
    assert tidy(" I do not know. ", "en") == "I do not know."
