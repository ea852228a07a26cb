"""What is covered is gone from the model, in every wording and every way of writing it (L40)."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from app.domain.corrections import Run, RunStyle
from app.domain.covering import BAR, FIELDS, Cover, cover_paper, fold, name_lines
from app.domain.paper import LineKind, PaperLine, TranscriptPaper
from app.errors import Refused
from tests.widgets.paper.samples import RIGHTS, paper


def line(text: str, *before: str) -> PaperLine:
    wordings = (*before, text)
    changes = tuple(pairwise(wordings))
    return PaperLine(kind=LineKind.ANSWER, text=text, speaker="答", corrections=changes, id="u1")


def with_line(text: str, *before: str) -> TranscriptPaper:
    return msgspec.structs.replace(paper(1), lines=(line(text, *before),))


def drawn(text: str, *before: str, words: tuple[str, ...]) -> tuple[Run, ...]:
    return cover_paper(with_line(text, *before), Cover(words=words)).paper.lines[0].runs


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("邻居王小芳看见了。", "王小芳", f"邻居{BAR}看见了。"),
        ("王小芳，还是王 小 芳？", "王小芳", f"{BAR}，还是{BAR}？"),
        ("电话１３８-0013 8000。", "13800138000", f"电话{BAR}。"),
        ("电话幺三八零零幺三八〇〇〇。", "13800138000", f"电话{BAR}。"),
        ("微信号 AbC_9。", "abc9", f"微信号 {BAR}。"),
        ("姓𠮷的𠮷大山。", "𠮷大山", f"姓𠮷的{BAR}。"),
        ("哈哈哈，哈哈。", "哈哈", f"{BAR}。"),  # overlapping, and nothing but a comma between
        ("ئايگۈل باردى", "ئايگۈل", f"{BAR} باردى"),
        ("བཀྲ་ཤིས་དང", "བཀྲ་ཤིས", f"{BAR}་དང"),
        ("Café Noir", "cafe\u0301", f"{BAR} Noir"),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, word: str, shown: str) -> None:
    assert "".join(run.text for run in drawn(text, words=(word,))) == shown


def test_a_correction_that_touches_a_covered_word_is_covered_with_it() -> None:
    said = drawn("是张三拿的，八点。", "是张山拿的，七点。", words=("张三",))
    assert "".join(run.text for run in said) == f"是{BAR}拿的，七八点。"
    assert [run.text for run in said if run.style is RunStyle.STRUCK] == ["七"]
    struck = drawn("是别人拿的。", "是张山拿的。", words=("张山",))
    assert "".join(run.text for run in struck) == f"是{BAR}拿的。"


def test_a_wording_in_between_that_says_it_covers_the_line() -> None:
    """Three wordings are drawn as one line of parts; the word stood whole only in the second."""
    wordings = ("在家里。", "在王小芳家里。", "在王某家里。")
    said = drawn(wordings[2], *wordings[:2], words=("王小芳",))
    assert not {"王", "小", "芳"} & set("".join(run.text for run in said))


def test_the_model_holds_nothing_of_what_is_covered() -> None:
    before = paper(
        8,
        corrected={2: "我叫𠮷䶮，住在菜市场旁边。"},
        rights=(*RIGHTS, "我𠮷䶮已阅读。"),
        minor=True,
    )
    cover = Cover(
        words=("菜市场", "𠮷大山"), lines=("u4", "note-1"), header=("suspect", "id_number")
    )
    made = cover_paper(before, cover)
    left = fold(msgspec.json.encode(made.paper).decode())
    for word in ("菜市场", "𠮷大山", "𠮷䶮", "110101199003140013", "姓名、年龄", "喝水"):
        assert fold(word) in fold(msgspec.json.encode(before).decode())
        assert fold(word) not in left
    assert made.paper.signers == ()
    assert made.paper.lines[-1] == before.lines[-1], "all else stands as it stood"
    told = {one.place: (one.bars, one.characters_at_most) for one in made.places}
    assert told["u4"] == (1, 20)
    assert told["header:suspect"] == (1, 10)
    assert told["header:id_number"] == (1, 20)
    assert "note-1" in told
    assert not any(fold(word) in fold(str(made.places)) for word in cover.words)


def test_bars_do_not_tell_how_long_the_word_was() -> None:
    short = drawn("找到李白。", words=("李白",))
    assert short == drawn("找到司马相如先生。", words=("司马相如先生",))
    whole = [
        cover_paper(with_line(text), Cover(lines=("u1",))).paper.lines[0]
        for text in ("好。", "那天晚上我在家里，没有出门。")
    ]
    assert whole[0] == whole[1]


@pytest.mark.parametrize(
    ("cover", "code"),
    [
        (Cover(), "cover_empty"),
        (Cover(lines=("u77",)), "cover_line_unknown"),
        (Cover(header=("name",)), "cover_field_unknown"),
        (Cover(words=("我", "，。")), "cover_word_too_short"),
        (Cover(words=("我", "王小方")), "cover_word_not_found"),
    ],
)
def test_a_list_that_may_be_wrong_makes_no_copy(cover: Cover, code: str) -> None:
    with pytest.raises(Refused, match=code) as caught:
        cover_paper(paper(4), cover)
    assert not any(word in str(caught.value.details) for word in cover.words)


def test_every_header_field_has_a_name_to_cover_it_by() -> None:
    for language in ("zh", "en"):
        told = paper(2, minor=True, foreign=True, language=language)
        labels = {getattr(told.words, field) for field in FIELDS}
        assert len(labels) == len(FIELDS)
        assert {item.label for row in told.header for item in row} <= labels
        cover = Cover(header=FIELDS)
        values = {item.value for row in cover_paper(told, cover).paper.header for item in row}
        assert values <= {BAR, ""}


def test_notes_have_ids_of_their_own() -> None:
    names = [name for name, _ in name_lines(paper(8).lines)]
    assert len(names) == len(set(names))
    assert {"note-1", "note-2"} <= set(names)
