"""What stands on the paper, before it has pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.domain.events import BreakKind
from app.domain.interrogation import Break, Gap
from app.domain.paper import LineKind, TranscriptPaper, from_interrogation
from app.domain.people import Preparation, Procedure, Role
from app.domain.transcript import Origin, Utterance
from tests.widgets.paper.samples import STARTED, preparation, utterance


def made(
    *,
    form: Preparation | None = None,
    utterances: tuple[Utterance, ...] = (),
    breaks: tuple[Break, ...] = (),
    gaps: tuple[Gap, ...] = (),
    language: str = "zh",
) -> TranscriptPaper:
    return from_interrogation(
        record_id="R1",
        agency="某区分局",
        preparation=form or preparation(),
        utterances=utterances,
        started=STARTED,
        breaks=breaks,
        gaps=gaps,
        language=language,
    )


def header_of(paper: TranscriptPaper) -> dict[str, str]:
    return {item.label: item.value for row in paper.header for item in row}


@pytest.mark.parametrize(
    ("procedure", "title", "person"),
    [
        (Procedure.CRIMINAL, "讯问笔录（第 2 次）", "被讯问人"),
        (Procedure.ADMINISTRATIVE, "询问笔录（第 2 次）", "被询问人"),
        (Procedure.WITNESS, "询问笔录（第 2 次）", "被询问人"),
    ],
)
def test_each_procedure_has_its_form(procedure: Procedure, title: str, person: str) -> None:
    paper = made(form=replace(preparation(), procedure=procedure, ordinal=2))
    assert paper.title == title
    assert header_of(paper)[person] == "𠮷䶮"


def test_the_header_is_the_official_one() -> None:
    """L3, L10, L13, L19."""
    form = replace(preparation(minor=True, foreign=True), place_reason="被讯问人住院")
    header = header_of(made(form=form))
    assert header["年龄"] == "17"
    assert header["出生日期"] == "2009年03月14日"
    assert header["地点说明"] == "被讯问人住院"
    assert header["法定代理人"] == "𠮷大山"
    assert (header["翻译人员"], header["语种"]) == ("安娜", "俄语")
    assert header["人大代表、政协委员"] == "否"
    assert header["离开时间"] == ""


def test_what_nobody_told_stays_empty() -> None:
    header = header_of(made(form=Preparation()))
    assert (header["被讯问人"], header["年龄"], header["出生日期"]) == ("", "", "")
    assert header["讯问时间"].startswith("2026年11月22日09时05分 至 　")


def test_lines_breaks_and_gaps_stand_in_the_order_of_time() -> None:
    """L6, L37: a rest and a hole are told where they happened."""
    talk = (
        utterance(0, Role.INVESTIGATOR, "你吃过饭了吗？"),
        utterance(2, Role.SUSPECT, "吃过了。"),
        utterance(3, Role.GUARDIAN, "我补充一句。"),
        utterance(4, Role.SUSPECT, "  "),
    )
    rest = Break(kind=BreakKind.MEAL, reason="午餐", t0_ms=15_000, t1_ms=35_000)
    hole = Gap(take=1, stream="room", t0_ms=50_000, t1_ms=53_000, reason="断电")
    paper = made(
        utterances=talk,
        breaks=(rest, replace(rest, t0_ms=70_000, t1_ms=None)),
        gaps=(hole, replace(hole, stream="suspect")),
    )
    assert [(line.kind, line.speaker) for line in paper.lines] == [
        (LineKind.ASK, "问"),
        (LineKind.NOTE, ""),
        (LineKind.ANSWER, "答"),
        (LineKind.NOTE, ""),
        (LineKind.SPEECH, "法定代理人"),
    ]
    assert "09时05分15秒 至 09时05分35秒 用餐" in paper.lines[1].text
    assert "断电" in paper.lines[3].text


def test_an_officers_wording_is_no_correction() -> None:
    typed = utterance(1, Role.SUSPECT, "我没去", "我没有去", origin=Origin.TYPED)
    asked = utterance(2, Role.SUSPECT, "我没去", "我没有去")
    first, second = made(utterances=(typed, asked)).lines
    assert first.corrections == ()
    assert second.corrections == (("我没去", "我没有去"),)


def test_the_english_form_asks_the_same() -> None:
    english, chinese = made(language="en"), made()
    assert [len(row) for row in english.header] == [len(row) for row in chinese.header]
    assert english.title == "Record of Interrogation (No. 1)"
    assert header_of(english)["Time"].startswith("2026-11-22 09:05 to ")


def test_ages_are_full_years_on_the_day() -> None:
    form = preparation()
    day = STARTED + timedelta(days=1)
    person = replace(form.suspect, birth=day.date().replace(year=2008).isoformat())
    assert header_of(made(form=replace(form, suspect=person)))["年龄"] == "17"
