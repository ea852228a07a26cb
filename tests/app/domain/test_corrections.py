"""What a suspect had corrected stays readable on the paper (L16)."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.corrections import Run, RunStyle, corrections_of, marked_runs
from app.domain.people import Role
from app.domain.transcript import Origin, Revision, Utterance


def line(*wordings: tuple[str, Origin, str]) -> Utterance:
    revisions = tuple(
        Revision(text=text, origin=origin, by="张三", at_ms=0, reason=reason)
        for text, origin, reason in wordings
    )
    return Utterance(id="u1", role=Role.SUSPECT, t0_ms=0, t1_ms=0, revisions=revisions)


def test_only_what_the_person_asked_for_is_a_correction() -> None:
    utterance = line(
        ("我没有去过那儿", Origin.HEARD, ""),
        ("我没有去过那里", Origin.TYPED, ""),
        ("我去过那里", Origin.CORRECTED, ""),
        ("我去过", Origin.CORRECTED, "split"),
    )
    assert corrections_of(utterance) == (("我没有去过那里", "我去过那里"),)


def test_former_wording_is_struck_in_its_place() -> None:
    runs = marked_runs("他给了我三千元钱", (("他给了我五千块钱", "他给了我三千元钱"),))
    assert [(run.text, run.style) for run in runs] == [
        ("他给了我", RunStyle.PLAIN),
        ("五千块", RunStyle.STRUCK),
        ("三千元", RunStyle.ADDED),
        ("钱", RunStyle.PLAIN),
    ]


def test_each_of_two_corrections_stays_visible() -> None:
    runs = marked_runs("是周三", (("是周一", "是周二"), ("是周二", "是周三")))
    assert "".join(run.text for run in runs if run.style is RunStyle.STRUCK) == "一二"


def test_an_officers_later_wording_leaves_no_strike() -> None:
    runs = marked_runs("我去过那里。", (("我没去过那里", "我去过那里"),))
    assert [run.text for run in runs if run.style is RunStyle.STRUCK] == ["没"]
    assert "".join(run.text for run in runs if run.style is not RunStyle.STRUCK) == "我去过那里。"


def test_a_line_without_change_is_one_run() -> None:
    assert marked_runs("没有", ()) == (Run("没有"),)


wordings = st.text(alphabet="一二三四没有𠮷，", max_size=12)


@given(st.lists(wordings, min_size=2, max_size=4), wordings)
def test_what_is_not_struck_says_the_agreed_text(history: list[str], text: str) -> None:
    corrections = tuple(pairwise(history))
    runs = marked_runs(text, corrections)
    assert "".join(run.text for run in runs if run.style is not RunStyle.STRUCK) == text
