"""A click on a character finds the moment it was spoken, or says that nobody knows it."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain import lines
from app.domain.people import Role
from app.domain.spoken_words import split_ms, word_at, words_of
from app.domain.transcript import Hearing, Origin, Revision, Utterance, Word

TYPED = Revision(text="", origin=Origin.TYPED, by="x", at_ms=1)


def heard(text: str, spoken: tuple[str, ...], line_id: str = "u1", t0_ms: int = 0) -> Utterance:
    words = tuple(
        Word(one, t0_ms + n * 100, t0_ms + n * 100 + 100, 0.9) for n, one in enumerate(spoken)
    )
    return Utterance(
        id=line_id, role=Role.SUSPECT, t0_ms=t0_ms, t1_ms=t0_ms + len(spoken) * 100,
        revisions=(Revision(text=text, origin=Origin.HEARD, by="demo", at_ms=0),),
        hearing=Hearing(raw_text="".join(spoken), words=words),
    )  # fmt: skip


def moment(line: Utterance, at: int) -> int | None:
    word = word_at(line, at)
    return None if word is None else word.t0_ms


def test_each_character_has_its_moment_and_punctuation_that_before_it() -> None:
    line = heard("我叫王志远，三十岁。", ("我", "叫", "王志", "远,", "三", "十", "岁."))
    assert [moment(line, at) for at in range(len(line.text))] == [
        0, 100, 200, 200, 300, 300, 400, 500, 600, 600,
    ]  # fmt: skip
    assert moment(line, -1) is None
    assert moment(line, len(line.text)) is None


def test_simplified_characters_stand_for_the_heard_ones() -> None:
    assert moment(heard("说话", ("說", "話")), 1) == 100


def test_a_changed_or_typed_wording_has_no_words() -> None:
    line = heard("是我", ("是", "我"))
    typed = Revision(text="是他", origin=Origin.TYPED, by="x", at_ms=1)
    assert word_at(lines.revised(line, typed), 0) is None
    assert word_at(replace(line, hearing=None), 0) is None


def test_both_parts_of_a_split_line_keep_their_words() -> None:
    line = heard("看过了也签了", ("看", "过", "了", "也", "签", "了"))
    head, tail = lines.split((line,), "u1", "u2", 3, 300)
    assert moment(head, 2) == 200
    assert moment(tail, 0) == 300
    assert moment(tail, 2) == 500


def test_of_merged_lines_only_the_first_is_known() -> None:
    first, second = heard("看过", ("看", "过")), heard("没有", ("没", "有"), "u2", 1000)
    (merged,) = lines.merged((first, second), "u1", "u2")
    assert moment(merged, 1) == 100
    assert word_at(merged, 2) is None


def test_a_part_that_was_said_twice_is_not_guessed() -> None:
    line = heard("对对", ("对", "对"))
    head, _ = lines.split((line,), "u1", "u2", 1, 100)
    assert word_at(head, 0) is None


def edited(line: Utterance, text: str) -> Utterance:
    return lines.revised(line, replace(TYPED, text=text))


def test_a_line_as_heard_is_divided_where_its_second_part_was_spoken() -> None:
    line = heard("我叫王志远，三十岁。", ("我", "叫", "王志", "远,", "三", "十", "岁."))
    assert split_ms(line, 2) == 200
    assert split_ms(line, 3) == 250  # within a word: its share of the word
    assert [split_ms(line, at) for at in (5, 6)] == [400, 400]  # a comma takes no time
    assert split_ms(heard("说话", ("說", "話")), 1) == 100


def test_an_english_line_is_divided_by_its_characters_not_by_its_words() -> None:
    spoken = ("I", " went", " home", ".", " He", " stayed", ".")
    line = heard("I went home. He stayed.", spoken, t0_ms=5000)
    at = line.text.index(" He")
    assert split_ms(line, at) == split_ms(line, at + 1) == 5400
    longer = edited(line, "Well, I went straight home. He stayed.")
    assert split_ms(longer, longer.text.index("He")) == 5400


def test_an_edited_line_is_divided_by_what_stayed_as_heard() -> None:
    line = heard("看过了也签了", ("看", "过", "了", "也", "签", "了"))
    longer = edited(line, "笔录我已经看过了，也签了")
    assert split_ms(longer, longer.text.index("也")) == 300
    assert split_ms(longer, 0) == 0
    shorter = edited(line, "看了，签了")
    assert split_ms(shorter, shorter.text.index("签")) == 400
    other = edited(line, "看过了又写了")  # a wording between: between its neighbours
    assert split_ms(other, 3) == 300
    assert 300 < split_ms(other, 4) < 500


def test_without_a_heard_character_the_time_is_shared_out() -> None:
    line = heard("是我", ("是", "我"))
    assert split_ms(edited(line, "甲乙丙丁"), 1) == 50
    assert split_ms(replace(line, hearing=None), 1) == 100
    assert split_ms(replace(line, hearing=None, t1_ms=line.t0_ms), 1) == line.t0_ms


def test_a_part_is_divided_again_within_its_own_words() -> None:
    line = heard("对对对不对", ("对", "对", "对", "不", "对"))
    head, tail = lines.split((line,), "u1", "u2", 2, split_ms(line, 2))
    assert (head.t1_ms, tail.t0_ms) == (200, 200)
    assert split_ms(tail, 1) == 300
    assert split_ms(head, 1) == 100
    assert "".join(word.text for word in words_of(tail)) == "对不对"


def test_a_merged_line_keeps_the_words_of_the_first_and_shares_out_the_second() -> None:
    first, second = heard("看过", ("看", "过")), heard("没有", ("没", "有"), "u2", 1000)
    (merged,) = lines.merged((first, second), "u1", "u2")
    assert split_ms(merged, 1) == 100
    assert 100 < split_ms(merged, 2) <= merged.t1_ms
